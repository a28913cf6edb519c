"""What XARF v1 to v3 (abusix/xarf; xarf.org's v3 legacy form) ask of a report, as tables.

A report that contradicts what its own version asks is no clean claim: each contradiction is a
fault, and one fault keeps the report from becoming a finding. Senders are seen to differ in small
ways that leave no doubt about the claim; these are remarked on and cost confidence:

* the version as a number; Disclosure left out or in words
* an optional field that is null or empty
* a port or count written as digits in quotes, the reporter's case written as a number
* a time without a zone or seconds; names in other letter case; a name of one or two letters
* a URL beside a sound address that is none; a type we do not know under a class that is known
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from aupkeep.intake.formats.cvss import well_formed
from aupkeep.intake.times import SECOND, any_time
from aupkeep.model.errors import Invalid
from aupkeep.model.subject import MAX_PORT, Address, parse_address

VERSION = re.compile(r"[123](?:\.\d{1,3}){0,2}|alpha|development", re.ASCII)
CLOSED = frozenset({"3", "development"})  # their ReporterInfo has no other fields
CLASSES = frozenset({"content", "activity", "vulnerability"})
DIGITS = re.compile(r"\d{1,18}", re.ASCII)
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,253}|<>")  # <>: the null sender of RFC 5321
HOST = re.compile(r"(?=.{1,254}$)(?:[\w-]{1,63}\.){0,20}[\w-]{1,63}\.?")
URL = re.compile(r"[a-z][a-z0-9+.-]{1,20}:\S", re.IGNORECASE | re.ASCII)
CVE = re.compile(r"CVE-\d{4}-\d{4,7}", re.ASCII)
HASHES = frozenset(
    {"sha1", "sha2", "sha3", "sha256", "sha512", "md5", "argon2id", "scrypt", "bcrypt", "pbkdf2"}
)
SHORTEST = 3
LONGEST_ADDRESS = 100  # characters, white space around it included
MAX_ASN = 4_199_999_999


# The same time and the same address stand in several fields of a report.
_read_time = lru_cache(maxsize=256)(any_time)
_read_address = lru_cache(maxsize=256)(parse_address)


def read_time(text: str) -> tuple[datetime, float] | None:
    """A time in UTC with ± seconds, or None when it is none."""
    return _read_time(text.strip()[:200])


def read_address(text: str) -> Address:
    """An address. Raises `Invalid`."""
    if len(text) > LONGEST_ADDRESS:
        raise Invalid(f"address: expected an IPv4 or IPv6 address, found {text[:60]!r}")
    return _read_address(text)


class FieldRule(NamedTuple):
    """What a value must be; `holds` never raises."""

    expected: str
    holds: Callable[[Any], bool]


class ReportTypeRule(NamedTuple):
    """What one ReportType asks for: its class, what names the source, and further fields."""

    classes: frozenset[str]
    source: str = "ip or url"  # "ip", "ip or url" or "account"
    needs: tuple[str, ...] = ()


def _whole(value: object, least: int = -(2**63), most: int = 2**63) -> bool:
    """A whole number, also as digits in quotes."""
    if isinstance(value, str) and DIGITS.fullmatch(value):
        value = int(value)
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _port(value: object) -> bool:
    return _whole(value, 0, MAX_PORT)


def _address(value: object) -> bool:
    try:
        read_address(value if isinstance(value, str) else "")
    except Invalid:
        return False
    return True


def _matches(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and bool(pattern.fullmatch(value.strip()))


def _words(value: object) -> bool:
    return isinstance(value, str)


def _flag(value: object) -> bool:
    return isinstance(value, bool)


def _all(value: object, kind: type, holds: Callable[[Any], bool]) -> bool:
    """True when `value` is a list or object of which every item holds."""
    if not isinstance(value, kind):
        return False
    return all(holds(one) for one in (value.values() if isinstance(value, dict) else value))  # type: ignore[attr-defined]


def _hash(value: object) -> bool:
    """The words of v1 and v2, or the object of v3."""
    if not isinstance(value, dict):
        return isinstance(value, str)
    algorithm = value.get("HashAlgorithm")
    return isinstance(value.get("HashValue"), str) and algorithm in HASHES


def _sample(value: object) -> bool:
    """A payload with its type, or the description of a file."""
    if not isinstance(value, dict):
        return False
    if isinstance(value.get("FileName"), str):
        return _whole(value.get("FileSize", 0), 0) and _hash(value.get("FileHash", ""))
    if not (isinstance(value.get("ContentType"), str) and isinstance(value.get("Payload"), str)):
        return False
    return _words(value.get("Description", "")) and _flag(value.get("Base64Encoded", False))


def _internal(value: object) -> bool:
    """What the sender's own automation adds about its customer; read by nobody here."""
    if not isinstance(value, dict) or not _all(value.get("EventTags", []), list, _words):
        return False
    for key, data in (("SubscriberInformation", "SubscriberData"),
                      ("ContractInformation", "ResolverData")):  # fmt: skip
        inner = value.get(key, {})
        if not isinstance(inner, dict) or not _words(inner.get("ID", "")):
            return False
        if not _all(inner.get(data, {}), dict, _words):
            return False
    return True


def _account(value: object) -> bool:
    """At least one name; a mail address stands in its own field."""
    if not isinstance(value, dict) or not value:
        return False
    name = value.get("AccountIdentifier", "-")
    return isinstance(name, str) and isinstance(value.get("AccountEmail", ""), str)


def _cvss(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    version, vector, score = value.get("Version"), value.get("Vector"), value.get("Score", 0)
    if isinstance(score, bool) or not isinstance(score, int | float):
        return False
    return isinstance(version, str) and isinstance(vector, str) and well_formed(version, vector)


WORDS = FieldRule("words", _words)
NUMBERED = FieldRule("words", lambda value: isinstance(value, str))
FLAG = FieldRule("true or false", _flag)
WHOLE = FieldRule("a whole number", _whole)
SIZE = FieldRule("a size in bytes", lambda value: _whole(value, 0))
PORT = FieldRule(f"a port from 0 to {MAX_PORT}", _port)
PORTS = FieldRule(f"a port from 0 to {MAX_PORT} or a list of them",
             lambda value: _port(value) or _all(value, list, _port))  # fmt: skip
ADDRESS = FieldRule("an IPv4 or IPv6 address", _address)
MAIL = FieldRule("a mail address", _matches(EMAIL))
NAME = FieldRule("a host name", _matches(HOST))
WEB = FieldRule("a URL", lambda value: isinstance(value, str) and bool(URL.match(value.strip())))
MOMENT = FieldRule(
    "RFC 3339", lambda value: isinstance(value, str) and read_time(value) is not None
)
HASH = FieldRule("a hash with its value and a known algorithm", _hash)
CUSTOM = FieldRule(
    "an object of words and numbers",
    lambda value: _all(value, dict, lambda one: isinstance(one, str | int | float)),
)


def one_of(*words: str) -> FieldRule:
    """One of a list of words, in any letter case."""
    return FieldRule(
        "one of " + ", ".join(words),
        lambda value: isinstance(value, str) and value.strip().lower() in words,
    )


REPORT: Mapping[str, FieldRule] = {
    **dict.fromkeys(
        ("ReportSubType", "ReporterNotes", "ThreatActor", "FileName",
         "ServiceName", "ServiceVersion", "Harasser", "HarassmentDescription", "BotnetName",
         "MalwareName", "InfringedMaterial", "MaterialType", "SharingProtocol",
         "TrademarkedMaterial", "RegistrationOffice"), WORDS
    ),
    **dict.fromkeys(
        ("SmtpMailFromAddress", "SmtpRcptToAddress", "FromAddress", "ToAddress"), MAIL
    ),
    **dict.fromkeys(("ReporterCaseID", "RegistrationNumber"), NUMBERED),
    "ReporterSeverity": one_of("low", "medium", "high"),
    "TransportProtocol": one_of("tcp", "udp"),
    "HarassmentType": one_of(
        "doxing", "stalking", "sexual", "believes", "defamation", "extortion", "hate"
    ),
    "HarassmentLocation": one_of("website", "chat", "game"),
    "Custom": CUSTOM,
    "FirstSeen": MOMENT,
    "SourcePort": PORT,
    "ASN": FieldRule(f"an AS number up to {MAX_ASN}", lambda value: _whole(value, 1, MAX_ASN)),
    "DestinationIp": ADDRESS,
    "DestinationPort": PORTS,
    "AttackerIp": ADDRESS,
    "AttackerPort": PORTS,
    "Ongoing": FLAG,
    "Samples": FieldRule("a list of samples", lambda value: _all(value, list, _sample)),
    "ByteCount": WHOLE,
    "PacketCount": WHOLE,
    "FileSize": SIZE,
    "FileHash": HASH,
    "PasswordHash": FieldRule(HASH.expected, lambda v: isinstance(v, dict) and _hash(v)),
    "Account": FieldRule("an object that names the account", _account),
    "RpzDomain": NAME,
    "CourtOrder": WEB,
    "InfringingUrl": WEB,
    "CVE": FieldRule("CVE-YYYY-NNNN", _matches(CVE)),
    "CVSS": FieldRule("a CVSS version with a vector of its form", _cvss),
}  # fmt: skip
PARTY = {"Org": WORDS, "OrgDomain": NAME, "OrgEmail": MAIL, "ContactEmail": MAIL,
         "ContactName": WORDS, "ContactPhone": WORDS, "OrgAddress": WORDS,
         "Type": one_of("org", "person")}  # fmt: skip
NEEDED = ("Org", "OrgDomain", "OrgEmail")
CONTENT, ACTIVITY = frozenset({"content"}), frozenset({"activity"})
VULNERABILITY = frozenset({"vulnerability"})
TYPES: Mapping[str, ReportTypeRule] = {  # ReportType, folded to letters and digits
    "botnet": ReportTypeRule(CONTENT),
    "childabuse": ReportTypeRule(CONTENT),
    "childsexualabusematerial": ReportTypeRule(CONTENT),
    "copyright": ReportTypeRule(CONTENT, needs=("InfringedMaterial",)),
    "dos": ReportTypeRule(ACTIVITY, "ip"),
    "exploit": ReportTypeRule(ACTIVITY, "ip"),
    "harassment": ReportTypeRule(ACTIVITY, needs=("Harasser", "HarassmentDescription")),
    "loginattack": ReportTypeRule(ACTIVITY, "ip"),
    "malware": ReportTypeRule(CONTENT | ACTIVITY),
    "openservice": ReportTypeRule(VULNERABILITY, needs=("ServiceName",)),
    "phishing": ReportTypeRule(CONTENT, needs=("SourceUrl",)),
    "portscan": ReportTypeRule(ACTIVITY, "ip"),
    "potentiallycompromisedaccount": ReportTypeRule(ACTIVITY, "account", ("Account",)),
    "spam": ReportTypeRule(ACTIVITY, "ip"),
    "trademark": ReportTypeRule(CONTENT, needs=("TrademarkedMaterial",)),
    "webcrawler": ReportTypeRule(ACTIVITY),
}


class Grading(NamedTuple):
    """What is wrong beyond doubt, and what is merely odd."""

    faults: tuple[str, ...]
    oddities: tuple[str, ...]


def grade(report: Mapping[str, Any]) -> Grading:
    """Hold a report of v1 to v3 against the tables; `Report` and `ReporterInfo` are objects."""
    faults: list[str] = []
    odd: list[str] = []
    version = report["Version"]
    if not VERSION.fullmatch(str(version)):
        faults.append(_wrong("Version", "1, 2 or 3", version))
    elif not isinstance(version, str):
        odd.append(_wrong("Version", "words", version))
    legacy = "." in str(version)  # xarf.org's form: fewer fields, classes of its own
    if not isinstance(report.get("Disclosure"), bool):
        odd.append(_wrong("Disclosure", "true or false", report.get("Disclosure")))
    _party(report["ReporterInfo"], "Reporter", str(version), faults, odd)
    for key, check in (("OnBehalfOf", dict), ("InternalProcessing", None)):
        value = report.get(key)
        if value is None:
            odd.extend([_wrong(key, "an object", value)] if key in report else [])
        elif check is None and not _internal(value):
            faults.append(_wrong(key, "an object of words", value))
        elif check and not isinstance(value, dict):
            faults.append(_wrong(key, "an object", value))
        elif check:
            _party(value, "Complainant", str(version), faults, odd)
    _fields(report["Report"], faults, odd)
    if not legacy:
        _typed(report["Report"], str(version), faults, odd)
    return Grading(tuple(faults), tuple(odd))


def folded(value: object) -> str:
    """A ReportType or ReportClass by its letters and digits; empty when it is no text."""
    return re.sub(r"[^a-z0-9]", "", value.lower()[:100]) if isinstance(value, str) else ""


def _wrong(name: str, expected: str, found: object) -> str:
    if found is None:
        return f"{name}: expected {expected}, found nothing"
    return f"{name}: expected {expected}, found {str(found)[:60]!r}"


def _party(
    who: Mapping[str, Any], prefix: str, version: str, faults: list[str], odd: list[str]
) -> None:
    """The reporter, or the one it speaks for; a person needs no organisation."""
    person = folded(who.get(f"{prefix}Type")) == "person"
    if not person and version in CLOSED and f"{prefix}Org" not in who:
        # v3 asks a person for nothing, and many leave out that they are one
        person = bool(who.get(f"{prefix}ContactName") and who.get(f"{prefix}ContactEmail"))
        odd.extend([_wrong(f"{prefix}Type", "Person or an organisation", None)] if person else [])
    needed = ("Org", "OrgEmail") if "." in version else NEEDED
    absent = [] if person else [name for name in needed if not who.get(f"{prefix}{name}")]
    faults.extend(_wrong(f"{prefix}{name}", PARTY[name].expected, None) for name in absent)
    for name, rule in PARTY.items():
        value = who.get(f"{prefix}{name}")
        _held(f"{prefix}{name}", rule, value, faults, odd, known=f"{prefix}{name}" in who)
        short = isinstance(value, str) and 0 < len(value) < SHORTEST
        if short and rule is WORDS:
            odd.append(_wrong(f"{prefix}{name}", f"{SHORTEST} characters", value))
    if prefix == "Reporter" and version in CLOSED:
        more = sorted(set(who) - {f"{prefix}{name}" for name in PARTY})
        faults.extend(f"ReporterInfo: expected no field {name[:60]!r}" for name in more[:3])


def _fields(body: Mapping[str, Any], faults: list[str], odd: list[str]) -> None:
    for name, value in body.items():
        rule = REPORT.get(name)
        if rule is not None:
            _held(name, rule, value, faults, odd)
    said = body.get("Date")
    found = read_time(said) if isinstance(said, str) else None
    if found is None:
        faults.append(_wrong("Date", "RFC 3339", said))
    for name in ("Date", "FirstSeen"):
        said = body.get(name)
        found = read_time(said) if isinstance(said, str) else None
        if found and found[1] > SECOND:
            odd.append(_wrong(name, "a time with its zone", said))


def _held(
    name: str,
    rule: FieldRule,
    value: object,
    faults: list[str],
    odd: list[str],
    *,
    known: bool = True,
) -> None:
    """One optional field against its rule; null and empty are as good as left out."""
    if not known:
        return
    numbered = rule is NUMBERED and isinstance(value, int)
    if value is None or value in ("", []) or numbered:
        odd.append(_wrong(name, rule.expected, value))
    elif not rule.holds(value):
        faults.append(_wrong(name, rule.expected, value))
    elif isinstance(value, str) and rule in {PORT, PORTS, WHOLE, SIZE}:
        odd.append(_wrong(name, "a number without quotes", value))


def _typed(body: Mapping[str, Any], version: str, faults: list[str], odd: list[str]) -> None:
    """What its class and type ask of the report."""
    class_, type_ = folded(body.get("ReportClass")), folded(body.get("ReportType"))
    if class_ not in CLASSES:
        faults.append(_wrong("ReportClass", "one of " + ", ".join(sorted(CLASSES)),
                             body.get("ReportClass")))  # fmt: skip
    if not type_:
        faults.append(_wrong("ReportType", "a type", body.get("ReportType")))
    asked = TYPES.get("dos" if type_ == "ddos" else type_)
    if asked is None:
        odd.append(_wrong("ReportType", "a known type", body.get("ReportType")))
        asked = ReportTypeRule(CLASSES)
    elif class_ not in asked.classes:
        odd.append(_wrong("ReportClass", "the class of its type", body.get("ReportClass")))
    faults.extend(
        _wrong(name, "what its type asks for", None) for name in asked.needs if not body.get(name)
    )
    source = "ip" if type_ == "malware" and class_ == "activity" else asked.source
    if source == "ip" and type_ == "malware" and folded(body.get("ReportSubType")) != "rpzrewrite":
        odd.append(_wrong("ReportSubType", "RPZ-Rewrite", body.get("ReportSubType")))
    if type_ == "copyright" and not body.get("FileName"):
        odd.append(_wrong("FileName", "the file's name", None))
    if type_ == "malware" and class_ == "content" and version not in CLOSED:
        faults.extend([] if body.get("SourceUrl") else [_wrong("SourceUrl", WEB.expected, None)])
    faults.extend(_sourced(body, source, odd))


def _sourced(body: Mapping[str, Any], source: str, odd: list[str]) -> Iterator[str]:
    """What is wrong with the source; beside a sound address or URL the other may be none."""
    if source == "account":
        return
    address, url = body.get("SourceIp"), body.get("SourceUrl")
    known, linked = ADDRESS.holds(address), WEB.holds(url) and source != "ip"
    wrong = [
        _wrong(name, rule.expected, value)
        for name, rule, value, sound in (
            ("SourceIp", ADDRESS, address, known),
            ("SourceUrl", WEB, url, WEB.holds(url)),
        )
        if not sound and (value is not None or (name == "SourceIp" and source == "ip"))
    ]
    if known or linked:
        odd.extend(wrong)  # either is enough
        return
    yield from wrong or [_wrong("SourceIp or SourceUrl", "a source", None)]
