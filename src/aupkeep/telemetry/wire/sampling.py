"""How many packets one exported packet stands for, and who says so.

A rate is looked for in this order: the operator's override for the exporter; the record itself; the
table that options records told, by the sampler or the interface that the record names or by its
template; the domain's only rate; the operator's static rate. What IPFIX tells in domain 0 is said
of the whole device (RFC 7011 section 3.1), and holds for domains of which nothing was told. Nothing
found is unknown, never 1.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from aupkeep.model.errors import Invalid
from aupkeep.model.subject import Address, parse_address
from aupkeep.telemetry.wire.exporter_quota import QuotaDict

UNKNOWN_RATE = 0
MOST_RATES = 4096  # of samplers, and of interfaces, in one domain
MOST_DOMAINS = 1024  # of one exporter
IPFIX = 10
VERSION = 1  # of the JSON
TABLES = ("samplers", "interfaces", "templates", "parts")  # of `Rates`


class RateSource(StrEnum):
    """Who says a rate."""

    OVERRIDE = "override"
    RECORD = "record"
    HEADER = "header"  # of a v5 datagram or an sFlow sample
    OPTIONS = "options"
    STATIC = "static"
    UNKNOWN = "unknown"


class Domain(NamedTuple):
    """Where the numbers of samplers are meaningful."""

    exporter: Address | None
    version: int
    domain: int


class Rate(NamedTuple):
    """One packet in `rate`; 0 is unknown."""

    rate: int
    source: RateSource


NO_RATE = Rate(UNKNOWN_RATE, RateSource.UNKNOWN)


@dataclass(slots=True)
class Rates:
    """What options records told of one domain, and when it was last told."""

    whole: int = UNKNOWN_RATE
    samplers: dict[int, int] = field(default_factory=dict)
    interfaces: dict[int, int] = field(default_factory=dict)
    templates: dict[int, int] = field(default_factory=dict)
    parts: dict[int, int] = field(default_factory=dict)  # line cards, outputs: no record names them
    last: int = 0
    used: Rate = NO_RATE  # by the latest record
    _said: Counter[int] = field(default_factory=Counter)  # how many say each rate

    @property
    def only(self) -> int:
        """The one rate that everything told agrees on."""
        return self.whole or (next(iter(self._said)) if len(self._said) == 1 else UNKNOWN_RATE)

    def named(self, sampler: int | None, interface: int | None, template: int) -> int:
        """The rate of a record that names these; 0: unknown."""
        rate = self.samplers.get(sampler or 0) or self.interfaces.get(interface or 0)
        rate = rate or self.templates.get(template)
        if rate:
            return rate
        # Sampler 0 beside a table of samplers is a record that none of them sampled.
        return self.whole if sampler is not None and self.samplers else self.only

    @property
    def anything(self) -> bool:
        """Whether any rate is told."""
        return bool(self.whole or self._said)

    def say(self, table: dict[int, int], number: int, rate: int) -> bool:
        """Put a rate into one of the tables, the oldest giving way; whether it is news."""
        before = table.pop(number, None)
        table[number] = rate
        if before == rate:
            return False
        self._said[rate] += 1
        if before is not None:
            self._unsay(before)
        if len(table) > MOST_RATES:
            self._unsay(table.pop(next(iter(table))))
        return True

    def _unsay(self, rate: int) -> None:
        self._said[rate] -= 1
        if not self._said[rate]:
            del self._said[rate]


class Sampling:
    """The rates of all exporters.

    `changes` counts what options records changed, the start of an exporter too, so that whoever
    keeps a copy knows when it is old.
    """

    def __init__(
        self,
        *,
        static: Mapping[Address | None, int] | None = None,
        override: Mapping[Address | None, int] | None = None,
    ) -> None:
        self.static = dict(static or {})
        self.override = dict(override or {})
        self.changes = 0
        self._rates: QuotaDict[Domain, Rates] = QuotaDict(MOST_DOMAINS)

    def domains(self) -> Mapping[Domain, Rates]:
        """What is known, by domain."""
        return self._rates

    def rates_of(self, domain: Domain) -> Rates | None:
        """What is told of a domain, by itself or by the device it is of."""
        known = self._rates.get(domain)
        if domain.version != IPFIX or (known and known.anything):
            return known
        return self._rates.get(domain._replace(domain=0), known)

    def learn(
        self,
        domain: Domain,
        rate: int,
        now_ms: int,
        *,
        sampler: int | None = None,
        interface: int | None = None,
        template: int | None = None,
        part: int | None = None,
    ) -> None:
        """Take in what one options record told."""
        known = self._known(domain)
        known.last = now_ms
        if rate <= 0:
            return
        if sampler:
            self.changes += known.say(known.samplers, sampler, rate)
        elif interface:
            self.changes += known.say(known.interfaces, interface, rate)
        elif template:
            self.changes += known.say(known.templates, template, rate)
        elif part:
            self.changes += known.say(known.parts, part, rate)
        else:
            self.changes += known.whole != rate
            known.whole = rate

    def of(
        self,
        domain: Domain,
        *,
        own: int = UNKNOWN_RATE,
        header: int = UNKNOWN_RATE,
        sampler: int | None = None,
        interface: int | None = None,
        template: int = 0,
    ) -> Rate:
        """The rate of one record: `own` is the record's word, `header` its datagram's."""
        known = self._known(domain)
        known.used = self._of(domain, own, header, (sampler, interface, template))
        return known.used

    def _of(
        self, domain: Domain, own: int, header: int, named: tuple[int | None, int | None, int]
    ) -> Rate:
        exporter = domain.exporter
        if exporter in self.override:
            return Rate(self.override[exporter], RateSource.OVERRIDE)
        if own:
            return Rate(own, RateSource.RECORD)
        if header:
            return Rate(header, RateSource.HEADER)
        known = self.rates_of(domain)
        if known and (rate := known.named(*named)):
            return Rate(rate, RateSource.OPTIONS)
        static = self.static.get(exporter, UNKNOWN_RATE)
        return Rate(static, RateSource.STATIC if static else RateSource.UNKNOWN)

    def _known(self, domain: Domain) -> Rates:
        rates = self._rates.get(domain)
        if rates is None:
            rates = self._rates[domain] = Rates()
        return rates

    def to_json(self) -> dict[str, Any]:
        """What options records told, so that a restart does not forget it."""
        return {
            "version": VERSION,
            "rates": [
                {
                    "exporter": None if where.exporter is None else str(where.exporter),
                    "version": where.version,
                    "domain": where.domain,
                    "whole": known.whole,
                    **{
                        name: [list(pair) for pair in getattr(known, name).items()]
                        for name in TABLES
                    },
                    "last": known.last,
                }
                for where, known in self._rates.items()
                if known.anything
            ],
        }

    def restore(self, value: object) -> None:
        """Take in what `to_json` gave; `Invalid` when it is anything else."""
        if not isinstance(value, Mapping) or value.get("version") != VERSION:
            raise Invalid(f"sampling: expected version {VERSION}, found {str(value)[:60]}")
        try:
            read = [_read(entry) for entry in value["rates"]]
        except (KeyError, TypeError, ValueError) as error:
            raise Invalid(f"sampling: expected what was kept, found {error!r}") from error
        for domain, rates in read:
            self._rates[domain] = rates


def _read(value: Any) -> tuple[Domain, Rates]:  # noqa: ANN401 - JSON
    exporter = None if value["exporter"] is None else parse_address(value["exporter"])
    rates = Rates(int(value["whole"]), last=int(value["last"]))
    for name in TABLES:
        for number, rate in value.get(name, ()):
            rates.say(getattr(rates, name), int(number), int(rate))
    return Domain(exporter, int(value["version"]), int(value["domain"])), rates
