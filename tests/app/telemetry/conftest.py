"""Stations on the desk of each engine, listening on loopback."""

import dataclasses
from datetime import UTC, datetime

import pytest

from app.telemetry.made import detector
from app.telemetry.stations import Eyes, clock
from aupkeep.app.telemetry.collector import controller_snapshot as known_room
from aupkeep.app.telemetry.collector import detection_config as orders_room
from aupkeep.app.telemetry.collector import service as room
from aupkeep.app.telemetry.collector.controller_sync import ControllerConnection, ControllerSync
from aupkeep.config.flows import FlowSettings
from daemon.processes import free_port


@pytest.fixture
def port():
    """A free UDP port; nobody else here takes it."""
    return free_port()


@pytest.fixture
def now_context(furnished):
    """The furnished desk, by the machine's own clock."""
    return dataclasses.replace(furnished, now=lambda: datetime.now(UTC))


@pytest.fixture
def opened(now_context, port, monkeypatch):
    """Opens stations on the desk's home, with the windows above; closed at the end."""
    monkeypatch.setattr(room, "DetectionEngine", Eyes)
    monkeypatch.setattr(room, "COMPILED", [])  # what this process compiled before and meanwhile
    known = {"login-guessing": detector()}
    monkeypatch.setattr(room, "detectors", lambda: known)
    monkeypatch.setattr(orders_room, "detectors", lambda: known)
    made = []

    def open_one(
        line=None, listed=known_room.no_contacts, **changes
    ) -> tuple[room.CollectorService, ControllerSync]:
        table = {"lo": {"address": "127.0.0.1"}}
        options = {"listen": (f"127.0.0.1:{port}",), "tables": table, "tick_ms": 20} | changes
        settings = dataclasses.replace(now_context.settings, flows=FlowSettings(**options))
        line = line or ControllerConnection(lambda: now_context)
        one = room.CollectorService(now_context.home, settings, line.give, clock=clock, seed=1)
        made.append(one)
        controller_sync = ControllerSync(one, line, listed)
        controller_sync.run_once()
        return one, controller_sync

    yield open_one
    for one in made:
        one.close()
