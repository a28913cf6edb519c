"""Carpet bombing: a flood spread over a whole prefix of ours, little to each address."""

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from aupkeep.model.finding import Role
from aupkeep.telemetry.detect.detector import Detector, DetectorHit, Mode
from aupkeep.telemetry.detect.observation import Observation
from aupkeep.telemetry.detect.sampling_chance import sampled_threshold
from aupkeep.telemetry.detect.view import WindowView
from aupkeep.telemetry.window.layout import GROUP, IN, OUT, UNASKED

SHORTEST = 10.0  # seconds of a minute before it is a rate


def detect(view: WindowView, limits: Mapping[str, float]) -> Iterator[DetectorHit]:
    """Dense prefixes of which many addresses get what nobody asked for, this minute."""
    dense = view.own.dense
    if not dense:
        return
    back, sums = view.state.record["groups"][0, : -(-dense // GROUP)].T
    seconds = max(view.now / 1000 % 60, SHORTEST)
    for at in np.flatnonzero(sums >= limits["per_second"] * seconds).tolist():
        if back[at] > limits["answered"] * sums[at]:
            continue
        group = slice(at * GROUP, min((at + 1) * GROUP, dense))
        into = view.state.slots["minute"][group, IN][:, UNASKED].sum(1, dtype=np.float64)
        wide = int((into > 0).sum()) >= limits["addresses"]
        if wide and float(into.max()) <= limits["largest_share"] * into.sum():
            yield _hit(view, limits, into, group.start, seconds)


def _hit(
    view: WindowView,
    limits: Mapping[str, float],
    into: NDArray[np.float64],
    first: int,
    seconds: float,
) -> DetectorHit:
    slot = first + int(into.argmax())
    rates = view.state.slots["rate"][first : first + len(into)]
    unknown = view.state.slots["unknown"][first : first + len(into)]
    seen = Observation(
        slot, 0, 0, 0, 0,
        at=view.now // 60_000 * 60_000,
        until=view.now,
        rate=max(int(rates.max()), 1),
        unknown=bool(unknown.any()),
        inner=0,
        tries=1,
    )  # fmt: skip
    addresses = int((into > 0).sum())
    return view.hit(
        DETECTOR,
        seen,
        sampled_threshold(limits["per_second"] * seconds, seen.rate),
        {
            "addresses": addresses,
            "from_address": str(view.own.address(first)),
            "to_address": str(view.own.address(first + len(into) - 1)),
            "packets": round(float(into.sum())),
            "packets_per_second": round(float(into.sum()) / seconds),
        },
        confidence=0.8,
        answers=OUT,
        answerers=tuple(range(first, first + len(into))),
    )


DETECTOR = Detector(
    name="carpet-bombing",
    version=2,
    kind="protection/inbound_ddos",
    role=Role.VICTIM,
    direction="in",
    says="Many addresses of one of our /24 get unasked packets, together at a rate of attacks.",
    defaults={
        "per_second": (10_000, "SYN, UDP, ICMP packets and fragments a second to the prefix"),
        "addresses": (32, "addresses of it that get some"),
        "largest_share": (0.25, "the share that one address gets, at most"),
        "answered": (0.2, "packets sent for each that comes, at most"),
    },
    minimum="100,000 packets to 32 addresses of a /24 within a minute",
    cooldown=120,
    mode=Mode.PROPOSE,
    detect=detect,
)
