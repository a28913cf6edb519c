"""A program in a sandbox of its own: one folder to write to, and no other way out."""

import shutil
import subprocess
import sys

import pytest

from aupkeep.intake import confine

pytestmark = pytest.mark.slow


def run(folder, *words: str) -> subprocess.CompletedProcess[str]:
    """The program in its sandbox."""
    started = [sys.executable, "-I", "-S", confine.__file__, str(folder), *words]
    return subprocess.run(started, cwd=folder, check=False, capture_output=True, text=True)


def found(name: str) -> str:
    """A program that every machine has."""
    path = shutil.which(name)
    assert path, name
    return path


def test_a_program_writes_to_its_folder_and_nowhere_else(tmp_path):
    """What it may not do it is told by the kernel."""
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.write_text("a secret")
    assert run(inside, found("touch"), "made").returncode == 0
    assert (inside / "made").exists()
    for words in (
        (found("cat"), str(outside)),
        (found("cat"), "/etc/passwd"),
        (found("touch"), str(tmp_path / "made")),
        (found("sh"), "-c", "cat made; true"),
        (found("openssl"), "s_client", "-connect", "127.0.0.1:9"),
    ):
        refused = run(inside, *words)
        assert (
            "not permitted" in refused.stderr
            or "denied" in refused.stderr
            or ("Cannot fork" in refused.stderr)
        ), (words, refused)
        assert "a secret" not in refused.stdout
    assert not (tmp_path / "made").exists()


def test_what_a_kernel_lacks_is_told(monkeypatch):
    """An unknown machine has no filter of system calls, and the words say so."""
    monkeypatch.setattr(confine.platform, "machine", lambda: "riscv64")
    assert confine._filtered(confine._only_computing) == [
        "a filter of system calls: none for riscv64"
    ]
    monkeypatch.setattr(confine, "_libc", NoLandlock())
    (word,) = confine._fenced({})
    assert word.startswith("Landlock: ")


class NoLandlock:
    """A kernel that knows no such call."""

    def syscall(self, *_: object) -> int:
        """ENOSYS."""
        return -1
