"""The few settings that every provider needs, judged before any is written; no database."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aupkeep.config.home import Home
from aupkeep.config.settings import Settings, parse
from aupkeep.config.settings_edit import with_option, write_settings
from aupkeep.inventory.assignment_row import parse_prefix
from aupkeep.model.errors import Invalid
from aupkeep.model.holding import Network
from aupkeep.notify.mailbox import parse_mailbox

ORIGIN = "provider.origin"
NO_NAME = re.compile(r"[\s+]")  # C2SP signed-note: what the name of a key may not hold
URL = re.compile(r"https?://[^\s/]+/?")
MAX_PORT = 65_535
Changes = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstSettings:
    """What `aupkeep init` asks; an empty text or tuple leaves that setting as it is.

    `relay` is HOST, HOST:PORT or [IPv6]:PORT; `origin` the journal's name, which never changes.
    """

    name: str = ""
    origin: str = ""
    sender: str = ""
    relay: str = ""
    language: str = ""
    url: str = ""
    prefixes: tuple[str, ...] = ()


def changes_of(
    asked: FirstSettings, home: Home, now: Settings
) -> tuple[Changes, Sequence[Network]]:
    """The options that differ from what is in force, and the prefixes; writes nothing.

    Raises `Invalid` naming what was expected and found.
    """
    given: dict[str, tuple[str, ...]] = {
        "provider.name": (asked.name,),
        ORIGIN: (asked.origin,),
        "provider.url": (asked.url,),
        "provider.language": (asked.language,),
        "mail.sender": (parse_mailbox(asked.sender) if asked.sender else "",),
        **_relay(asked.relay),
    }
    _judge(asked)
    changes = {
        option: values
        for option, values in given.items()
        if values[0] and values[0] != str(_value(now, option))
    }
    prefixes = [parse_prefix(text, "prefix") for text in asked.prefixes]
    _text(home, changes)
    return changes, prefixes


def origin_for(sender: str) -> str:
    """The journal's name for who sends from there.

    >>> origin_for("abuse@fjord.example")
    'fjord.example/journal'
    """
    return f"{sender.rpartition('@')[2].lower()}/journal"


def write_before_the_first_entry(home: Home, changes: Changes) -> None:
    """Write the options of a home without a journal: its first entry bears the origin."""
    if changes and not home.checkpoints.exists():
        write_settings(home, _text(home, changes))


def _judge(asked: FirstSettings) -> None:
    """Raise `Invalid` for a language, address of the pages or journal's name that cannot be."""
    if asked.language not in {"", "en", "nb"}:
        raise Invalid(f"language: expected en or nb, found {asked.language[:20]!r}")
    if asked.origin and (NO_NAME.search(asked.origin) or not asked.origin.isprintable()):
        given = asked.origin[:60]
        raise Invalid(f"origin: expected a name without blanks and plus signs, found {given!r}")
    if asked.url and not URL.fullmatch(asked.url):
        given = asked.url[:60]
        raise Invalid(f"url: expected https://NAME or http://127.0.0.1:PORT, found {given!r}")


def _text(home: Home, changes: Changes) -> str:
    """The home's aupkeep.toml with all of it. Raises `Invalid`."""
    text = home.settings.read_text("utf-8") if home.settings.exists() else ""
    for option, values in changes.items():
        text = with_option(text, option, values)
    parse(text, str(home.settings))
    return text


def _value(settings: Settings, option: str) -> object:
    section, _, name = option.partition(".")
    return getattr(getattr(settings, section), name)


def _relay(text: str) -> dict[str, tuple[str, ...]]:
    """`relay_host` and `relay_port` of HOST, HOST:PORT or [IPv6]:PORT. Raises `Invalid`."""
    if not text:
        return {}
    bracketed = text.startswith("[")
    host, colon, port = (
        text.rpartition(":") if bracketed or text.count(":") == 1 else (text, "", "")
    )
    if bracketed and text.endswith("]"):
        host, colon, port = text, "", ""
    if not host or any(letter.isspace() for letter in host) or (colon and not _is_port(port)):
        raise Invalid(f"relay: expected HOST or HOST:PORT, found {text[:60]!r}")
    ported = {"mail.relay_port": (str(int(port)),)} if port else {}
    return {"mail.relay_host": (host.strip("[]"),), **ported}


def _is_port(text: str) -> bool:
    short = text.isascii() and text.isdecimal() and len(text) <= len(str(MAX_PORT))
    return short and 0 < int(text) <= MAX_PORT
