"""A slow detector as its SQL file has it: the head says what it is, the rest is one SELECT."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from aupkeep.model.errors import Conflict, Invalid
from aupkeep.model.finding import Role
from aupkeep.telemetry.detect.detector import DetectorDescription, Mode
from aupkeep.telemetry.history.placeholders import places

LINE = re.compile(r"-- ([a-z]+): (.+)")
MORE = re.compile(r"--   (.+)")
THRESHOLD = re.compile(r"-- threshold ([a-z_]+) = (-?[0-9.]+): (.+)")
CHANCE = re.compile(r"([a-z_]+) of ([0-9]+) packets?(, unscaled)?")
NEEDED = ("name", "version", "kind", "role", "direction", "mode", "window", "cooldown", "group",
          "chance", "minimum", "says")  # fmt: skip
GIVEN = frozenset({"since", "until"})  # values that every text may use


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowDetector(DetectorDescription):
    """A detector in SQL; `window` is seconds.

    `lists` are those of the table `feed` without which it sees nothing.

    `group` are the columns by which rows may be spread over machines. `counted` is the threshold
    that `chance` is stated for, `packets_each` the packets of one thing counted; where `scaled`,
    what sampling hides is estimated, otherwise it is missed.
    """

    window: int
    group: tuple[str, ...]
    counted: str
    packets_each: int
    scaled: bool
    sql: str
    lists: tuple[str, ...] = ()


def read(text: str, where: str) -> SlowDetector:
    """Read a file's text. Raises `Invalid`, which names the file and what is wrong in it."""
    head, thresholds, lines = _parts(text)
    missing = [name for name in NEEDED if name not in head]
    if missing:
        raise Invalid(f"{where}: expected {', '.join(missing)} in its head, found none")
    chance = CHANCE.fullmatch(head["chance"])
    if chance is None or chance[1] not in thresholds:
        raise Invalid(f"{where}: expected `chance: threshold of N packets`, found {head['chance']}")
    sql = "\n".join(lines).strip()
    _check_values(sql, thresholds, where)
    try:
        return SlowDetector(
            name=head["name"], version=int(head["version"]), kind=head["kind"],
            role=Role(head["role"]), direction=head["direction"], says=head["says"],
            defaults=thresholds, minimum=head["minimum"], cooldown=int(head["cooldown"]),
            mode=Mode(head["mode"]), window=int(head["window"]),
            group=tuple(name.strip() for name in head["group"].split(",")),
            counted=chance[1], packets_each=int(chance[2]), scaled=not chance[3], sql=sql,
            lists=tuple(filter(None, head.get("lists", "").replace(",", " ").split())),
        )  # fmt: skip
    except ValueError as error:
        raise Invalid(f"{where}: expected numbers, a role and a mode, {error}") from error


def _parts(text: str) -> tuple[dict[str, str], dict[str, tuple[float, str]], list[str]]:
    head: dict[str, str] = {}
    thresholds: dict[str, tuple[float, str]] = {}
    lines: list[str] = []
    last = ""
    for line in text.splitlines():
        threshold, plain, more = (shape.fullmatch(line) for shape in (THRESHOLD, LINE, MORE))
        if threshold:
            thresholds[threshold[1]] = (float(threshold[2]), threshold[3])
        elif plain and not lines:
            last = plain[1]
            head[last] = plain[2]
        elif more and last and not lines:
            head[last] += " " + more[1]
        elif not line.startswith("--"):
            lines.append(line)
    return head, thresholds, lines


def _check_values(sql: str, thresholds: Mapping[str, object], where: str) -> None:
    asked = places(sql)
    unknown = asked - set(thresholds) - GIVEN
    unused = set(thresholds) - asked
    if unknown or unused:
        raise Invalid(
            f"{where}: expected each threshold once in the head and in the text,"
            f" found {', '.join(sorted(unknown | unused))} in one of them"
        )


@cache
def slow_detectors() -> Mapping[str, SlowDetector]:
    """The slow detectors that come with the program, by name; `Conflict` for two of a name."""
    detectors: dict[str, SlowDetector] = {}
    for path in sorted(Path(__file__).parent.glob("*.sql")):
        slow_detector = read(path.read_text("utf-8"), path.name)
        if slow_detector.name in detectors:
            raise Conflict(
                f"slow detector {slow_detector.name!r} is defined twice, again by {path.name}"
            )
        detectors[slow_detector.name] = slow_detector
    return detectors
