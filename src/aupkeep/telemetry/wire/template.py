"""A template of NetFlow v9 or IPFIX: what the records of a data set hold, and where.

Sources: RFC 3954 sections 5.2, 6.1; RFC 7011 sections 3.2, 3.4.
"""

from dataclasses import dataclass
from typing import NamedTuple

from aupkeep.model.subject import Address

VARIABLE = 0xFFFF  # a field's length: each record states its own (RFC 7011 section 7)


class TemplateKey(NamedTuple):
    """Which template: ids are only meaningful within an exporter, version and domain."""

    exporter: Address | None
    version: int  # 9 or 10
    domain: int  # source id of v9, observation domain of IPFIX
    id: int  # 256 to 65535


class TemplateField(NamedTuple):
    """One information element; `enterprise` 0 is IANA's registry."""

    element: int
    length: int  # bytes, or VARIABLE
    enterprise: int = 0


@dataclass(frozen=True, slots=True)
class FlowTemplate:
    """A data template, or one of options when `scopes` counts its leading scope fields."""

    fields: tuple[TemplateField, ...]
    scopes: int = 0
    options: bool = False

    @property
    def length(self) -> int:
        """Bytes of a record; 0 when a field has a variable length."""
        lengths = [field.length for field in self.fields]
        return 0 if VARIABLE in lengths else sum(lengths)
