"""What the subject of a finding was: offender, victim, vulnerable or controller.

A victim must never be enforced against, so every doubt about a flood is read as victim: the words
are looked for right behind and right before the address.
"""

import re

from aupkeep.model.finding import Role

HIT = re.compile(
    r"(?:is|was|are|were|being|been|has been|ist|war|wurde|est|était|er|"
    r"ble) (?:\w{1,12} ){0,2}(?:under attack|attacked|the (?:target|victim)|"
    r"targeted|ddosed|flooded|angegriffen|attaqué|aangevallen|angrepet)|(?:target|victim)\b|opfer",
    re.IGNORECASE,
)
CONTROL = re.compile(r"\bc2\b|\bc&c\b|command.{1,5}control|controller|c2 server", re.IGNORECASE)
FLOODS = frozenset({"connection/ddos", "protection/inbound_ddos"})
BOTNET = "infrastructure/botnet"
AFTER, BEFORE = 64, 48


def role_of(kind: str, text: str, start: int, end: int) -> Role:
    """The role that the words around `text[start:end]` and the kind give the subject."""
    if kind.startswith("vulnerability/"):
        return Role.VULNERABLE
    if kind not in FLOODS and kind != BOTNET:
        return Role.OFFENDER
    around = (
        text[max(0, start - BEFORE) : start].rpartition("\n")[2],
        text[end : end + AFTER].partition("\n")[0],
    )
    if kind in FLOODS and any(HIT.search(side) for side in around):
        return Role.VICTIM
    if kind == BOTNET and any(CONTROL.search(side) for side in around):
        return Role.CONTROLLER
    return Role.OFFENDER
