"""Which version of the binding document a customer accepted: recorded, listed, imported."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from aupkeep.app.access.authority import require
from aupkeep.app.context import AppContext
from aupkeep.app.inventory.imports import CHUNK, ImportResult, RejectedImportRow
from aupkeep.app.journal import entry, record
from aupkeep.app.policies import policy_in_force
from aupkeep.inventory.acceptances import ParsedAcceptance, parse_acceptance, read_acceptances
from aupkeep.model.acceptance import Acceptance
from aupkeep.model.actor import SYSTEM, Actor
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Invalid, Missing
from aupkeep.model.moments import show_moment
from aupkeep.model.policy_document import PolicyDocument
from aupkeep.model.roles import StaffAct
from aupkeep.policy import documents
from aupkeep.store import acceptances, customers, policy_documents


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedVersion:
    """An acceptance beside what is known of that version.

    `known` is None where the accepted text or the version is not on record, else whether the hash
    is that of the text on record.
    """

    customer: str
    document: str
    version: str
    hash: str
    by: str
    accepted_at: datetime
    known: bool | None


def accept(
    context: AppContext, customer: str, given: Mapping[str, str], *, by: Actor = SYSTEM
) -> AcceptedVersion:
    """Record one acceptance; the same again is no second one.

    `given` are the columns of the import: document, version, accepted_at, by, hash. Raises
    `Invalid`, `Missing`, `Forbidden`.
    """
    require(by, StaffAct.SETTINGS)
    row = parse_acceptance({"customer": customer, **given})
    if customers.get(customer) is None:
        raise Missing(f"customer: expected a known id, found {customer[:60]!r}")
    known = _documents(context)
    acceptance = _acceptance(row, known, context.now())
    _write(context, [acceptance], by)
    return _beside(acceptance, known)


def import_acceptances(context: AppContext, data: bytes, *, by: Actor = SYSTEM) -> ImportResult:
    """Import acceptances from CSV: broken rows are named, the others go in.

    Raises `Unreadable`, `Forbidden`.
    """
    require(by, StaffAct.SETTINGS)
    rows, broken = read_acceptances(data)
    dead = [RejectedImportRow(row.row, row.reason) for row in broken]
    known_customers = customers.by_ids([row.customer for row in rows])
    known, fresh, unchanged = _documents(context), list[Acceptance](), 0
    had = {item.id for name in known_customers for item in acceptances.of_customer(name)}
    for row in rows:
        if row.customer not in known_customers:
            reason = f"customer: expected a known id, found {row.customer[:60]!r}"
            dead.append(RejectedImportRow(row.number, reason))
            continue
        try:
            acceptance = _acceptance(row, known, context.now())
        except Invalid as error:
            dead.append(RejectedImportRow(row.number, str(error)))
            continue
        unchanged += acceptance.id in had
        if acceptance.id not in had:
            had.add(acceptance.id)
            fresh.append(acceptance)
    for i in range(0, len(fresh), CHUNK):
        _write(context, fresh[i : i + CHUNK], by)
    dead.sort(key=lambda row: row.row)
    return ImportResult(len(fresh), unchanged, refused=0, dead=tuple(dead))


def accepted_versions(context: AppContext, customer: str) -> list[AcceptedVersion]:
    """What a customer accepted, the newest last."""
    known = acceptances.of_customer(customer)
    versions = _documents(context) if known else []
    return [_beside(item, versions) for item in known]


def _documents(context: AppContext) -> list[PolicyDocument]:
    """The versions on record; before the first decision those that the policy in force quotes."""
    known = policy_documents.all()
    if known:
        return known
    try:
        clauses = policy_in_force(context.home).clauses.values()
    except Invalid:  # a policy that does not load names no version
        return []
    return documents.newly_recorded([], clauses, context.now(), context.new_id)


def _acceptance(
    row: ParsedAcceptance, known: Sequence[PolicyDocument], now: datetime
) -> Acceptance:
    """The record; a blank document is the only one on record, a blank hash that of its text."""
    document = row.document or _only(known)
    texts = {doc.digest for doc in known if (doc.document, doc.version) == (document, row.version)}
    digest = row.digest or (texts.pop() if len(texts) == 1 else "")
    by = row.by or row.customer
    words = "\0".join(
        (row.customer, document, row.version, show_moment(row.accepted_at), by, digest)
    )
    return Acceptance(
        id=hashlib.sha256(words.encode()).hexdigest()[:32],
        customer=row.customer,
        document=document,
        version=row.version,
        digest=digest,
        by=by,
        accepted_at=row.accepted_at,
        recorded_at=now,
    )


def _only(known: Sequence[PolicyDocument]) -> str:
    """The document's name where there is only one. Raises `Invalid`."""
    names = sorted({doc.document for doc in known})
    if len(names) != 1:
        listed = ", ".join(repr(name) for name in names) or "none on record yet"
        raise Invalid(f"document: expected its name ({listed}), found nothing")
    return names[0]


def _beside(item: Acceptance, known: Sequence[PolicyDocument]) -> AcceptedVersion:
    texts = {
        doc.digest for doc in known if (doc.document, doc.version) == (item.document, item.version)
    }
    return AcceptedVersion(
        customer=item.customer,
        document=item.document,
        version=item.version,
        hash=item.digest,
        by=item.by,
        accepted_at=item.accepted_at,
        known=item.digest in texts if texts and item.digest else None,
    )


def _write(context: AppContext, fresh: Sequence[Acceptance], by: Actor) -> None:
    known = {
        item.id
        for name in {row.customer for row in fresh}
        for item in acceptances.of_customer(name)
    }
    rows = [row for row in fresh if row.id not in known]
    if rows:
        payload = {"acceptances": len(rows)}
        record(context, entry(context, EntryType.ACCEPTANCE_RECORDED, by, payload), rows=rows)
