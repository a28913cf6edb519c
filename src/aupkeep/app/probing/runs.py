"""What was asked and seen in a case, read back from its journal."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from aupkeep.app.deciding.case_records import find_case
from aupkeep.model.entry import EntryType
from aupkeep.model.probe import ProbeAsker, ProbeOutcome, ProbeResult, ProbeRun, ProbeTarget
from aupkeep.store import log
from aupkeep.store.codec import load
from aupkeep.store.log import Logged

UNDER_WAY = timedelta(minutes=2)  # after which an asking that nobody carried out is given up
WORDS = {
    ProbeOutcome.THERE: "still there",
    ProbeOutcome.GONE: "gone",
    ProbeOutcome.UNCLEAR: "unclear",
}


def runs_of(case: str) -> list[ProbeRun]:
    """Every asking of a case, the oldest first; what was erased is left out."""
    logged = log.entries(case, types=(EntryType.PROBE_ASKED, EntryType.PROBE_DONE))
    return runs_in(logged)


def runs_in(logged: Iterable[Logged]) -> list[ProbeRun]:
    """The askings that these entries are of."""
    whole = [item.entry for item in logged if not item.erased]
    done = {
        str(item.payload.get("run")): item for item in whole if item.type is EntryType.PROBE_DONE
    }
    runs = []
    for asked in whole:
        if asked.type is not EntryType.PROBE_ASKED:
            continue
        said, seen = asked.payload, done.get(str(asked.payload.get("run")))
        results = load(tuple[ProbeResult, ...], seen.payload["results"]) if seen else ()
        decision = said.get("decision")
        runs.append(
            ProbeRun(
                id=str(said["run"]),
                case=asked.case or "",
                asked_at=asked.at,
                asker=ProbeAsker(str(said["asker"])),
                by=asked.actor.name or asked.actor.id,
                targets=load(tuple[ProbeTarget, ...], said["targets"]),
                clause=str(said.get("clause") or ""),
                decision=str(decision) if decision else None,
                done_at=seen.at if seen else None,
                results=results,
            )
        )
    return runs


def under_way(runs: Iterable[ProbeRun], now: datetime) -> ProbeRun | None:
    """The asking that still waits for its answer."""
    return next(
        (run for run in runs if run.done_at is None and now - run.asked_at < UNDER_WAY), None
    )


def outcome_of(run: ProbeRun) -> ProbeOutcome | None:
    """What a whole asking says: there where one place shows it, gone where all do; None: waits."""
    if run.done_at is None:
        return None
    seen = {result.outcome for result in run.results}
    if ProbeOutcome.THERE in seen:
        return ProbeOutcome.THERE
    return ProbeOutcome.GONE if seen == {ProbeOutcome.GONE} else ProbeOutcome.UNCLEAR


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRecord:
    """What was seen at one place."""

    probe: str
    place: str
    outcome: ProbeOutcome
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeRecord:
    """One asking for a program; `outcome` is None and `results` empty until it is done."""

    run: str
    asked: datetime
    asker: ProbeAsker
    by: str
    clause: str
    done: datetime | None
    outcome: ProbeOutcome | None
    places: tuple[str, ...]
    results: tuple[PlaceRecord, ...]


def probe_records(reference: str) -> list[ProbeRecord]:
    """What was tested in a case and seen, the newest first. Raises `Missing`."""
    return [probe_record(run) for run in reversed(runs_of(find_case(reference).id))]


def probe_record(run: ProbeRun) -> ProbeRecord:
    """One asking as a program reads it."""
    return ProbeRecord(
        run=run.id,
        asked=run.asked_at,
        asker=run.asker,
        by=run.by,
        clause=run.clause,
        done=run.done_at,
        outcome=outcome_of(run),
        places=tuple(target.place for target in run.targets),
        results=tuple(
            PlaceRecord(
                probe=result.target.probe,
                place=result.target.place,
                outcome=result.outcome,
                text=result.text,
                at=result.at,
            )
            for result in run.results
        ),
    )


def result_words(result: ProbeResult) -> str:
    """One result for colleagues."""
    place, said = result.target.place, WORDS[result.outcome]
    return f"{result.target.probe} at {place}: {said}; {result.text}"
