r"""Which hosts an alert of a monitor is about: those that it watches, and that nobody accuses.

A monitor says of its own host how it is: `Host: web01 (192.0.2.7)` beside `State: CRITICAL`,
`instance = 192.0.2.7:9100` beside `alertname = …`. In such a mail only a word for it makes an
address a source.
"""

import re
from collections.abc import Sequence

from aupkeep.intake.extract.addresses import find_addresses
from aupkeep.intake.extract.direction import offender_weight
from aupkeep.intake.extract.polarity import is_field
from aupkeep.intake.side_words import PREPOSITION
from aupkeep.model.subject import Address

BULLETS = " \t>*#\u2022-"
LOOKED_AT = 8_000  # characters of a part, in which an alert says all it says
_BEGIN = r"^[>\s*#\u2022-]{0,8}"
# fields that monitors alone write, and states that they alone know
ALERT = re.compile(
    rf"{_BEGIN}(?:notification ?type|trigger|alert ?name|item values?"
    r"|problem(?: name|(?=\s?: (?:receiv|get|want|cannot|can't|needs?)))"  # of whom it is about
    r"|original problem id|monitor|"
    r"metric(?: value)?|threshold|check (?:command|output)|plugin output|operational data|"
    r"logfiles for host)\s?[:=]"
    rf"|{_BEGIN}(?:(?:service|host|sensor|current|new) ?)?(?:state|status|zustand|tilstand|"
    r"tillstånd|état|estado|stato|stan|event)\s?[:=]\s?\W{0,4}(?:ok -> )?(?:crit|critical|warn|"
    r"warning|down|problem|firing|alerting|unreachable|unknown|recovery|kriti\w+|fehler|critique|"
    r"crítico|critico)\b"
    r"|\b(?:monitor|check|sensor|host|service|device) [\w.-]{1,60} (?:\([^()\n]{1,80}\) )?is "
    r"(?:currently |now )?(?-i:DOWN|CRITICAL|UNREACHABLE|DEGRADED)\b",
    re.IGNORECASE | re.MULTILINE,
)


# "fail2ban stats for mail (192.0.2.7)": whose day is summed up
SUMMARY = re.compile(
    r"\b(stats|statistics|summary|status|overview|logwatch) (?:for|of|on) [\w.-]{1,60} "
    r"\([0-9a-f:.]{3,39}\)",
    re.IGNORECASE,
)


def watched(title: str, parts: Sequence[str]) -> frozenset[Address]:
    r"""The addresses of the hosts that an alert of a monitor is about.

    >>> watched("PROBLEM: logins", ["Host: db (192.0.2.1)\nState: CRITICAL\nSource: 192.0.2.2"])
    frozenset({IPv4Address('192.0.2.1')})
    >>> watched("Attack", ["Host: 192.0.2.1\nState: active"])
    frozenset()
    """
    alerts = [part[:LOOKED_AT] for part in parts if ALERT.search(part, 0, LOOKED_AT)]
    named = [
        (line, offender_weight(line, (spot.start, spot.end, spot.port_end)), spot.address)
        for part in alerts
        for line in (title, *part.split("\n"))
        for spot in find_addresses(line)
    ]
    named += [
        (f"{match[1]}:", 0, s.address)
        for text in (title, *(part[:LOOKED_AT] for part in parts))
        for match in SUMMARY.finditer(text)
        for s in find_addresses(match[0])
    ]
    came = {address for _, weight, address in named if weight >= PREPOSITION}
    fields = {
        who
        for line, weight, who in named
        if weight < PREPOSITION and is_field(line.lstrip(BULLETS))
    }
    return frozenset(fields.union(address for *_, address in named if address not in came))
