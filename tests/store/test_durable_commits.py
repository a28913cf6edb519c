"""A commit on PostgreSQL is on the disk before it is told, whatever the server was set to."""

import os

import pytest
from django.db import connection

from aupkeep.config.home import Home
from databases import use


@pytest.mark.parametrize(
    ("told", "kept"), [("off", "on"), ("local", "local"), ("remote_apply", "remote_apply")]
)
def test_a_commit_is_durable(told: str, kept: str, postgres_home: Home) -> None:
    """`off` is turned on for our connections; what is no weaker than our promise stays."""
    url = os.environ["AUPKEEP_DATABASE"]
    use(f"{url}?options=-csynchronous_commit%3D{told}", postgres_home.database)
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == (kept,)
    connection.close()
