"""The declared mapping of a source: one that is shipped, or a file of the operator's."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from aupkeep.config.home import Home
from aupkeep.model.errors import Invalid

FOLDER = files("aupkeep").joinpath("inventory", "mappings")


def shipped_mappings() -> list[str]:
    """The names of the mappings that are shipped."""
    names = (file.name for file in FOLDER.iterdir())
    return sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml"))


def read_mapping(home: Home, name: str) -> Mapping[str, Any]:
    """The mapping as TOML says it. Raises `Invalid`."""
    if name in shipped_mappings():
        text = FOLDER.joinpath(f"{name}.toml").read_text("utf-8")
    else:
        try:
            text = (home.path / name).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            expected = f"{', '.join(shipped_mappings())}, or a readable file"
            raise Invalid(f"mapping: expected {expected}, found: {error}") from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Invalid(f"mapping {name}: expected TOML, found: {error}") from error
