"""A condition as SQL with the evaluator's three values: rendered here, run by whoever has the rows.

Each fact is a column of its dotted name (`"finding.kind"`), NULL where it is unknown. SQL's own
AND, OR, NOT and comparisons follow Kleene's tables (ISO 9075-2, section 8), so the expression is
true, false or NULL exactly as `Condition.holds` is True, False or None.

Column types: bool → BOOLEAN, int → BIGINT, double → DOUBLE PRECISION, string → TEXT; a list is
JSON text in SQLite, jsonb in PostgreSQL, VARCHAR[] in DuckDB. SQLite has no pattern matching of its
own: a connection that runs `matches` registers `automaton.sql_regexp` as `regexp`, with two places.
"""

from enum import StrEnum

from aupkeep.policy.condition import Condition
from aupkeep.policy.facts import FACTS, FactType
from aupkeep.policy.pattern import portable
from aupkeep.policy.tree import (
    Choices,
    Compare,
    Constant,
    Every,
    In,
    IsKnown,
    MatchesPattern,
    Name,
    Node,
    Not,
    Size,
    Some,
    StartsWith,
)


class Dialect(StrEnum):
    """The databases we speak to."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"
    DUCKDB = "duckdb"


Parameter = bool | int | float | str
CAST = {
    FactType.BOOL: "boolean",
    FactType.INT: "bigint",
    FactType.FLOAT: "double precision",
    FactType.STRING: "text",
}
SIGNS = {"==": "=", "!=": "<>"}
LENGTHS = {
    Dialect.SQLITE: "json_array_length",
    Dialect.POSTGRESQL: "jsonb_array_length",
    Dialect.DUCKDB: "len",
}
COLUMNS: dict[Dialect, dict[FactType, str]] = {
    Dialect.SQLITE: dict.fromkeys((FactType.BOOL, FactType.INT), "INTEGER")
    | {FactType.FLOAT: "REAL", FactType.STRING: "TEXT", FactType.STRINGS: "TEXT"},
    Dialect.POSTGRESQL: {**CAST, FactType.STRINGS: "jsonb"},
    Dialect.DUCKDB: {**CAST, FactType.STRINGS: "varchar[]"},
}


def render(
    condition: Condition, dialect: Dialect = Dialect.SQLITE
) -> tuple[str, tuple[Parameter, ...]]:
    """The expression and its parameters, in order; no value of a policy stands in the text.

    >>> from aupkeep.policy.condition import read
    >>> render(read("evidence.level >= 2 && !customer.protected"))
    ('(("evidence.level" >= ?) AND (NOT "customer.protected"))', (2,))
    """
    writer = _Writer(dialect)
    return writer.said(condition.tree), tuple(writer.parameters)


def column(fact: str) -> str:
    """The fact's quoted column name."""
    return f'"{fact}"'


class _Writer:
    """Writes one expression and collects its parameters."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.parameters: list[Parameter] = []

    def value(self, value: Parameter) -> str:
        """A place for one value; PostgreSQL is told its type."""
        self.parameters.append(value)
        if self.dialect is not Dialect.POSTGRESQL:
            return "?"
        kinds = {
            bool: FactType.BOOL,
            int: FactType.INT,
            float: FactType.FLOAT,
            str: FactType.STRING,
        }
        return f"%s::{CAST[kinds[type(value)]]}"

    def said(self, node: Node) -> str:  # noqa: PLR0911 - one per node type
        """The node as an expression that may stand beside any operator."""
        match node:
            case Constant(value=bool(value)):
                return "TRUE" if value else "FALSE"
            case Constant(value=value):
                return self.value(value)
            case Name(name=name):
                return column(name)
            case Not(part=part):
                return f"(NOT {self.said(part)})"
            case Every(parts=parts):
                return f"({' AND '.join(self.said(part) for part in parts)})"
            case Some(parts=parts):
                return f"({' OR '.join(self.said(part) for part in parts)})"
            case Compare(sign=sign, left=left, right=right):
                return f"({self.said(left)} {SIGNS.get(sign, sign)} {self.said(right)})"
            case IsKnown(name=name):
                return f"({column(name.name)} IS NOT NULL)"
            case In() | Size() | StartsWith() | MatchesPattern():
                return self.called(node)
            case Choices(values=values):
                return f"({', '.join(self.said(value) for value in values)})"

    def called(self, node: In | Size | StartsWith | MatchesPattern) -> str:
        """What is written differently in each database."""
        match node:
            case In(item=item, box=Choices() as box):
                return f"({self.said(item)} IN {self.said(box)})"
            case In(item=item, box=box):
                return self.member(self.said(item), self.said(box))
            case Size(name=name):
                listed = FACTS[name.name].type is FactType.STRINGS
                return f"{LENGTHS[self.dialect] if listed else 'length'}({column(name.name)})"
            case StartsWith(name=name, prefix=prefix):
                place = self.value(prefix)
                return f"(substr({column(name.name)}, 1, {len(prefix)}) = {place})"
            case MatchesPattern(name=name, pattern=pattern):
                return self.matched(column(name.name), pattern)

    def matched(self, name: str, pattern: str) -> str:
        """A pattern found anywhere in a text."""
        if self.dialect is Dialect.SQLITE:
            return f"({name} REGEXP {self.value(pattern)})"
        place = self.value(portable(pattern))
        if self.dialect is Dialect.DUCKDB:
            return f"regexp_matches({name}, {place})"
        return f"({name} ~ {place})"

    def member(self, item: str, box: str) -> str:
        """A string in a list column; NULL where either is NULL."""
        if self.dialect is Dialect.DUCKDB:
            return f"list_contains({box}, {item})"
        if self.dialect is Dialect.POSTGRESQL:
            return f"({box} @> to_jsonb({item}))"
        exists = f"EXISTS (SELECT 1 FROM json_each({box}) WHERE value = item)"  # noqa: S608 - column names of our table and places only
        body = f"SELECT CASE WHEN item IS NULL OR {box} IS NULL THEN NULL ELSE {exists} END"
        return f"({body} FROM (SELECT {item} AS item))"
