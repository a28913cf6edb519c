"""Which cases a letter means that takes its writer's own earlier word back without answering it.

Somebody writes "our mail of yesterday was wrong, it was not your address" as a new mail. The cases
that rest on what the same address or domain reported of an address it names are shown to a person;
the letter itself changes nothing, since anybody may write in another's name.
"""

from ipaddress import ip_network
from itertools import islice

from aupkeep.app.context import AppContext
from aupkeep.app.reading.retractions import takes_back
from aupkeep.app.reporters.sources import sender_key
from aupkeep.intake.extract.addresses import find_addresses
from aupkeep.intake.unclaimed import NOBODY, Unclaimed
from aupkeep.model.case import Case
from aupkeep.model.report import Reading, ReadingOutcome
from aupkeep.store import case_filter, reports

LOOKED_AT = 20_000  # characters of a letter in which an address is named
MOST_NAMED, MOST_CASES = 20, 5
BACK = tuple(
    f"{NOBODY}{why}" for why in (Unclaimed.MISTAKEN, Unclaimed.DENIED, Unclaimed.OVER)
)  # how the reason of such a letter begins


def corrected_cases(context: AppContext, reading: Reading) -> list[Case]:
    """The open cases of addresses in the letter that its writer, or a colleague, had reported."""
    said = (reading.reason or "").startswith(BACK) or takes_back(reading)
    if reading.outcome is not ReadingOutcome.INBOX or not said or not reading.reporter:
        return []
    text = "\n".join([reading.title, *reading.parts])[:LOOKED_AT]
    named = dict.fromkeys(spot.address for spot in islice(find_addresses(text), MOST_NAMED))
    corrected: dict[str, Case] = {}
    for address in named:
        chosen = case_filter.CaseFilter(prefix=ip_network(str(address)))
        for case in case_filter.page(chosen, limit=MOST_CASES, sort="newest"):
            if _reported_by(context, reading.reporter, case):
                corrected[case.id] = case
    return list(corrected.values())


def _reported_by(context: AppContext, writer: str, case: Case) -> bool:
    """Whether the writer's organisation, or their address at a mailbox provider, reported it."""
    key = sender_key(context, writer)
    known = (report.reading.reporter for report in reports.of_case(case.id))
    return any(sender_key(context, name) == key for name in known if name)
