"""Where the operator keeps the schema that teaches readers new report types."""

from pathlib import Path

from aupkeep.config.home import Home
from aupkeep.config.settings import Settings, load


def schema_file(home: Home, settings: Settings | None = None) -> Path | None:
    """The file that `[intake] shadowserver_schema` names, None when it names none.

    A relative path is taken from the home. Raises `Invalid` for settings that cannot be read.
    """
    chosen = (settings or load(home)).intake.shadowserver_schema
    return home.path / chosen if chosen else None
