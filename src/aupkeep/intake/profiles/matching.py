"""Which reporter's profile a mail belongs to, and why: each mark with what was found."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from typing import NamedTuple

from aupkeep.intake.extract.stated_times import TimeContext
from aupkeep.intake.mail.mail import Mail, PartRole
from aupkeep.intake.profiles.placeholders import SlotContext, SlotValue
from aupkeep.intake.profiles.profile import MailSort, Profile, ProfileMarks
from aupkeep.intake.profiles.registry import ProfileRegistry
from aupkeep.intake.profiles.template import LineTemplate, folded, match

LOOKED_AT = 50_000  # characters of a part in which the words of a body mark stand
NO_CONTEXT = SlotContext(clock=TimeContext())


class MarkCheck(NamedTuple):
    """One mark: what was expected, what was found, and whether that is it."""

    mark: str
    expected: str
    found: str
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileMatch:
    """A mail that a profile claims: by which sort, how specific, with the subject's values."""

    profile: Profile
    sort: MailSort
    rank: tuple[int, int]  # 2 whole address, 1 domain, 0 anyone; number of marks
    subject: Mapping[str, SlotValue] = field(default_factory=dict)


class MailView:
    """A mail as marks look at it; what is costly is made once, and only when asked for."""

    def __init__(self, mail: Mail) -> None:
        self.mail = mail

    @cached_property
    def body(self) -> str:
        """The words of all text parts, folded, white space as one space."""
        wanted = (PartRole.PROSE, PartRole.DATA, PartRole.FEEDBACK)
        parts = (part.text[:LOOKED_AT] for part in self.mail.parts if part.place in wanted)
        return " ".join(folded(" ".join(parts)).split())

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of all parts and attachments."""
        attached = [attachment.name for attachment in self.mail.attachments]
        named = [*attached, *(part.name for part in self.mail.parts)]
        return tuple(dict.fromkeys(folded(name) for name in named if name))

    @cached_property
    def title(self) -> tuple[str, str]:
        """The subject line, and the same folded."""
        text = self.mail.subject[:1000]
        return text, folded(text)

    def subject(self, template: LineTemplate) -> Mapping[str, SlotValue] | None:
        """The values a template reads when it is the whole subject line, else None."""
        text, low = self.title
        if template.anchor not in low:
            return None
        matched = match(template, text, low, (0, len(text)), NO_CONTEXT)
        if matched is None or isinstance(matched, str) or text[matched.end :].strip():
            return None
        return matched.values

    def feedback(self, name: str) -> str:
        """The first value of an ARF field."""
        values = self.mail.feedback.get(name)
        return values[0].value if values else ""


def matching_profiles(mail: Mail, registry: ProfileRegistry) -> list[ProfileMatch]:
    """Every profile that claims a mail, the most specific first; a sound shelf gives one at most.

    Profiles for any sender claim only what no sender's own profile claims.
    """
    view = MailView(mail)
    named = [_claimed(view, rank, profile) for rank, profile in registry.of_sender(mail.sender)]
    claims = [match for match in named if match]
    claims = claims or [match for match in (_claimed(view, 0, p) for p in registry.anyone) if match]
    return sorted(claims, key=lambda claim: (-claim.rank[0], -claim.rank[1], claim.profile.name))


def checks(mail: Mail, profile: Profile) -> Iterator[tuple[str, MarkCheck]]:
    """What `aupkeep reporters test` shows: sort ("" for all) and each check."""
    view = MailView(mail)
    expected = (
        ", ".join([*profile.exact, *(f"@{domain}" for domain in profile.domains)]) or "anyone"
    )
    yield "", MarkCheck("from", expected, mail.sender or "nobody", holds=_is_sender(mail, profile))
    for check in _checks(view, profile.marks):
        yield "", check
    for sort in profile.sorts:
        for check in _checks(view, sort.marks):
            yield sort.name, check


def _is_sender(mail: Mail, profile: Profile) -> bool:
    if not profile.exact and not profile.domains:
        return True
    address = (mail.sender or "").lower()
    domain = f".{address.rpartition('@')[2]}"
    return address in profile.exact or any(domain.endswith(f".{d}") for d in profile.domains)


def _claimed(view: MailView, rank: int, profile: Profile) -> ProfileMatch | None:
    if not _holds(view, profile.marks):
        return None
    for sort in profile.sorts:
        if _holds(view, sort.marks):
            weight = profile.marks.weight + sort.marks.weight
            values = {**_values(view, profile.marks), **_values(view, sort.marks)}
            return ProfileMatch(profile=profile, sort=sort, rank=(rank, weight), subject=values)
    return None


def _values(view: MailView, marks: ProfileMarks) -> Mapping[str, SlotValue]:
    return next((v for t in marks.subject if (v := view.subject(t)) is not None), {})


def _holds(view: MailView, marks: ProfileMarks) -> bool:
    """Whether all marks are there; most profiles for anyone are told apart by the subject."""
    if marks.subject and all(view.subject(template) is None for template in marks.subject):
        return False
    return all(check.holds for check in _checks(view, marks))


def _checks(view: MailView, marks: ProfileMarks) -> Iterator[MarkCheck]:
    """Each mark in turn, the cheap ones first."""
    mail = view.mail
    for name, words in (marks.header or {}).items():
        value = mail.header(name)
        holds = bool(value) and words in folded(value)
        yield MarkCheck(f"header {name}", words or "any value", value[:200], holds)
    for name, words in (marks.feedback or {}).items():
        value = view.feedback(name)
        holds = bool(value) and words in folded(value)
        yield MarkCheck(f"feedback {name}", words or "any value", value[:200], holds)
    if marks.subject:
        expected = " or ".join(template.source for template in marks.subject)
        holds = any(view.subject(template) is not None for template in marks.subject)
        yield MarkCheck("subject", expected, mail.subject[:200], holds)
    if marks.attachment:
        expected = " or ".join(marks.attachment)
        holds = any(
            fnmatchcase(name, pattern) for name in view.names for pattern in marks.attachment
        )
        yield MarkCheck("attachment", expected, ", ".join(view.names)[:200] or "none", holds)
    for words in marks.body:
        there = words in view.body
        yield MarkCheck("body", words, "these words" if there else "other words", there)
