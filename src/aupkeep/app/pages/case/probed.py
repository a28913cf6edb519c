"""The tests of a case on its page: what was seen, and what can be tested again."""

from collections.abc import Iterable

from aupkeep.app.case_context import CaseContext
from aupkeep.app.context import AppContext
from aupkeep.app.pages.case.page import CaseProbe, CaseProbes, ProbedPlace
from aupkeep.app.probing.places import places_of
from aupkeep.app.probing.runs import runs_in, under_way
from aupkeep.model.case import CaseState
from aupkeep.model.probe import ProbeAsker, ProbeRun
from aupkeep.probes.registry import probe_named
from aupkeep.store.log import Logged

NEWEST = 5
ASKERS = {
    ProbeAsker.PERSON: "{by} asked",
    ProbeAsker.CUSTOMER: "the customer asked",
    ProbeAsker.CONTRACT: "before the end of a measure, on {clause}",
    ProbeAsker.OURSELVES: "before the end of a measure, of our own records alone",
}


def probes_of(context: AppContext, about: CaseContext, logged: Iterable[Logged]) -> CaseProbes:
    """What a person may have tested in this case, and the newest tests first."""
    runs = runs_in(logged)
    still = about.case.state is not CaseState.CLOSED
    places = places_of(context, about) if still else ()
    return CaseProbes(
        places=tuple(
            ProbedPlace(
                says=probe_named(place.target.probe).says,
                place=place.target.place,
                barred=place.barred,
            )
            for place in places
        ),
        waits=under_way(runs, context.now()) is not None,
        probes=tuple(map(_probe, reversed(runs[-NEWEST:]))),
    )


def _probe(run: ProbeRun) -> CaseProbe:
    return CaseProbe(
        at=run.done_at or run.asked_at,
        asked=ASKERS[run.asker].format(by=run.by, clause=run.clause),
        done=run.done_at is not None,
        results=run.results,
    )
