"""Measures that rested on a report judged wrong are checked again without that report.

* A rule decided it, and what is left does not bear it at this very place: it is lifted as our
  error, and the case goes before the policy again.
* A rule decided it, and what is left bears it: it stands, and an entry says so.
* A person decided it, and nothing is left: it stands, since their reasons are theirs; the case is
  back at the desk with an entry that asks.
"""

from contextlib import suppress

from aupkeep.app.case_context import CaseContext
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.policy_versions import adopted_version
from aupkeep.app.journal import entry
from aupkeep.app.policy_documents import clause_of_decision
from aupkeep.casework.measure_limits import borne
from aupkeep.casework.proposal import Proposal
from aupkeep.model.actor import SYSTEM
from aupkeep.model.decision import Decision
from aupkeep.model.entry import Entry, EntryType
from aupkeep.model.errors import Invalid, Missing
from aupkeep.model.ladder import Evidence
from aupkeep.store import log

WRONG = "a person judged a report wrong"
STANDS = f"{WRONG}: the measure stands on other evidence"
ASKS = f"{WRONG}, and nothing else supports what a person decided: look whether it may stand"


def unborne(about: CaseContext, decision: Decision) -> str | None:
    """Why a rule's measure has not enough evidence left; None where it has, or a person decided."""
    if not decision.automatic:
        return None
    proposal = Proposal(
        case=about.case,
        clause=clause_of_decision(decision),
        measure=decision.measure,
        scope=decision.scope,
        hours=None,
        versions=decision.versions,
        reasons=decision.reasons,
        needs=_needs(decision),
    )
    refused = borne(proposal, about.rule_inputs)
    return f"{WRONG}. {refused.reason}" if refused else None


def _needs(decision: Decision) -> Evidence:
    """The evidence that its rule asked for, by the policy as it was."""
    with suppress(Missing, Invalid):
        rules = adopted_version(decision.versions.policy).rules
        return next(
            (rule.needs for rule in rules if rule.id == decision.versions.rule), Evidence(0)
        )
    return Evidence.E0


def left_standing(
    context: AppContext, about: CaseContext, decision: Decision, wrong: set[str]
) -> Entry | None:
    """The entry that a measure stands all the same, once for the same reports; else None."""
    if not decision.automatic and about.supporting:
        return None
    known = log.entries(about.case.id, types=(EntryType.CASE_CHANGED,))
    looked = {"rests": decision.id, "wrong": sorted(wrong)}
    if any(looked.items() <= dict(logged.entry.payload).items() for logged in known):
        return None
    why = STANDS if decision.automatic else ASKS
    payload = {"case": about.case.id, **looked, "why": why}
    return entry(context, EntryType.CASE_CHANGED, SYSTEM, payload, case=about.case.id)
