"""`docs/detectors.md` is made of the detectors and of measured figures, and is up to date.

`just accept` writes it again; `python bench/detectors.py` measures again, which it must once a
detector's version or thresholds are no longer those that were measured. The page lists what was
measured; that everything was is looked at by night, so that whoever adds a detector edits no
existing file.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from aupkeep.telemetry.detect.customer_classes import threshold_sets
from aupkeep.telemetry.detect.detector import Detector
from aupkeep.telemetry.detect.engine import detectors
from aupkeep.telemetry.detect.sampling_chance import sampled_threshold
from aupkeep.telemetry.slow.detector import SlowDetector, slow_detectors
from aupkeep.telemetry.slow.run import chance

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PAGE, FIGURES = ROOT / "docs" / "detectors.md", ROOT / "bench" / "detectors.json"
INNOCENT = ROOT / "bench" / "innocent.json"
PATTERNS = """
## Those who harm nobody

How far each went that `bench/innocent.py` made, before windows that know nothing yet: shown by its
exporter in both directions, only what leaves, only what comes; at 1:1, 1:100 and 1:1000. A dash
means that nothing is told. Its seeds were drawn after the last rule was written, too.
{summary}
"""
ACCEPT = os.environ.get("AUPKEEP_ACCEPT") == "1"
RATES = (1, 100, 1000)
ALL = {**detectors(), **slow_detectors()}
HEAD = """# Detectors

Made from the code, its samples and measured figures by `just accept`; a test holds it. How flows
come in and what a hit becomes is in [flows](flows.md), how long they are kept in
[the history](flow-history.md).

A detector goes as far as its mode: **observe** counts, **notify** is a finding on a case,
**propose** asks a person, **act** lets rules act within their level. Unknown sampling never goes
beyond notify. Nobody is asked about any of {benign} kinds of look-alike: {looks}. What a
detector tells of them below *propose* counts against its precision.

**Precision** is the share of addresses rightly told, over all worlds of `bench/detectors.py`;
**recall** is the share of attacks seen, of plain strength and three times that, with no sampling,
at 1:100 and at 1:1000. No threshold was chosen on the seeds of those worlds, but they are made, not
captured: on your network both will differ, so observe first. **Chance** is the probability that
something exactly as large as the threshold is seen at 1:100 and at 1:1000. **Cost** is CPU seconds
a million rows, with a look every five seconds of four minutes of some 4,000 rows a second; counting
the windows costs {windows} besides, once for all.

The seeds of these tables were drawn at random after the last rule and threshold were chosen. A
research scanner with proof looks like any scanner: a permission tells it apart, not its traffic.
"""


def figures() -> dict[str, Any]:
    """What was measured."""
    found: dict[str, Any] = json.loads(FIGURES.read_text("utf-8"))
    return found


def row(cells: Sequence[object]) -> str:
    """One line of a Markdown table."""
    return "| " + " | ".join(str(cell).replace("|", "/") for cell in cells) + " |"


def samples(name: str) -> str:
    """How many loud and quiet samples a detector has."""
    kinds = {"loud": 0, "quiet": 0}
    folders = [
        *(HERE / "telemetry").rglob(name),
        *(HERE / "telemetry").rglob(name.replace("-", "_")),
    ]
    for folder in dict.fromkeys(folders):
        for path in folder.iterdir() if folder.is_dir() else ():
            kind = next((kind for kind in kinds if path.name.startswith(kind)), None)
            if kind and not path.name.endswith(".expected.json"):
                kinds[kind] += 1
    return f"{kinds['loud']} loud, {kinds['quiet']} quiet"


def share(part: int, whole: int) -> str:
    """A share as people read it, with what it is of."""
    return f"{part / whole:.2f} ({part}/{whole})" if whole else "nothing told"


def recalled(measured: Mapping[str, Any]) -> str:
    """Recall at each sampling rate."""
    parts = [measured["recall"].get(str(rate), (0, 0)) for rate in RATES]
    return ", ".join(f"{seen}/{of}" for seen, of in parts)


def chances(one: Detector | SlowDetector) -> str:
    """The chance at 1:100 and at 1:1000, for the first threshold or the one the file names.

    A rate is counted over the seconds that stand beside it.
    """
    if isinstance(one, SlowDetector):
        ((_, limits),) = threshold_sets(None, one.defaults)
        found = [chance(one, limits, rate) for rate in RATES[1:]]
    else:
        first = next(iter(one.defaults.values()))[0]
        count = first * one.defaults.get("seconds", (1, ""))[0]
        found = [sampled_threshold(count, rate).chance for rate in RATES[1:]]
    return ", ".join(f"{value:.2f}" for value in found)


def facts(one: Detector | SlowDetector) -> Iterator[str]:
    """A detector's own section."""
    yield from ["", f"### {one.name}", "", one.says, ""]
    yield f"Evidence at least: {one.minimum}. Told again after {one.cooldown} seconds."
    yield from ["", row(["threshold", "default", "what"]), "|---|---|---|"]
    yield from (row([f"`{name}`", f"{v:g}", what]) for name, (v, what) in one.defaults.items())


def table(
    found: Mapping[str, Detector | SlowDetector], measured: Mapping[str, Any]
) -> Iterator[str]:
    """All of one sort, a line each."""
    yield row(["detector", "kind", "role", "way", "mode", "precision", "recall", "chance", "cost",
               "samples"])  # fmt: skip
    yield "|" + "---|" * 10
    for name, one in found.items():
        its = measured[name]
        right = share(its["true"], its["true"] + its["false"])
        yield row([f"[{name}](#{name})", f"`{one.kind}`", one.role.value, one.direction,
                   one.mode.value, right, recalled(its), chances(one), its["cpu"],
                   samples(name)])  # fmt: skip


def lines() -> Iterator[str]:
    """The page, line by line."""
    from scenes.clients import CLIENTS
    from scenes.servers import SERVERS

    measured = figures()
    looks = sorted(one.__name__.replace("_", " ") for one in (*SERVERS, *CLIENTS))
    windows = measured.get("windows", {"cpu": 0})["cpu"]
    yield from HEAD.format(benign=len(looks), looks=", ".join(looks), windows=windows).splitlines()
    for title, found in (("As it happens", detectors()), ("Over a day", slow_detectors())):
        yield from ["", f"## {title}", ""]
        yield from table({name: one for name, one in found.items() if name in measured}, measured)
    yield from patterns()
    yield from ["", "## Each with its thresholds"]
    for name, one in {**detectors(), **slow_detectors()}.items():
        if name in measured:
            yield from facts(one)


def patterns() -> Iterator[str]:
    """How far our detectors went against each who harms nobody."""
    found: dict[str, dict[str, str]] = json.loads(INNOCENT.read_text("utf-8"))
    cells = [cell.partition(":")[0] for its in found.values() for cell in its.values()]
    counts = {mode: cells.count(mode) for mode in ("act", "propose", "notify", "-")}
    words = ", ".join(f"{count} at *{mode}*" for mode, count in counts.items() if mode != "-")
    summary = f"Of {len(cells)} cells: {words}, {counts['-']} at nothing."
    yield from PATTERNS.format(summary=summary).splitlines()
    columns = list(next(iter(found.values())))
    yield ""
    yield row(["pattern", *columns, "told by"])
    yield "|" + "---|" * (len(columns) + 2)
    for name, its in found.items():
        who = {one for cell in its.values() for one in cell.partition(": ")[2].split(", ") if one}
        modes = [its[column].partition(":")[0] for column in columns]
        yield row([name, *modes, ", ".join(sorted(who))])


def test_nobody_innocent_is_acted_against() -> None:
    """Of all patterns, in both directions and in one, at three sampling rates."""
    found = json.loads(INNOCENT.read_text("utf-8"))
    assert len(found) >= 40
    assert [
        its for its in found.values() if any(cell.startswith("act") for cell in its.values())
    ] == []


def test_the_page_of_detectors_is_up_to_date() -> None:
    page = "\n".join(lines()) + "\n"
    if ACCEPT:
        PAGE.write_text(page, "utf-8")
    assert PAGE.read_text("utf-8") == page, "run `just accept`"


@pytest.mark.nightly("pages")
def test_every_detector_was_measured() -> None:
    unmeasured = {*detectors(), *slow_detectors()} - set(figures())
    assert unmeasured == set(), "run `python bench/detectors.py`, then `just accept`"


@pytest.mark.parametrize("name", [name for name in figures() if name in ALL])
def test_the_figures_are_of_the_detector_as_it_is(name: str) -> None:
    one = ALL[name]
    measured = figures()[name]
    now = {what: value for what, (value, _) in one.defaults.items()}
    assert (measured["version"], measured["thresholds"]) == (one.version, now), (
        "run `python bench/detectors.py`"
    )


def test_a_look_alike_raises_nothing_a_person_is_asked_about() -> None:
    assert figures()["asked"] == [], "hits at propose or above on who does no harm"
