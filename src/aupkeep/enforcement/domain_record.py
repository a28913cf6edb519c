"""Which domains of a libvirt we hold, and how each part was before: a file in the agent's folder.

It is written before anything is changed, so that an agent that dies in between knows what it may
have done.
"""

import re
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

from aupkeep.enforcement.action_json import read_object, read_record, to_json
from aupkeep.enforcement.driver import HeldPlace
from aupkeep.enforcement.durable_file import write_durably
from aupkeep.model.errors import AupkeepError, DriverRefused, Unavailable
from aupkeep.model.facts import canonical
from aupkeep.model.subject import Address

ADDRESS = re.compile(r"""(?:<ip address|name=.IP. value)=["']([0-9a-fA-F:.]+)["']""")
LEASED = re.compile(r"\sipv[46]\s+([0-9a-fA-F:.]+)")
KIND = "domain:"
FILE, MAX_BYTES = "libvirt.json", 16 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerPart:
    """How a part of a domain stood before us: `power UUID`, `link UUID MAC`, or `mark UUID`."""

    part: str
    former: str


@dataclass(slots=True)
class DomainRecord:
    """The file: what we hold, which parts each needs, how they were."""

    path: Path
    holds: dict[str, HeldPlace] = field(default_factory=dict)  # by place
    needs: dict[str, list[str]] = field(default_factory=dict)  # place → parts
    former: dict[str, str] = field(default_factory=dict)  # part → how it was

    def save(self) -> None:
        """Raises `Unavailable` where the disk does not take it."""
        former = [FormerPart(part=part, former=was) for part, was in self.former.items()]
        rows = {
            "holds": [to_json(hold) for hold in self.holds.values()],
            "needs": self.needs,
            "former": [to_json(part) for part in former],
        }
        write_durably(self.path, canonical(rows))


def read_domain_record(folder: Path) -> DomainRecord:
    """The record in a folder. Raises `Unavailable` for one that cannot be read."""
    path = folder / FILE
    try:
        rows = read_object(path.read_bytes(), MAX_BYTES, str(path))
        holds = [read_record(row, HeldPlace, "hold") for row in rows["holds"]]
        parts = [read_record(row, FormerPart, "former") for row in rows["former"]]
        needs = {str(place): list(map(str, names)) for place, names in rows["needs"].items()}
    except FileNotFoundError:
        return DomainRecord(path)
    except (OSError, AupkeepError, LookupError, TypeError, AttributeError) as error:
        raise Unavailable(f"{path}: expected a readable record, found {error}") from error
    return DomainRecord(
        path, {x.place: x for x in holds}, needs, {part.part: part.former for part in parts}
    )


def addresses_in(said: str) -> Iterator[Address]:
    """Every address that the XML or the leases of a domain name: it is taken whole."""
    for text in (*ADDRESS.findall(said), *LEASED.findall(said)):
        with suppress(ValueError):
            yield ip_address(text)


def domain_named(resource: str) -> str:
    """The uuid that a resource names. Raises `DriverRefused`."""
    text = resource.removeprefix(KIND)
    try:
        uuid_text = str(uuid.UUID(text)) if resource.startswith(KIND) else ""
    except ValueError:
        uuid_text = ""
    if not uuid_text or uuid_text != text.lower():
        raise DriverRefused(f"expected a resource {KIND}UUID, found {resource[:60]!r}")
    return uuid_text
