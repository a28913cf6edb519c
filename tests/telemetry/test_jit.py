"""Where machine code is kept, and what becomes of it when it cannot be."""

import errno
from pathlib import Path

import pytest

from aupkeep.config.home import find_home
from aupkeep.telemetry import jit
from aupkeep.telemetry.jit import CompileMode, NotCompiled, compile_mode
from telemetry.toys import toy


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    """Nothing was compiled yet, and nobody named a folder."""
    monkeypatch.setitem(vars(jit.config), "CACHE_DIR", "")
    jit.COMPILED.clear()


@pytest.fixture
def full(monkeypatch):
    """A disk that takes no more."""

    def save(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(jit.caching.IndexDataCacheFile, "save", save)


def kept(folder: Path, ending: str) -> list[Path]:
    """The files of machine code below a folder."""
    return sorted(folder.rglob(f"toy.twice*.{ending}"))


def test_it_is_kept_beside_the_module(tmp_path):
    """A second process loads what the first one made."""
    assert toy(tmp_path).twice(3) == 6
    assert jit.COMPILED == ["twice"]
    assert [one.parent for one in kept(tmp_path, "nbc")] == [tmp_path / "__pycache__"]
    with compile_mode(CompileMode.NEVER):
        assert toy(tmp_path).twice(3) == 6
    assert jit.COMPILED == ["twice"]


def test_a_read_only_package_keeps_it_in_the_home(tmp_path):
    """Where the module's folder cannot be written, the home is taken."""
    (tmp_path / "__pycache__").write_text("in the way")
    one = toy(tmp_path)
    one.twice(3)
    (file,) = kept(find_home().kernels, "nbc")
    assert file.parent.name.startswith(tmp_path.name)
    with compile_mode(CompileMode.NEVER):
        assert toy(tmp_path).twice(3) == 6


def test_no_home_is_made_for_it(tmp_path, monkeypatch):
    """A machine without a home keeps it in the user's cache."""
    (tmp_path / "__pycache__").write_text("in the way")
    home, cache = tmp_path / "home", tmp_path / "cache"
    monkeypatch.setenv("AUPKEEP_HOME", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    toy(tmp_path).twice(3)
    assert kept(cache, "nbc")
    assert not home.exists()


def test_the_operators_folder_comes_first(tmp_path, monkeypatch):
    """`NUMBA_CACHE_DIR` is where it is kept, and nowhere else."""
    chosen = tmp_path / "chosen"
    monkeypatch.setitem(vars(jit.config), "CACHE_DIR", str(chosen))
    toy(tmp_path).twice(3)
    assert kept(chosen, "nbc") == kept(tmp_path, "nbc")


def test_cold_names_kernel_and_folder(tmp_path):
    """A process that may not compile says what is missing and where it would be."""
    one = toy(tmp_path)
    with compile_mode(CompileMode.NEVER), pytest.raises(NotCompiled) as cold:
        one.twice(3)
    assert (cold.value.name, cold.value.folder) == ("twice", tmp_path / "__pycache__")
    assert jit.COMPILED == []
    assert one.twice(3) == 6  # nothing is left behind


@pytest.mark.parametrize("ending", ["nbi", "nbc"])
@pytest.mark.parametrize("length", [0, 40])
def test_a_file_half_written_is_made_anew(tmp_path, ending, length):
    """A power cut costs a compilation, not the start."""
    toy(tmp_path).twice(3)
    (file,) = kept(tmp_path, ending)
    file.write_bytes(file.read_bytes()[:length])
    with compile_mode(CompileMode.NEVER), pytest.raises(NotCompiled):
        toy(tmp_path).twice(3)
    with compile_mode(CompileMode.TO_KEEP):
        assert toy(tmp_path).twice(3) == 6
    with compile_mode(CompileMode.NEVER):
        assert toy(tmp_path).twice(3) == 6


def test_a_full_disk_costs_the_next_start(tmp_path, full):
    """What cannot be kept is used all the same."""
    assert toy(tmp_path).twice(3) == 6


def test_who_makes_it_for_others_says_that_it_is_not_kept(tmp_path, full):
    """A child's work is in vain on a full disk."""
    with compile_mode(CompileMode.TO_KEEP), pytest.raises(OSError, match="No space left"):
        toy(tmp_path).twice(3)
