"""Runs a command that the operator gave as words, so that no shell reads it."""

import subprocess
from collections.abc import Mapping
from typing import Any

from aupkeep.model.errors import Invalid, Unavailable

PATIENCE = 30.0  # seconds
LONGEST = 300  # characters of what a command said


def words_of(options: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """The words of an option, empty where it is not given. Raises `Invalid`."""
    value = options.get(name, ())
    words = isinstance(value, list | tuple) and all(isinstance(x, str) and x for x in value)
    if not words or "\0" in "".join(value):
        raise Invalid(f'option {name}: expected a list of words, as ["nginx", "-s", "reload"]')
    return tuple(value)


def run_words(words: tuple[str, ...], given: bytes = b"") -> str:
    """What the command printed. Raises `Unavailable` with what it said where it fails."""
    try:
        done = subprocess.run(  # noqa: S603 - words of the operator's settings, no shell
            words, input=given, capture_output=True, check=False, timeout=PATIENCE
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise Unavailable(f"{words[0]}: expected it to run, found {_plain(str(error))}") from error
    if done.returncode:
        said = _plain((done.stderr or done.stdout).decode("utf-8", "replace"))
        raise Unavailable(f"{words[0]}: expected success, found exit {done.returncode}: {said}")
    return done.stdout.decode("utf-8", "replace")


def _plain(text: str) -> str:
    """The end of what was said, on one line, in ASCII."""
    return " ".join(text.split())[-LONGEST:].encode("ascii", "backslashreplace").decode()
