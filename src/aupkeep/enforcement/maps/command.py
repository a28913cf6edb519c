"""Runs a command that the operator gave as words, so that no shell reads it."""

import subprocess
from collections.abc import Sequence

from aupkeep.model.errors import Unavailable

PATIENCE = 30.0  # seconds
LONGEST = 300  # characters of what a command said


def run_words(words: Sequence[str], given: bytes = b"") -> str:
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
