"""The taxonomy: every kind with its clause, RSIT value and automatic cap, as one table.

A kind is an XARF v4 `category/type` where one exists, else ours in the same form. The first row of
a kind is its default; further rows give the other RSIT values (RSIT version 1003) it may carry.
`cap` is the highest level a rule may reach alone; `hours` the answer deadline, None where the
clock is set by an order or does not run.
"""

from dataclasses import dataclass
from difflib import get_close_matches

from aupkeep.model.errors import Invalid
from aupkeep.model.ladder import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One row: `also` names a second clause that often applies with it."""

    name: str
    clause: str
    also: str | None
    rsit: str
    dsa: str | None
    nature: str
    cause: str
    urgency: str
    hours: float | None
    first_action: str
    cap: Level


def _row(line: str) -> Kind:
    """Read one line: name|clause|also|rsit|dsa|nature|cause|urgency|hours|action|cap."""
    name, clause, also, rsit, dsa, nature, cause, urgency, hours, action, cap = line.split("|")
    return Kind(
        name=name,
        clause=clause,
        also=also or None,
        rsit=rsit,
        dsa=dsa or None,
        nature=nature,
        cause=cause,
        urgency=urgency,
        hours=float(hours) if hours else None,
        first_action=action,
        cap=Level[cap],
    )


TABLE = """\
messaging/spam|spam|third-party|abusive-content:spam|OTHER_VIOLATION_TC|conduct|either|P2|24.0|limit-smtp|L3
messaging/bulk_messaging|spam||abusive-content:spam|OTHER_VIOLATION_TC|conduct|customer|P3|72.0|notify-deadline|L2
connection/login_attack|intrusion|third-party|intrusion-attempts:brute-force|OTHER_VIOLATION_TC|conduct|compromised|P2|24.0|notify-deadline|L3
connection/port_scan|intrusion|third-party|information-gathering:scanner|OTHER_VIOLATION_TC|conduct|either|P3|72.0|notify|L2
connection/reconnaissance|intrusion||information-gathering:scanner|OTHER_VIOLATION_TC|conduct|either|P3|72.0|notify|L2
connection/vulnerability_scan|intrusion||information-gathering:scanner|OTHER_VIOLATION_TC|conduct|either|P3|72.0|notify-deadline|L3
connection/sql_injection|intrusion|third-party|intrusion-attempts:ids-alert|OTHER_VIOLATION_TC|conduct|compromised|P2|24.0|notify-deadline|L3
connection/sql_injection|intrusion|third-party|intrusion-attempts:exploit|OTHER_VIOLATION_TC|conduct|compromised|P2|24.0|notify-deadline|L3
connection/scraping|intrusion|interference|other:other|OTHER_VIOLATION_TC|conduct|customer|P4|168.0|notify|L1
connection/ddos|interference|third-party|availability:ddos|OTHER_VIOLATION_TC|conduct|either|P1|0.25|rate-limit-or-block-flow|L4
connection/ddos|interference|third-party|availability:dos|OTHER_VIOLATION_TC|conduct|either|P1|0.25|rate-limit-or-block-flow|L4
interference/platform_attack|interference||availability:sabotage|OTHER_VIOLATION_TC|conduct|customer|P1|1.0|human-review|L1
connection/infected_host|malware|third-party|malicious-code:infected-system|OTHER_VIOLATION_TC|conduct|compromised|P2|24.0|notify-deadline|L3
infrastructure/botnet|malware|third-party|malicious-code:c2-server|OTHER_VIOLATION_TC|conduct|either|P1|4.0|isolate-resource|L4
infrastructure/botnet|malware|third-party|malicious-code:infected-system|OTHER_VIOLATION_TC|conduct|compromised|P2|24.0|notify-deadline|L3
content/malware|malware|third-party|malicious-code:malware-distribution|OTHER_VIOLATION_TC|content|compromised|P1|4.0|disable-url|L3
content/malware|malware||malicious-code:malware-configuration|OTHER_VIOLATION_TC|content|either|P2|24.0|disable-url|L3
content/remote_compromise|malware|third-party|intrusions:application-compromise|OTHER_VIOLATION_TC|content|compromised|P2|24.0|notify-deadline|L3
infrastructure/compromised_server|secure|third-party|intrusions:system-compromise|OTHER_VIOLATION_TC|conduct|compromised|P2|24.0|notify-deadline|L3
infrastructure/compromised_server|secure|third-party|intrusions:privileged-account-compromise|OTHER_VIOLATION_TC|conduct|compromised|P1|4.0|isolate-resource|L4
infrastructure/compromised_server|secure|third-party|intrusions:unprivileged-account-compromise|OTHER_VIOLATION_TC|conduct|compromised|P2|24.0|notify-deadline|L3
vulnerability/open_service|secure||vulnerable:ddos-amplifier|OTHER_VIOLATION_TC|conduct|careless|P3|72.0|notify-deadline|L3
vulnerability/open_service|secure||vulnerable:potentially-unwanted-accessible|OTHER_VIOLATION_TC|conduct|careless|P4|168.0|notify|L1
vulnerability/misconfiguration|secure||vulnerable:information-disclosure|OTHER_VIOLATION_TC|conduct|careless|P3|72.0|notify|L1
vulnerability/misconfiguration|secure||vulnerable:weak-crypto|OTHER_VIOLATION_TC|conduct|careless|P4|168.0|notify|L1
vulnerability/misconfiguration|secure||availability:misconfiguration|OTHER_VIOLATION_TC|conduct|careless|P4|168.0|notify|L1
vulnerability/cve|secure||vulnerable:vulnerable-system|OTHER_VIOLATION_TC|conduct|careless|P3|72.0|notify|L1
reputation/blocklist|law|third-party|other:undetermined|OTHER_VIOLATION_TC|conduct|unknown|P4|168.0|notify|L1
reputation/threat_intelligence|law|third-party|other:undetermined|OTHER_VIOLATION_TC|conduct|unknown|P4|168.0|corroborate|L1
content/phishing|deceit|offensive-unfair|fraud:phishing|SCAMS_AND_FRAUD|content|compromised|P1|4.0|disable-url|L3
content/suspicious_registration|deceit||fraud:masquerade|SCAMS_AND_FRAUD|content|customer|P3|72.0|human-review|L1
content/data_harvesting|deceit||information-gathering:social-engineering|SCAMS_AND_FRAUD|content|customer|P2|24.0|disable-url|L3
interference/sniffing|deceit|law|information-gathering:sniffing|OTHER_VIOLATION_TC|conduct|customer|P2|24.0|human-review|L1
content/fraud|offensive-unfair|deceit|fraud:unauthorised-use-of-resources|SCAMS_AND_FRAUD|content|customer|P2|24.0|notify-deadline|L3
content/unfair_practice|offensive-unfair||other:other|CONSUMER_INFORMATION|content|customer|P3|72.0|human-review|L1
content/pyramid_scheme|offensive-unfair||fraud:unauthorised-use-of-resources|SCAMS_AND_FRAUD|content|customer|P3|72.0|human-review|L1
content/brand_infringement|rights||fraud:masquerade|INTELLECTUAL_PROPERTY_INFRINGEMENTS|content|customer|P3|72.0|notify-deadline|L2
copyright/copyright|rights||fraud:copyright|INTELLECTUAL_PROPERTY_INFRINGEMENTS|content|customer|P3|72.0|notify-deadline|L2
copyright/cyberlocker|rights||fraud:copyright|INTELLECTUAL_PROPERTY_INFRINGEMENTS|content|customer|P3|72.0|notify-deadline|L2
copyright/link_site|rights||fraud:copyright|INTELLECTUAL_PROPERTY_INFRINGEMENTS|content|customer|P3|72.0|notify-deadline|L2
copyright/p2p|rights||fraud:copyright|INTELLECTUAL_PROPERTY_INFRINGEMENTS|content|customer|P3|72.0|notify-deadline|L2
copyright/ugc_platform|rights||fraud:copyright|INTELLECTUAL_PROPERTY_INFRINGEMENTS|content|customer|P3|72.0|notify-deadline|L2
copyright/usenet|rights||fraud:copyright|INTELLECTUAL_PROPERTY_INFRINGEMENTS|content|customer|P3|72.0|notify-deadline|L2
content/exposed_data|rights|offensive-defamatory|information-content-security:data-leak|DATA_PROTECTION_AND_PRIVACY_VIOLATIONS|content|careless|P1|4.0|notify-now|L3
intrusion/data_access|rights|intrusion|information-content-security:unauthorised-information-access|DATA_PROTECTION_AND_PRIVACY_VIOLATIONS|conduct|compromised|P2|24.0|human-review|L1
intrusion/data_tampering|rights|intrusion|information-content-security:unauthorised-information-modification|OTHER_VIOLATION_TC|conduct|compromised|P2|24.0|human-review|L1
content/csam|offensive-illegal||abusive-content:violence|PROTECTION_OF_MINORS|content|unknown|P0||sealed-track|L0
content/csem|offensive-illegal||abusive-content:violence|PROTECTION_OF_MINORS|content|unknown|P0||sealed-track|L0
content/terrorist|offensive-illegal||abusive-content:violence|RISK_FOR_PUBLIC_SECURITY|content|customer|P0||order-track|L1
content/hate_speech|offensive-illegal||abusive-content:harmful-speech|ILLEGAL_OR_HARMFUL_SPEECH|content|customer|P3|72.0|human-review|L1
content/incitement|offensive-illegal||abusive-content:violence|VIOLENCE|content|customer|P1|4.0|human-review|L1
content/prohibited_goods|offensive-illegal||other:other|UNSAFE_AND_PROHIBITED_PRODUCTS|content|customer|P3|72.0|human-review|L1
content/defamation|offensive-defamatory||abusive-content:harmful-speech|ILLEGAL_OR_HARMFUL_SPEECH|content|customer|P4|168.0|human-review|L1
content/intimate_images|offensive-defamatory||abusive-content:harmful-speech|CYBER_VIOLENCE|content|customer|P1|24.0|disable-url|L1
content/harassment|offensive-defamatory||abusive-content:harmful-speech|CYBER_VIOLENCE|content|customer|P2|24.0|human-review|L1
content/doxing|offensive-defamatory|rights|information-content-security:data-leak|DATA_PROTECTION_AND_PRIVACY_VIOLATIONS|content|customer|P2|24.0|human-review|L1
protection/inbound_ddos|retaliation|interference|availability:ddos|OTHER_VIOLATION_TC|conduct|victim|P1|0.25|protect-network|L3
reputation/blocklist|retaliation|spam|other:other|OTHER_VIOLATION_TC|conduct|either|P2|24.0|notify-deadline|L3
use/high_risk_health|high-risk||other:other|OTHER_VIOLATION_TC|use|customer|P3|168.0|contract-talk|L0
use/high_risk_environment|high-risk||other:other|OTHER_VIOLATION_TC|use|customer|P3|168.0|contract-talk|L0
assist/abuse_service|assist|malware|fraud:unauthorised-use-of-resources|OTHER_VIOLATION_TC|conduct|customer|P2|24.0|human-review|L1
responsibility/third_party|third-party||other:undetermined|OTHER_VIOLATION_TC|attribution|sub-user|P4||attribute|L1
law/data_loss|law||information-content-security:data-loss|OTHER_VIOLATION_TC|conduct|careless|P3|72.0|notify|L0
law/unspecified|law||other:other|NOT_SPECIFIED_NOTICE|content|unknown|P4|168.0|ask-reporter|L0
operations/outage|law||availability:outage||own-ops|n/a|P4||none|L0
operations/burglary|law||intrusions:burglary||own-ops|n/a|P4||none|L0
test/drill|test||test:test||test|n/a|P4||none|L0
general/irresponsible|general||other:other|OTHER_VIOLATION_TC|conduct|customer|P4|168.0|human-review|L0
interference/service_evasion|interference||other:other|OTHER_VIOLATION_TC|conduct|customer|P3|72.0|human-review|L1
messaging/mail_bombing|interference|spam|availability:dos|OTHER_VIOLATION_TC|conduct|either|P1|0.25|limit-smtp|L3
retaliation/provocation|retaliation||other:other|OTHER_VIOLATION_TC|conduct|customer|P3|72.0|human-review|L1
"""
ALIKE = 3  # kinds that a refusal names
PROTECTION = "protection/"  # kinds about who is attacked: nobody's fault is in question
ROWS: tuple[Kind, ...] = tuple(_row(line) for line in TABLE.splitlines())
KINDS: dict[str, Kind] = {}
for _kind in ROWS:
    KINDS.setdefault(_kind.name, _kind)
SEALED = frozenset(name for name, kind in KINDS.items() if kind.first_action == "sealed-track")


def kind_for(name: str, rsit: str | None = None) -> Kind:
    """The row for a kind, with that RSIT value where the kind may carry it. Raises KeyError."""
    for row in ROWS:
        if row.name == name and row.rsit == rsit:
            return row
    return KINDS[name]


def require_kind(name: str) -> None:
    """Raises `Invalid` for a kind that is none, with those that a person may have meant.

    >>> require_kind("port-scan")
    Traceback (most recent call last):
    aupkeep.model.errors.Invalid: kind: expected one such as connection/port_scan, found 'port-scan'
    """
    if name in KINDS:
        return
    word = name.lower().replace("-", "_").replace(" ", "_")
    alike = [known for known in KINDS if word and word in known]
    meant = alike[:ALIKE] or get_close_matches(word, KINDS, ALIKE) or ["connection/port_scan"]
    raise Invalid(f"kind: expected one such as {', '.join(meant)}, found {name[:60]!r}")
