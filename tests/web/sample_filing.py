"""The notice form of a desk in memory: real fields and challenges, no store."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from aupkeep.app.pages.filing.page import (
    AppliedClause,
    Caller,
    CheckedNotice,
    ConfirmPage,
    FormPage,
    PostedNotice,
    SubmissionStatus,
)
from aupkeep.app.pages.frame.page import Operator
from aupkeep.app.pages.reporter.page import Progress, ReporterPage, Result
from aupkeep.app.receiving.notice_draft import Draft, Flawed, Trouble, Upload, read_draft
from aupkeep.app.receiving.proof_of_work import make, proves, read
from aupkeep.app.submissions.filing import TooSoon
from aupkeep.model.errors import AupkeepError, Conflict, Gone, Missing, TooMany, Unreadable

NOW = datetime(2026, 11, 24, 14, 20, tzinfo=UTC)
SECRET = b"s" * 32
OPERATOR = Operator(name="Fjordhost", contact="abuse@fjordhost.example")
CLAUSE = (
    "Do not enter, probe or use computers, networks or data unless their owner has allowed it; "
    "guessing passwords and searching for weaknesses count as attempts to enter."
)


class SampleForm:
    """`wait` and `bits` are the price; `busy` refuses as a limit does; `filed` is what was sent."""

    def __init__(self) -> None:
        self.closed = False
        self.bits, self.wait = 10, 5
        self.clock = NOW
        self.busy = 0
        self.refuses: AupkeepError | None = None
        self.files: dict[str, bytes] = {}
        self.filed: list[tuple[Draft, Caller]] = []
        self.spent: set[str] = set()
        self.confirmed: list[str] = []

    def form_page(self) -> FormPage:
        if self.closed:
            raise Missing("no form here")
        return FormPage(
            operator=OPERATOR, languages=("en", "nb"), listen=False, upload_bytes=10 << 20
        )

    def keep_files(
        self, files: Sequence[bytes], handles: Sequence[str], caller: Caller
    ) -> tuple[str, ...]:
        if any(one not in self.files for one in handles):
            raise Unreadable("upload: expected a handle of this desk")
        if sum(map(len, files)) > 10 << 20:
            raise Flawed([Trouble("upload", "large", "", "")])
        fresh = {f"{len(self.files) + n:064x}.{len(one)}.m": one for n, one in enumerate(files)}
        self.files |= fresh
        return (*handles, *fresh)

    def check_notice(self, posted: PostedNotice, challenge: str = "") -> CheckedNotice:
        draft = self._draft(posted)
        nonce = len(self.spent).to_bytes(16, "big")
        found = make(SECRET, self.clock, nonce, bits=self.bits, wait=self.wait)
        if challenge:
            found = read([SECRET], challenge, self.clock)
        return CheckedNotice(
            draft=draft,
            handles=posted.handles,
            challenge=found.text,
            bits=found.bits,
            wait=found.left(self.clock),
        )

    def send_notice(self, posted: PostedNotice, challenge: str, solution: str) -> str:
        draft = self._draft(posted)
        found = read([SECRET], challenge, self.clock)
        left = found.left(self.clock)
        if not proves(found, solution) and left:
            raise TooSoon("expected to wait", wait=left)
        if self.busy:
            raise TooMany("too many", wait=self.busy)
        if found.nonce in self.spent:
            raise Conflict("challenge: used")
        if self.refuses:
            raise self.refuses
        self.spent.add(found.nonce)
        self.filed.append((draft, posted.caller))
        return "filed"

    def confirm_page(self, token: str, language: str) -> ConfirmPage:
        if token != "good":
            raise Missing("this link is unknown")
        if self.confirmed:
            raise Gone("this link was used")
        return ConfirmPage(
            operator=OPERATOR,
            reference="N-K7QF-2M9X",
            email="kari@example.org",
            language=language or "nb",
            languages=("en", "nb"),
        )

    def confirm_notice(self, token: str) -> str:
        self.confirmed.append(token)
        return "confirmed"

    def _draft(self, posted: PostedNotice) -> Draft:
        uploads = [Upload(one.partition(".")[0], len(self.files[one])) for one in posted.handles]
        return read_draft(
            posted.fields,
            posted.matter,
            language=posted.language,
            now=self.clock,
            own=(OPERATOR.contact,),
            uploads=uploads,
        )


def filed_page(token: str, language: str) -> ReporterPage:
    """The status page of a notice from the form: just filed, anonymous, confirmed, decided."""
    part = SubmissionStatus(asked=True, known=False, anonymous=False, listen=False)
    page = ReporterPage(
        now=NOW,
        language=language,
        languages=("en", "nb"),
        operator="Fjordhost",
        contact="abuse@fjordhost.example",
        reference="N-K7QF-2M9X",
        subject="203.0.113.7:41822",
        kind="password guessing",
        received_at=NOW,
        progress=Progress.RECEIVED,
        steps=((Progress.RECEIVED, NOW),),
        result=Result.OPEN,
        link_until=NOW + timedelta(days=183),
        filing=part,
    )
    if token == "confirmed":
        return replace(page, filing=replace(part, asked=False, known=True))
    if token == "nameless":
        return replace(page, filing=replace(part, asked=False, anonymous=True))
    if token == "decided":
        rule = AppliedClause(
            title="Access without permission",
            text=CLAUSE,
            document="Acceptable Use Policy",
            automatic=False,
            at=NOW,
        )
        steps = ((Progress.RECEIVED, NOW), (Progress.CLOSED, NOW + timedelta(hours=3)))
        return replace(
            page,
            filing=replace(part, asked=False, known=True, ruled=(rule,)),
            result=Result.FIXED,
            progress=Progress.CLOSED,
            steps=steps,
        )
    return page
