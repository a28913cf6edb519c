"""Customers as CSV; the columns are REQUIRED and OPTIONAL below, in any order.

Several rows of one customer add contacts; what the first row says of the customer itself stands,
and a later row that says otherwise is dead. No contact is no error: such a case waits in the inbox.
Of a broken row only what protects its customer counts, where other rows bring that customer in.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from aupkeep.inventory.assignment_row import parse_word
from aupkeep.inventory.csv_table import columns, rows
from aupkeep.model.customer import Contact, Customer
from aupkeep.model.errors import Invalid, Unreadable
from aupkeep.model.moments import parse_day, parse_zone
from aupkeep.model.report import RejectedRow

REQUIRED = ("customer",)
OPTIONAL = (
    *("name", "type", "contact", "role", "language", "brand"),
    *("tier", "parent", "external_id", "tags", "since", "zone"),
)
TYPES = ("business", "private")
TYPE_SYNONYMS = {
    **dict.fromkeys(("company", "organisation", "organization", "firm"), "business"),
    **dict.fromkeys(("person", "individual", "consumer"), "private"),
}
PROTECTING_TAGS = frozenset({"protected", "critical"})  # tags that keep automation away
ROLES = ("abuse", "technical", "legal", "owner", "billing", "abuse-desk")
LONGEST_ADDRESS = 254  # RFC 5321 section 4.5.3.1.3, without the angle brackets
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
LANGUAGE = re.compile(r"[a-z]{2,3}")
TAG = re.compile(r"[a-z0-9][a-z0-9_.:-]{0,63}")
SEPARATORS = re.compile(r"[;,|\s]+")  # between tags, as other systems export them
MACROLANGUAGES = {"no": "nb"}  # ISO 639: Norwegian, of which we write Bokmål


@dataclass(slots=True)
class _Known:
    row: int
    fields: dict[str, object]
    contacts: list[Contact] = field(default_factory=list)

    def guard(self, tags: frozenset[str]) -> None:
        """Add what protects, whatever row says it."""
        if tags:
            said = self.fields.get("tags")
            self.fields["tags"] = tags | said if isinstance(said, frozenset) else tags


def _refuse_another_list(names: frozenset[str]) -> None:
    others = names - {*REQUIRED, *OPTIONAL}
    if others and names.isdisjoint(OPTIONAL):
        names_given = ",".join(sorted(others))[:200]
        raise Unreadable(f"header: expected one of {','.join(OPTIONAL)}, found {names_given!r}")


def read_customers(
    data: bytes, parents: Mapping[str, str] | None = None
) -> tuple[list[Customer], list[RejectedRow]]:
    """All customers of the file in order of first sight, and the rows that could not be read.

    `parents` are the known customers with a reseller above them: nobody may come to stand above
    themselves. Raises `Unreadable` when the header has no column `customer`, or beside it only ones
    that say nothing of a customer: that is a list of something else.
    """
    _refuse_another_list(columns(data))
    known: dict[str, _Known] = {}
    guarded: dict[str, frozenset[str]] = {}
    dead: list[RejectedRow] = []
    for line in rows(data, REQUIRED, OPTIONAL):
        if isinstance(line, RejectedRow):
            dead.append(line)
            continue
        number, raw = line
        try:
            _take(known, number, raw)
        except Invalid as error:
            dead.append(RejectedRow(row=number, reason=str(error)))
            name = raw["customer"]
            guarded[name] = guarded.get(name, frozenset()) | _guards(raw["tags"])
    for name in guarded.keys() & known.keys():
        known[name].guard(guarded[name])
    above = {
        **(parents or {}),
        **{name: str(it.fields.get("parent", "")) for name, it in known.items()},
    }
    for name in [name for name in known if _is_above_itself(name, above)]:
        reason = (
            f"parent: expected nobody above themselves, found {above[name][:60]!r} below {name}"
        )
        dead.append(RejectedRow(row=known.pop(name).row, reason=reason))
    return [_customer(name, item) for name, item in known.items()], dead


def fields_present(data: bytes) -> frozenset[str]:
    """The fields of `Customer` that a file speaks of: those it has a column for."""
    named = columns(data)
    return (named & PARSERS.keys()) | ({"contacts"} if "contact" in named else frozenset())


def parse_contact(address: str, role: str = "", language: str = "") -> Contact:
    """Read one contact; empty role is abuse, empty language is en. Raises `Invalid`."""
    if len(address) > LONGEST_ADDRESS or not ADDRESS.fullmatch(address):
        raise Invalid(f"contact: expected a mail address, found {address[:60]!r}")
    spoken = language.lower() or "en"
    if not LANGUAGE.fullmatch(spoken):
        raise Invalid(f"language: expected a code such as en or nb, found {language[:60]!r}")
    return Contact(
        address=address,
        role=_one_of(role, ROLES, "role") if role else "abuse",
        language=MACROLANGUAGES.get(spoken, spoken),
    )


def _take(known: dict[str, _Known], number: int, raw: dict[str, str]) -> None:
    """Read all of a row before any of it counts."""
    name = parse_word(raw["customer"], "customer")
    fields = _fields(raw)
    contact = None
    if raw["contact"]:
        contact = parse_contact(raw["contact"], raw["role"], raw["language"])
    entry = known.get(name, _Known(number, fields))
    for key, value in fields.items():
        first = entry.fields.get(key, value)
        if first != value:
            raise Invalid(f"{key}: expected {first!r} as in row {entry.row}, found {value!r}")
    entry.fields |= fields
    known[name] = entry
    if contact is not None and contact not in entry.contacts:
        entry.contacts.append(contact)


def _is_above_itself(name: str, above: Mapping[str, str]) -> bool:
    """Whether the way up from a customer leads back to it."""
    seen, at = set[str](), above[name]
    while at in above and at not in seen and at != name:
        seen.add(at)
        at = above[at]
    return at == name


def _fields(raw: dict[str, str]) -> dict[str, object]:
    """What a row says of the customer itself; an empty value says nothing."""
    return {name: PARSERS[name](raw[name], name) for name in PARSERS if raw[name]}


def _customer(name: str, item: _Known) -> Customer:
    values: dict[str, object] = {"name": name, **item.fields}
    return Customer(id=name, contacts=tuple(item.contacts), **values)  # type: ignore[arg-type]


def _one_of(text: str, allowed: tuple[str, ...], what: str) -> str:
    if text.lower() not in allowed:
        raise Invalid(f"{what}: expected one of {', '.join(allowed)}, found {text[:60]!r}")
    return text.lower()


def _tags(text: str, what: str) -> frozenset[str]:
    tags = [tag.lower() for tag in SEPARATORS.split(text) if tag]
    wrong = next((tag for tag in tags if not TAG.fullmatch(tag)), None)
    if wrong is not None:
        raise Invalid(f"{what}: expected words such as protected, found {wrong[:60]!r}")
    return frozenset(tags)


def _guards(text: str) -> frozenset[str]:
    """The protecting tags of a row that cannot be read otherwise."""
    return frozenset(SEPARATORS.split(text.lower())) & PROTECTING_TAGS


def _since(text: str, what: str) -> datetime:
    """RFC 3339, or a day, which begins at midnight UTC."""
    return parse_day(text, what)


def _zone(text: str, what: str) -> str:
    """An IANA time zone, such as Europe/Oslo."""
    return parse_zone(text, what).key


PARSERS: dict[str, Callable[[str, str], object]] = {
    "name": parse_word,
    "type": lambda text, what: _one_of(TYPE_SYNONYMS.get(text.lower(), text), TYPES, what),
    "brand": parse_word,
    "tier": parse_word,
    "parent": parse_word,
    "external_id": parse_word,
    "tags": _tags,
    "since": _since,
    "zone": _zone,
}
COLUMNS = tuple(PARSERS)  # each the field of `Customer` of the same name
