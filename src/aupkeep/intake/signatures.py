"""DKIM (RFC 6376) and ARC (RFC 8617) by dkimpy, with bounds on what strangers make us compute."""

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import dkim

from aupkeep.intake.alignment import aligned
from aupkeep.intake.lookup import Lookup
from aupkeep.intake.words import decode
from aupkeep.model.report import Verdict

library: Any = dkim  # dkimpy ships no types
MOST_CHECKED = 3  # signatures of one mail, those of the From domain first
MOST_SIGNATURES = 20  # signatures looked at to choose from
LONGEST_SIGNATURE = 8_000  # bytes of one header
MOST_SIGNED = 200  # names in h=
MOST_BYTES = 10 << 20  # bytes of a mail that are hashed
TAG = re.compile(rb"(?:^|;)\s*([a-z]{1,3})\s*=\s*([^;]*)")
FAULTS = (dkim.DKIMException, ValueError, LookupError, TypeError, AttributeError, ArithmeticError,
          RecursionError, AssertionError)  # fmt: skip
QUIET = logging.getLogger("aupkeep.intake.signatures.dkimpy")
QUIET.addHandler(logging.NullHandler())
QUIET.propagate = False


class Signed(NamedTuple):
    """The verdict over all signatures and the domains (`d=`) whose signature passed."""

    verdict: Verdict
    domains: tuple[str, ...] = ()


class _Signature(NamedTuple):
    place: int  # among all DKIM-Signature headers, from the top
    domain: str


def check_dkim(data: bytes, headers: Sequence[bytes], domain: str | None, lookup: Lookup) -> Signed:
    """Check the signatures; `headers` are the raw DKIM-Signature values from the top.

    A signature with `l=` (RFC 6376 section 8.2: anything may be appended) is not counted.
    """
    if not headers:
        return Signed(Verdict.NONE)
    if len(data) > MOST_BYTES:
        return Signed(Verdict.UNKNOWN)
    usable = sorted(_usable(headers), key=lambda one: not _ours(one.domain, domain))
    passed, late = [], False
    for signature in usable[:MOST_CHECKED]:
        answer = _Answers(lookup)
        if _verified(data, signature.place, answer):
            passed.append(signature.domain)
        late = late or answer.late
    if passed:
        return Signed(Verdict.PASS, tuple(passed))
    return Signed(Verdict.ERROR if late else Verdict.FAIL)


def check_arc(data: bytes, lookup: Lookup) -> Verdict:
    """The state of the ARC chain; it is recorded, and proves nothing by itself."""
    if len(data) > MOST_BYTES:
        return Verdict.UNKNOWN
    answers = _Answers(lookup)
    try:
        state = library.ARC(data, logger=QUIET, minkey=1024).verify(answers)[0]
    except FAULTS:
        return Verdict.ERROR if answers.late else Verdict.FAIL
    return {library.CV_Pass: Verdict.PASS, library.CV_Fail: Verdict.FAIL}.get(state, Verdict.NONE)


def _usable(headers: Sequence[bytes]) -> Iterator[_Signature]:
    for index, header in enumerate(headers[:MOST_SIGNATURES]):
        if len(header) > LONGEST_SIGNATURE:
            continue
        tags = {name: b"".join(value.split()) for name, value in TAG.findall(header)}
        if b"l" in tags or tags.get(b"h", b"").count(b":") > MOST_SIGNED:
            continue
        yield _Signature(index, decode(tags.get(b"d", b"")).lower().rstrip("."))


def _ours(signer: str, domain: str | None) -> bool:
    return domain is not None and aligned(signer, domain)


def _verified(data: bytes, index: int, answers: Callable[..., bytes | None]) -> bool:
    try:
        return bool(library.DKIM(data, logger=QUIET, minkey=1024).verify(index, answers))
    except FAULTS:
        return False


class _Answers:
    """dkimpy's way to ask for a key: the TXT record as bytes, or None."""

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self.late = False

    def __call__(self, name: bytes, timeout: int = 5) -> bytes | None:  # noqa: ARG002 - dkimpy's signature
        """The first TXT record; a look-up that comes too late is remembered."""
        try:
            found = self.lookup(decode(name).rstrip(".").lower(), "TXT")
        except TimeoutError:
            self.late = True
            return None
        return found[0].encode("utf-8", "replace") if found else None
