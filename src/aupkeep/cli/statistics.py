"""How the desk does, over a period."""

from collections.abc import Iterator
from typing import Any

import click

from aupkeep.cli.acting import open_desk, sees_reporters
from aupkeep.cli.output import listing, output, pairs, show
from aupkeep.model.as_json import as_json

TABLES = (
    ("open_by_age", ["hours", "desk", "customer"]),
    ("outcomes", ["outcome", "cases"]),
    ("sources", ["name", "wrong", "judged", "low", "high"]),
    ("rules", ["name", "wrong", "judged", "low", "high"]),
    ("customers", ["customer", "cases"]),
)


@click.command()
@click.option("--days", type=click.IntRange(1, 3660), default=30, show_default=True)
@output
def statistics(days: int, form: str) -> None:
    """Count: open by age, time to first act, outcomes, what was wrong, most cases."""
    context = open_desk()
    shows = sees_reporters(context)
    from aupkeep.app.pages.statistics.load import desk_figures

    figures = desk_figures(context, days, reporters=shows)
    show(form, figures, lambda: _figures(as_json(figures)))


def _figures(figures: dict[str, Any]) -> Iterator[str]:
    """Every figure with its name, for a person."""
    plain = {name: value for name, value in figures.items() if not isinstance(value, list | dict)}
    yield from pairs(plain | _first_act(figures["first_act"]))
    for name, head in TABLES:
        yield ""
        yield name.replace("_", " ").upper()
        rows = [_row(row) for row in figures[name] or []]
        yield from listing(head, rows, "none", {"outcome": "desk.outcome"})


def _first_act(figures: dict[str, Any]) -> dict[str, Any]:
    """How soon the desk acted, in words."""
    acted = f"{figures['acted']} of {figures['opened']} cases opened"
    if figures["median"] is not None:
        acted += (
            f", half within {_span(figures['median'])}, nine in ten within {_span(figures['p90'])}"
        )
    return {"acted_on": acted}


def _span(seconds: float) -> str:
    """Seconds, minutes, hours or days, whichever has few digits."""
    for size, name in ((86_400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {name}"
    return f"{seconds:.1f} seconds"


def _row(row: dict[str, Any]) -> dict[str, Any]:
    """A row as a person reads it: the last age is older, a share is in percent."""
    shares: dict[str, Any] = {name: f"{row[name]:.0%}" for name in ("low", "high") if name in row}
    older = {"hours": "older"} if "hours" in row and row["hours"] is None else {}
    return {**row, **shares, **older}
