"""Migrations are one line: two that follow the same one would leave no home that can be opened."""

from django.db.migrations.loader import MigrationLoader


def test_no_two_follow_the_same_one():
    loader = MigrationLoader(None)
    assert len(loader.disk_migrations) > 30
    assert loader.detect_conflicts() == {}
