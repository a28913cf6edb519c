"""Brands: under which name, address and terms a customer is written to, `[brands.NAME]`."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from aupkeep.model.errors import Invalid

LONGEST = 2000  # characters of one option


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """One brand; what is empty is the provider's own."""

    name: str = ""  # as customers know it
    sender: str = ""  # the address its mail comes from, where replies and bounces arrive
    sender_name: str = ""
    address: str = ""  # postal, one line
    policy_url: str = ""  # where its policy stands, https
    footer: str = ""  # further lines below each mail
    logo: str = ""  # a file, for the customer's page: PNG, JPEG or WebP (`config.logos`)

    @property
    def lines(self) -> str:
        """What stands below each mail and page: footer, address, policy."""
        return "\n".join(line for line in (self.footer, self.address, self.policy_url) if line)


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandSettings:
    """The brands by name; a customer's column `brand` names one."""

    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raises `Invalid` for an unknown option, a value that is no text, an odd address."""
        for name in self.tables:
            self.of(name)

    def of(self, name: str | None) -> Brand:
        """The brand of this name; one that nobody described is the provider itself."""
        table = self.tables.get(name or "", {})
        known = [item.name for item in fields(Brand)]
        for option, value in table.items():
            where = f"[brands.{name}] {option}"
            if option not in known:
                raise Invalid(f"{where}: expected one of {', '.join(known)}, found another")
            if not isinstance(value, str) or len(value) > LONGEST:
                raise Invalid(f"{where}: expected a text of up to {LONGEST} characters")
        brand = Brand(**table)
        if brand.sender and brand.sender.count("@") != 1:
            raise Invalid(f"[brands.{name}] sender: expected an address, found another text")
        if brand.policy_url and not brand.policy_url.startswith("https://"):
            raise Invalid(f"[brands.{name}] policy_url: expected https, found another address")
        return brand

    def senders(self) -> tuple[str, ...]:
        """The addresses of all brands that have one of their own."""
        return tuple(brand.sender for name in self.tables if (brand := self.of(name)).sender)
