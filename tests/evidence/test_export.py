"""An export reads back as it was written, and every other file says what is wrong with it."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aupkeep.evidence.checkpoint import show_key
from aupkeep.evidence.export import check_export, export_lines, read_checkpoints, read_export
from aupkeep.evidence.verify import LogVerdict
from aupkeep.model.errors import Unreadable
from aupkeep.model.facts import canonical
from evidence.test_verify import GONE, KEY, LEAVES, leaf
from evidence.test_verify import sign as sign_leaves

PUBLIC = (("a", KEY.public_key()),)
FOREIGN = (("b", Ed25519PrivateKey.from_private_bytes(b"f" * 32).public_key()),)
LOG = [*LEAVES[:3], GONE, LEAVES[4], leaf(5, {"erases": ["3"]}, "entries-erased")]


def sign(size: int, **given: object) -> str:
    return sign_leaves(size, leaves=LOG, **given)


LINES = list(export_lines(LOG, [sign(6)], PUBLIC, "log"))
HEAD = json.loads(LINES[0])
ENTRY = json.loads(LINES[1])


WHOLE = LEAVES[3]


def bad(reason: str, first_bad: int = 0) -> LogVerdict:
    return LogVerdict(ok=False, entries=first_bad, first_bad=first_bad, reason=reason)


def test_lines_are_canonical():
    """Head and entries are as docs/journal.md shows them, each line ended."""
    assert {
        "format": "aupkeep-journal/1",
        "origin": "log",
        "keys": [show_key(*PUBLIC[0])],
        "checkpoints": [sign(6)],
    } == HEAD
    assert ENTRY.keys() == {"index", "leaf", "salt", "payload", "erased"}
    assert (ENTRY["index"], ENTRY["payload"], ENTRY["erased"]) == (0, {"number": 0}, False)
    assert json.loads(LINES[4])["salt"] is None
    assert all(canonical(json.loads(line)) + b"\n" == line for line in LINES)


def test_reads_back():
    """Origin, checkpoints, keys and every leaf come back."""
    journal = read_export(LINES)
    assert (journal.origin, journal.checkpoints) == ("log", (sign(6),))
    assert [show_key(*key) for key in journal.keys] == HEAD["keys"]
    assert list(journal.leaves) == LOG


HEADS = {
    "no file": (b"", "export: expected a line of JSON, found b''"),
    "no JSON": (b"{\n", "export: expected a line of JSON, found b'{\\n'"),
    "deep": (b"[" * 100_000, f"export: expected a line of JSON, found {b'[' * 60!r}"),
    "a list": (b"[]\n", f"export: expected a canonical line of {sorted(HEAD)}"),
    "no newline": (LINES[0][:-1], f"export: expected a canonical line of {sorted(HEAD)}"),
    "another format": (
        canonical(HEAD | {"format": "x" * 99}) + b"\n",
        f"export: expected format aupkeep-journal/1, found {repr('x' * 99)[:60]}",
    ),
    "one field more": (
        canonical(HEAD | {"more": 1}) + b"\n",
        f"export: expected a canonical line of {sorted(HEAD)}",
    ),
    **{
        name: (
            canonical(HEAD | {"keys": keys}) + b"\n",
            "export: expected at least one key, each once and in its one form",
        )
        for name, keys in (
            ("no key", []),
            ("a key twice", HEAD["keys"] * 2),
            ("a key in another form", [HEAD["keys"][0] + " "]),
        )
    },
    **{
        f"{name} {value!r}": (
            canonical(HEAD | {name: value}) + b"\n",
            "export: expected format aupkeep-journal/1, found 'aupkeep-journal/1'",
        )
        for name, value in (
            ("origin", 1),
            ("keys", "x"),
            ("keys", [1]),
            ("checkpoints", "x"),
            ("checkpoints", [None]),
        )
    },
}


@pytest.mark.parametrize("name", HEADS)
def test_no_export(name: str):
    """A first line that is not one is said, and the first entry is the bad one."""
    line, reason = HEADS[name]
    with pytest.raises(Unreadable) as raised:
        read_export([line])
    assert str(raised.value) == reason
    assert check_export([line]) == bad(reason)


def test_no_line():
    """A file without a line is one with an empty first line."""
    assert check_export([]) == bad("export: expected a line of JSON, found b''")


def test_the_origin_is_the_file_s():
    """A checkpoint of another log than the file names does not count."""
    lines = export_lines(LOG, [sign(4), sign(6, origin="other")], PUBLIC, "other")
    verdict = check_export(lines)
    assert (verdict.first_bad, verdict.reason) == (
        0,
        "checkpoint 4: expected origin other, found log",
    )


FIELDS = f"export: expected a canonical line of {sorted(ENTRY)}"
ENTRY_TEXT = "export: expected an entry, found "
ENTRIES = {
    "index": ({"index": True}, ENTRY_TEXT),
    "leaf": ({"leaf": 1}, ENTRY_TEXT),
    "salt": ({"salt": 1}, ENTRY_TEXT),
    "payload": ({"payload": []}, ENTRY_TEXT),
    "erased": ({"erased": 0}, ENTRY_TEXT),
    "no base64": ({"leaf": "%"}, "export: expected base64, found '%'"),
    "another base64": ({"salt": "AB=="}, "export: expected base64 in canonical form, found 'AB=='"),
    "long": ({"leaf": "%" * 99}, f"export: expected base64, found {'%' * 60!r}"),
    "longer": ({"salt": "A" * 97 + "B=="}, "export: expected base64 in canonical form, found 'A"),
    "field": ({"more": 1}, FIELDS),
}


@pytest.mark.parametrize("name", ENTRIES)
def test_a_broken_entry_is_named(name: str):
    """An entry that cannot be read is the first bad one, whatever is wrong with it."""
    changes, reason = ENTRIES[name]
    line = canonical(json.loads(LINES[3]) | changes) + b"\n"
    verdict = check_export([*LINES[:3], line, *LINES[4:]])
    assert (verdict.ok, verdict.entries, verdict.first_bad) == (False, 2, 2)
    assert verdict.reason is not None
    if reason == ENTRY_TEXT:
        reason += repr(line[:60])
    assert verdict.reason.startswith(f"entry 2: {reason}")
    assert len(verdict.reason) <= 140


def test_a_whole_export_holds():
    """With its own keys, or with the trusted ones; entries and erased ones are counted."""
    whole = LogVerdict(ok=True, entries=6, erased=1)
    assert check_export(LINES) == whole
    assert check_export(LINES, public_keys=PUBLIC) == whole
    assert check_export(LINES, checkpoints=[sign(2), sign(4)], public_keys=PUBLIC) == whole


def test_without_a_checkpoint_nothing_shows_it_whole():
    """Neither in the file nor kept apart from it."""
    lines = [*export_lines(LOG, [], PUBLIC, "log")]
    none = "export: expected at least one checkpoint, found none; nothing shows it whole"
    assert check_export(lines) == check_export(lines, public_keys=PUBLIC) == bad(none)
    assert check_export(lines, checkpoints=[sign(6)]).ok


def test_keys_are_trusted_or_refused():
    """A key of the file that is not among the trusted ones is an error."""
    reason = f"export: expected a trusted key, found {show_key(*PUBLIC[0])}"
    assert check_export(LINES, public_keys=FOREIGN) == bad(reason)
    assert check_export(LINES, public_keys=(*FOREIGN, *PUBLIC)).ok


def test_what_was_kept_apart_counts():
    """A checkpoint kept elsewhere shows that the end of the file was cut off."""
    short = [*export_lines([*LEAVES[:3], WHOLE], [sign(4)], PUBLIC, "log")]
    assert check_export(short).ok
    verdict = check_export(short, checkpoints=[sign(6)])
    assert (verdict.first_bad, verdict.reason) == (
        4,
        "entry 4: expected 6 entries as signed, found 4",
    )
    other = check_export(short, checkpoints=[sign(6, origin="other")])
    assert (other.first_bad, other.reason) == (
        4,
        "checkpoint 6: expected origin log, found other",
    )


@pytest.mark.parametrize("written", [str, lambda text: json.dumps(text) + "\n"])
def test_checkpoints_of_a_file(written):
    """Plain, one after the other, or as JSON texts, one a line."""
    texts = [sign(2), sign(4)]
    assert read_checkpoints("".join(map(written, texts))) == texts


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "expected some, found none in the file"),
        ("a\n1\n", "expected some, found none in the file"),
        ('"a\n', "expected one JSON text a line, found "),
        ('"a"\n1\n', "expected one JSON text a line, found "),
    ],
)
def test_no_checkpoints(text: str, reason: str):
    """A file without any is refused: kept in vain would look like kept."""
    with pytest.raises(Unreadable) as raised:
        read_checkpoints(text)
    assert str(raised.value).startswith(f"checkpoints: {reason}")
