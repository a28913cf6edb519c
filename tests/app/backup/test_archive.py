"""The file of a backup, made by a stranger: it writes nowhere else, and a changed one opens not."""

import io
import tarfile
import tempfile
from pathlib import Path

import pyrage
import pytest

from aupkeep.app.backup.archive import MANIFEST, SEAL, pack, unpack, write_manifest
from aupkeep.model.errors import AupkeepError, Conflict, Unreadable

OUT = {
    "a path upwards": tarfile.TarInfo("../out"),
    "an absolute path": tarfile.TarInfo("/tmp/aupkeep-out"),  # noqa: S108 - nothing is written there
    "a link out": tarfile.TarInfo("link"),
    "a device": tarfile.TarInfo("device"),
}
OUT["a link out"].type, OUT["a link out"].linkname = tarfile.SYMTYPE, "../out"
OUT["a device"].type = tarfile.CHRTYPE


@pytest.mark.parametrize("name", OUT)
def test_nothing_is_written_outside_the_folder(name: str, tmp_path: Path):
    folder, file = tmp_path / "in", tmp_path / "made"
    folder.mkdir()
    with tarfile.open(file, "w") as archive:
        OUT[name].size = 0 if OUT[name].type != tarfile.REGTYPE else 4
        archive.addfile(OUT[name], io.BytesIO(b"evil"))
    with pytest.raises(Unreadable, match="no plain file"):
        unpack(file, folder, ())
    assert {path.name for path in tmp_path.iterdir()} == {"in", "made"}
    assert not Path("/tmp/aupkeep-out").exists()  # noqa: S108 - as above


def test_an_encrypted_one_opens_whole_for_who_it_is_for(tmp_path: Path):
    """Any changed byte, and any other key, is refused (age: authenticated encryption)."""
    ours, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    source, file = tmp_path / "source", tmp_path / "backup.age"
    source.write_bytes(b"personal" * 100)
    pack([("source", source)], file, [ours.to_public()])
    data = file.read_bytes()
    assert b"personal" not in data
    (tmp_path / "in").mkdir()
    unpack(file, tmp_path / "in", [ours])
    assert (tmp_path / "in/source").read_bytes() == source.read_bytes()
    for place in (30, len(data) // 2, len(data) - 1):
        changed = bytearray(data)
        changed[place] ^= 1
        file.write_bytes(bytes(changed))
        with pytest.raises(AupkeepError, match="expected"):
            unpack(file, fresh(tmp_path), [ours])
    file.write_bytes(data)
    with pytest.raises(AupkeepError):
        unpack(file, fresh(tmp_path), [other])


def fresh(tmp_path: Path) -> Path:
    """A new empty folder."""
    return Path(tempfile.mkdtemp(dir=tmp_path))


@pytest.fixture
def made(tmp_path: Path) -> list[tuple[str, Path]]:
    """The members of an archive, with a long name and one that is not ASCII."""
    large, small = tmp_path / "large", tmp_path / "small"
    large.write_bytes(bytes(range(256)) * 1500)
    small.write_bytes(b"x")
    members = [("large", large), ("policy/" + "n" * 150, small), ("policy/\N{SNOWMAN}", small)]
    manifest, seal = tmp_path / MANIFEST, tmp_path / SEAL
    write_manifest(tmp_path, {}, members)
    seal.write_bytes(b"{}")
    return [(SEAL, seal), (MANIFEST, manifest), *members]


@pytest.mark.parametrize("encrypted", [False, True])
def test_a_file_that_was_cut_says_where(made, tmp_path: Path, encrypted: bool):  # noqa: FBT001 - a parameter
    """And what stands behind its end, and a change of one byte: each is named as what it is."""
    ours = pyrage.x25519.Identity.generate()
    file = tmp_path / "backup"
    pack(made, file, [ours.to_public()] if encrypted else [])
    data = file.read_bytes()
    assert set(unpack(file, fresh(tmp_path), [ours]).members) == {name for name, _ in made}
    for size in (len(data) - 1, len(data) - 600, len(data) // 2, 200_000):
        file.write_bytes(data[:size])
        told = f"expected {len(data)} bytes, found it cut short at byte {size}"
        with pytest.raises(Unreadable, match=told):
            unpack(file, fresh(tmp_path), [ours])
    for size in (0, 30, 160, 700, 3000):
        file.write_bytes(data[:size])
        with pytest.raises(AupkeepError, match="expected"):
            unpack(file, fresh(tmp_path), [ours])
    for more in (b"x", bytes(512), bytes(10_240), data):
        file.write_bytes(data + more)
        with pytest.raises(Unreadable, match=f"found {len(more)} more behind them"):
            unpack(file, fresh(tmp_path), [ours])
    file.write_bytes(data)
    assert unpack(file, fresh(tmp_path), [ours]).expected() is not None


def test_a_member_twice_or_one_below_a_file_is_refused(tmp_path: Path):
    """Whichever would count: nobody has to know."""
    for names in (("a", "a"), ("a", "a/b")):
        file = tmp_path / "made"
        with tarfile.open(file, "w") as archive:
            for name in names:
                archive.addfile(tarfile.TarInfo(name))
        with pytest.raises(Unreadable):
            unpack(file, fresh(tmp_path), ())
        file.unlink()


def test_an_existing_file_is_not_written_over(made, tmp_path: Path):
    """Nor is anything left beside it."""
    file = tmp_path / "folder" / "backup"
    file.parent.mkdir()
    file.write_bytes(b"the last good one")
    with pytest.raises(Conflict, match="--replace"):
        pack(made, file, [])
    assert ([it.name for it in file.parent.iterdir()], file.read_bytes()[:8]) == (
        ["backup"],
        b"the last",
    )
    pack(made, file, [], replace=True)
    assert file.stat().st_mode & 0o777 == 0o600
    unpack(file, fresh(tmp_path), ())
