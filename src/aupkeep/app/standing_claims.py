"""Which claims of a case stand, and how well they support it: the one place that says so.

A report stands no more once its reporter took it back or a person judged it wrong; one that a
person confirmed after it was taken back stands again. A claim stands no more once the record of
its holder was corrected, unless it turned out to be this holder's all the same.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from aupkeep.app.context import AppContext
from aupkeep.app.inventory.doubted import TYPES, doubted_in
from aupkeep.app.reporters.trust import trust_of
from aupkeep.casework.incidents import weighed
from aupkeep.model.case import Case, Claim
from aupkeep.model.entry import EntryType
from aupkeep.model.report import Report
from aupkeep.model.source import ClaimVerdict
from aupkeep.store import cases, log, reports
from aupkeep.store.log import Logged
from aupkeep.store.newest_claims import newest_claims

JUDGED_WRONG = "a person judged the report wrong"
ABOUT_STANDING = (*TYPES, EntryType.CLAIM_WITHDRAWN)


def gone_claims(
    case: str, logged: Iterable[Logged] | None = None
) -> dict[str, tuple[str, datetime | None]]:
    """The reports of a case that stand no more: why, and when they were taken back.

    `logged` are its entries of `CLAIM_WITHDRAWN` at least. When a person judged one wrong the
    journal says of the report, not of the case.
    """
    if logged is None:
        logged = log.entries(case, types=(EntryType.CLAIM_WITHDRAWN,))
    return dict.fromkeys(reports.judged_wrong(case), (JUDGED_WRONG, None)) | _withdrawn(logged)


def _withdrawn(logged: Iterable[Logged]) -> dict[str, tuple[str, datetime | None]]:
    """The reports that were taken back, and that no person confirmed since."""
    gone = _taken_back(logged)
    for report in reports.by_ids(gone).values() if gone else ():
        if report.judged is ClaimVerdict.CONFIRMED and _later(report, gone[report.id][1]):
            del gone[report.id]
    return gone


def _taken_back(logged: Iterable[Logged]) -> dict[str, tuple[str, datetime | None]]:
    """The reports that were taken back, with the words for it, and when."""
    gone: dict[str, tuple[str, datetime | None]] = {}
    for said in logged:
        if said.entry.type is EntryType.CLAIM_WITHDRAWN:
            payload = said.entry.payload
            words = str(payload.get("why") or "taken back")
            gone[str(payload.get("report"))] = (words, said.entry.at)
    return gone


def standing_of(
    case: str, claims: Iterable[Claim], logged: Sequence[Logged] | None = None
) -> tuple[Claim, ...]:
    """The claims of a case that stand; `logged` are its entries of `ABOUT_STANDING` at least."""
    known = log.entries(case, types=ABOUT_STANDING) if logged is None else logged
    gone, doubted = gone_claims(case, known), doubted_in(known)
    return tuple(x for x in claims if x.report not in gone and x.id not in doubted)


def left_standing(
    case: Case, without: Collection[str] = (), with_: Collection[str] = ()
) -> tuple[Claim, ...]:
    """What stands once the reports `without` are taken back or judged wrong, and `with_` right."""
    claims = cases.claims(case.id)
    stands = {claim.id for claim in standing_of(case.id, claims)}
    return tuple(
        x for x in claims if x.report not in without and (x.id in stands or x.report in with_)
    )


def newest_standing(wanted: Collection[str], logged: Sequence[Logged]) -> dict[str, Claim]:
    """For each of these cases its newest claim that stands; a case of none is absent.

    `logged` are their entries of `ABOUT_STANDING` at least.
    """
    withdrawn = {report: at for report, (_, at) in _taken_back(logged).items()}
    return newest_claims(wanted, withdrawn, doubted_in(logged))


def weigh(context: AppContext, case: Case, standing: Collection[Claim]) -> Case:
    """The case with the evidence level and the events of the claims that stand."""
    return weighed(case, standing, trust_of(context, standing))


def _later(report: Report, than: datetime | None) -> bool:
    return report.judged_at is not None and (than is None or report.judged_at > than)
