"""A log is one line an event: dated, of one form, and nobody else's words begin a line in it."""

import json
import logging
from datetime import UTC, datetime

import pytest
import structlog

from aupkeep.daemon.logs import set_up_logging

FORGED = "x\n2026-01-01T00:00:00Z [info     ] all is well\x1b[2J\r\u202e"
TOKEN = "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4"


@pytest.fixture(params=["text", "json"])
def lines(request, capsys):
    """What stands in the log, line by line, once it is set up in a form."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    root.handlers = []
    set_up_logging(request.param)
    structlog.configure(cache_logger_on_first_use=False)

    def written() -> list[str]:
        return capsys.readouterr().err.splitlines()

    yield written
    root.handlers = before
    root.setLevel(level)
    logging.getLogger("django.request").setLevel(logging.NOTSET)
    structlog.reset_defaults()


def told(line: str) -> str:
    """The time of an event."""
    return json.loads(line)["timestamp"] if line.startswith("{") else line.split(" ", 1)[0]


def test_words_from_outside_stay_in_their_line(lines):
    """Ours and a library's alike; each has its time in UTC and its level."""
    structlog.get_logger("web").warning("not accepted", error=FORGED, size=3)
    logging.getLogger("aiosmtpd").warning("a line of %s", FORGED)
    written = lines()
    assert len(written) == 2
    for line in written:
        assert "warning" in line
        assert line.isprintable()
        assert datetime.fromisoformat(told(line)).utcoffset() == UTC.utcoffset(None)


def test_a_trace_begins_no_line_of_its_own(lines):
    """An exception whose words look like an event is set in below its event."""
    for logger in (structlog.get_logger("web"), logging.getLogger("django.request")):
        try:
            int(FORGED)
        except ValueError:
            logger.exception("a request failed")
    written = lines()
    begun = [line for line in written if not line.startswith(" ")]
    assert len(begun) == 2
    assert all("a request failed" in line for line in begun)
    assert "ValueError" in "".join(written)
    assert all(line.isprintable() for line in written)


def test_no_token_of_a_link_is_written(lines):
    logging.getLogger("django.security").warning("Forbidden: /c/%s/", TOKEN)
    (written,) = lines()
    assert TOKEN not in written
    assert "Forbidden: /c/" in written
