"""Which kind of the taxonomy a reporter's own word means, and which role the subject then has."""

import re
from functools import cache

from aupkeep.model.finding import Role
from aupkeep.model.taxonomy import KINDS, ROWS, Kind, kind_for

UNSPECIFIED = KINDS["law/unspecified"]
# Words of feeds and reporters, joined with `_`; the first pattern found in the word decides.
WORDS = (
    (r"amplification_victim|ddos_amp|ddos_target|d?dos_victim|victim_of_(an?_)?d?dos",
     "protection/inbound_ddos"),
    (r"^prox(y|ies)$", "vulnerability/open_service"),
    (r"amplif|open_?(resolver|relay|proxy|dns|ntp|service|ssdp|ldap|memcached|snmp|redis|mongodb|smb|vnc)|reflector|\d_scan6?_[a-z]",
     "vulnerability/open_service"),
    (r"brute|^sshd?$|login|password|credential_stuffing|auth_fail|ssh_attack",
     "connection/login_attack"),
    (r"port_?s[ck]an|^scan(ner|ning)?$|network_scan|darknet", "connection/port_scan"),
    (r"vuln\w*_scan|exploit_attempt|web_?attack", "connection/vulnerability_scan"),
    (r"sql_?i(nject\w*)?$", "connection/sql_injection"),
    (r"mail_?bomb", "messaging/mail_bombing"),
    (r"ddos|^dos$|dos_attack|flood", "connection/ddos"),
    (r"scrap(er|ing)|harvest|^bad_?bot", "connection/scraping"),
    (r"phish", "content/phishing"),
    (r"^c2|c_?and_?c|command_and_control|_c2$|^cc$|^c_?n_?c(_|$)|botnet_controller",
     "infrastructure/botnet"),
    (r"botnet|drone|^bots?$|^irc_?bot|infected|sinkhole|zombie", "connection/infected_host"),
    (r"malware|mal_?url|virus|trojan|ransomware", "content/malware"),
    (r"spam|^reg_?bot|^ube$|^uce$|unsolicited", "messaging/spam"),
    (r"copyright|dmca|infring", "copyright/copyright"),
    (r"compromis|hacked|defac|webshell|^backdoor", "infrastructure/compromised_server"),
    (r"^cve|vulnerab", "vulnerability/cve"),
    (r"misconfig", "vulnerability/misconfiguration"),
    (r"blocklist|blacklist|^dnsbl", "reputation/blocklist"),
    (r"fraud|scam", "content/fraud"),
)  # fmt: skip
SHORTEST = 2
VAGUE = frozenset({"other", "undetermined", "unknown", "none"})


@cache
def _rsit() -> dict[str, Kind]:
    """RSIT `class:type` and the bare type → the kind that carries it by default."""
    kinds: dict[str, Kind] = {}
    for row in ROWS:
        for name in (row.rsit, row.rsit.partition(":")[2]):
            if name.partition(":")[2] not in VAGUE and name not in VAGUE:
                kinds.setdefault(name, row)
    return kinds


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], Kind], ...]:
    return tuple((re.compile(pattern), KINDS[name]) for pattern, name in WORDS)


def named(text: str) -> Kind | None:
    """The kind a word names: our own name, an RSIT value, or a word of the trade; else None.

    >>> named("connection/login_attack").name, named("Brute-Force").name, named("purple")
    ('connection/login_attack', 'connection/login_attack', None)
    """
    word = text.strip().lower()[:100]
    if len(word) < SHORTEST:
        return None
    if word in KINDS:
        return KINDS[word]
    if word in _rsit():
        return _rsit()[word]
    joined = re.sub(r"[^a-z0-9]+", "_", word).strip("_")
    return next((kind for pattern, kind in _patterns() if pattern.search(joined)), None)


def role_of(kind: Kind) -> Role:
    """What the subject was: the attacked are victims, the careless vulnerable.

    >>> role_of(KINDS["protection/inbound_ddos"]).value, role_of(KINDS["messaging/spam"]).value
    ('victim', 'offender')
    """
    if kind.cause == "victim":
        return Role.VICTIM
    if kind.name.startswith("vulnerability/"):
        return Role.VULNERABLE
    if kind.rsit == "malicious-code:c2-server":
        return Role.CONTROLLER
    return Role.OFFENDER


def infected() -> Kind:
    """A bot, where the report does not say that it commands others."""
    return kind_for("infrastructure/botnet", "malicious-code:infected-system")
