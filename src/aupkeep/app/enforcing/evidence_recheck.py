"""Measures that rested on a report judged wrong, or taken back, are checked again without it.

* A rule decided it, and what is left does not bear it at this very place: it is lifted as our
  error, and the case goes before the policy again.
* A rule decided it, and what is left bears it: it stands, and an entry says so.
* A person decided it, and nothing is left: it stands, since their reasons are theirs; the case is
  back at the desk with an entry that asks.
"""

from collections.abc import Set as AbstractSet
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
from aupkeep.store import log, reports

WRONG = "a person judged a report wrong"
TAKEN_BACK = "who sent a report took it back"
STANDS = "the measure stands on other evidence"
ASKS = "nothing else supports what a person decided: look whether it may stand"


def why_gone(case: str, gone: AbstractSet[str]) -> str:
    """Why these reports of a case count no more, as said of a measure."""
    wrong = reports.judged_wrong(case)
    reasons = {WRONG: wrong, TAKEN_BACK: gone - wrong}
    return ", and ".join(reason for reason, some in reasons.items() if some)


def unborne(about: CaseContext, decision: Decision, why: str) -> str | None:
    """Why a rule's measure has not enough evidence left; None where it has, or a person decided.

    `why` says why reports of the case count no more.
    """
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
    return f"{why}. {refused.reason}" if refused else None


def _needs(decision: Decision) -> Evidence:
    """The evidence that its rule asked for, by the policy as it was."""
    with suppress(Missing, Invalid):
        rules = adopted_version(decision.versions.policy).rules
        return next(
            (rule.needs for rule in rules if rule.id == decision.versions.rule), Evidence(0)
        )
    return Evidence.E0


def stands_all_the_same(
    context: AppContext, about: CaseContext, decision: Decision, gone: AbstractSet[str], why: str
) -> Entry | None:
    """The entry that a measure stands all the same, once for the same reports; else None.

    `gone` are the reports of the case that count no more, and `why` says why.
    """
    if not decision.automatic and about.supporting:
        return None
    known = log.entries(about.case.id, types=(EntryType.CASE_CHANGED,))
    looked = {"rests": decision.id, "wrong": sorted(gone)}
    if any(looked.items() <= dict(logged.entry.payload).items() for logged in known):
        return None
    said = f"{why}: {STANDS}" if decision.automatic else f"{why}, and {ASKS}"
    payload = {"case": about.case.id, **looked, "why": said}
    return entry(context, EntryType.CASE_CHANGED, SYSTEM, payload, case=about.case.id)
