"""An address or a prefix as the desk asks for it."""

from dataclasses import dataclass
from datetime import datetime

from aupkeep.app.context import AppContext
from aupkeep.app.enforcing.standing import StandingMeasure, standing_measure
from aupkeep.app.pages.customers.record import CustomerCase, HeldAddress, case_lines, held_address
from aupkeep.app.pages.search.addresses import find_address, find_prefix
from aupkeep.app.pages.search.question import AskedFor, read_question
from aupkeep.model.errors import Invalid
from aupkeep.model.holding import Network
from aupkeep.notify.measurements import Language
from aupkeep.store import agent_heard, customers, inventory
from aupkeep.store import search as stored

MOST = 100  # cases, the most urgent


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressRecord:
    """`answer` says who holds it, or held it at `at`; `own` is our prefix around it, None for none.

    `names` are the names of the customers among the holders; `claims` is how many claims of
    `cases` name it, `cut` that there are more.
    """

    subject: str
    at: datetime | None
    answer: str
    own: str | None
    holders: tuple[HeldAddress, ...]
    names: dict[str, str]
    cases: tuple[CustomerCase, ...]
    claims: int
    cut: bool
    measures: tuple[StandingMeasure, ...]


def address_record(
    context: AppContext, text: str, at: str = "", *, language: Language = "en"
) -> AddressRecord:
    """What is known about an address or prefix. Raises `Invalid` for anything else."""
    question = read_question(text, at, context.now())
    prefix = question.prefix
    if prefix is None or question.kind not in (AskedFor.ADDRESS, AskedFor.PREFIX):
        raise Invalid(f"address: expected an address or a prefix, found {text[:60]!r}")
    if question.kind is AskedFor.ADDRESS:
        answer, _ = find_address(context, question, language)
        records = inventory.covering(prefix.network_address)
    else:
        answer, _ = find_prefix(question, language)
        around = inventory.covering(prefix.network_address)
        records = [it for it in around if it.prefix.prefixlen <= prefix.prefixlen]
        records += inventory.some_nested(prefix)
    believed = sorted(
        (it for it in records if it.known_until is None), key=lambda it: it.start, reverse=True
    )
    claimed, heard = stored.claims_inside(prefix), agent_heard.by_target()
    shown = stored.cases_by_ids((case.case for case in claimed.cases), MOST)
    known = customers.by_ids({it.customer for it in believed[:MOST]})
    whole = prefix.num_addresses == 1
    return AddressRecord(
        subject=str(prefix.network_address if whole else prefix),
        at=question.at,
        answer=answer,
        own=_own(prefix),
        holders=tuple(map(held_address, believed[:MOST])),
        names={name: customer.name for name, customer in known.items()},
        cases=case_lines(shown),
        claims=claimed.claims,
        cut=claimed.cut,
        measures=tuple(standing_measure(it, heard) for it in stored.moving_at(prefix)),
    )


def _own(prefix: Network) -> str | None:
    """The narrowest prefix of ours around it."""
    around = [
        space.prefix
        for space in inventory.own_space()
        if space.prefix.version == prefix.version and prefix.subnet_of(space.prefix)  # type: ignore[arg-type]
    ]
    return str(max(around, key=lambda it: it.prefixlen)) if around else None
