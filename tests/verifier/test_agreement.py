"""The product and the verifier apart from it say the same of whatever is done to the first line."""

import base64
import json
from collections.abc import Callable
from random import Random

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aupkeep.evidence.checkpoint import key_id, read_key, show_key
from aupkeep.evidence.cosignature import Cosigner, cosign
from aupkeep.evidence.export import check_export
from aupkeep.model.errors import Unreadable
from aupkeep.model.facts import canonical
from verifier.test_verify import CHECKPOINTS, FOREIGN, KEY, LINES, NAME, ORIGIN, PUBLIC, VERIFIER

DASH = "\N{EM DASH}"
WITNESS = Cosigner("w.example", FOREIGN.public_key())
OURS = show_key(*PUBLIC[0])
OTHER = show_key("x.example", Ed25519PrivateKey.from_private_bytes(b"o" * 32).public_key())
NIGHT = (pytest.mark.slow, pytest.mark.nightly("fuzz"))
BATCHES = [0, *(pytest.param(batch, marks=NIGHT) for batch in range(1, 10))]


def line(name: str, raw: bytes) -> str:
    return f"{DASH} {name} {base64.b64encode(raw).decode()}\n"


def false_line(name: str = NAME) -> str:
    """Of our key, over nothing."""
    return line(name, key_id(NAME, KEY.public_key()) + bytes(64))


def twice(text: str) -> str:
    return text + text.rpartition("\n\n")[2]


NOTES: dict[str, tuple[bool, Callable[[str], str]]] = {
    "unknown signer": (True, lambda text: text + line("x", b"1234567")),
    "our name, another id": (True, lambda text: text + line(NAME, bytes(68))),
    "our id, another name": (True, lambda text: text + false_line("x")),
    "unknown signer first": (True, lambda text: text.replace("\n\n", f"\n\n{line('x', bytes(9))}")),
    "our line twice": (True, twice),
    "our line, false": (False, lambda text: text + false_line()),
    "no base64": (False, lambda text: text + f"{DASH} {NAME} !!!\n"),
    "a key id alone": (False, lambda text: text + line("x", b"1234")),
    "no key id": (False, lambda text: text + line("x", b"")),
    "a name with a plus": (False, lambda text: text + line("x+y", b"1234567")),
    "no name": (False, lambda text: text + line("", b"1234567")),
    "a name with a space": (False, lambda text: text + line("x\u00a0y", b"1234567")),
    "a name with a line end": (False, lambda text: text + line("x\u2028y", b"1234567")),
    "no dash": (False, lambda text: text + "- x MTIzNDU2Nw==\n"),
    "two spaces": (False, lambda text: text.replace(f"{DASH} ", f"{DASH}  ")),
    "a blank line behind": (False, lambda text: text + "\n"),
    "no line end": (False, lambda text: text[:-1]),
    "another line end": (False, lambda text: text.replace("\n", "\r\n")),
    "a tab": (False, lambda text: text + line("x", b"1234567").replace(" x", "\tx")),
    "an extension": (False, lambda text: text.replace("\n\n", "\next\n\n")),
    "a separator before": (False, lambda text: f"\u2028{text}"),
    "two notes": (False, lambda text: text + text),
    "nothing": (False, lambda text: ""),
    "a word": (False, lambda text: "x"),
}
HEADS: dict[str, tuple[bool, Callable[[dict[str, object]], dict[str, object]]]] = {
    "no origin": (False, lambda head: {"origin": ""}),
    "another origin": (False, lambda head: {"origin": "x"}),
    "an origin and a space": (False, lambda head: {"origin": f"{ORIGIN} "}),
    "no text as origin": (False, lambda head: {"origin": None}),
    "no keys": (False, lambda head: {"keys": []}),
    "a key twice": (False, lambda head: {"keys": [OURS, OURS]}),
    "a space behind a key": (False, lambda head: {"keys": [f"{OURS} "]}),
    "a key without a name": (False, lambda head: {"keys": [OURS, OURS[len(NAME) :]]}),
    "no key": (False, lambda head: {"keys": ["x+y"]}),
    "a key more": (True, lambda head: {"keys": [OURS, OTHER]}),
    "a checkpoint less": (True, lambda head: {"checkpoints": CHECKPOINTS[1:]}),
    "a checkpoint twice": (True, lambda head: {"checkpoints": [*CHECKPOINTS, CHECKPOINTS[0]]}),
    "in another order": (True, lambda head: {"checkpoints": CHECKPOINTS[::-1]}),
    "no checkpoint": (False, lambda head: {"checkpoints": []}),
}


def both(lines: list[bytes], keys: tuple[str, ...] = (), witness: Cosigner | None = None) -> bool:
    """Whether it holds, as both say."""
    trusted = tuple(read_key(key) for key in keys)
    cosigners = [witness] if witness else []
    said = check_export(iter(lines), public_keys=trusted, cosigners=cosigners, quorum=bool(witness))
    shown = [one.show() for one in cosigners]
    try:
        count, erased, *_ = VERIFIER.check(iter(lines), (), keys, shown, len(shown))
    except VERIFIER.Bad:
        assert not said.ok
        return False
    assert (said.ok, said.entries, said.erased) == (True, count, erased), said
    return True


def with_head(**changed: object) -> list[bytes]:
    return [canonical(json.loads(LINES[0]) | changed) + b"\n", *LINES[1:]]


@pytest.mark.parametrize(("holds", "change"), NOTES.values(), ids=NOTES.keys())
def test_a_line_below_a_checkpoint(holds, change):
    """C2SP signed-note: unknown signers are ignored, what is no signature line spoils the note."""
    texts = [*CHECKPOINTS[:4], change(CHECKPOINTS[4]), *CHECKPOINTS[5:]]
    lines = with_head(checkpoints=texts)
    assert both(lines) is holds
    assert both(lines, (OURS,)) is holds


@pytest.mark.parametrize(("holds", "change"), HEADS.values(), ids=HEADS.keys())
def test_a_change_of_the_first_line(holds, change):
    lines = with_head(**change(json.loads(LINES[0])))
    assert both(lines) is holds
    if change(json.loads(LINES[0])) != {"keys": [OURS, OTHER]}:
        assert both(lines, (OURS,)) is holds
    else:
        assert not both(lines, (OURS,))


@pytest.mark.parametrize("seconds", [0, 1, 253402214400, 253402214401, 2**63])
def test_a_cosignature(seconds):
    """Of a witness that is asked for each line must hold, with a time that can be."""
    text, _, ours = CHECKPOINTS[-1].rpartition("\n\n")
    message = f"cosignature/v1\ntime {seconds}\n{text}\n".encode()
    raw = key_id(WITNESS.name, WITNESS.key, b"\x04") + seconds.to_bytes(8, "big")
    good = line(WITNESS.name, raw + FOREIGN.sign(message))
    false = line(WITNESS.name, raw + bytes(64))
    for lines, holds in ((good, 0 < seconds <= 253402214400), (good + false, False)):
        texts = [*CHECKPOINTS[:-1], f"{text}\n\n{ours}{lines}"]
        assert both(with_head(checkpoints=texts), witness=WITNESS) is holds
        assert both(with_head(checkpoints=texts))
    assert callable(cosign)


def mutated(text: str, draw: Random) -> str:
    """A checkpoint with one place changed, taken out, doubled or filled."""
    start, end = sorted(draw.randrange(len(text) + 1) for _ in range(2))
    end = min(end, start + draw.choice((0, 1, 1, 5, 90)))
    signs = ("", " ", "\n", "\n\n", f"{DASH} ", "+", "A", "=", "0", "\u2028", "\x00", "\ud7ff")
    return text[:start] + draw.choice((*signs, text[start:end] * 2)) + text[end:]


@pytest.mark.parametrize("batch", BATCHES)
def test_whatever_is_changed_both_agree(batch):
    """Drawn changes of any text of the first line, and of any byte of it."""
    draw = Random(f"agree {batch}")  # noqa: S311 - picks changes
    texts = CHECKPOINTS[-3:]
    head = json.loads(LINES[0])
    for _ in range(60):
        place = draw.randrange(len(texts))
        changed = [*texts[:place], mutated(texts[place], draw), *texts[place + 1 :]]
        both(with_head(checkpoints=changed))
        key = mutated(OURS, draw)
        both(with_head(keys=draw.choice(([key], [OURS, key])), checkpoints=texts))
        both(with_head(origin=mutated(ORIGIN, draw), checkpoints=texts))
        data = bytearray(canonical({**head, "checkpoints": texts}) + b"\n")
        data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
        both([bytes(data), *LINES[1:]])


@pytest.mark.parametrize("batch", BATCHES)
def test_both_read_a_key_alike(batch):
    """A verifier key that was changed anywhere."""
    draw = Random(f"key {batch}")  # noqa: S311 - picks changes
    for _ in range(300):
        key = mutated(OURS, draw)
        try:
            ours = show_key(*read_key(key)) == key
        except Unreadable:
            ours = False
        try:
            theirs = bool(VERIFIER.read_key(key))
        except VERIFIER.Bad:
            theirs = False
        assert ours == theirs, key
