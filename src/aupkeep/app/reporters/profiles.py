"""The reporters this install knows: listed, checked, and held against a mail."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from aupkeep.intake.mail.mail import Mail, read_mail
from aupkeep.intake.parse_output import reading_json
from aupkeep.intake.parser import parsers
from aupkeep.intake.profiles.matching import ProfileMatch, checks, matching_profiles
from aupkeep.intake.profiles.profile import MailSort, Profile
from aupkeep.intake.profiles.registry import ProfileRegistry, profile_registry, read_path
from aupkeep.intake.sandbox.pool import SandboxPool
from aupkeep.model.errors import Invalid, Missing
from aupkeep.model.report import Reading


def list_reporters() -> tuple[list[dict[str, Any]], list[str]]:
    """Every reporter by name, and what is wrong with the files that were left out."""
    known = profile_registry()
    return [_row(one) for one in known.profiles.values()], [str(one) for one in known.broken]


def check_reporter(path: Path) -> dict[str, Any]:
    """The reporter that a file describes. Raises `Invalid` with the line of what is wrong."""
    profile = read_path(path)
    names = {parser.name for parser in parsers()}
    for sort in profile.sorts:
        if sort.container and sort.container not in names:
            expected = ", ".join(sorted(names))
            raise Invalid(f"{path}: container: expected one of {expected}, found {sort.container}")
    return _row(profile)


def explain_mails(paths: Iterable[Path]) -> Iterator[dict[str, Any]]:
    """For each mail: which profile claims it and why, what must be proven, and what is read.

    The marks are looked at in this process; the mail is read in a box, as it would be on arrival.
    Raises `Missing` for a path that is no readable file.
    """
    with SandboxPool(size=1) as box:
        for path in paths:
            try:
                data = path.read_bytes()
            except OSError as error:
                raise Missing(
                    f"{path}: expected a readable file, found {error.strerror}"
                ) from error
            found = _explained(read_mail(data), profile_registry())
            readings = box.read(data, str(path))
            yield {"file": str(path), **found, "readings": [_told(*one) for one in readings]}


def _told(name: str, reading: Reading) -> dict[str, Any]:
    return {**reading_json(name, reading), "profile": reading.profile}


def _row(profile: Profile) -> dict[str, Any]:
    sorts = profile.sorts
    return {
        "name": profile.name,
        "title": profile.title,
        "from": [*profile.exact, *(f"@{one}" for one in profile.domains)],
        "reads": sorted({_reads(one) for one in sorts}),
        "kinds": sorted({kind for one in sorts for kind in _kinds(one)}),
        "proof": list(profile.proof),
        "trust": max(one.trust for one in sorts),
        "file": profile.file,
    }


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


def _explained(mail: Mail, known: ProfileRegistry) -> dict[str, Any]:
    claimed = matching_profiles(mail, known)
    asked = [claimed[0].profile] if claimed else [one for _, one in known.of_sender(mail.sender)]
    why = [
        {"profile": profile.name, "sort": sort or None, **check._asdict()}
        for profile in asked
        for sort, check in checks(mail, profile)
    ]
    first = claimed[0] if claimed else None
    return {
        "profile": first.profile.name if first else None,
        "sort": (first.sort.name or None) if first else None,
        "others": [one.profile.name for one in claimed[1:]],
        "why": why,
        "proof": list(first.profile.proof) if first else [],
        "authentication": _authentication(first),
    }


def _authentication(claimed: ProfileMatch | None) -> str:
    """What must be proven before the claims count for more than an allegation, in one sentence."""
    if claimed is None:
        return "no profile claims it; its claims count for whoever is proven to have sent it"
    if not claimed.profile.proof:
        return "anyone may send it; its claims count for whoever is proven to have sent it"
    domains = " or ".join(claimed.profile.proof)
    return f"DKIM or SPF must prove {domains}; until then every claim stays at E0"
