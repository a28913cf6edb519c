"""Entries with their proof, and the state of the journal; nothing here reads the whole log."""

from collections.abc import Iterable

from aupkeep.app.context import AppContext
from aupkeep.app.pages.journal.page import (
    Content,
    EntryDetails,
    EntryPage,
    EntryRecord,
    InclusionProof,
    JournalPage,
    JournalStanding,
)
from aupkeep.app.pages.journal.readers import READERS, actor_words, shown_payload
from aupkeep.app.pages.labels import detail_of, entry_words
from aupkeep.app.pages.layout.load import page_header
from aupkeep.app.pages.layout.page import FilterChoice, Person
from aupkeep.app.proof.signed_log import journal_keys, size_of
from aupkeep.app.witnesses.standing import standings, witnessed_logs
from aupkeep.evidence import checkpoint
from aupkeep.evidence.inclusion import inclusion_path, root_by_path
from aupkeep.evidence.leaf import commitment, read_leaf
from aupkeep.evidence.merkle import leaf_hash
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import AupkeepError, Invalid, Missing
from aupkeep.model.roles import StaffAct
from aupkeep.store import cases, checkpoints, log, verifications, witnesses
from aupkeep.store.log import Leaf, Logged

ROWS = 50
NEAR = 50_000  # leaves that a page reads for one proof: some tenths of a second
FAR = 1 << 62  # a command reads them all
TOO_FAR = "this entry is under a tree of {size:,} leaves: aupkeep journal show {index} proves it"
UNSIGNED = "no checkpoint covers it yet: the signer signs within a second or two"


def entry_records(
    kind: str = "",
    case: str = "",
    *,
    limit: int = ROWS,
    before: int | None = None,
    reporters: bool = True,
) -> list[EntryRecord]:
    """Entries of a type, of a case by its reference; the newest first.

    Without `reporters` nobody who reported is named. Raises `Invalid`, `Missing`.
    """
    if kind and kind not in set(EntryType):
        raise Invalid(f"type: expected one of the journal's, found {kind[:40]!r}")
    about = cases.by_reference(case) if case else None
    if case and about is None:
        raise Missing(f"case: expected a known reference, found {case[:40]!r}")
    types = (EntryType(kind),) if kind else ()
    logged = log.newest_first(limit, before, types=types, case=about.id if about else None)
    return _records(logged, reporters=reporters)


def entry_details(
    context: AppContext, index: int, *, reporters: bool = True, most: int = NEAR
) -> EntryDetails:
    """One entry with its proof, for which at most `most` leaves are read. Raises `Missing`."""
    logged = log.entries(start=index, limit=1) if 0 <= index < FAR else []
    leaf = log.leaf_of(index) if logged else None
    if leaf is None or logged[0].index != index:
        raise Missing(f"entry: expected an index below {log.size()}, found {index}")
    (record,) = _records(logged, reporters=reporters)
    whole = record.content is Content.WHOLE
    payload = shown_payload(logged[0].entry, reporters=reporters) if whole else None
    covering = checkpoints.covering(index)
    size = size_of(covering) if covering else 0
    if not covering or size > most:
        unproven = TOO_FAR.format(size=size, index=index) if covering else UNSIGNED
        proof = None
    else:
        unproven, proof = "", _proof(context, leaf, covering, size)
    return EntryDetails(
        entry=record, payload=payload, hidden=whole and payload is None, proof=proof,
        unproven=unproven,
    )  # fmt: skip


def journal_standing(context: AppContext) -> JournalStanding:
    """How far the journal is, and what the last verification found."""
    entries, last = log.size(), verifications.newest()
    text = checkpoints.newest() or ""
    return JournalStanding(
        entries=entries,
        signed=size_of(text),
        checkpoint=text,
        last=last,
        since=max(entries - last.entries, 0) if last else entries,
        witnesses=standings(context, witnesses.newest_of_each()),
        witnessed=witnessed_logs(context),
    )


def journal_page(
    context: AppContext, person: Person, kind: str = "", case: str = "", cursor: str = ""
) -> JournalPage:
    """The page. Raises `Invalid`, `Missing` for what no entry is about."""
    if cursor and not (cursor.isascii() and cursor.isdigit() and len(cursor) < len(str(FAR))):
        raise Invalid(f"cursor: expected an index, found {cursor[:40]!r}")
    rows: list[EntryRecord] | None = None
    if person.may(StaffAct.JOURNAL):
        before = int(cursor) if cursor else None
        shows = person.may(StaffAct.SEE_REPORTERS)
        rows = entry_records(kind, case, limit=ROWS + 1, before=before, reporters=shows)
    return JournalPage(
        header=page_header(context, person),
        standing=journal_standing(context),
        types=tuple(
            FilterChoice(key=it.value, title=entry_words(it), count=0, current=it == kind)
            for it in sorted(EntryType, key=entry_words)
        ),
        chosen=kind,
        case=case,
        rows=None if rows is None else tuple(rows[:ROWS]),
        next_cursor=rows[ROWS - 1].index if rows and len(rows) > ROWS else None,
        readers=READERS,
    )


def entry_page(context: AppContext, person: Person, index: int) -> EntryPage:
    """One entry. Raises `Missing`."""
    may, shows = person.may(StaffAct.JOURNAL), person.may(StaffAct.SEE_REPORTERS)
    return EntryPage(
        header=page_header(context, person),
        details=entry_details(context, index, reporters=shows) if may else None,
        readers=READERS,
    )


def _records(logged: Iterable[Logged], *, reporters: bool) -> list[EntryRecord]:
    entries = list(logged)
    signed = size_of(checkpoints.newest() or "")
    names = cases.references(it.entry.case for it in entries if it.entry.case)
    return [_record(it, names, signed, reporters=reporters) for it in entries]


def _record(logged: Logged, names: dict[str, str], signed: int, *, reporters: bool) -> EntryRecord:
    entry, content = logged.entry, Content.WHOLE
    if logged.erased is not None:
        content = Content.ERASED
    elif not entry.payload or not entry.salt:
        content = Content.MISSING
    whole = content is Content.WHOLE
    payload = shown_payload(entry, reporters=reporters) if whole else None
    details = detail_of(dict(payload)) if payload else ""
    return EntryRecord(
        index=logged.index,
        id=entry.id,
        at=entry.at,
        type=entry.type,
        said=f"{entry_words(entry.type)}{': ' if details else ''}{details}",
        who=actor_words(entry.actor, reporters=reporters) if whole else None,
        case=names.get(entry.case or ""),
        content=content,
        rule=logged.erased,
        signed=logged.index < signed,
    )


def _proof(context: AppContext, leaf: Leaf, covering: str, size: int) -> InclusionProof:
    def hashes(start: int, end: int) -> Iterable[bytes]:
        return map(leaf_hash, log.leaf_bytes(start, end))

    own = leaf_hash(leaf.leaf)
    path = inclusion_path(leaf.number, size, hashes)
    return InclusionProof(
        holds=_holds(context, leaf, covering, path),
        size=size,
        leaf=leaf.leaf.decode("utf-8", "replace"),
        leaf_hash=own.hex(),
        path=tuple(node.hex() for node in path),
        root=(root_by_path(leaf.number, size, own, path) or b"").hex(),
        checkpoint=covering,
    )


def _holds(context: AppContext, leaf: Leaf, covering: str, path: tuple[bytes, ...]) -> bool:
    """Whether a key of ours signed the root the path leads to, and the leaf commits to the entry.

    Of an erased entry nothing is left to commit to; whether a rule let it go, `verify` says.
    """
    try:
        known = checkpoint.parse(covering)
        signed = any(checkpoint.is_signed(known, *key) for key in journal_keys(context.home))
        header = read_leaf(leaf.leaf)
    except AupkeepError:
        return False
    gone = leaf.salt is None or leaf.payload is None
    said = None if gone else commitment(leaf.salt or b"", leaf.payload or {})
    root = root_by_path(leaf.number, known.size, leaf_hash(leaf.leaf), path)
    return signed and root == known.root and (said == header.commitment or (gone and leaf.erased))
