"""What a customer writes about their own address: it is put to a person, and accuses nobody.

"A forgotten cron job of ours tries old passwords on our own file server", with the log: the letter
says what it says of any address, and its writer is the very one it would accuse. Whose letter it is
shows in the sender's address, proven or not; who writes in another's name only makes less of it.
"""

from collections.abc import Iterable, Iterator, Sequence

from aupkeep.app.context import AppContext
from aupkeep.app.reporters.sources import sender_key
from aupkeep.casework.evidence_level import joins
from aupkeep.model.case import Claim
from aupkeep.model.customer import Customer
from aupkeep.model.origin import OriginChannel
from aupkeep.model.report import Reading, Report
from aupkeep.store import customers

OWN_LETTER = "the customer writes about their own address"
WHY = f"{OWN_LETTER}: nothing is held against them; read what they ask or tell"
HIGHEST = 10  # levels of resellers that are followed up and down


def own_claims_apart(
    context: AppContext, reading: Reading, claims: Sequence[Claim]
) -> tuple[list[Claim], list[Claim]]:
    """The claims of a report that stand, and those in which its writer speaks of themselves.

    * The writer is a contact of the holder whom the claim accuses, or writes from the domain of
      one; at a mailbox provider (`sources.shared`) it is the address that counts.
    * Or of a customer above or below the holder, at any height. A reseller who reports somebody
      else's customer is a reporter as any other.
    * What our telemetry and feeds say, and who is attacked, stays as it is.
    """
    asked = [claim for claim in claims if _is_word(claim)]
    writer = _keys(context, reading)
    if not asked or not writer:
        return list(claims), []
    related = _related({claim.held.customer for claim in asked})
    speaking = {
        holder
        for holder, family in related.items()
        if any(sender_key(context, address) in writer for address in _addresses(family))
    }
    own = [claim for claim in asked if claim.held.customer in speaking]
    ids = {claim.id for claim in own}
    return [claim for claim in claims if claim.id not in ids], own


def is_own_letter(report: Report) -> bool:
    """Whether claims of the report wait for a person's word that it reports."""
    return OWN_LETTER in (report.inbox_reason or "") and report.done_at is None


def _is_word(claim: Claim) -> bool:
    """Whether somebody's report accuses the holder."""
    source = claim.finding.source
    return not source.own and source.channel is not OriginChannel.FEED and joins(claim.finding)


def _keys(context: AppContext, reading: Reading) -> set[str]:
    """Who wrote it: the organisation, or the address at a mailbox provider."""
    address, proven = reading.reporter or "", reading.authentication.identity
    keys = {sender_key(context, address)} if "@" in address else set()
    return keys | ({sender_key(context, address, proven)} if proven else set())


def _addresses(family: Iterable[Customer]) -> Iterator[str]:
    return (contact.address for customer in family for contact in customer.contacts)


def _related(holders: set[str]) -> dict[str, list[Customer]]:
    """Each holder with every customer above and below it."""
    known = customers.by_ids(holders)
    above, below = dict(known), dict(known)
    for _ in range(HIGHEST):
        missing = {row.parent for row in above.values() if row.parent} - above.keys()
        related = customers.by_ids(missing) if missing else {}
        if not related:
            break
        above |= related
    fresh = set(known)
    for _ in range(HIGHEST):
        related = {row.id: row for row in customers.held_below(fresh) if row.id not in below}
        if not related:
            break
        below |= related
        fresh = set(related)
    parents = {row.id: row.parent for row in [*above.values(), *below.values()]}
    lines = {name: _line(name, parents) for name in parents}
    every = above | below
    return {
        holder: [
            row for name, row in every.items() if name in lines[holder] or holder in lines[name]
        ]
        for holder in known
    }


def _line(name: str, parents: dict[str, str | None]) -> set[str]:
    """A customer and whoever is above it."""
    line: set[str] = set()
    at: str | None = name
    while at is not None and at not in line:
        line.add(at)
        at = parents.get(at)
    return line
