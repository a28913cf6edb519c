"""A declared mapping: where the rows of a JSON answer stand, and what each field of one means.

>>> rows = RowMapping({"address": "ip", "customer": ["lookup.pool"], "resource": ["vm:{vmid}"]})
>>> row = {"ip": "203.0.113.7", "vmid": 101, "lookup": {"pool": "kari"}}
>>> rows.seen(row, {}, only_known=False).resource
'vm:101'

Fields are named by their path, `tenant.slug`; of several the first counts that is there; one with
braces is a text in which each pair stands for a field. See docs/inventory.md.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aupkeep.inventory.assignment_row import (
    CUSTOMER,
    KINDS,
    POOL,
    ROUTER,
    parse_ports,
    parse_prefix,
    parse_word,
)
from aupkeep.inventory.sync import SeenHolding
from aupkeep.model.errors import Invalid
from aupkeep.model.holding import Network
from aupkeep.model.moments import parse_moment

SKIP = "skip"
REST = "*"  # among the kinds: every other word
HOLE = re.compile(r"\{([^{}]+)\}")
SINGLE = ("address", "kind", "changed", "created", "port_from", "port_to")
SEVERAL = ("customer", "resource")
OTHERS = ("host", "kinds")


class UnmappedProject(Invalid):
    """The row's project, tenant or pool, the text of this error, has no customer."""


class RowMapping:
    """The fields of one list."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        """Raises `Invalid` for a field that is none, or of another type."""
        for name in ("address", "resource"):
            if not table.get(name):
                raise Invalid(f"mapping: expected {name}, found none")
        for name in SINGLE:
            expect(table.get(name, ""), str, name)
        for name in SEVERAL:
            for field in expect(table.get(name, []), list, name):
                expect(field, str, name)
        self._table = table
        self._host = expect(table.get("host", False), bool, "host")
        self._kinds = expect(table.get("kinds", {REST: CUSTOMER}), dict, "kinds")
        for word in self._kinds.values():
            if word not in (*KINDS, SKIP):
                raise Invalid(
                    f"mapping kinds: expected {', '.join((*KINDS, SKIP))}, found {word!r}"
                )

    def seen(
        self, row: object, customers: Mapping[str, str], *, only_known: bool
    ) -> SeenHolding | None:
        """What a row says, None where it says nothing of a holder.

        Raises `Invalid` naming the field, what was expected and what was found; `UnmappedProject`
        where `only_known` projects have a customer and this is none.
        """
        if not isinstance(row, dict):
            raise Invalid(f"expected an object, found {type(row).__name__}")
        kind = self._kind(row)
        named = self._first(row, "customer")
        if kind == SKIP or (kind != POOL and not named):
            return None
        if kind != POOL and only_known and named not in customers:
            raise UnmappedProject(named)
        ports = parse_ports(self._one(row, "port_from"), self._one(row, "port_to"))
        resource = parse_word(self._first(row, "resource"), "resource")
        is_router = kind == ROUTER and "router" not in resource
        return SeenHolding(
            prefix=parse_prefix(self._address(row)),
            port_from=ports[0],
            port_to=ports[1],
            customer="" if kind == POOL else parse_word(customers.get(named, named), "customer"),
            resource=f"{resource} (router)" if is_router else resource,
            router=kind == ROUTER,
            pool=kind == POOL,
            since=self._moment(row, "changed"),
            renewed=self._moment(row, "created"),
        )

    def prefix(self, row: object) -> Network | None:
        """The address of a row that may be unreadable otherwise; None where it is too."""
        try:
            return parse_prefix(self._address(row)) if isinstance(row, dict) else None
        except Invalid:
            return None

    def _address(self, row: Mapping[str, Any]) -> str:
        """With `host` the length beside it is that of the network around it."""
        text = self._one(row, "address")
        return text.partition("/")[0] if self._host else text

    def _kind(self, row: Mapping[str, Any]) -> str:
        word = self._one(row, "kind")
        return str(self._kinds.get(word, self._kinds.get(REST, SKIP)))

    def _moment(self, row: Mapping[str, Any], name: str) -> datetime | None:
        text = self._one(row, name)
        return parse_moment(text, name) if text else None

    def _one(self, row: Mapping[str, Any], name: str) -> str:
        path = self._table.get(name)
        return text_at(row, path) if path else ""

    def _first(self, row: Mapping[str, Any], name: str) -> str:
        texts = (text_at(row, path) for path in self._table.get(name, ()))
        return next((text for text in texts if text), "")


def text_at(row: Mapping[str, Any], path: str) -> str:
    """The text at a path, or of a template whose fields are all there; "" where there is none."""
    if "{" not in path:
        return _plain(value_at(row, path), path)
    parts = {hole: text_at(row, hole) for hole in HOLE.findall(path)}
    return HOLE.sub(lambda hole: parts[hole[1]], path) if all(parts.values()) else ""


def value_at(row: object, path: str) -> object:
    """What stands at a path of names; None where it does not lead on."""
    for name in path.split("."):
        if not isinstance(row, dict):
            return None
        row = row.get(name)
    return row


def _plain(value: object, path: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int):
        return str(value)
    raise Invalid(f"{path}: expected text or a whole number, found {type(value).__name__}")


def expect(value: object, kind: type, what: str) -> Any:  # noqa: ANN401 - an instance of `kind`
    """The value, which is of that type. Raises `Invalid`."""
    if type(value) is not kind:
        raise Invalid(f"mapping {what}: expected {kind.__name__}, found {type(value).__name__}")
    return value
