"""Reading files without a database: what `aupkeep parse` prints, one object a file."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from aupkeep.app.reading.shadowserver_schema import schema_file
from aupkeep.config.home import find_home
from aupkeep.intake.future_events import without_future
from aupkeep.intake.input_format import split_mails
from aupkeep.intake.parse_output import ParsedFile, parsed_file
from aupkeep.intake.readings import inbox
from aupkeep.intake.sandbox.pool import Answer, SandboxPool, Thing
from aupkeep.model.report import Reading


def parse_paths(
    paths: Iterable[str], form: str, standard_in: BinaryIO, now: datetime | None = None
) -> Iterator[ParsedFile]:
    """Read files, folders (deeply, by name) and `-`; nothing is written.

    Each file ends in an outcome; one that cannot be opened stands in the inbox with its reason.
    A mail's events later than `now`, or its Date where that is later, have no time, as at receipt.
    Raises `Invalid` when the home's settings cannot be read.
    """
    with SandboxPool(size=1, schema=schema_file(find_home())) as pool:
        for answer in pool.read_all(_things(paths, form, standard_in)):
            yield from (parsed_file(name, _timely(reading, now)) for name, reading in answer)


def _timely(reading: Reading, now: datetime | None) -> Reading:
    """The reading without times that a mail cannot know of yet."""
    if now is None or reading.sent_at is None:
        return reading
    return without_future(reading, max(now, reading.sent_at))


def _things(paths: Iterable[str], form: str, standard_in: BinaryIO) -> Iterator[Thing | Answer]:
    """The content of the files, an mbox mail by mail; the answer for one that cannot be opened."""
    for name, path in _files(paths):
        try:
            data = standard_in.read() if path is None else path.read_bytes()
        except OSError as error:
            yield [(name, inbox(f"expected a readable file, found {error.strerror}"))]
            continue
        yield from ((content, member, form) for member, content in split_mails(data, name, form))


def _files(paths: Iterable[str]) -> Iterator[tuple[str, Path | None]]:
    """Name and path of each file; None is standard input."""
    for given in paths:
        path = Path(given)
        if given == "-":
            yield "-", None
        elif path.is_dir():
            inside = sorted(file for file in path.rglob("*") if file.is_file())
            yield from ((str(file), file) for file in inside)
        else:
            yield given, path
