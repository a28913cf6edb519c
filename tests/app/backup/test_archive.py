"""The file of a backup, made by a stranger: it writes nowhere else, and a changed one opens not."""

import io
import tarfile
from pathlib import Path

import pyrage
import pytest

from aupkeep.app.backup.archive import pack, unpack
from aupkeep.model.errors import AupkeepError, Unreadable

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
    absolute = name == "an absolute path"  # PEP 706 takes the slash away: it lands within
    if absolute:
        unpack(file, folder, ())
    else:
        with pytest.raises(Unreadable):
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
            unpack(file, tmp_path / "in", [ours])
    file.write_bytes(data[:-20])
    with pytest.raises(Unreadable, match="found it changed"):
        unpack(file, tmp_path / "in", [ours])
    file.write_bytes(data)
    with pytest.raises(AupkeepError):
        unpack(file, tmp_path / "in", [other])
