"""Every option with its value, its default and its origin; what the switches do."""

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from aupkeep.app.context import AppContext
from aupkeep.app.modes import LISTEN as LISTEN_FLAG
from aupkeep.app.modes import frozen_words, listening
from aupkeep.app.pages.layout.load import page_header
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.pages.settings.page import (
    SettingOrigin,
    SettingRecord,
    SettingsPage,
    SettingsSection,
    Switch,
    SwitchPage,
)
from aupkeep.app.receiving.mailbox_reader import list_mailboxes
from aupkeep.config.secrets import hidden
from aupkeep.config.settings import SECTIONS, Settings
from aupkeep.model.action import MOVING
from aupkeep.model.as_json import as_json
from aupkeep.model.roles import StaffAct, bearers
from aupkeep.store import actions, flags

VARIABLE = "AUPKEEP_DATABASE"
LISTEN = "provider.listen"
ACTS = {
    Switch.FREEZE: StaffAct.UNDO,
    Switch.THAW: StaffAct.GRANT,
    Switch.LISTEN: StaffAct.UNDO,
    Switch.SPEAK: StaffAct.GRANT,
}


def setting_records(context: AppContext) -> list[SettingRecord]:
    """Every option in the order of its section; secrets hidden, a database by its kind alone."""
    file = context.home.settings
    written = _written(file)
    values, defaults = hidden(asdict(context.settings)), hidden(asdict(Settings()))
    records = [_database(context, written)]
    for section in SECTIONS:
        given = written.get(section, {})
        for name, value in _flat(values[section]):
            default = dict(_flat(defaults[section])).get(name)
            record = SettingRecord(
                option=f"{section}.{name}",
                value=as_json(value),
                default=as_json(default),
                origin=SettingOrigin.FILE if name in given else SettingOrigin.DEFAULT,
                place=str(file) if name in given else "",
            )
            records.append(_switched(record) if record.option == LISTEN else record)
    return records


def _written(file: Path) -> Mapping[str, Any]:
    """What stands in the file now; one that was broken since the start says nothing."""
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}


def _switched(record: SettingRecord) -> SettingRecord:
    """Listen mode as a person has set it, which outweighs the file."""
    switched = flags.value(LISTEN_FLAG)
    if not switched:
        return record
    place = "aupkeep listen"
    return replace(record, value=switched == "on", origin=SettingOrigin.SWITCH, place=place)


def settings_page(context: AppContext, person: Person) -> SettingsPage:
    """The page."""
    records = setting_records(context)
    grouped = groupby(records, key=lambda record: record.option.partition(".")[0])
    return SettingsPage(
        header=page_header(context, person),
        file=str(context.home.settings),
        database=str(records[0].value),
        sections=tuple(SettingsSection(title=key, rows=tuple(rows)) for key, rows in grouped),
        switches=tuple(it for it in _possible(context) if person.may(ACTS[it])),
        changed=sum(record.origin is not SettingOrigin.DEFAULT for record in records),
        mailboxes=tuple(list_mailboxes(context)),
    )


def switch_page(context: AppContext, person: Person, switch: Switch) -> SwitchPage:
    """The preview of a change of a switch."""
    return SwitchPage(
        header=page_header(context, person),
        switch=switch,
        barred="" if person.may(ACTS[switch]) else ", ".join(bearers(ACTS[switch])),
        standing=actions.count_in(MOVING),
    )


def _possible(context: AppContext) -> Iterable[Switch]:
    """The switches as they stand: only one of each pair can be turned."""
    yield Switch.THAW if frozen_words(context) else Switch.FREEZE
    yield Switch.SPEAK if listening(context) else Switch.LISTEN


def _flat(options: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """Option and value; tables of any name by that name."""
    for name, value in options.items():
        if name == "tables" and isinstance(value, Mapping):
            yield from value.items()
        else:
            yield name, value


def _database(context: AppContext, written: Mapping[str, Any]) -> SettingRecord:
    """Which database, never with its address: that holds a password."""
    origin, place = SettingOrigin.DEFAULT, ""
    if VARIABLE in os.environ:
        origin, place = SettingOrigin.ENVIRONMENT, VARIABLE
    elif "database" in written:
        origin, place = SettingOrigin.FILE, str(context.home.settings)
    kind = "postgresql" if context.settings.database else "sqlite"
    return SettingRecord(
        option="database", value=kind, default="sqlite", origin=origin, place=place
    )
