"""Reading a submitted notice: its fields are the claims, with offsets into a text of our own.

The notice is written as text, one line a location, and each finding points into its line. Log
lines, pasted mails and uploads are read in a sandbox process, but only as hints for a person: they
make no claim. A notice about children is never opened beyond its own fields. The submitter's name
and address stand in no part, so nothing shown to the accused holds them.
"""

import dataclasses
from collections.abc import Callable, Iterator, Sequence

from aupkeep.app.change_set import ChangeSet
from aupkeep.app.receiving.notice_bytes import MEDIA_TYPE, unpack
from aupkeep.app.receiving.notice_draft import NoticeDraft, NoticeLocation
from aupkeep.intake.readings import inbox
from aupkeep.model.errors import Missing, Unreadable
from aupkeep.model.filing import ANONYMOUS, KIND_OF, Filing
from aupkeep.model.finding import Finding, Offset, Role
from aupkeep.model.moments import show_moment
from aupkeep.model.origin import Origin, OriginChannel
from aupkeep.model.raw import Raw
from aupkeep.model.report import Reading, ReadingOutcome, Report
from aupkeep.model.taxonomy import KINDS
from aupkeep.store import filings

Reader = Callable[[bytes, str, str], list[tuple[str, Reading]]]
MAKER = "form/1"
CONFIDENCE = 0.5
MOST_HINTS = 20
LONGEST_PART = 20_000  # characters of an upload that stand beside the notice
UNTIMED = "time not stated"
TEXT, AUTO = "text", "auto"


def read_submitted(raw: Raw, data: bytes, reader: Reader) -> Reading:
    """The reading of a submitted notice; never raises for its content."""
    filing = filings.by_raw(raw.id)
    try:
        draft, uploads = unpack(data)
    except Unreadable as error:
        return inbox(str(error))
    if filing is None:
        return inbox("a filed notice without its filing")
    findings, text = notice_findings(draft, filing_origin(filing))
    parts = [text, *attachment_parts(draft, uploads, reader)]
    return Reading(
        outcome=ReadingOutcome.PARSED,
        container="form",
        reporter=draft.email or None,
        reporter_name=draft.name or None,
        title=f"{filing.reference}: {draft.matter.value}",
        sent_at=filing.made_at,
        findings=findings,
        parts=tuple(parts),
    )


def notice_findings(draft: NoticeDraft, source: Origin) -> tuple[tuple[Finding, ...], str]:
    """One finding a location, and the text their offsets point into. Pure."""
    kind = KINDS[KIND_OF[draft.matter]]
    text = f"Notice by the public form: {draft.matter.value} ({kind.name})\n"
    when = show_moment(draft.at) if draft.at else UNTIMED
    findings: list[Finding] = []
    for place in draft.places:
        begin = len(text)
        text += f"{when} {place.text}\n"
        offsets = _offsets(place, begin + len(when) + 1)
        if draft.at:
            offsets["at"] = Offset(0, begin, begin + len(when))
        finding = Finding(
            kind=kind.name,
            rsit=kind.rsit,
            role=Role.OFFENDER,
            subject=place.subject,
            at=draft.at,
            exact=draft.exact,
            source=source,
            confidence=CONFIDENCE,
            maker=MAKER,
            offsets=offsets,
        )
        findings.append(finding)
    return tuple(findings), text + _words(draft)


def _offsets(place: NoticeLocation, start: int) -> dict[str, Offset]:
    """The offset of each value of a location."""
    whole = Offset(0, start, start + len(place.text))
    subject = place.subject
    given = {
        "address": subject.address,
        "port": subject.port,
        "url": subject.url,
        "domain": subject.domain,
    }
    return {name: whole for name, value in given.items() if value is not None}


def _words(draft: NoticeDraft) -> str:
    """The rest of the notice, below its locations."""
    given = [
        ("When, as written", draft.written),
        ("Why", draft.why),
        ("The work", draft.work),
        ("Acts as", draft.authority),
    ]
    sections = [f"\n{title}\n{text}\n" for title, text in given if text]
    return "".join(sections)


def attachment_parts(draft: NoticeDraft, uploads: Sequence[bytes], reader: Reader) -> Iterator[str]:
    """The lines and uploads as text, and what was read in them: hints, no claims."""
    if draft.matter in ANONYMOUS:
        return
    hints: list[str] = []
    sources = [(draft.lines.encode(), TEXT)] if draft.lines else []
    for body, form in [*sources, *((upload, AUTO) for upload in uploads)]:
        for _, reading in reader(body, "upload", form):
            yield from (part[:LONGEST_PART] for part in reading.parts[:1] if part)
            hints += [_hint(finding) for finding in reading.findings[:MOST_HINTS]]
    if hints:
        shown = "\n".join(list(dict.fromkeys(hints))[:MOST_HINTS])
        yield f"Read in the lines and files, not claimed by the notice:\n{shown}\n"


def _hint(finding: Finding) -> str:
    when = show_moment(finding.at) if finding.at else UNTIMED
    return f"{when} {finding.subject} {finding.kind}"


def filing_changes(raw: Raw, report: Report) -> ChangeSet | None:
    """The filing that was read, changed with its report; None for what is no filing.

    It is `seen`, so that of reading and confirming at once one sees the other.
    """
    if raw.media_type != MEDIA_TYPE:
        return None
    filing: Filing | None = filings.by_raw(raw.id)
    if filing is None:
        raise Missing(f"filing: expected one of raw {raw.id}, found none")
    return ChangeSet(rows=[dataclasses.replace(filing, report=report.id)], seen=[filing])


def filing_origin(filing: Filing) -> Origin:
    """The source of a filing: `form:<domain>`, with a `?` until the address is proven."""
    if filing.token is not None:
        return Origin(OriginChannel.API, filing.token)
    domain = (filing.email or "").rpartition("@")[2].lower() or "nobody"
    return Origin(OriginChannel.FORM, domain, proven=filing.confirmed_at is not None)
