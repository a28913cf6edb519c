r"""Which hosts an alert of a monitor is about: those that it watches, and that nobody accuses.

A monitor says of its own host how it is: `Host: web01 (192.0.2.7)` beside `State: CRITICAL`,
`instance = 192.0.2.7:9100` beside `alertname = …`. What attacked it stands in other fields.
"""

import re
from collections.abc import Sequence

from aupkeep.intake.extract.addresses import find_addresses
from aupkeep.intake.extract.direction import WINDOW, nearest_cue
from aupkeep.intake.side_words import PREPOSITION
from aupkeep.model.subject import Address

LOOKED_AT = 8_000  # characters of a part, in which an alert says all it says
_BEGIN = r"^[>\s*\u2022-]{0,8}"
# fields that monitors alone write, and states that they alone know
ALERT = re.compile(
    rf"{_BEGIN}(?:notification ?type|trigger|alert ?name|item values?|original problem id|"
    r"check (?:command|output)|plugin output|operational data)\s?[:=]"
    rf"|{_BEGIN}(?:(?:service|host|sensor|current|new) ?)?(?:state|status|zustand|tilstand|"
    r"tillstånd|état|estado|stato|stan)\s?[:=]\s?\W{0,4}(?:critical|warning|down|problem|firing|alerting|"
    r"unreachable|unknown|recovery|kriti\w+|fehler|critique|crítico|critico)\b",
    re.IGNORECASE | re.MULTILINE,
)
WATCHED = re.compile(
    rf"{_BEGIN}(?:host|hostname|host ?(?:name|address|ip|group)|ip|ip ?address|address|adresse|"
    r"instance|device|gerät|enhet|node|target|server|machine|endpoint|resource|monitor)\s?[:=]"
    r"([^\n]{1,200})",
    re.IGNORECASE | re.MULTILINE,
)


def watched(title: str, parts: Sequence[str]) -> frozenset[Address]:
    r"""The addresses of the hosts that an alert of a monitor is about.

    >>> watched("PROBLEM: logins", ["Host: db (192.0.2.1)\nState: CRITICAL\nSource: 192.0.2.2"])
    frozenset({IPv4Address('192.0.2.1')})
    >>> watched("Attack", ["Host: 192.0.2.1\nState: active"])
    frozenset()
    """
    alerts = [part[:LOOKED_AT] for part in parts if ALERT.search(part, 0, LOOKED_AT)]
    if not alerts:
        return frozenset()
    named = (
        spot.address
        for part in alerts
        for field in WATCHED.finditer(part)
        for spot in find_addresses(field[1])
    )
    titled = (
        spot.address
        for spot in find_addresses(title)
        if nearest_cue(title[max(0, spot.start - WINDOW) : spot.start]) < PREPOSITION
    )
    return frozenset((*named, *titled))
