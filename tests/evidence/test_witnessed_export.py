"""How many entries of an export each witness cosigned; what does not hold is an error."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aupkeep.evidence.checkpoint import parse
from aupkeep.evidence.cosignature import Cosigner, cosign
from aupkeep.evidence.export import check_export, export_lines
from aupkeep.evidence.verify import LogVerdict
from evidence.test_export import LOG, PUBLIC, sign

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEYS = [Ed25519PrivateKey.from_private_bytes(letter * 32) for letter in (b"1", b"2")]
WITNESSES = [Cosigner(f"w{number}.example", key.public_key()) for number, key in enumerate(KEYS)]
ONE, TWO = (witness.show() for witness in WITNESSES)
WHOLE = LogVerdict(ok=True, entries=6, erased=1)


def cosigned(size, *numbers: int):
    """The checkpoint of that size with a line of each of these witnesses."""
    note = sign(size)
    text = parse(note).text
    return note + "".join(cosign(text, WITNESSES[n].name, KEYS[n], AT) for n in numbers)


def check(*checkpoints: str, quorum=0, cosigners=WITNESSES):
    lines = export_lines(LOG, checkpoints, PUBLIC, "log")
    return check_export(lines, public_keys=PUBLIC, cosigners=cosigners, quorum=quorum)


def test_nobody_is_asked_unless_named():
    assert check(cosigned(6, 0, 1), cosigners=()) == WHOLE


def test_each_has_cosigned_so_many_entries():
    """The most of several checkpoints, whatever their order; 0 for who cosigned none."""
    verdict = check(cosigned(2, 0, 1), cosigned(4, 0), cosigned(6))
    assert verdict == replace(WHOLE, witnesses={ONE: 4, TWO: 2})
    assert check(cosigned(4, 0), cosigned(2, 0), cosigned(6)).witnesses == {ONE: 4, TWO: 0}
    assert check(cosigned(6)).witnesses == {ONE: 0, TWO: 0}
    assert check(sign(2), cosigned(6, 0)).witnesses == {ONE: 6, TWO: 0}


def test_one_entry_counts():
    """Who cosigned the first has cosigned it."""
    assert check(cosigned(1, 0), sign(6), quorum=1) == replace(WHOLE, witnesses={ONE: 1, TWO: 0})


@pytest.mark.parametrize(
    ("numbers", "quorum", "ok"),
    [((), 0, True), ((), 1, False), ((0,), 1, True), ((0,), 2, False), ((0, 1), 2, True)],
)
def test_as_many_have_cosigned_as_are_asked_for(numbers, quorum, ok):
    verdict = check(cosigned(6, *numbers), quorum=quorum)
    sizes = {ONE: 6 if 0 in numbers else 0, TWO: 6 if 1 in numbers else 0}
    if ok:
        assert verdict == replace(WHOLE, witnesses=sizes)
    else:
        why = f"expected {quorum} of these witnesses to have cosigned it, found {len(numbers)}"
        assert verdict == LogVerdict(
            ok=False, entries=6, erased=1, first_bad=0, reason=f"export: {why}", witnesses=sizes
        )


@pytest.mark.parametrize(("size", "first_bad"), [(6, 5), (1, 0)])
def test_a_cosignature_that_does_not_hold_is_an_error(size, first_bad):
    """Of another text, say: an entry may have been put in its place."""
    other = cosign(parse(sign(2)).text.replace("2", "3"), WITNESSES[1].name, KEYS[1], AT)
    checkpoints = [sign(size) + other] + ([] if size == 6 else [sign(6)])
    verdict = check(*checkpoints)
    why = f"checkpoint {size}: expected a cosignature of w1.example that holds"
    assert verdict == LogVerdict(ok=False, entries=6, erased=1, first_bad=first_bad, reason=why)


def test_a_line_of_another_key_of_that_name_says_nothing():
    """Nor does one of the same key by another name."""
    note = sign(6)
    text = parse(note).text
    lines = cosign(text, WITNESSES[0].name, KEYS[1], AT) + cosign(text, "w9.example", KEYS[0], AT)
    assert check(note + lines).witnesses == {ONE: 0, TWO: 0}


def test_what_is_wrong_in_the_log_is_said_first():
    """Without asking a witness."""
    verdict = check(cosigned(4, 0), quorum=2)
    assert (verdict.ok, verdict.first_bad, verdict.witnesses) == (False, 4, {})
