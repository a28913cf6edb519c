"""The table of roles: docs/roles.md and the data say the same, cell by cell."""

from pathlib import Path

import pytest

from aupkeep.model.roles import ROLES, TABLE, Allowance, StaffAct, StaffRole, allowance, bearers
from aupkeep.model.runbook import RUNBOOKS

PAGE = Path(__file__).parents[2] / "docs" / "roles.md"


def tables() -> list[list[list[str]]]:
    """The tables of the page: rows of cells."""
    found, current = [], []
    for line in [*PAGE.read_text("utf-8").splitlines(), ""]:
        if line.startswith("|"):
            current.append([cell.strip() for cell in line.strip("|").split("|")])
        elif current:
            found.append(current)
            current = []
    return found


ACTS = {row[0]: row[1:] for row in tables()[0][2:]}


def test_the_page_has_every_act_and_role():
    """Columns and rows are those of the data, in their order."""
    assert tables()[0][0] == ["act", *ROLES]
    assert list(ACTS) == list(StaffAct)


@pytest.mark.parametrize("act", StaffAct)
@pytest.mark.parametrize("role", StaffRole)
def test_each_cell_is_as_the_page_says(act, role):
    """One role alone may do exactly what its cell says."""
    assert allowance([role], act) == ACTS[act][ROLES.index(role)]


def test_every_row_has_a_cell_for_each_role():
    """No row is shorter than the roles."""
    assert {len(row) for row in TABLE.values()} == {len(ROLES)}


@pytest.mark.parametrize("act", StaffAct)
def test_several_roles_allow_what_one_of_them_does(act):
    """All roles together allow everything; none allows nothing."""
    assert allowance(ROLES, act) is Allowance.YES
    assert allowance([], act) is Allowance.NO
    assert bearers(act) == tuple(role for role in ROLES if ACTS[act][ROLES.index(role)] == "yes")


def test_the_page_lists_the_runbooks():
    """Kinds, measures and the longest time of each are on the page."""
    listed = {row[0].strip("`"): row[1:] for row in tables()[1][2:]}
    assert set(listed) == set(RUNBOOKS)
    for name, (kinds, measures, hours) in listed.items():
        runbook = RUNBOOKS[name]
        assert tuple(kinds.split(", ")) == runbook.kinds
        assert set(measures.split(", ")) == set(runbook.measures)
        assert hours == f"{runbook.hours:g} h"
