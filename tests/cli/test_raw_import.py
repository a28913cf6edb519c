"""A file of raws that is no such file is refused whole, in words; what is one is taken in whole."""

import hashlib
import io
import json
import tarfile

import pytest

from app.conftest import NOON, report

DATA = report("203.0.113.1", NOON)
DIGEST = hashlib.sha256(DATA).hexdigest()
GOOD = {
    "digest": DIGEST,
    "channel": "lmtp",
    "media_type": "message/rfc822",
    "recipients": ["abuse@aupkeep.example"],
    "received_at": "2026-03-01T12:00:00Z",
}
DEEP = b"[" * 200_000
BAD = {
    b"[1, 2]": "line 2: expected an object, found '[1, 2]'",
    b"{": "line 2: expected JSON",
    DEEP: "line 2: expected an object, found more nested",
    b'{"a": ' + DEEP: "line 2: expected an object, found more nested",
    json.dumps(GOOD | {"recipients": [1, None]}).encode(): "a list of texts, found '[1, None]'",
    json.dumps(GOOD | {"recipients": "a@b.example"}).encode(): "recipients: expected a list",
    json.dumps(GOOD | {"digest": "0" * 64}).encode(): f"expected bytes/{'0' * 64} in it",
    json.dumps(GOOD | {"digest": None}).encode(): "digest: expected a text, found 'None'",
    json.dumps(GOOD | {"digest": "../raws.jsonl"}).encode(): "expected bytes/../raws.jsonl in it",
    json.dumps(GOOD | {"channel": ["lmtp"]}).encode(): "channel: expected a text",
    json.dumps(GOOD | {"channel": "post"}).encode(): "channel: expected one of lmtp",
    json.dumps(GOOD | {"received_at": 5}).encode(): "received_at: expected a text, found '5'",
    json.dumps(GOOD | {"received_at": "noon"}).encode(): "received_at: expected RFC 3339",
    json.dumps(GOOD | {"peer": {}}).encode(): "peer: expected a text",
    json.dumps(GOOD | {"helo": "a\0b"}).encode(): "helo: expected a text",
    json.dumps(GOOD | {"sender": "\ud800"}).encode(): "sender: expected a text",
    json.dumps(GOOD | {"key": "k" * 201}).encode(): "Idempotency-Key: expected 1 to 200",
}


def archive(file, lines, data=DATA, named=f"bytes/{DIGEST}"):
    """A file as `raw export` writes it, with a table of contents that fits."""
    members = {"raws.jsonl": b"\n".join(lines), named: data}
    if not lines:
        del members["raws.jsonl"]
    listed = [
        {"name": name, "size": len(one), "sha256": hashlib.sha256(one).hexdigest()}
        for name, one in members.items()
    ]
    manifest = json.dumps({"format": "aupkeep-raws/1", "members": listed}).encode()
    with tarfile.open(file, "w", format=tarfile.PAX_FORMAT) as out:
        for name, one in {"manifest.json": manifest, **members}.items():
            info = tarfile.TarInfo(name)
            info.size = len(one)
            out.addfile(info, io.BytesIO(one))
    return file


def test_what_is_no_file_of_raws_is_refused_whole(aupkeep, tmp_path):
    """The first line of each is good: nothing of it is taken in when the second is not."""
    good = json.dumps(GOOD).encode()
    for line, words in BAD.items():
        refused = aupkeep("raw", "import", archive(tmp_path / "f", [good, line]))
        assert refused.code == 3, (line[:80], refused)
        assert words in refused.error["message"]
        assert "raws-" not in refused.err, "a folder of our own is no name to anybody"
    for words, file in (
        ("expected raws.jsonl in it", archive(tmp_path / "f", [])),
        ("expected bytes of the digest", archive(tmp_path / "g", [good], data=b"others")),
        (f"expected bytes/{DIGEST} in it", archive(tmp_path / "h", [good], named="bytes/0")),
    ):
        refused = aupkeep("raw", "import", file)
        assert (refused.code, words in refused.err) == (3, True), refused
    told = aupkeep("raw", "import", archive(tmp_path / "f", [good, good, b""]))
    assert told.code == 0, told.err
    assert told.value == {"received": 1, "repeated": 1, "refused": []}


@pytest.mark.parametrize("size", ["1e999", "NaN", "null", '"many"'])
def test_a_table_of_contents_with_no_sizes_is_none(aupkeep, tmp_path, size):
    listed = '"members": [{"name": "a", "sha256": "", "size": ' + size + "}]"
    text = '{"format": "aupkeep-raws/1", ' + listed + "}"
    with tarfile.open(tmp_path / "f", "w") as out:
        info = tarfile.TarInfo("manifest.json")
        info.size = len(text)
        out.addfile(info, io.BytesIO(text.encode()))
    refused = aupkeep("raw", "import", tmp_path / "f")
    assert refused.code == 3, refused
    assert "no table of contents" in refused.err
