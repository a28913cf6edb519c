"""One option set in the text of an aupkeep.toml, everything else left as it was written."""

import re
import tomllib
from pathlib import Path
from typing import get_type_hints

from aupkeep.config.home import Home
from aupkeep.config.settings import SECTIONS, TABLES, parse
from aupkeep.model.errors import Invalid, Unavailable

DRIVER = "enforcement.driver"
HEAD = re.compile(r"\s*\[(?P<name>[^\]]+)\]\s*(#.*)?")


def with_option(text: str, name: str, values: tuple[str, ...]) -> str:
    r"""The text with `section.option` set. Raises `Invalid` for an unknown one or a wrong value.

    >>> with_option("[mail]\nsender = 'a@b.example'\n", "mail.relay_port", ("587",))
    "[mail]\nrelay_port = 587\nsender = 'a@b.example'\n"
    """
    section, _, option = name.partition(".")
    hints = get_type_hints(SECTIONS[section]) if section in SECTIONS else {}
    if option not in hints or option == TABLES:
        known = ", ".join(f"{section}.{key}" for key in hints if key != TABLES) or ", ".join(
            SECTIONS
        )
        raise Invalid(f"settings: expected one of {known}, found {name[:60]!r}")
    line = f"{option} = {_value(hints[option], values, name)}"
    changed = _placed(text.splitlines(), section, option, line)
    parse(changed, name)
    return changed


def changed_settings(home: Home, name: str, values: tuple[str, ...]) -> str:
    """The text of the home's aupkeep.toml with an option set. Raises `Invalid`."""
    text = home.settings.read_text("utf-8") if home.settings.exists() else ""
    return with_option(text, name, values)


def write_settings(home: Home, changed: str) -> Path:
    """Write the home's aupkeep.toml, whole or not at all."""
    file = home.settings
    fresh = file.with_suffix(".new")
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh.write_text(changed, "utf-8")
    if file.exists():
        fresh.chmod(file.stat().st_mode)
    fresh.replace(file)
    return file


def set_before_the_first_entry(home: Home, option: str, values: tuple[str, ...]) -> None:
    """Set an option of a home without a journal: its first entry bears `provider.origin`."""
    if not home.checkpoints.exists():
        write_settings(home, changed_settings(home, option, values))


def keep_recording(home: Home) -> None:
    """Name the driver `record` where the settings of an older version name none.

    It was what they meant then; now they would mean `nftables`, and no upgrade begins to enforce
    by itself. Raises `Unavailable` where the file cannot be written.
    """
    text = home.settings.read_text("utf-8") if home.settings.exists() else ""
    if {"driver", "targets"} & tomllib.loads(text).get("enforcement", {}).keys():
        return
    try:
        write_settings(home, with_option(text, DRIVER, ("record",)))
    except OSError as error:
        raise Unavailable(
            f"{home.settings}: expected a driver for measures, since the next version enforces by "
            f"nftables without one; run `aupkeep settings set {DRIVER} record` to go on as "
            f"before, or nftables; found: {error}"
        ) from error


def _placed(lines: list[str], section: str, option: str, line: str) -> str:
    """The line in the place of the option's own, else at the head of its section."""
    head = next(
        (i for i, old in enumerate(lines) if (m := HEAD.fullmatch(old)) and m["name"] == section),
        None,
    )
    if head is None:
        lines += ["", f"[{section}]", line] if lines else [f"[{section}]", line]
        return "\n".join(lines) + "\n"
    end = next((i for i in range(head + 1, len(lines)) if HEAD.fullmatch(lines[i])), len(lines))
    own = re.compile(rf"\s*{re.escape(option)}\s*=")
    at = next((i for i in range(head + 1, end) if own.match(lines[i])), None)
    if at is None:
        lines.insert(head + 1, line)
    else:
        lines[at : _last(lines, at, end) + 1] = [line]
    return "\n".join(lines) + "\n"


def _last(lines: list[str], at: int, end: int) -> int:
    """The last line of a value: that of a list may go on below."""
    text = ""
    for place in range(at, end):
        text += lines[place]
        if text.count("[") <= text.count("]"):
            return place
    return at


def _value(hint: object, values: tuple[str, ...], name: str) -> str:
    """The words as TOML of the option's type. Raises `Invalid`."""
    if hint == tuple[str, ...]:
        return "[" + ", ".join(_quoted(value) for value in values) + "]"
    if len(values) != 1:
        raise Invalid(f"{name}: expected one value, found {len(values)}")
    (value,) = values
    if hint is str:
        return _quoted(value)
    if hint is bool and value.lower() in {"true", "false"}:
        return value.lower()
    try:
        return str(int(value) if hint is int else float(value))
    except ValueError as error:
        kind = getattr(hint, "__name__", str(hint))
        raise Invalid(f"{name}: expected {kind}, found {value[:60]!r}") from error


def _quoted(value: str) -> str:
    if not value.isprintable():
        raise Invalid(f"settings: expected text that prints, found {value[:60]!r}")
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
