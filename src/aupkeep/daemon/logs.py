"""Logs of the processes: one line an event, for people or as JSON; no personal data."""

import io
import logging
import sys
from contextlib import suppress
from typing import TextIO, cast

import structlog

from aupkeep.model.link_tokens import without_tokens


class SafeStandardError(io.TextIOBase):
    """Standard error without errors of its own: a full disk must not stop the work."""

    def write(self, text: str) -> int:
        """Write what can be written."""
        with suppress(OSError, ValueError):
            sys.stderr.write(text)
        return len(text)

    def flush(self) -> None:
        """Flush what can be flushed."""
        with suppress(OSError, ValueError):
            sys.stderr.flush()


class WithoutTokens(logging.Filter):
    """No token of a link in what Django and others log: their lines name paths."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the line, without tokens."""
        record.msg, record.args = without_tokens(record.getMessage()), ()
        return True


def set_up_logging(form: str) -> None:
    """Set the log up once, on standard error; `form` is text, json or jsonl."""
    err = SafeStandardError()
    logging.basicConfig(stream=err, level=logging.WARNING, format="%(name)s %(message)s")
    for handler in logging.getLogger().handlers:
        handler.addFilter(WithoutTokens())
    end = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if form == "text"
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            end,
        ],
        logger_factory=structlog.PrintLoggerFactory(file=cast("TextIO", err)),
        cache_logger_on_first_use=True,
    )
