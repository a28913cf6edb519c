"""The facts a rule may read: one typed, documented table, and the reader for facts from outside.

A fact that is absent is unknown, which is not false: see `evaluate`. Sources name the room that
computes the fact; times are hours or days before the moment of the decision.
"""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn

from aupkeep.model.errors import Invalid
from aupkeep.model.facts import Facts, Value
from aupkeep.model.finding import Conduct, Role
from aupkeep.model.taxonomy import KINDS, ROWS

MAX_TEXT = 2048  # characters in one string fact
MAX_TEXTS = 256  # strings in one list fact
MAX_JSON = 1 << 20
MAX_WHOLE = 2**53 - 1  # RFC 8785 section 3.2.2.3: integers that survive every JSON reader


class FactType(StrEnum):
    """The types of the condition language, by their CEL names."""

    BOOL = "bool"
    INT = "int"
    FLOAT = "double"
    STRING = "string"
    STRINGS = "list(string)"


@dataclass(frozen=True, slots=True, kw_only=True)
class FactDefinition:
    """One row: `values` are the only strings it can be, empty = any."""

    name: str
    type: FactType
    meaning: str
    source: str
    example: str
    values: frozenset[str] = frozenset()


TABLE = """\
finding.kind|string|what is claimed: a kind of the taxonomy|intake, telemetry|messaging/spam
finding.rsit|string|its RSIT value|intake, telemetry|abusive-content:spam
finding.role|string|what the subject was in the event|intake, telemetry|offender
finding.port|int|the subject's own port, where the claim names one|intake, telemetry|51234
finding.confidence|double|how sure the source is, 0 to 1|intake, telemetry|0.8
finding.conduct|string|engaging, or promoting where the report states that|intake|engaging
finding.lookalikes|list(string)|harmless look-alikes that who reports names|intake|["simulation"]
finding.spoofable|bool|the claim rests on packets whose sender can be forged|intake, telemetry|false
case.events|int|events counted in the whole case|casework|12
case.events_24h|int|events in the last 24 hours|casework|12
case.sources|int|independent sources; one feed resold by three is one|casework|2
case.age_hours|double|hours since the case was opened|casework|1.5
case.quiet_hours|double|hours since the case's last event|casework|0.2
case.incidents|int|incidents in the case|casework|1
evidence.level|int|0 to 5 for E0 to E5|casework|2
evidence.acting|int|the same without what only people may act on|casework|2
evidence.telemetry|bool|our own flow records or detectors saw it|casework|true
report.authenticated|bool|at least one report's sender domain is proven|casework|true
customer.protected|bool|the holder is marked protected: automation ends at L1|inventory|false
customer.critical|bool|lives or the environment may depend on it (clause high-risk)|inventory|false
customer.reachable|bool|there is a contact that takes notices|inventory|true
customer.age_days|double|days since the customer came|inventory|400
customer.strikes|int|breaches with a finding of cause that still count|casework|0
customer.type|string|business or private|inventory|business
customer.tags|list(string)|the customer's tags|inventory|["reseller"]
resource.count|int|blast radius: resources the measure would touch|casework|1
resource.shared|bool|others than the holder use the address too|inventory|false
harm.in_progress|bool|it was still happening when last looked at|telemetry, casework|true
permission.live|bool|a permission covers this conduct from this resource now|casework|false
answer.disputes|bool|the customer says that it is not so, or appealed|casework|false
answer.unread|bool|the customer answered and no person has read it|casework|false
cleared.recently|bool|a person cleared this signal; nobody else says anything since|casework|false
holding.answer|string|who held it then: held, not-ours, unknown, disputed|inventory|held
target.port|int|the attacked port, else the usual one of the program that logs|intake, telemetry|22
target.protocol|string|tcp or udp|intake, telemetry|tcp
"""
VALUES: dict[str, frozenset[str]] = {
    "finding.kind": frozenset(KINDS),
    "finding.rsit": frozenset(row.rsit for row in ROWS),
    "finding.role": frozenset(role.value for role in Role),
    "finding.conduct": frozenset(Conduct),
    "customer.type": frozenset({"business", "private"}),
    "holding.answer": frozenset({"held", "not-ours", "unknown", "disputed"}),
    "target.protocol": frozenset({"tcp", "udp"}),
}


def _row(line: str) -> FactDefinition:
    name, kind, meaning, source, example = line.split("|")
    return FactDefinition(
        name=name,
        type=FactType(kind),
        meaning=meaning,
        source=source,
        example=example,
        values=VALUES.get(name, frozenset()),
    )


FACTS: dict[str, FactDefinition] = {fact.name: fact for fact in map(_row, TABLE.splitlines())}


def parse_facts(given: str | Mapping[str, object]) -> Facts:
    """Read facts from JSON or a mapping, with dotted keys, nested objects or both.

    A null is unknown, the same as absent. Raises `Invalid` that names the fact for an unknown
    name, a wrong type, a name given twice, and for JSON that is none.

    >>> parse_facts('{"evidence": {"level": 2}, "target.port": 22}')["evidence.level"]
    2
    """
    tree = _json(given) if isinstance(given, str) else given
    values: dict[str, Value] = {}
    for name, value in flatten(tree):
        if name not in FACTS:
            raise Invalid(f"facts: expected a known fact, found {name[:80]!r}")
        if name in values:
            raise Invalid(f"facts: expected {name} once, found it twice")
        if value is not None:
            values[name] = _typed(FACTS[name], value)
    return Facts(values)


def _json(text: str) -> Mapping[str, object]:
    """A JSON object without duplicate keys, NaN or bottomless nesting."""
    if len(text) > MAX_JSON:
        raise Invalid(f"facts: expected at most {MAX_JSON} characters, found {len(text)}")
    try:
        tree = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Invalid(f"facts: expected a JSON object, found: {str(error)[:120]}") from error
    if not isinstance(tree, dict):
        raise Invalid(f"facts: expected a JSON object, found {type(tree).__name__}")
    return tree


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    by_name = dict(pairs)
    if len(by_name) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Invalid(f"facts: expected each key once, found {twice[:80]!r} twice")
    return by_name


def _no_constant(text: str) -> NoReturn:
    raise Invalid(f"facts: expected a finite number, found {text}")


def flatten(tree: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Dotted names with their values, unchecked.

    A fact has two parts, so deeper nesting ends as an unknown name, not as recursion.
    """
    for key, value in tree.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping) and not prefix and name not in FACTS:
            yield from flatten(value, f"{name}.")
        else:
            yield name, value


def _typed(fact: FactDefinition, value: object) -> Value:
    """The value as the fact's own type, or `Invalid`."""
    typed = fit(fact.type, value)
    if typed is None:
        shown = f"{type(value).__name__} {str(value)[:60]!r}"
        raise Invalid(f"facts: {fact.name}: expected {fact.type}, found {shown}")
    if fact.values and typed not in fact.values:
        some = ", ".join(sorted(fact.values)[:6])
        raise Invalid(f"facts: {fact.name}: expected one of {some} …, found {str(typed)[:60]!r}")
    return typed


def fit(kind: FactType, value: object) -> Value | None:
    """The value in that type, or None where it is of another: a mistyped fact is unknown."""
    if isinstance(value, bool):
        return value if kind is FactType.BOOL else None
    if isinstance(value, int):
        return _number(kind, value)
    if isinstance(value, float):
        return value if kind is FactType.FLOAT and math.isfinite(value) else None
    if isinstance(value, str):
        return str(value) if kind is FactType.STRING and _clean(value) else None
    if isinstance(value, list | tuple) and kind is FactType.STRINGS and len(value) <= MAX_TEXTS:
        texts = [str(item) for item in value if isinstance(item, str) and _clean(item)]
        return tuple(texts) if len(texts) == len(value) else None
    return None


def _number(kind: FactType, value: int) -> int | float | None:
    if abs(value) > MAX_WHOLE:
        return None
    if kind is FactType.FLOAT:
        return float(value)
    return int(value) if kind is FactType.INT else None


def _clean(text: str) -> bool:
    """No NUL (PostgreSQL cannot hold it), no half of a surrogate pair, bearable length."""
    if len(text) > MAX_TEXT or "\0" in text:
        return False
    return not any("\ud800" <= letter <= "\udfff" for letter in text)
