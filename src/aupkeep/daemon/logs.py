"""Logs of the processes: one line an event, for people or as JSON; docs/operating.md lists them."""

import io
import logging
import sys
from contextlib import suppress
from typing import TextIO, cast

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

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


def one_line(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    r"""No word of an event begins a line or steers a terminal; a trace is set in from the margin.

    >>> one_line(None, "", {"event": "x", "error": "a\n\x1b[2J2026-01-01 [info] all is well"})
    {'event': 'x', 'error': 'a\\n\\x1b[2J2026-01-01 [info] all is well'}
    """
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = _trace(value) if name == "exception" else _printable(value)
    return event


def _trace(text: str) -> str:
    return "\n".join(f"    {_printable(line)}" for line in text.split("\n"))


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


def log_beside_results() -> None:
    """For a command: its result is on standard output, so what is logged goes to standard error."""
    structlog.configure(
        logger_factory=structlog.PrintLoggerFactory(file=cast("TextIO", SafeStandardError()))
    )


def set_up_logging(form: str) -> None:
    """Set the log up once, on standard error; `form` is text, json or jsonl.

    What Django and others log has the same form, from warnings up.
    """
    err = SafeStandardError()
    end = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if form == "text"
        else structlog.processors.JSONRenderer()
    )
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        *([one_line] if form == "text" else []),  # JSON escapes by itself
    ]
    others = logging.StreamHandler(cast("TextIO", err))
    others.addFilter(WithoutTokens())
    others.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, end],
        )
    )
    logging.basicConfig(handlers=[others], level=logging.WARNING)
    logging.getLogger("django.request").setLevel(logging.ERROR)  # `web.refusals` says more
    structlog.configure(
        processors=[*shared, end],
        logger_factory=structlog.PrintLoggerFactory(file=cast("TextIO", err)),
        cache_logger_on_first_use=True,
    )
