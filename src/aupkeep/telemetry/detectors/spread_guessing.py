"""Credential guessing a few tries at a time: one of ours at many hosts, or many of ours at one.

A guess or two at each of many servers, round after round, stays below what one service may see of
one address. Seen together the sessions are alike in bytes, wherever they go. Who looks after many
machines opens a session with each, once a run; a check by SSH does so every minute. Those are told
apart by how often each is called, and where they call as often they are only told. Many of ours at
one server may as well be customers who fetch from it: of that nobody is asked.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import islice

import numpy as np

from aupkeep.model.finding import Role
from aupkeep.telemetry.detect.detector import Detector, DetectorHit, Mode
from aupkeep.telemetry.detect.observation import SessionGroup
from aupkeep.telemetry.detect.sampling_chance import SampledThreshold
from aupkeep.telemetry.detect.view import WindowView
from aupkeep.telemetry.window.layout import LOGINS, EntryTag

ALL = SampledThreshold(0, 1.0, 1.0)  # only unsampled flows show sessions
WITHIN = 1.35  # from the middle of mean bytes a session, at which groups are alike
SSH = (22, 2222)
MOST_LOOKED, MOST_TOLD = 20_000, 64
Groups = list[SessionGroup]


def detect(view: WindowView, limits: Mapping[str, float]) -> Iterator[DetectorHit]:
    """Own addresses, and services of others, with alike sessions at many ends."""
    by_sender: dict[tuple[int, int], Groups] = defaultdict(list)
    by_service: dict[tuple[int, int, int, int], Groups] = defaultdict(list)
    for group in islice(view.sessions(EntryTag.LOGIN, limits["each"]), MOST_LOOKED):
        seen = group.seen
        if seen.rate <= 1 and seen.port in LOGINS and _short(group, limits):
            by_sender[seen.slot, seen.port].append(group)
            by_service[seen.family, seen.hi, seen.lo, seen.port].append(group)
    for groups in by_sender.values():
        if _is_many(groups, limits):
            yield _hit(view, groups[0], groups, Mode.PROPOSE)
    for groups in by_service.values():
        if _is_many(groups, limits):
            yield from (_hit(view, group, groups, Mode.NOTIFY) for group in groups[:MOST_TOLD])


def _short(group: SessionGroup, limits: Mapping[str, float]) -> bool:
    """Sessions that are more than an opened connection, and less than work.

    To guess at SSH keys are exchanged first; whoever reads its banner only looks whether it is up.
    """
    least = limits["exchange"] * group.count if group.seen.port in SSH else 0
    return (
        least <= min(group.seen.bytes, group.in_bytes)
        and limits["least_packets"] <= group.seen.packets / group.count <= limits["most_packets"]
        and max(group.seen.bytes, group.in_bytes) <= limits["most_bytes"] * group.count
    )


def _is_many(groups: Groups, limits: Mapping[str, float]) -> bool:
    """Whether so many ends have sessions, most of them of one size."""
    if len(groups) < limits["ends"] or sum(group.count for group in groups) < limits["sessions"]:
        return False
    sizes = np.array([group.seen.bytes / group.count for group in groups])
    middle = float(np.median(sizes))
    alike = (sizes <= middle * WITHIN) & (sizes >= middle / WITHIN)
    return bool(alike.mean() >= limits["alike"])


def _hit(view: WindowView, guessing: SessionGroup, groups: Groups, cap: Mode) -> DetectorHit:
    sessions = sum(group.count for group in groups)
    return view.hit(
        DETECTOR,
        guessing.seen,
        ALL,
        {
            "sessions": sessions,
            "ends": len(groups),
            "mean_bytes_out": round(sum(group.seen.bytes for group in groups) / sessions),
        },
        confidence=0.7 if cap == Mode.PROPOSE else 0.5,
        cap=cap,
        peer=None if cap == Mode.PROPOSE else guessing.seen.peer,
        port=guessing.seen.port,
        transport="tcp",
    )


DETECTOR = Detector(
    name="spread-guessing",
    version=1,
    kind="connection/login_attack",
    role=Role.OFFENDER,
    direction="out",
    says="Alike short sessions with login ports of many hosts, or of many of ours with one.",
    defaults={
        "ends": (10, "hosts with a few sessions each, or addresses of ours at one service"),
        "sessions": (60, "sessions with all of them within five minutes"),
        "each": (4, "sessions with one of them, at least"),
        "alike": (0.8, "the least share of them whose mean bytes lie near the middle"),
        "least_packets": (6, "packets a session, on average, at least"),
        "most_packets": (40, "packets a session, on average, at most"),
        "exchange": (1_000, "bytes a session each way, on average, at least, of SSH"),
        "most_bytes": (6_000, "bytes a session each way, on average, at most"),
    },
    minimum="60 sessions with ten hosts, four or more with each; unsampled flows only",
    cooldown=300,
    mode=Mode.PROPOSE,
    detect=detect,
)
