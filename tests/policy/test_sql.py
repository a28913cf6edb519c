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


@settings(max_examples=300, suppress_health_check=LOOSE, deadline=None)
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


@settings(max_examples=100, suppress_health_check=LOOSE, deadline=None)
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
@settings(max_examples=300, suppress_health_check=LOOSE, deadline=None)
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
