"""`aupkeep up`: which processes it runs; the collector only where somebody said where to listen."""

import pytest
from click.testing import CliRunner

from aupkeep.cli.serve import up
from aupkeep.daemon import up as daemon

ALWAYS = ["web", "worker", "mailin", "agent"]
FLOWS = '[flows]\nlisten = ["127.0.0.1:2055"]\n'


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("", [], ALWAYS),
        (FLOWS, [], [*ALWAYS, "flowd"]),
        (FLOWS, ["--without", "flowd"], ALWAYS),
        ("", ["--without", "web", "--without", "mailin"], ["worker", "agent"]),
    ],
)
def test_parts(sqlite_home, monkeypatch, text, words, expected):
    """A fresh install starts no collector, one with [flows] does, unless it is left out."""
    sqlite_home.settings.write_text(text)
    started: list[str] = []
    monkeypatch.setattr(daemon, "run", started.extend)
    monkeypatch.setattr("aupkeep.daemon.logs.set_up_logging", lambda form: None)
    done = CliRunner().invoke(up, words, catch_exceptions=False)
    assert done.exit_code == 0
    assert started == expected


def test_nothing_left(sqlite_home):
    """Leaving everything out is a mistake of words."""
    words = [word for part in ALWAYS for word in ("--without", part)]
    assert CliRunner().invoke(up, words).exit_code == 2
