"""The same condition as SQL: real databases answer true, false or NULL as the evaluator does."""

import json
import os
import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings

from aupkeep.policy.automaton import sql_regexp
from aupkeep.policy.condition import read
from aupkeep.policy.facts import FACTS, FactType
from aupkeep.policy.sql import COLUMNS, Dialect, column, render
from examples import times
from policy.expressions import conditions, facts

LOOSE = [HealthCheck.function_scoped_fixture]


@pytest.fixture(scope="module")
def lite() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.create_function("regexp", 2, sql_regexp, deterministic=True)
    kinds = COLUMNS[Dialect.SQLITE]
    columns = ", ".join(f"{column(f.name)} {kinds[f.type]}" for f in FACTS.values())
    connection.execute(f"CREATE TABLE facts ({columns})")
    yield connection
    connection.close()


def _row(given: dict[str, object]) -> list[object]:
    """Lists are JSON text in SQLite and jsonb in PostgreSQL."""
    row = [given.get(name) for name in FACTS]
    return [json.dumps(value) if isinstance(value, tuple) else value for value in row]


@pytest.mark.slow
@settings(max_examples=times(3), suppress_health_check=LOOSE, deadline=None)
@given(text=conditions, given=facts)
def test_sqlite_answers_as_the_evaluator(
    lite: sqlite3.Connection, text: str, given: dict[str, object]
):
    condition = read(text)
    sql, parameters = render(condition)
    lite.execute("DELETE FROM facts")
    lite.execute(f"INSERT INTO facts VALUES ({', '.join('?' * len(FACTS))})", _row(given))  # noqa: S608 - a test of rendered SQL
    (found,) = lite.execute(f"SELECT {sql} FROM facts", parameters).fetchone()  # noqa: S608 - a test of rendered SQL
    assert (None if found is None else bool(found)) is condition.holds(given)


@settings(suppress_health_check=LOOSE, deadline=None)
@given(text=conditions, given=facts)
def test_duckdb_answers_as_the_evaluator(duck: object, text: str, given: dict[str, object]):
    condition = read(text)
    sql, parameters = render(condition, Dialect.DUCKDB)
    duck.execute("DELETE FROM facts")
    row = [given.get(name) for name in FACTS]
    row = [list(value) if isinstance(value, tuple) else value for value in row]
    duck.execute(f"INSERT INTO facts VALUES ({', '.join('?' * len(FACTS))})", row)  # noqa: S608 - a test of rendered SQL
    (found,) = duck.execute(f"SELECT {sql} FROM facts", list(parameters)).fetchone()  # noqa: S608 - a test of rendered SQL
    assert found is condition.holds(given)


@pytest.fixture(scope="module")
def duck() -> Iterator[object]:
    duckdb = pytest.importorskip("duckdb", reason="duckdb comes with the extra [dev]")
    kinds = COLUMNS[Dialect.DUCKDB]
    columns = ", ".join(f"{column(f.name)} {kinds[f.type]}" for f in FACTS.values())
    connection = duckdb.connect(":memory:")
    connection.execute(f"CREATE TABLE facts ({columns})")
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def postgres() -> Iterator[object]:
    server = os.environ.get("AUPKEEP_TEST_POSTGRES")
    if not server:
        pytest.skip("AUPKEEP_TEST_POSTGRES names no server")
    psycopg = pytest.importorskip("psycopg")
    kinds = COLUMNS[Dialect.POSTGRESQL]
    columns = ", ".join(f"{column(f.name)} {kinds[f.type]}" for f in FACTS.values())
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE TEMPORARY TABLE facts ({columns})")
        yield connection


@pytest.mark.network
@settings(max_examples=times(3), suppress_health_check=LOOSE, deadline=None)
@given(text=conditions, given=facts)
def test_postgresql_answers_as_the_evaluator(postgres: object, text: str, given: dict[str, object]):
    condition = read(text)
    sql, parameters = render(condition, Dialect.POSTGRESQL)
    postgres.execute("DELETE FROM facts")
    places = ", ".join(["%s"] * len(FACTS))
    postgres.execute(f"INSERT INTO facts VALUES ({places})", _row(given))  # noqa: S608 - places only
    (found,) = postgres.execute(f"SELECT {sql} FROM facts", parameters).fetchone()  # noqa: S608 - a test of rendered SQL
    assert found is condition.holds(given)


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        ("sqlite", '("finding.rsit" REGEXP ?)'),
        ("postgresql", '("finding.rsit" ~ %s::text)'),
        ("duckdb", 'regexp_matches("finding.rsit", ?)'),
    ],
)
def test_each_database_gets_its_own_pattern_operator(dialect: str, text: str):
    assert render(read("finding.rsit.matches('^spam')"), Dialect(dialect))[0] == text


@settings(deadline=None)
@given(conditions)
def test_no_value_of_a_policy_stands_in_the_sql(text: str):
    for dialect in Dialect:
        sql, parameters = render(read(text), dialect)
        assert "'" not in sql
        assert sql.count("%s" if dialect is Dialect.POSTGRESQL else "?") == len(parameters)


def test_every_type_has_a_column_in_every_database():
    assert all(set(COLUMNS[dialect]) == set(FactType) for dialect in Dialect)


@pytest.mark.parametrize(
    ("text", "sqlite", "postgresql", "duckdb"),
    [
        (
            "true || !false || harm.in_progress && target.port == 22",
            ('(TRUE OR (NOT FALSE) OR ("harm.in_progress" AND ("target.port" = ?)))', (22,)),
            (
                '(TRUE OR (NOT FALSE) OR ("harm.in_progress" AND ("target.port" = %s::bigint)))',
                (22,),
            ),
            ('(TRUE OR (NOT FALSE) OR ("harm.in_progress" AND ("target.port" = ?)))', (22,)),
        ),
        (
            "!(finding.kind in ['messaging/spam', 'connection/ddos'])",
            ('(NOT ("finding.kind" IN (?, ?)))', ("messaging/spam", "connection/ddos")),
            (
                '(NOT ("finding.kind" IN (%s::text, %s::text)))',
                ("messaging/spam", "connection/ddos"),
            ),
            ('(NOT ("finding.kind" IN (?, ?)))', ("messaging/spam", "connection/ddos")),
        ),
        (
            "!('reseller' in customer.tags) || !has(target.port)",
            (
                (
                    '((NOT (SELECT CASE WHEN item IS NULL OR "customer.tags" IS NULL THEN NULL '
                    'ELSE EXISTS (SELECT 1 FROM json_each("customer.tags") WHERE value = item) '
                    'END FROM (SELECT ? AS item))) OR (NOT ("target.port" IS NOT NULL)))'
                ),
                ("reseller",),
            ),
            (
                (
                    '((NOT ("customer.tags" @> to_jsonb(%s::text))) OR (NOT ("target.port" IS '
                    "NOT NULL)))"
                ),
                ("reseller",),
            ),
            (
                '((NOT list_contains("customer.tags", ?)) OR (NOT ("target.port" IS NOT NULL)))',
                ("reseller",),
            ),
        ),
        (
            "finding.kind in customer.tags",
            (
                (
                    '(SELECT CASE WHEN item IS NULL OR "customer.tags" IS NULL THEN NULL ELSE '
                    'EXISTS (SELECT 1 FROM json_each("customer.tags") WHERE value = item) END '
                    'FROM (SELECT "finding.kind" AS item))'
                ),
                (),
            ),
            ('("customer.tags" @> to_jsonb("finding.kind"))', ()),
            ('list_contains("customer.tags", "finding.kind")', ()),
        ),
        (
            (
                "finding.rsit.startsWith('abus') && matches(finding.rsit, 'b') && finding.role "
                "!= 'victim'"
            ),
            (
                (
                    '((substr("finding.rsit", 1, 4) = ?) AND ("finding.rsit" REGEXP ?) AND '
                    '("finding.role" <> ?))'
                ),
                ("abus", "b", "victim"),
            ),
            (
                (
                    '((substr("finding.rsit", 1, 4) = %s::text) AND ("finding.rsit" ~ '
                    '%s::text) AND ("finding.role" <> %s::text))'
                ),
                ("abus", "[b]", "victim"),
            ),
            (
                (
                    '((substr("finding.rsit", 1, 4) = ?) AND regexp_matches("finding.rsit", ?) '
                    'AND ("finding.role" <> ?))'
                ),
                ("abus", "[b]", "victim"),
            ),
        ),
        (
            "size(customer.tags) >= 2",
            ('(json_array_length("customer.tags") >= ?)', (2,)),
            ('(jsonb_array_length("customer.tags") >= %s::bigint)', (2,)),
            ('(len("customer.tags") >= ?)', (2,)),
        ),
        (
            "size(finding.rsit) < 4 || finding.confidence > 0.5",
            ('((length("finding.rsit") < ?) OR ("finding.confidence" > ?))', (4, 0.5)),
            (
                (
                    '((length("finding.rsit") < %s::bigint) OR ("finding.confidence" > '
                    "%s::double precision))"
                ),
                (4, 0.5),
            ),
            ('((length("finding.rsit") < ?) OR ("finding.confidence" > ?))', (4, 0.5)),
        ),
    ],
)
def test_each_database_gets_its_own_expression(
    text: str, sqlite: object, postgresql: object, duckdb: object
):
    condition = read(text)
    assert render(condition) == sqlite
    assert [render(condition, dialect) for dialect in Dialect] == [sqlite, postgresql, duckdb]


@pytest.mark.parametrize(
    ("pattern", "text", "expected"), [("^a", "ab", True), ("^a", "ba", False), ("^a", None, None)]
)
def test_sqlites_regexp_keeps_null(pattern: str, text: str | None, expected: bool | None):  # noqa: FBT001 - a table
    assert sql_regexp(pattern, text) is expected
