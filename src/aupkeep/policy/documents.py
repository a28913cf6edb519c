"""Versions of the binding documents that clauses quote: which one was in force when. Pure.

A pack names document, version and, where the operator states it, the moment from which that
version is in force (`effective`). The first version known here without such a date is taken as in
force from before our records; a later one without a date from its adoption.
"""

import dataclasses
import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from aupkeep.model.clause import Clause
from aupkeep.model.facts import canonical
from aupkeep.model.policy_document import PolicyDocument

ALWAYS = datetime.min.replace(tzinfo=UTC)  # before every record


def version_at(known: Iterable[PolicyDocument], clause: str, at: datetime) -> Clause | None:
    """The clause as it stood at a moment; None where no version was in force by our records."""
    document = document_at(known, clause, at)
    return None if document is None else _dated_clause(document, clause)


def document_at(
    known: Iterable[PolicyDocument], clause: str, at: datetime
) -> PolicyDocument | None:
    """The version that held this clause at a moment: the one that took effect last by then."""
    holding = (doc for doc in known if clause_in(doc, clause) and _begins(doc) <= at)
    return max(holding, key=lambda doc: (_begins(doc), doc.recorded_at), default=None)


def holding(known: Sequence[PolicyDocument], quoted: Clause) -> PolicyDocument | None:
    """The newest row of the version that holds these very words of a clause."""
    named = (quoted.document, quoted.version)
    for doc in reversed(known):
        clause = clause_in(doc, quoted.id)
        if clause and clause.text == quoted.text and (doc.document, doc.version) == named:
            return doc
    return None


def oldest(known: Iterable[PolicyDocument], clause: str) -> Clause | None:
    """The clause in the oldest version known, for an act before all of them."""
    holding = [doc for doc in known if clause_in(doc, clause)]
    if not holding:
        return None
    return _dated_clause(min(holding, key=lambda doc: (_begins(doc), doc.recorded_at)), clause)


def newly_recorded(
    known: Sequence[PolicyDocument],
    clauses: Iterable[Clause],
    now: datetime,
    new_id: Callable[[], str],
) -> list[PolicyDocument]:
    """The rows to write where these clauses are adopted now.

    * A version that is in force in these words already adds nothing; a date stated since replaces
      the one it had. A date still to come gives way to the version before until then; the only
      version there is stays in force.
    * A version never seen takes effect when it says, else now; the very first one, always.
    * Other words under a version that was seen, or an older version again, hold from now, or from
      the date they state where that is still to come.
    """
    rows: list[PolicyDocument] = []
    for group in _groups(clauses):
        row = _row([*known, *rows], group, now, new_id)
        if row is not None:
            rows.append(row)
    return rows


def _row(
    known: Sequence[PolicyDocument],
    group: tuple[Clause, ...],
    now: datetime,
    new_id: Callable[[], str],
) -> PolicyDocument | None:
    head, digest = group[0], digest_of(group)
    stated = head.effective
    later = stated is not None and stated > now
    named = [doc for doc in known if (doc.document, doc.version) == (head.document, head.version)]
    same = [doc for doc in named if doc.digest == digest]
    if later and same:
        return _dated(known, max(same, key=_begins), stated, now)
    standing = next((doc for doc in same if _is_in_force(known, doc, group, now)), None)
    if standing is not None:
        return _dated(known, standing, stated, now) if len(named) == 1 else None
    return PolicyDocument(
        id=new_id(),
        document=head.document,
        version=head.version,
        effective_from=_start(known, named, group, now),
        digest=digest,
        clauses=group,
        recorded_at=now,
    )


def _dated(
    known: Sequence[PolicyDocument],
    standing: PolicyDocument,
    stated: datetime | None,
    now: datetime,
) -> PolicyDocument | None:
    """The row with the date that is stated now, None where it has that date.

    None too where that would leave every clause of what is in force without a version now.
    """
    if stated is None or standing.effective_from == stated:
        return None
    if _begins(standing) <= now < stated:
        others = [doc for doc in known if doc.id != standing.id]
        if not any(document_at(others, clause.id, now) for clause in standing.clauses):
            return None
    return dataclasses.replace(standing, effective_from=stated)


def _start(
    known: Sequence[PolicyDocument],
    named: Sequence[PolicyDocument],
    group: Sequence[Clause],
    now: datetime,
) -> datetime | None:
    """From when a new row holds: not before now for a version that was in force in other words."""
    if any(_begins(doc) <= now for doc in named):
        return max(now, group[0].effective or now)
    others = any(clause_in(doc, clause.id) for doc in known for clause in group)
    return group[0].effective or (now if others else None)


def _is_in_force(
    known: Sequence[PolicyDocument], doc: PolicyDocument, group: Sequence[Clause], now: datetime
) -> bool:
    """Whether this version is what holds for each of these clauses now."""
    holding = [document_at(known, clause.id, now) for clause in group]
    return all(held is not None and held.id == doc.id for held in holding)


def digest_of(clauses: Iterable[Clause]) -> str:
    """SHA-256 of the clauses' words, whatever their order."""
    words = sorted([c.id, c.title, c.text, c.anchor, c.standard.value] for c in clauses)
    return hashlib.sha256(canonical(words)).hexdigest()


def _groups(clauses: Iterable[Clause]) -> list[tuple[Clause, ...]]:
    """The clauses of one document, version and date together."""
    groups: dict[tuple[str, str, datetime | None], list[Clause]] = {}
    for clause in clauses:
        place = clause.document, clause.version, clause.effective
        groups.setdefault(place, []).append(clause)
    return [tuple(group) for group in groups.values()]


def _begins(doc: PolicyDocument) -> datetime:
    return doc.effective_from or ALWAYS


def _dated_clause(doc: PolicyDocument, name: str) -> Clause | None:
    """The clause of this name, with the date from which its version holds."""
    clause = clause_in(doc, name)
    return clause and dataclasses.replace(clause, effective=doc.effective_from)


def clause_in(doc: PolicyDocument, name: str) -> Clause | None:
    """The clause of this name in a version."""
    return next((clause for clause in doc.clauses if clause.id == name), None)
