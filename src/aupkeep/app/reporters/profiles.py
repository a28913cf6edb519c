"""Reporter profiles: listed, checked, and explained for one mail."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from aupkeep.intake.mail.mail import Mail, read_mail
from aupkeep.intake.parse_output import ParsedFile, parsed_file
from aupkeep.intake.parser import parsers
from aupkeep.intake.profiles.matching import ProfileMatch, checks, matching_profiles
from aupkeep.intake.profiles.profile import MailSort, Profile
from aupkeep.intake.profiles.registry import ProfileRegistry, profile_registry, read_path
from aupkeep.intake.sandbox.pool import SandboxPool
from aupkeep.model.errors import Invalid, Missing
from aupkeep.model.report import Reading


@dataclass(frozen=True, slots=True)
class ReporterSummary:
    """A profile in short: who writes it, how it is read, what proves the sender."""

    name: str
    title: str
    from_: tuple[str, ...]
    reads: tuple[str, ...]
    kinds: tuple[str, ...]
    proof: tuple[str, ...]
    trust: float
    file: str


@dataclass(frozen=True, slots=True)
class ExplainedCheck:
    """One mark of a profile, compared with a mail."""

    profile: str
    sort: str | None
    mark: str
    expected: str
    found: str
    holds: bool


@dataclass(frozen=True, slots=True)
class ProfiledReading(ParsedFile):
    """A reading, and the profile that made it."""

    profile: str | None


@dataclass(frozen=True, slots=True)
class ExplainedMail:
    """Which profile claims a mail and why, what must be proven, and what is read."""

    file: str
    profile: str | None
    sort: str | None
    others: tuple[str, ...]
    why: tuple[ExplainedCheck, ...]
    proof: tuple[str, ...]
    authentication: str
    readings: tuple[ProfiledReading, ...]


def list_reporters() -> tuple[list[ReporterSummary], list[str]]:
    """Every reporter by name, and what is wrong with the files that were left out."""
    known = profile_registry()
    return list(map(_summary, known.profiles.values())), [str(error) for error in known.broken]


def check_reporter(path: Path) -> ReporterSummary:
    """The reporter that a file describes. Raises `Invalid` with the line of what is wrong."""
    profile = read_path(path)
    names = {parser.name for parser in parsers()}
    for sort in profile.sorts:
        if sort.container and sort.container not in names:
            expected = ", ".join(sorted(names))
            raise Invalid(f"{path}: container: expected one of {expected}, found {sort.container}")
    return _summary(profile)


def explain_mails(paths: Iterable[Path]) -> Iterator[ExplainedMail]:
    """For each mail: which profile claims it and why, what must be proven, and what is read.

    The marks are looked at in this process; the mail is read in a sandbox, as it would be on
    arrival. Raises `Missing` for a path that is no readable file.
    """
    with SandboxPool(size=1) as pool:
        for path in paths:
            try:
                data = path.read_bytes()
            except OSError as error:
                raise Missing(
                    f"{path}: expected a readable file, found {error.strerror}"
                ) from error
            readings = [_profiled(name, reading) for name, reading in pool.read(data, str(path))]
            yield _explained(str(path), read_mail(data), profile_registry(), tuple(readings))


def _profiled(name: str, reading: Reading) -> ProfiledReading:
    parsed = parsed_file(name, reading)
    values = {field.name: getattr(parsed, field.name) for field in fields(parsed)}
    return ProfiledReading(**values, profile=reading.profile)


def _summary(profile: Profile) -> ReporterSummary:
    sorts = profile.sorts
    return ReporterSummary(
        name=profile.name,
        title=profile.title,
        from_=(*profile.exact, *(f"@{domain}" for domain in profile.domains)),
        reads=tuple(sorted(set(map(_reads, sorts)))),
        kinds=tuple(sorted({kind for sort in sorts for kind in _kinds(sort)})),
        proof=tuple(profile.proof),
        trust=max(sort.trust for sort in sorts),
        file=profile.file,
    )


def _reads(sort: MailSort) -> str:
    """How a sort of mail is read, in one word."""
    if sort.outcome:
        return sort.outcome[0].value
    return sort.container or ("pattern" if sort.read else "any")


def _kinds(sort: MailSort) -> Iterator[str]:
    if sort.kind:
        yield sort.kind.name
    yield from (kind.name for kind in (sort.kinds or {}).values())
    yield from (rule.kind.name for rule in sort.read if rule.kind)


def _explained(
    file: str, mail: Mail, known: ProfileRegistry, readings: tuple[ProfiledReading, ...]
) -> ExplainedMail:
    claimed = matching_profiles(mail, known)
    first = claimed[0] if claimed else None
    asked = [first.profile] if first else [profile for _, profile in known.of_sender(mail.sender)]
    why = (
        ExplainedCheck(profile.name, sort or None, *check)
        for profile in asked
        for sort, check in checks(mail, profile)
    )
    return ExplainedMail(
        file=file,
        profile=first.profile.name if first else None,
        sort=(first.sort.name or None) if first else None,
        others=tuple(other.profile.name for other in claimed[1:]),
        why=tuple(why),
        proof=tuple(first.profile.proof) if first else (),
        authentication=_authentication(first),
        readings=readings,
    )


def _authentication(claimed: ProfileMatch | None) -> str:
    """What must be proven before the claims count for more than an allegation, in one sentence."""
    if claimed is None:
        return "no profile claims it; its claims count for whoever is proven to have sent it"
    if not claimed.profile.proof:
        return "anyone may send it; its claims count for whoever is proven to have sent it"
    domains = " or ".join(claimed.profile.proof)
    return f"DKIM or SPF must prove {domains}; until then every claim stays at E0"
