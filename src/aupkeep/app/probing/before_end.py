"""A probe before a measure ends, where the contract lets us send one; our own records always."""

from dataclasses import dataclass

from aupkeep.app.case_context import CaseContext
from aupkeep.app.context import AppContext
from aupkeep.app.probing.ask import ProbeGround, spend_automatic, write_asked
from aupkeep.app.probing.places import MOST, places_of
from aupkeep.app.probing.run import run_probes
from aupkeep.app.probing.runs import UNDER_WAY, outcome_of, result_words, runs_of
from aupkeep.app.telemetry.questions.coverage import watching
from aupkeep.inventory.customers import PROTECTING_TAGS
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.decision import Decision
from aupkeep.model.probe import ProbeAsker, ProbeOutcome, ProbeRun
from aupkeep.probes.registry import probe_named

BY = Actor(kind=ActorKind.RULE, id="probe-before-end", name="probe-before-end")


@dataclass(frozen=True, slots=True, kw_only=True)
class EndProbe:
    """What a probe said before an end: `live` where the harm was seen; `words` "" without one."""

    live: bool
    words: str = ""


def probe_before_end(
    context: AppContext, about: CaseContext, decision: Decision
) -> EndProbe | None:
    """What was seen, None while the answer is awaited: asked once for each decision.

    * A clause of the contract, by customer or tier: every place of the case is asked.
    * No clause, or a protected or critical customer: nothing is sent; our own records are asked.
    * No answer within two minutes: the end is judged without one.
    """
    asked = next((run for run in runs_of(about.case.id) if run.decision == decision.id), None)
    if asked is None:
        asked = _ask(context, about, decision)
    if asked is None:
        return EndProbe(live=False)
    if asked.done_at is None:
        late = context.now() - asked.asked_at >= UNDER_WAY
        return EndProbe(live=False, words="the probe gave no answer in time") if late else None
    return EndProbe(
        live=outcome_of(asked) is ProbeOutcome.THERE,
        words="; ".join(map(result_words, asked.results)),
    )


def _ask(context: AppContext, about: CaseContext, decision: Decision) -> ProbeRun | None:
    places = [place.target for place in places_of(context, about) if not place.barred]
    clause = _clause(context, about)
    if clause is not None and places and spend_automatic(context, about.case.id, places[:MOST]):
        ground = ProbeGround(
            actor=BY, asker=ProbeAsker.CONTRACT, clause=clause, decision=decision.id
        )
        return write_asked(context, about.case, places[:MOST], ground)
    own = [target for target in places if not probe_named(target.probe).sends][:MOST]
    if not own or not watching(context.home, context.now()):
        return None
    ground = ProbeGround(actor=BY, asker=ProbeAsker.OURSELVES, decision=decision.id)
    run = write_asked(context, about.case, own, ground, leave=False)
    return run_probes(context, about.case.id, run.id)


def _clause(context: AppContext, about: CaseContext) -> str | None:
    """The clause of the contract that lets us probe this customer by ourselves."""
    customer = about.customer
    if customer is None or customer.tags & PROTECTING_TAGS:  # those only people probe
        return None
    return context.settings.probes.clause_for(customer.id, customer.tier)
