"""SPF (RFC 7208) of a connecting peer, with an injected resolver."""

from typing import Any

import spf

from aupkeep.intake.auth.dns_lookup import Lookup
from aupkeep.model.report import Verdict

library: Any = spf  # pyspf ships no types
WORDS = {
    "pass": Verdict.PASS,
    "fail": Verdict.FAIL,
    "softfail": Verdict.FAIL,
    "none": Verdict.NONE,
    "neutral": Verdict.NONE,
    "temperror": Verdict.ERROR,
    "permerror": Verdict.ERROR,
}
FAULTS = (LookupError, ValueError, TypeError, AttributeError, RecursionError, AssertionError)


class _Query(library.query):  # type: ignore[misc]
    """pyspf's evaluator with its look-ups led to ours; its limits of section 4.6.4 stay."""

    lookup: Lookup

    def dns(
        self,
        name: str,
        qtype: str,
        cnames: object = None,  # noqa: ARG002 - pyspf's signature
        ignore_void: bool = False,  # noqa: FBT001, FBT002 - pyspf's signature
    ) -> list[Any]:
        """Answers in pyspf's shapes: TXT as bytes in a tuple, MX as (preference, name)."""
        try:
            answers = self.lookup(str(name).rstrip(".").lower(), qtype)
        except TimeoutError as error:
            raise library.TempError(f"DNS: {error}") from error
        if not answers and not ignore_void:
            self.void_lookups += 1
            if self.void_lookups > library.MAX_VOID_LOOKUPS:
                raise library.PermError("more than two void look-ups (RFC 7208 section 4.6.4)")
        return [_shaped(answer, qtype) for answer in answers]


def _shaped(answer: str, qtype: str) -> object:
    if qtype == "TXT":
        return (answer.encode("utf-8", "replace"),)
    if qtype == "MX":
        preference, _, name = answer.partition(" ")
        return (int(preference), name.rstrip("."))
    return answer.rstrip(".")


def check(peer: str, helo: str | None, sender: str | None, lookup: Lookup) -> tuple[Verdict, str]:
    """The verdict and the domain it is about: the envelope sender's, or the HELO name's."""
    name = (sender or "").strip("<> ")
    domain = name.rpartition("@")[2] or (helo or "")
    if not domain:
        return Verdict.NONE, ""
    try:
        query = _Query(i=peer, s=name, h=helo or domain, timeout=10, querytime=20)
        query.lookup = lookup
        result = query.check()[0]
    except FAULTS:
        return Verdict.ERROR, domain.lower()
    return WORDS.get(str(result), Verdict.ERROR), domain.lower()
