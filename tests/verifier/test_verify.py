"""A thousand single changes, each found by the product and by the verifier apart from it."""

import base64
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from random import Random

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aupkeep.evidence.checkpoint import make, show_key
from aupkeep.evidence.export import check_export, export_lines
from aupkeep.evidence.leaf import commitment, encode_leaf
from aupkeep.evidence.merkle import Frontier, leaf_hash
from aupkeep.evidence.verify import LogLeaf
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import Entry, EntryType
from aupkeep.model.facts import canonical

FILE = Path(__file__).resolve().parents[2] / "verifier" / "verify.py"
SPEC = spec_from_file_location("verifier_verify", FILE)
VERIFIER = module_from_spec(SPEC)
SPEC.loader.exec_module(VERIFIER)
NAME, ORIGIN, SIZE = "aupkeep.example", "aupkeep.example/journal", 320
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
FOREIGN = Ed25519PrivateKey.from_private_bytes(b"f" * 32)
PUBLIC = ((NAME, KEY.public_key()),)
TYPES = tuple(EntryType)
ERASED = range(10, SIZE - 1, 11)


def identity(number):
    return f"019b7c01-0400-7000-8000-{number:012x}"


def leaf(number):
    """Entry `number` of a journal, erased for every eleventh, as the next one says."""
    named = [identity(number - 1)] if number - 1 in ERASED else []
    entry = Entry(
        id=identity(number),
        type=EntryType.ENTRIES_ERASED if named else TYPES[number % len(TYPES)],
        at=datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=number),
        actor=SYSTEM,
        salt=number.to_bytes(32, "big"),
        payload={
            "address": f"192.0.2.{number % 256}",
            "note": "blåbær",
            "list": [number, None, 0.5],
            "erases": named,
        },
    )
    gone = number in ERASED
    kept = (None, None) if gone else (entry.salt, entry.payload)
    return LogLeaf(number, encode_leaf(entry), *kept, gone)


def signed(leaves, key=KEY):
    """A checkpoint at the end of each transaction of two to eight entries."""
    frontier, texts = Frontier(), []
    for number, each in enumerate(leaves):
        frontier = frontier.append(leaf_hash(each.leaf))
        if number % 17 in {0, 2, 9} or number == len(leaves) - 1:
            texts.append(make(ORIGIN, frontier.size, frontier.root(), NAME, key))
    return texts


LEAVES = [leaf(number) for number in range(SIZE)]
CHECKPOINTS = signed(LEAVES)
LINES = list(export_lines(LEAVES, CHECKPOINTS, PUBLIC, ORIGIN))
STARTS = sorted({0} | {int(text.split("\n")[1]) for text in CHECKPOINTS})


def interval(entry):
    """The first entry of the transaction that wrote this one."""
    return max(start for start in STARTS if start <= entry)


def edit(lines, entry, **changes):
    """One entry's line written anew, canonically."""
    lines[1 + entry] = canonical(json.loads(lines[1 + entry]) | changes) + b"\n"


def flip_byte(lines, entry, draw):
    """Any bit of any byte of the line."""
    data = bytearray(lines[1 + entry])
    data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
    lines[1 + entry] = bytes(data)


def flip_salt(lines, entry, draw):
    salt = bytearray(LEAVES[entry].salt or bytes(32))
    salt[draw.randrange(32)] ^= 1 << draw.randrange(8)
    edit(lines, entry, salt=base64.b64encode(salt).decode())


def flip_header(lines, entry, draw):
    data = bytearray(LEAVES[entry].leaf)
    data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
    edit(lines, entry, leaf=base64.b64encode(data).decode())


def change_payload(lines, entry, draw):
    edit(lines, entry, payload={"address": f"198.51.100.{draw.randrange(256)}"})


def delete(lines, entry, draw):
    del lines[1 + entry]


def swap(lines, entry, draw):
    other = (entry + draw.randrange(1, SIZE)) % SIZE
    lines[1 + entry], lines[1 + other] = lines[1 + other], lines[1 + entry]


def swap_renumbered(lines, entry, draw):
    swap(lines, entry, draw)
    renumber(lines)


def cut(lines, entry, draw):
    del lines[1 + entry :]


def double(lines, entry, draw):
    lines.insert(1 + entry, lines[1 + entry])


def double_renumbered(lines, entry, draw):
    double(lines, entry, draw)
    renumber(lines)


def renumber(lines):
    for number in range(len(lines) - 1):
        edit(lines, number, index=number)


def rewrite(lines, entry, draw):
    """The forger changes the payload and makes leaf and commitment fit, but has no key."""
    salt, payload = bytes(32), {"address": f"198.51.100.{draw.randrange(256)}"}
    header = json.loads(LEAVES[entry].leaf) | {"commitment": commitment(salt, payload).hex()}
    fields = {"salt": base64.b64encode(salt).decode(), "payload": payload, "erased": False}
    edit(lines, entry, leaf=base64.b64encode(canonical(header)).decode(), **fields)


CHANGES = (flip_byte, flip_salt, flip_header, change_payload, delete, swap, swap_renumbered)
CHANGES += (cut, double, double_renumbered, rewrite)
EXACT = {flip_salt, change_payload, delete, cut}


def product(lines, **kept):
    """What the product says: the first bad entry, or None."""
    verdict = check_export(lines, **kept)
    assert verdict.ok == (verdict.first_bad is None)
    return verdict.first_bad


def apart(lines, kept=(), keys=()):
    """What the verifier says: the first bad entry, or None."""
    try:
        assert VERIFIER.check(lines, kept, keys) == (SIZE, len(ERASED))
    except VERIFIER.Bad as error:
        return error.args[0]
    return None


def test_whole_export_holds():
    """Untouched, with erased entries in it, both say it holds."""
    verdict = check_export(LINES, checkpoints=CHECKPOINTS, public_keys=PUBLIC)
    assert (verdict.ok, verdict.entries, verdict.erased) == (True, SIZE, len(ERASED))
    assert apart(LINES, CHECKPOINTS, [show_key(*PUBLIC[0])]) is None


NIGHT = (pytest.mark.slow, pytest.mark.nightly("fuzz"))
BATCHES = [0, *(pytest.param(batch, marks=NIGHT) for batch in range(1, 10))]


@pytest.mark.slow
@pytest.mark.parametrize("batch", BATCHES)
def test_thousand_single_changes(batch):
    """1,000 of 1,000 are found by both, at the entry or in the transaction that was touched."""
    draw = Random(f"change {batch}")  # noqa: S311 - picks changes
    for round_ in range(100):
        change, entry, lines = CHANGES[round_ % len(CHANGES)], draw.randrange(SIZE), list(LINES)
        change(lines, entry, draw)
        found = product(iter(lines))
        assert found == apart(lines), (change.__name__, entry)
        assert found is not None, (change.__name__, entry)
        if change in EXACT:
            assert found == entry, change.__name__
        elif change not in {swap, swap_renumbered}:
            assert interval(entry) <= found <= entry + 1, change.__name__


@pytest.mark.parametrize("place", range(0, len(LINES[0]), 769))
def test_changed_first_line(place):
    """A changed byte in the line of keys and checkpoints is found as well."""
    line = bytearray(LINES[0])
    line[place] ^= 1
    assert product(iter([bytes(line), *LINES[1:]])) is not None
    assert apart([bytes(line), *LINES[1:]]) is not None


def test_rewritten_with_another_key():
    """A whole log signed anew with a key of the forger's holds by itself, not beside ours."""
    forged = [*LEAVES[:100], *(each._replace(number=each.number - 1) for each in LEAVES[101:])]
    keys = ((NAME, FOREIGN.public_key()),)
    lines = list(export_lines(forged, signed(forged, FOREIGN), keys, ORIGIN))
    assert product(iter(lines)) is None
    assert product(iter(lines), public_keys=PUBLIC) == 0
    assert apart(lines, keys=[show_key(*PUBLIC[0])]) == 0


def test_checkpoints_kept_outside_find_a_cut():
    """Entries and their checkpoints cut together are found by the checkpoints kept apart."""
    lines = list(export_lines(LEAVES[:100], signed(LEAVES[:100]), PUBLIC, ORIGIN))
    assert product(iter(lines)) is None
    assert product(iter(lines), checkpoints=CHECKPOINTS, public_keys=PUBLIC) == 100
    assert apart(lines, CHECKPOINTS) == 100


def test_unsigned_tail():
    """An entry that no checkpoint covers is named: whoever lacks the key can only append that."""
    lines = [*LINES, canonical(json.loads(LINES[-1]) | {"index": SIZE}) + b"\n"]
    assert (product(iter(lines)), apart(lines)) == (SIZE, SIZE)


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [b"\n"],
        [b"{}\n"],
        [b"[" * 100_000],
        [b"\xff\n"],
        [b'{"checkpoints":7,"format":"aupkeep-journal/1","keys":7,"origin":7}\n'],
        [b'{"checkpoints":[[]],"format":"aupkeep-journal/1","keys":[1],"origin":"a"}\n'],
    ],
)
def test_no_export(lines):
    """What is no export is bad from its first entry on, whatever it is."""
    assert (product(iter(lines)), apart(lines)) == (0, 0)


@pytest.mark.parametrize("form", [str, lambda one: json.dumps(one) + "\n"], ids=["notes", "home"])
def test_kept_checkpoints_in_either_form(tmp_path, form):
    """A tail that was cut with its checkpoints is found by the file a home keeps, and by notes."""
    head, *body = LINES
    short = json.loads(head)
    short["checkpoints"] = [one for one in CHECKPOINTS if int(one.split("\n")[1]) <= SIZE // 2]
    held = max(int(one.split("\n")[1]) for one in short["checkpoints"])
    (tmp_path / "export").write_bytes(b"".join([canonical(short) + b"\n", *body[:held]]))
    (tmp_path / "kept").write_text("".join(map(form, CHECKPOINTS)), "utf-8")
    (tmp_path / "none").write_text("nothing here\n", "utf-8")

    def run(*more: str) -> tuple[int, str]:
        words = [sys.executable, str(FILE), "export", *more]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout[:24]

    assert run() == (0, f"ok: {held} entries, 14 erased"[:24])
    assert run("--keep", "kept") == (1, f"bad: first bad entry {held}:"[:24])
    assert run("--keep", "none") == (2, "")


@pytest.mark.parametrize(("entry", "code"), [(None, 0), (41, 1)])
def test_command(tmp_path, entry, code):
    """The command line says ok or names the first bad entry, and its exit code agrees."""
    lines = list(LINES)
    if entry is not None:
        edit(lines, entry, payload={"address": "198.51.100.1"})
    (tmp_path / "export.jsonl").write_bytes(b"".join(lines))
    (tmp_path / "kept").write_text("".join(CHECKPOINTS), "utf-8")
    command = [sys.executable, str(FILE), "export.jsonl", "--keep", "kept"]
    command += ["--key", show_key(*PUBLIC[0])]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    words = f"ok: {SIZE} entries" if entry is None else f"bad: first bad entry {entry}:"
    assert (done.returncode, done.stdout.startswith(words), done.stderr) == (code, True, "")


def test_verifier_is_small_and_independent():
    """Fewer than 290 lines, and nothing of the product in it."""
    text = FILE.read_text("utf-8")
    assert len(text.splitlines()) < 290
    assert "import aupkeep" not in text
    assert "from aupkeep" not in text
