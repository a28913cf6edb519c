"""What is counted and since when, by a few dozen cheap questions to the store."""

import shutil
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from aupkeep import __version__
from aupkeep.app.context import AppContext
from aupkeep.app.enforcing.standing import list_targets
from aupkeep.app.inventory.sync_source import known_states
from aupkeep.app.modes import frozen_words, listening
from aupkeep.app.notifying.notices import RELAY
from aupkeep.app.pages.flows.collector_json import count, moment, objects
from aupkeep.app.pages.metrics.page import MetricFamily, Sample
from aupkeep.app.receiving.mailbox_reader import list_mailboxes
from aupkeep.app.telemetry.collector import state_files
from aupkeep.app.witnesses.standing import witness_troubles
from aupkeep.model.case import CaseState
from aupkeep.model.inquiry import InquiryState
from aupkeep.model.raw import Channel
from aupkeep.store import (
    actions,
    cases,
    checkpoints,
    feeds,
    inquiries,
    log,
    notices,
    outbox,
    raws,
    reports,
)

MINUTE = timedelta(minutes=1)
FLOW_COUNTS = ("datagrams", "records", "lost")


def metric_families(context: AppContext) -> Iterator[MetricFamily]:
    """Every family; one without a sample stands there too, so that a name is always known."""
    yield from _install(context)
    yield from _work(context)
    yield from _journal(context)
    yield from _desk(context)
    yield from _enforcement(context)
    yield from _sources(context)
    yield from _flows(context)


def _install(context: AppContext) -> Iterator[MetricFamily]:
    labels = (("version", __version__),)
    yield _family(
        "aupkeep_build", "The version that answers.", [Sample(value=1, labels=labels)], "info"
    )
    yield _one("aupkeep_listening", "1 in listen mode: nothing leaves.", listening(context))
    yield _one(
        "aupkeep_frozen",
        "1 while automatic measures are frozen.",
        frozen_words(context) is not None,
    )
    disk = shutil.disk_usage(context.home.path)
    yield _one("aupkeep_disk_free_bytes", "Free bytes where the home is.", disk.free)
    yield _one("aupkeep_disk_size_bytes", "Bytes of the disk where the home is.", disk.total)


def _work(context: AppContext) -> Iterator[MetricFamily]:
    now = context.now()
    waiting = outbox.waiting(now)
    yield _labelled(
        "aupkeep_effects_due", "Work of the outbox that is due, by kind.", "kind",
        {kind: float(number) for kind, (number, _) in waiting.items()},
    )  # fmt: skip
    yield _labelled(
        "aupkeep_effects_due_age_seconds", "How long the oldest due work waits, by kind.", "kind",
        {kind: _age(first, now) for kind, (_, first) in waiting.items()},
    )  # fmt: skip
    yield _one("aupkeep_effects_dead", "Work that was given up.", outbox.dead_count())
    newest = {
        channel.value: _age(newest_raw[0].received_at, now)
        for channel in Channel
        if (newest_raw := raws.newest((channel,), 1))
    }
    yield _labelled(
        "aupkeep_received_age_seconds", "Since the newest bytes of a channel.", "channel", newest
    )


def _journal(context: AppContext) -> Iterator[MetricFamily]:
    size, signed = log.size(), checkpoints.newest_size()
    yield _one("aupkeep_journal_entries", "Entries of the journal.", size, "counter")
    yield _one(
        "aupkeep_journal_unsigned_entries", "Entries no checkpoint covers yet.", size - signed
    )
    first = log.entries(start=signed, limit=1) if size > signed else ()
    age = _age(first[0].entry.at, context.now()) if first else 0.0
    yield _one("aupkeep_journal_unsigned_age_seconds", "Since the oldest of these.", age)
    troubles = len(witness_troubles(context))
    yield _one("aupkeep_witness_troubles", "What witnesses say against our log, or not.", troubles)


def _desk(context: AppContext) -> Iterator[MetricFamily]:
    now = context.now()
    counted = cases.counts()
    yield _labelled(
        "aupkeep_cases", "Cases by state.", "state",
        {state.value: float(counted.get(state, 0)) for state in CaseState},
    )  # fmt: skip
    yield _one("aupkeep_cases_waiting", "Cases that wait for a person.", cases.waiting_count(now))
    yield _one("aupkeep_inbox_reports", "Reports that wait in the inbox.", reports.inbox_count())
    open_inquiries = inquiries.count(InquiryState.OPEN)
    yield _one("aupkeep_inquiries_open", "Questions nobody has answered.", open_inquiries)
    failed = notices.relay_trouble(RELAY)
    yield _one("aupkeep_notices_relay_failing", "Notices that the relay did not take.", failed)


def _enforcement(context: AppContext) -> Iterator[MetricFamily]:
    now = context.now()
    targets = list_targets(context)
    yield _labelled(
        "aupkeep_measures_standing", "Measures that stand, by target.", "target",
        {target.target: float(target.standing) for target in targets},
    )  # fmt: skip
    yield _labelled(
        "aupkeep_target_trouble", "1 where what is decided may not stand, by target.", "target",
        {target.target: float(bool(target.trouble)) for target in targets},
    )  # fmt: skip
    yield _labelled(
        "aupkeep_agent_age_seconds", "Since the last report of a target's agent.", "target",
        {target.target: _age(target.heard, now) for target in targets if target.heard},
    )  # fmt: skip
    late = len(actions.overdue(now - MINUTE))
    yield _one("aupkeep_measures_overdue", "Measures that no agent has seen for a minute.", late)
    idle = len(actions.without_effect())
    yield _one("aupkeep_measures_without_effect", "Measures that stand and limit nobody.", idle)


def _sources(context: AppContext) -> Iterator[MetricFamily]:
    now = context.now()
    subscribed = {
        name: state for name, state in feeds.states().items()
        if name.partition("/")[0] in context.settings.feeds.enabled
    }  # fmt: skip
    asked = known_states(context)
    boxes = {box.mailbox: box for box in list_mailboxes(context)}
    yield from _heard("feed", now, {x: (s.good_at, s.failures) for x, s in subscribed.items()})
    yield from _heard(
        "inventory_source", now, {x: (s.seen_at, s.failures) for x, s in asked.items()}
    )
    yield from _heard("mailbox", now, {x: (box.seen, box.failures) for x, box in boxes.items()})
    yield _labelled(
        "aupkeep_mailbox_skipped", "Messages that could not be taken.", "mailbox",
        {name: float(box.skipped) for name, box in boxes.items()}, "counter",
    )  # fmt: skip


def _heard(
    word: str, now: datetime, known: Mapping[str, tuple[datetime | None, int]]
) -> Iterator[MetricFamily]:
    """Since when one that we ask is silent, and how often in a row it failed."""
    noun = word.replace("_", " ")
    yield _labelled(
        f"aupkeep_{word}_age_seconds", f"Since the last good answer of a {noun}.", word,
        {name: _age(at, now) for name, (at, _) in known.items() if at is not None},
    )  # fmt: skip
    yield _labelled(
        f"aupkeep_{word}_failures", f"Failures in a row of a {noun}.", word,
        {name: float(failures) for name, (_, failures) in known.items()},
    )  # fmt: skip


def _flows(context: AppContext) -> Iterator[MetricFamily]:
    """What the collector wrote down last; nothing where it never ran."""
    stats = state_files.read(context.home.flows, "stats")
    stats = stats if isinstance(stats, dict) else {}
    at, now = moment(stats, "at"), context.now()
    age = [] if at is None else [Sample(value=_age(at, now))]
    yield _family("aupkeep_flow_collector_age_seconds", "Since the collector last wrote.", age)
    heard = {str(row.get("exporter")): row for row in objects(stats.get("exporters"))}
    for name in FLOW_COUNTS:
        yield _labelled(
            f"aupkeep_flow_{name}", f"{name.capitalize()} of an exporter.", "exporter",
            {exporter: float(count(row, name)) for exporter, row in heard.items()}, "counter",
        )  # fmt: skip
    lasts = {exporter: moment(row, "last") for exporter, row in heard.items()}
    yield _labelled(
        "aupkeep_flow_exporter_age_seconds", "Since the last datagram of an exporter.", "exporter",
        {exporter: _age(last, now) for exporter, last in lasts.items() if last is not None},
    )  # fmt: skip


def _one(name: str, text: str, value: float, kind: str = "gauge") -> MetricFamily:
    return _family(name, text, [Sample(value=float(value))], kind)


def _labelled(
    name: str, text: str, label: str, values: Mapping[str, float], kind: str = "gauge"
) -> MetricFamily:
    samples = [Sample(value=value, labels=((label, key),)) for key, value in values.items()]
    return _family(name, text, samples, kind)


def _family(name: str, text: str, samples: Iterable[Sample], kind: str = "gauge") -> MetricFamily:
    return MetricFamily(name=name, help=text, kind=kind, samples=tuple(samples))


def _age(moment_: datetime, now: datetime) -> float:
    return max(0.0, (now - moment_).total_seconds())
