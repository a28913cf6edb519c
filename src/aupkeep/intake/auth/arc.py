"""ARC chains (RFC 8617) by dkimpy: what each sealer saw, the newest first."""

from typing import NamedTuple

from aupkeep.intake.auth.dkim import FAULTS, MOST_BYTES, QUIET, SHORTEST_KEY, KeyLookup, library
from aupkeep.intake.auth.dns_lookup import Lookup
from aupkeep.intake.mail.decoding import decode, unfold
from aupkeep.model.report import Verdict


class ArcResult(NamedTuple):
    """The state of an ARC chain, and what its sealers saw: (sealer, results), the newest first."""

    verdict: Verdict
    seen: tuple[tuple[str, str], ...] = ()
    why: tuple[str, ...] = ()


def check_arc(data: bytes, lookup: Lookup) -> ArcResult:
    """The state of the ARC chain and what each sealer wrote down; who is believed, others say."""
    if len(data) > MOST_BYTES:
        return ArcResult(Verdict.UNKNOWN)
    answers = KeyLookup(lookup)
    try:
        checker = library.ARC(data, logger=QUIET, minkey=SHORTEST_KEY)
        state, sets, said = checker.verify(answers)
    except FAULTS:
        return ArcResult(Verdict.ERROR if answers.late else Verdict.FAIL)
    if state != library.CV_Pass:
        fail = Verdict.FAIL if state == library.CV_Fail else Verdict.NONE
        return ArcResult(Verdict.ERROR if answers.late else fail, (), (f"ARC: {said}"[:200],))
    seen = tuple(
        (decode(seal["as-domain"]).lower().rstrip("."), unfold(seal["aar-value"])) for seal in sets
    )
    names = ", ".join(sealer for sealer, _ in seen)
    return ArcResult(Verdict.PASS, seen, (f"ARC: sealed by {names}"[:200],))
