"""Who may do what: the roles of the desk and the acts they allow (docs/roles.md)."""

from collections.abc import Iterable
from enum import StrEnum


class StaffRole(StrEnum):
    """What a person of the desk is; one may be several."""

    ANALYST = "analyst"
    SENIOR = "senior"
    LEGAL = "legal"
    OPERATOR = "operator"
    NOC = "noc"
    AUDITOR = "auditor"


class StaffAct(StrEnum):
    """What a door asks for; the value is the row of the table in docs/roles.md."""

    READ = "read cases and evidence"
    SEE_REPORTERS = "see who reported"
    DECIDE = "decide L0 to L4, reply, extend, close"
    PROPOSE = "decide L5; propose L6, L7, X and clause `general` from L3"
    APPROVE = "be the second person; judge an appeal one has not touched"
    ORDERS = "orders, sealed track, disclosure"
    UNDO = "freeze, undo"
    GRANT = "thaw, grants, policy adoption"
    SETTINGS = "settings, tokens, agents, staff, backup"
    JOURNAL = "verify, export, read the journal"
    RETENTION = "erase what is due, legal holds"


class Allowance(StrEnum):
    """A cell of the table, the weakest first."""

    NO = "no"
    MASKED = "masked, reveal logged"
    RUNBOOK = "L3 and L4 by a runbook"
    YES = "yes"


ROLES = tuple(StaffRole)  # the columns of the table, in this order
_NO, _MASKED, _RUNBOOK, _YES = Allowance
TABLE: dict[StaffAct, tuple[Allowance, ...]] = {
    #                      analyst  senior  legal  operator   noc     auditor
    StaffAct.READ:          (_YES,   _YES,   _YES,   _YES,   _YES,     _YES),
    StaffAct.SEE_REPORTERS: (_YES,   _YES,   _YES,   _NO,    _NO,      _MASKED),
    StaffAct.DECIDE:        (_YES,   _YES,   _YES,   _NO,    _RUNBOOK, _NO),
    StaffAct.PROPOSE:       (_NO,    _YES,   _YES,   _NO,    _NO,      _NO),
    StaffAct.APPROVE:       (_NO,    _YES,   _YES,   _NO,    _NO,      _NO),
    StaffAct.ORDERS:        (_NO,    _NO,    _YES,   _NO,    _NO,      _NO),
    StaffAct.UNDO:          (_YES,   _YES,   _YES,   _YES,   _YES,     _NO),
    StaffAct.GRANT:         (_NO,    _YES,   _YES,   _NO,    _NO,      _NO),
    StaffAct.SETTINGS:      (_NO,    _NO,    _NO,    _YES,   _NO,      _NO),
    StaffAct.JOURNAL:       (_NO,    _YES,   _YES,   _YES,   _NO,      _YES),
    StaffAct.RETENTION:     (_NO,    _NO,    _YES,   _YES,   _NO,      _NO),
}  # fmt: skip


def allowance(roles: Iterable[StaffRole], act: StaffAct) -> Allowance:
    """What somebody with these roles may do of an act: the most that one of them allows."""
    order = list(Allowance)
    cells = [TABLE[act][ROLES.index(role)] for role in roles]
    return max(cells, key=order.index, default=Allowance.NO)


def bearers(act: StaffAct) -> tuple[StaffRole, ...]:
    """The roles that allow an act without a condition."""
    return tuple(role for role in ROLES if allowance([role], act) is Allowance.YES)
