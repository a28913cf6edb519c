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
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from aupkeep.intake.formats.xarf_values import (
    ADDRESS,
    CUSTOM,
    CVE,
    FLAG,
    HASH,
    MAIL,
    MAX_ASN,
    MOMENT,
    NAME,
    NUMBERED,
    PORT,
    PORTS,
    SIZE,
    WEB,
    WHOLE,
    WORDS,
    FieldRule,
    all_hold,
    is_account,
    is_cvss,
    is_hash,
    is_sample,
    is_whole,
    is_words,
    matches,
    one_of,
    read_time,
)
from aupkeep.intake.times import SECOND

VERSION = re.compile(r"[123](?:\.\d{1,3}){0,2}|alpha|development", re.ASCII)
CLOSED = frozenset({"3", "development"})  # their ReporterInfo has no other fields
CLASSES = frozenset({"content", "activity", "vulnerability"})
SHORTEST = 3


class ReportTypeRule(NamedTuple):
    """What one ReportType asks for: its class, what names the source, and further fields."""

    classes: frozenset[str]
    source: str = "ip or url"  # "ip", "ip or url" or "account"
    needs: tuple[str, ...] = ()


def _internal(value: object) -> bool:
    """What the sender's own automation adds about its customer; read by nobody here."""
    if not isinstance(value, dict) or not all_hold(value.get("EventTags", []), list, is_words):
        return False
    for key, data in (("SubscriberInformation", "SubscriberData"),
                      ("ContractInformation", "ResolverData")):  # fmt: skip
        inner = value.get(key, {})
        if not isinstance(inner, dict) or not is_words(inner.get("ID", "")):
            return False
        if not all_hold(inner.get(data, {}), dict, is_words):
            return False
    return True


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
    "ASN": FieldRule(f"an AS number up to {MAX_ASN}", lambda value: is_whole(value, 1, MAX_ASN)),
    "DestinationIp": ADDRESS,
    "DestinationPort": PORTS,
    "AttackerIp": ADDRESS,
    "AttackerPort": PORTS,
    "Ongoing": FLAG,
    "Samples": FieldRule("a list of samples", lambda value: all_hold(value, list, is_sample)),
    "ByteCount": WHOLE,
    "PacketCount": WHOLE,
    "FileSize": SIZE,
    "FileHash": HASH,
    "PasswordHash": FieldRule(HASH.expected, lambda v: isinstance(v, dict) and is_hash(v)),
    "Account": FieldRule("an object that names the account", is_account),
    "RpzDomain": NAME,
    "CourtOrder": WEB,
    "InfringingUrl": WEB,
    "CVE": FieldRule("CVE-YYYY-NNNN", matches(CVE)),
    "CVSS": FieldRule("a CVSS version with a vector of its form", is_cvss),
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


def _wrong(name: str, expected: str, value: object) -> str:
    if value is None:
        return f"{name}: expected {expected}, found nothing"
    return f"{name}: expected {expected}, found {str(value)[:60]!r}"


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
    moment = read_time(said) if isinstance(said, str) else None
    if moment is None:
        faults.append(_wrong("Date", "RFC 3339", said))
    for name in ("Date", "FirstSeen"):
        said = body.get(name)
        moment = read_time(said) if isinstance(said, str) else None
        if moment and moment[1] > SECOND:
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
