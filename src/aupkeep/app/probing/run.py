"""Carrying out what was asked: each place once, judged with what of ours stands before it."""

from collections.abc import Sequence
from datetime import timedelta
from ipaddress import ip_address

from aupkeep.app.case_context import CaseContext, load_case_context
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.app.probing.places import places_of
from aupkeep.app.probing.runs import result_words, runs_of
from aupkeep.app.telemetry.questions.coverage import watching
from aupkeep.app.telemetry.questions.flows import flows_of
from aupkeep.model.action import STANDING, Action
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Missing, TooMany, Unavailable
from aupkeep.model.ladder import LEVELS, Level, Measure
from aupkeep.model.moments import parse_moment
from aupkeep.model.probe import ProbeOutcome, ProbeResult, ProbeRun, ProbeTarget
from aupkeep.model.subject import Address
from aupkeep.probes.connection import NetworkMeans
from aupkeep.probes.probe import ProbeAnswer, SeenFlow
from aupkeep.probes.registry import probe_named
from aupkeep.store import actions, cases, outbox
from aupkeep.store.codec import dump
from aupkeep.store.outbox import Lease

LOOK_BACK = timedelta(minutes=10)
MOST_FLOWS = 500
NUMBERS = {6: "tcp", 17: "udp"}  # IANA protocol numbers
PAGES = (Measure.BLOCK_URL, Measure.BLOCK_NAME)  # an answer may then be our own system's


class CaseMeans(NetworkMeans):
    """The network's means, and our own flow records."""

    def __init__(self, context: AppContext) -> None:
        """Ask from the addresses of the settings, under the provider's name."""
        provider = context.settings.provider
        agent = f"Aupkeep-probe (+{provider.url}; {context.settings.mail.sender})"
        super().__init__(context.settings.probes.sources, agent)
        self._context = context

    def flows(self, address: Address) -> Sequence[SeenFlow] | None:
        """What left the address in the last ten minutes; None: nobody watches, or none is kept."""
        context, now = self._context, self._context.now()
        if not watching(context.home, now):
            return None
        span = (now - LOOK_BACK, now)
        try:
            kept = flows_of(context.home, context.settings, address, span, limit=MOST_FLOWS)
        except (Missing, TooMany):
            return None
        return [
            SeenFlow(
                protocol=NUMBERS.get(flow.proto or 0),
                peer_port=flow.dport,
                packets=flow.packets or 0,
                at=parse_moment(flow.end) if flow.end else now,
            )
            for flow in kept.flows
            if flow.src and ip_address(flow.src) == address
        ]


def run_probes(
    context: AppContext, case_id: str, number: str, *, done: Lease | None = None
) -> ProbeRun:
    """Carry out one asking and write down what was seen; what was done already stays as it is.

    What may not be asked any more, e.g. since the address has moved, is unclear and says why.
    Raises `Missing` for an asking that nobody made.
    """
    case = cases.get(case_id)
    asked = next((run for run in runs_of(case_id) if run.id == number), None)
    if case is None or asked is None:
        raise Missing(f"probe: expected an asking of this case, found {number[:40]!r}")
    if asked.done_at is not None:
        if done is not None:
            outbox.done(done, context.now())
        return asked
    results = results_of(context, load_case_context(context, case), asked.targets)
    payload = {
        "run": number,
        "results": dump(list(results)),
        "why": "; ".join(map(result_words, results)),
    }
    seen = entry(context, EntryType.PROBE_DONE, SYSTEM, payload, case=case.id)
    record(context, seen, done=done)
    return next(run for run in runs_of(case_id) if run.id == number)


def results_of(
    context: AppContext, about: CaseContext, targets: Sequence[ProbeTarget]
) -> tuple[ProbeResult, ...]:
    """Ask each place once; the guard looks again first."""
    allowed = {place.target: place.barred for place in places_of(context, about)}
    standing = actions.of_case(about.case.id)
    results = []
    for target in targets:
        barred = allowed.get(target, "the evidence of the case does not name it any more")
        answer = _unclear(f"not asked: {barred}") if barred else _asked(target, CaseMeans(context))
        judged = _judged(target, answer, standing)
        results.append(
            ProbeResult(target=target, outcome=judged.outcome, text=judged.text, at=context.now())
        )
    return tuple(results)


def _asked(target: ProbeTarget, means: CaseMeans) -> ProbeAnswer:
    try:
        return probe_named(target.probe).ask(target, means)
    except (Unavailable, OSError) as error:  # OSError: the source address is not this machine's
        return _unclear(f"not asked: {error}")


def _unclear(text: str) -> ProbeAnswer:
    return ProbeAnswer(outcome=ProbeOutcome.UNCLEAR, text=text)


def _judged(target: ProbeTarget, answer: ProbeAnswer, standing: Sequence[Action]) -> ProbeAnswer:
    """An answer that looks as if it were gone is unclear where a measure of ours may explain it.

    * Nothing came back, and a measure that cuts the address off stands.
    * A page is away, and we block it ourselves.
    * No flow is seen, and what it was about is stopped.
    """
    if answer.outcome is not ProbeOutcome.GONE:
        return answer
    sends = probe_named(target.probe).sends
    for action in standing:
        if action.state not in STANDING or not action.took_effect:
            continue
        cuts = LEVELS[action.measure] >= Level.L4 and (answer.silent or not sends)
        pages = target.url is not None and action.measure in PAGES
        stops = not sends and LEVELS[action.measure] >= Level.L3
        if _meets(action, target) and (cuts or pages or stops):
            return _unclear(f"{answer.text}; our own measure ({action.measure}) may be why")
    return answer


def _meets(action: Action, target: ProbeTarget) -> bool:
    """Whether a measure is on the place, or on the whole resource."""
    scope = action.scope
    if scope.address is None or scope.network is not None:
        return scope.network is None or target.address in scope.network
    return scope.address == target.address
