"""The settings as people read them."""

from dataclasses import dataclass
from enum import StrEnum

from aupkeep.app.pages.layout.page import PageHeader
from aupkeep.app.receiving.mailbox_reader import ListedMailbox


class SettingOrigin(StrEnum):
    """Where a value comes from."""

    DEFAULT = "default"
    FILE = "file"
    ENVIRONMENT = "environment"
    SWITCH = "switch"  # set by a person while it runs; it outweighs the file


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingRecord:
    """One option, `section.option`; a secret's `value` is hidden, `default` is what it is unset.

    `place` is the file, or the variable's name.
    """

    option: str
    value: object
    default: object
    origin: SettingOrigin
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsSection:
    """The options of one section."""

    title: str
    rows: tuple[SettingRecord, ...]


class Switch(StrEnum):
    """What a person may turn while all runs."""

    FREEZE = "freeze"
    THAW = "thaw"
    LISTEN = "listen"
    SPEAK = "speak"  # listen mode off


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsPage:
    """The options by section; the switches this person may turn now."""

    header: PageHeader
    file: str
    database: str
    sections: tuple[SettingsSection, ...]
    switches: tuple[Switch, ...]
    changed: int  # options that are not at their default
    mailboxes: tuple[ListedMailbox, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchPage:
    """The preview of a change of a switch; `barred` names who may, "" where this person may."""

    header: PageHeader
    switch: Switch
    barred: str
    standing: int  # measures that stand now
