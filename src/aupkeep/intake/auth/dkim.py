"""DKIM signatures (RFC 6376) by dkimpy, with bounds on what strangers make us compute."""

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

import dkim

from aupkeep.intake.auth.dns_lookup import Lookup
from aupkeep.intake.domains import is_aligned
from aupkeep.intake.mail.decoding import decode
from aupkeep.model.report import Verdict

library: Any = dkim  # dkimpy ships no types
MOST_CHECKED = 5  # signatures of one mail, those of the From domain first
MOST_SIGNATURES = 20  # signatures looked at to choose from
LONGEST_SIGNATURE = 8_000  # bytes of one header
MOST_SIGNED = 200  # names in h=
MOST_BYTES = 10 << 20  # bytes of a mail that are hashed
SHORTEST_KEY = 1024  # bits of an RSA key (RFC 8301 section 3.2)
LONGEST_TIME = 14  # digits of a time in seconds
SHOWN = 60  # characters of a domain in a reason
TAG = re.compile(rb"(?:^|;)\s*([a-z]{1,3})\s*=\s*([^;]*)")
FAULTS = (dkim.DKIMException, ValueError, LookupError, TypeError, AttributeError, ArithmeticError,
          RecursionError, AssertionError)  # fmt: skip
QUIET = logging.getLogger("aupkeep.intake.auth.dkim.dkimpy")
QUIET.addHandler(logging.NullHandler())
QUIET.propagate = False

Answers = Callable[..., bytes | None]  # dkimpy's way to ask for a key


class DkimResult(NamedTuple):
    """The verdict over all signatures, the domains (`d=`) that passed, and what each was."""

    verdict: Verdict
    domains: tuple[str, ...] = ()
    why: tuple[str, ...] = ()


class _Signature(NamedTuple):
    place: int  # among all DKIM-Signature headers, from the top
    domain: str
    trouble: str  # why it is not counted whatever its key says, "" when it is checked


def check_dkim(
    data: bytes,
    headers: Sequence[bytes],
    domain: str | None,
    lookup: Lookup,
    at: datetime | None = None,
) -> DkimResult:
    """Check the signatures; `headers` are the raw DKIM-Signature values from the top.

    Not counted, whatever the key says: a signature with `l=` (RFC 6376 section 8.2: anything may be
    appended), one whose `h=` leaves From out (section 5.4), one whose `x=` lay behind `at`, when
    the mail was received, and one by an RSA key below 1024 bits (RFC 8301).
    """
    if not headers:
        return DkimResult(Verdict.NONE)
    if len(data) > MOST_BYTES:
        return DkimResult(Verdict.UNKNOWN, (), (f"DKIM: more than {MOST_BYTES >> 20} MiB",))
    signatures = sorted(
        _signatures(headers, at), key=lambda candidate: not _ours(candidate.domain, domain)
    )
    good = [candidate for candidate in signatures if not candidate.trouble]
    why = [
        f"DKIM {candidate.domain[:SHOWN]}: {candidate.trouble}"
        for candidate in signatures
        if candidate.trouble
    ]
    passed, late = [], False
    for signature in good[:MOST_CHECKED]:
        answer = KeyLookup(lookup)
        trouble = _trouble(data, signature.place, answer, ended=at is None)
        if not trouble:
            passed.append(signature.domain)
        late = late or answer.late
        why.append(f"DKIM {signature.domain[:SHOWN]}: {trouble or 'passes'}")
    if passed:
        return DkimResult(Verdict.PASS, tuple(passed), tuple(why))
    return DkimResult(Verdict.ERROR if late else Verdict.FAIL, (), tuple(why))


def _signatures(headers: Sequence[bytes], at: datetime | None) -> Iterator[_Signature]:
    for index, header in enumerate(headers[:MOST_SIGNATURES]):
        if len(header) > LONGEST_SIGNATURE:
            yield _Signature(index, "", "its header is too long")
            continue
        tags = {name: b"".join(value.split()) for name, value in TAG.findall(header)}
        domain = decode(tags.get(b"d", b"")).lower().rstrip(".")
        yield _Signature(index, domain, _uncounted(tags, at))


def _uncounted(tags: Mapping[bytes, bytes], at: datetime | None) -> str:
    """Why a signature with these tags is not counted, "" when it is."""
    signed = tags.get(b"h", b"").lower().split(b":")
    if b"l" in tags:
        return "l= lets anything be appended"
    if len(signed) > MOST_SIGNED:
        return f"h= names more than {MOST_SIGNED} headers"
    if b"from" not in signed:
        return "h= leaves From out"
    ends = tags.get(b"x")
    if ends is None or at is None:
        return ""
    if not ends.isdigit() or len(ends) > LONGEST_TIME:
        return "x= is no time"
    return "x= lies before the mail came" if int(ends) < at.timestamp() else ""


def _ours(signer: str, domain: str | None) -> bool:
    return domain is not None and is_aligned(signer, domain)


def _trouble(data: bytes, index: int, answers: Answers, *, ended: bool) -> str:
    """Why the signature does not pass, "" when it does; `ended` = one that has ended by now."""
    try:
        checker = library.DKIM(data, logger=QUIET, minkey=SHORTEST_KEY)
        check = checker.verify if ended else partial(_passes, checker)
        passed = bool(check(index, answers))
    except FAULTS as error:
        return _failure_words(error)
    return "" if passed else "the signature does not fit"


def _failure_words(error: Exception) -> str:
    """What dkimpy complains about, in our words where it matters to the desk."""
    text = str(error)
    if "too small" in text:
        return f"its key has fewer than {SHORTEST_KEY} bits"
    if "body hash mismatch" in text:
        return "the body was changed"
    return text.partition("(")[0].strip()[:100] or type(error).__name__


def _passes(checker: Any, index: int, answers: Answers) -> bool:  # noqa: ANN401 - untyped
    """The library's `verify` without `x=`, which it compares with the clock of today.

    A mail that came in time and is read later proves no less; `_uncounted` looks at the receipt.
    """
    header = [item for item in checker.headers if item[0].lower() == b"dkim-signature"][index]
    tags = library.parse_tag_value(header[1])
    library.validate_signature_fields({k: tag for k, tag in tags.items() if k != b"x"})
    checker.signature_fields, checker.domain, checker.selector = tags, tags[b"d"], tags[b"s"]
    names = re.split(rb"\s*:\s*", tags[b"h"].lower())
    checker.include_headers = tuple(names)
    return bool(checker.verify_sig(tags, names, header, answers))


class KeyLookup:
    """dkimpy's way to ask for a key: the TXT record as bytes, or None."""

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self.late = False

    def __call__(self, name: bytes, timeout: int = 5) -> bytes | None:  # noqa: ARG002 - dkimpy's signature
        """The first TXT record; a look-up that comes too late is remembered."""
        try:
            records = self.lookup(decode(name).rstrip(".").lower(), "TXT")
        except TimeoutError:
            self.late = True
            return None
        return records[0].encode("utf-8", "replace") if records else None
