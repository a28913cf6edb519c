"""The file with the schema of new Shadowserver report types: configured, or fetched."""

from pathlib import Path

from aupkeep.config.home import Home
from aupkeep.config.settings import Settings, load

FETCHED = "shadowserver-schema.json"  # in the home


def schema_file(home: Home, settings: Settings | None = None) -> Path | None:
    """The file that `[intake] shadowserver_schema` names, else the fetched one; None without both.

    A relative path is taken from the home. Raises `Invalid` for settings that cannot be read.
    """
    intake = (settings or load(home)).intake
    if intake.shadowserver_schema:
        return home.path / intake.shadowserver_schema
    return fetched_file(home) if intake.shadowserver_schema_url else None


def fetched_file(home: Home) -> Path:
    """Where the worker puts the schema it fetches."""
    return home.path / FETCHED
