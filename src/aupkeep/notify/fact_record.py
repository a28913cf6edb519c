"""The facts of a notice as JSON and back: what its words were made from, so that they replay.

The types are those of the kind's table (`render.facts_needed`).
"""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime, tzinfo
from enum import Enum
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any
from zoneinfo import ZoneInfo

from aupkeep.model.decision import PortRange, Scope
from aupkeep.model.moments import parse_moment, show_moment
from aupkeep.model.notice import NoticeKind
from aupkeep.notify.render import FactTypes, facts_needed

ADDRESSES = ("address", "destination")  # fields of a scope that are address objects


def dump_facts(facts: Mapping[str, object]) -> dict[str, Any]:
    """Facts in JSON's own types."""
    return {name: _dump(value) for name, value in facts.items()}


def load_facts(kind: NoticeKind, stored: Mapping[str, Any]) -> dict[str, object]:
    """The facts as they were. A fact that the kind does not need any more is left out."""
    table = facts_needed(kind)
    return {name: _load(table[name], value) for name, value in stored.items() if name in table}


def _dump(value: object) -> Any:  # noqa: ANN401, PLR0911 - JSON has no narrower type; a table of types
    match value:
        case Enum():
            return value.value
        case datetime():
            return show_moment(value)
        case ZoneInfo():
            return value.key
        case tzinfo():
            return None  # a fixed offset has no name; its times stand in UTC
        case tuple() | list():
            return tuple(_dump(item) for item in value)
        case Scope():
            return {field.name: _dump(getattr(value, field.name)) for field in fields(value)}
        case IPv4Address() | IPv6Address():
            return str(value)
    return value


def _load(types: FactTypes, value: Any) -> object:  # noqa: ANN401, PLR0911 - the same table, read back
    if value is None:
        return None
    kind = types[0]
    if kind is datetime:
        return parse_moment(value)
    if kind is tzinfo:
        return ZoneInfo(value)
    if kind in (tuple, list):
        return kind(value)
    if kind is Scope:
        plain: dict[str, Any] = {
            name: ip_address(part) if name in ADDRESSES and part else part
            for name, part in value.items()
        }
        ports = plain.get("source_ports")
        return Scope(**plain | {"source_ports": PortRange(*ports) if ports else None})
    if issubclass(kind, Enum):
        return kind(value)
    return value
