"""A notice as it is being filed: its fields are read, and each error names its field. Pure.

The fields are those of DSA Article 16(2) and, for copyright, of 17 USC 512(c)(3)(A). The public
form and the API read the same fields by the same rules.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aupkeep.app.receiving.location import parse_location
from aupkeep.model import whole_text
from aupkeep.model.errors import Invalid
from aupkeep.model.filing import ANONYMOUS, PROVEN_BY_FILES, TIMED, Matter
from aupkeep.model.moments import parse_moment
from aupkeep.model.subject import Subject
from aupkeep.notify.auto_response import may_answer
from aupkeep.notify.mailbox import parse_mailbox

MOST_PLACES = 20
LONGEST = {"why": 20_000, "lines": 200_000, "work": 5_000, "name": 200, "signature": 200,
           "contact": 500, "email": 254}  # fmt: skip  # characters
SHORTEST_WHY = 10
OLDEST = datetime(2000, 1, 1, tzinfo=UTC)
AHEAD = timedelta(minutes=15)  # how far a clock may be wrong
MINUTE, SECOND = 60.0, 1.0
SHAPES = (("%Y-%m-%dT%H:%M", MINUTE), ("%Y-%m-%dT%H:%M:%S", SECOND))
AUTHORITIES = ("owner", "agent")
YES = "yes"
FIELDS = ("where", "at", "zone", "why", "lines", "name", "email", "good_faith", "work",
          "authority", "sworn", "signature", "contact")  # fmt: skip  # in the form's order


class FieldError(NamedTuple):
    """An error in a field: `key` is that of the form's words, the rest is for programs."""

    field: str
    key: str
    expected: str
    found: str

    def __str__(self) -> str:
        """For a program: field, expected, found."""
        return f"{self.field}: expected {self.expected}, found {self.found}"


class InvalidNotice(Invalid):
    """A notice that cannot be taken as it is; `troubles` names each field."""

    def __init__(self, troubles: Sequence[FieldError]) -> None:
        """Name every error in the message."""
        super().__init__("; ".join(map(str, troubles)))
        self.troubles = tuple(troubles)


class NoticeLocation(NamedTuple):
    """A location as written, and as read."""

    text: str
    subject: Subject


class Upload(NamedTuple):
    """A file that came with it; its name is ours, `upload-1`."""

    digest: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeDraft:
    """A notice that has all it needs. `at` is UTC, `exact` ± seconds, `written` as typed."""

    matter: Matter
    language: str
    places: tuple[NoticeLocation, ...]
    why: str
    at: datetime | None = None
    exact: float = 0.0
    written: str = ""
    lines: str = ""
    name: str = ""
    email: str = ""
    work: str = ""
    authority: str = ""
    signature: str = ""
    contact: str = ""
    uploads: tuple[Upload, ...] = ()


@dataclass(slots=True)
class _Reader:
    """Reads fields and collects their errors."""

    given: Mapping[str, str]
    matter: Matter
    troubles: list[FieldError] = field(default_factory=list)

    def bad(self, name: str, key: str, expected: str, given: str) -> None:
        """Add an error."""
        self.troubles.append(FieldError(name, key, expected, given))

    def text(self, name: str, *, needed: bool = False, least: int = 1, line: bool = False) -> str:
        """A text within its length; a `line` holds no line break and nothing invisible."""
        text = clean(self.given.get(name, "")).strip()
        if len(text) > LONGEST[name]:
            self.bad(name, "long", f"at most {LONGEST[name]} characters", str(len(text)))
        elif needed and len(text) < least:
            self.bad(name, "missing", f"at least {least} characters", str(len(text)))
        elif line and not text.isprintable():
            self.bad(name, "line", "one line of printable characters", ascii(text[:40]))
        return text

    def yes(self, name: str) -> None:
        """A statement that must be made."""
        if self.given.get(name) != YES:
            self.bad(name, "missing", f"the statement {name!r}: yes", "none")


def read_draft(
    given: Mapping[str, str],
    matter: Matter,
    *,
    language: str,
    now: datetime,
    own: Sequence[str] = (),
    uploads: Sequence[Upload] = (),
) -> NoticeDraft:
    """Read a notice's fields; `own` are the desk's addresses, which file nothing.

    Raises `InvalidNotice` naming every field that is wrong.
    """
    reader = _Reader(given, matter)
    places = _places(reader)
    at, exact, written = _time(reader, now)
    copyrighted = matter is Matter.COPYRIGHT
    anonymous = matter in ANONYMOUS
    name = reader.text("name", needed=not anonymous, least=2, line=True)
    draft = NoticeDraft(
        matter=matter,
        language=language,
        places=places,
        why=reader.text("why", needed=True, least=SHORTEST_WHY),
        at=at,
        exact=exact,
        written=written,
        lines=reader.text("lines") if matter in PROVEN_BY_FILES else "",
        name=name,
        email=_email(reader, own, needed=not anonymous),
        work=reader.text("work", needed=True, least=3) if copyrighted else "",
        authority=_authority(reader) if copyrighted else "",
        signature=reader.text("signature", needed=True, least=2, line=True) if copyrighted else "",
        contact=reader.text("contact") if copyrighted else "",
        uploads=tuple(uploads),
    )
    reader.yes("good_faith")
    if copyrighted:
        reader.yes("sworn")
    if uploads and matter not in PROVEN_BY_FILES:
        reader.bad("upload", "unwanted", "no files for this matter", str(len(uploads)))
    if reader.troubles:
        order = [*FIELDS, "upload"]
        raise InvalidNotice(sorted(reader.troubles, key=lambda trouble: order.index(trouble.field)))
    return draft


def clean(text: str) -> str:
    """The text as any database takes it: line ends as LF, no NUL, no lone surrogate."""
    return whole_text.clean(text.replace("\r\n", "\n").replace("\r", "\n"))


def _places(reader: _Reader) -> tuple[NoticeLocation, ...]:
    lines = [line.strip() for line in clean(reader.given.get("where", "")).split("\n")]
    wanted = [line for line in lines if line]
    if not 0 < len(wanted) <= MOST_PLACES:
        key = "many" if wanted else "missing"
        reader.bad("where", key, f"1 to {MOST_PLACES} locations, one a line", str(len(wanted)))
        return ()
    locations: list[NoticeLocation] = []
    for line in dict.fromkeys(wanted):
        try:
            locations.append(NoticeLocation(line, parse_location(line)))
        except Invalid as error:
            expected, _, seen = str(error).removeprefix("expected ").rpartition(", found ")
            reader.bad("where", "unclear", expected, seen)
            break
    return tuple(locations)


def _time(reader: _Reader, now: datetime) -> tuple[datetime | None, float, str]:
    """When it happened, how exactly, and as written; a missing zone is asked for, not guessed."""
    text, zone = (clean(reader.given.get(name, "")).strip()[:80] for name in ("at", "zone"))
    if not text:
        if reader.matter in TIMED:
            reader.bad("at", "missing", "the time it happened", "none")
        return None, 0.0, ""
    try:
        moment, exact = _moment(text, zone)
    except Invalid as error:
        name, _, rest = str(error).partition(": ")
        expected, _, seen = rest.removeprefix("expected ").rpartition(", found ")
        reader.bad(name, "unclear", expected, seen)
        return None, 0.0, ""
    if not OLDEST <= moment <= now + AHEAD:
        reader.bad("at", "never", f"a time from {OLDEST:%Y} until now", text)
    return moment, exact, f"{text} {zone}".strip()


def _moment(text: str, zone: str) -> tuple[datetime, float]:
    """The moment in UTC and ± seconds; an hour that exists twice widens the exactness."""
    if "Z" in text.upper() or "+" in text[10:] or "-" in text[10:]:
        return parse_moment(text, "at"), SECOND
    for shape, exact in SHAPES:
        try:
            local = datetime.strptime(text.replace(" ", "T"), shape).replace(tzinfo=UTC)
        except ValueError:
            continue
        return _placed(local.replace(tzinfo=None), zone, exact)
    raise Invalid(f"at: expected a time such as 2026-03-01T12:00, found {text[:40]!a}")


def _placed(local: datetime, zone: str, exact: float) -> tuple[datetime, float]:
    """A local time in its zone: an offset such as +01:00, or a name such as Europe/Oslo."""
    if zone == "UTC":  # also where a machine has no table of zones
        return local.replace(tzinfo=UTC), exact
    if zone[:1] in ("+", "-"):
        return parse_moment(f"{local:%Y-%m-%dT%H:%M:%S}{zone}", "zone"), exact
    try:
        there = ZoneInfo(zone or ".")
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Invalid(f"zone: expected one such as Europe/Oslo, found {zone[:40]!a}") from error
    try:
        first, second = (local.replace(tzinfo=there, fold=n).astimezone(UTC) for n in (0, 1))
    except OverflowError as error:
        raise Invalid(f"at: expected a time from 2000 on, found {local.year}") from error
    if first.astimezone(there).replace(tzinfo=None, fold=0) != local:
        raise Invalid(f"at: expected a time that the clocks showed there, found {local}")
    return first + (second - first) / 2, exact + (second - first).total_seconds() / 2


def _email(reader: _Reader, own: Sequence[str], *, needed: bool) -> str:
    text = reader.text("email", needed=needed, least=3, line=True)
    if not text or any(trouble.field == "email" for trouble in reader.troubles):
        return text
    try:
        parse_mailbox(text)
    except Invalid:
        reader.bad("email", "unclear", "a mail address such as kari@example.org", ascii(text[:60]))
        return text
    why = may_answer({}, text, own=own)
    if why is not None or "." not in text.rpartition("@")[2]:
        why = why or "its domain has no dot"
        reader.bad("email", "unclear", "an address that a person reads", f"{text[:60]!a} ({why})")
    return text


def _authority(reader: _Reader) -> str:
    text = reader.given.get("authority", "")
    if text not in AUTHORITIES:
        reader.bad("authority", "missing", "owner or agent", ascii(text[:20]))
    return text
