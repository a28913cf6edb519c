"""The table of types in docs/shadowserver.md is the one in the code."""

import os
from itertools import groupby
from pathlib import Path

from aupkeep.intake.shadowserver.types import SHAPES, ReportType, types

PAGE = Path(__file__).parents[3] / "docs" / "shadowserver.md"
START, END = "<!-- types -->\n", "<!-- end -->\n"
HEAD = "| types | subject | role | kind | RSIT |\n|---|---|---|---|---|\n"


def line(names: list[str], kind: ReportType) -> str:
    """One line of the table for each party a row names."""
    told = []
    for shape, meaning in kind.sides:
        columns = [name for field, name in SHAPES[shape].items() if not field.startswith("target")]
        told.append(
            f"| {', '.join(f'`{name}`' for name in names)} | {', '.join(columns)} |"
            f" {meaning.role.value} | `{meaning.kind}` | `{meaning.rsit}` |\n"
        )
    return "".join(told)


def test_the_page_has_the_table_of_the_code() -> None:
    grouped = groupby(types().values(), key=lambda one: (one.sides, one.marks, one.hints))
    found = [(group, list(same)) for group, same in grouped]
    table = HEAD + "".join(line([one.name for one in same], same[0]) for _, same in found)
    text = PAGE.read_text("utf-8")
    before, _, rest = text.partition(START)
    whole = f"{before}{START}{table}{END}{rest.partition(END)[2]}"
    if os.environ.get("AUPKEEP_ACCEPT") == "1":
        PAGE.write_text(whole, "utf-8")
        text = whole
    assert text == whole
