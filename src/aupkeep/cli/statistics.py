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
    yield from pairs(plain | figures["first_act"])
    for name, head in TABLES:
        yield ""
        yield name
        yield from listing(head, figures[name] or [], "none")
