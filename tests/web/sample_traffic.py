"""A sample traffic picture: a flood that a block ends, and the words where there is no picture."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from aupkeep.app.pages.traffic.page import (
    PhaseSummary,
    TrafficMark,
    TrafficPhase,
    TrafficPicture,
    TrafficShare,
    TrafficStep,
)

ADDRESS = ip_address("192.0.2.7")
START = datetime(2026, 11, 24, 14, 1, 0, tzinfo=UTC)
SECONDS = 2
SEEN, STOOD, OVER = (START + timedelta(seconds=s) for s in (62, 64, 164))


def steps() -> tuple[TrafficStep, ...]:
    """A minute of little, four seconds of flood, a hundred seconds behind a block, little again."""
    return tuple(_step(number) for number in range(100))


def _step(number: int) -> TrafficStep:
    at = START + timedelta(seconds=SECONDS * number)
    phase = (
        TrafficPhase.BEFORE
        if at < STOOD
        else TrafficPhase.DURING
        if at < OVER
        else TrafficPhase.AFTER
    )
    out = 2010 if 29 <= number < 32 else 14 + number % 7 if phase is not TrafficPhase.DURING else 6
    back = out // 2 + number % 3
    return TrafficStep(
        at=at,
        phase=phase,
        packets_out=out,
        packets_in=back,
        bytes_out=out * 60,
        bytes_in=back * 400,
    )


def picture() -> TrafficPicture:
    """The picture of a flood, with everything there can be on it."""
    stretches = tuple(
        PhaseSummary(
            phase=phase, start=start, end=end, mean=mean, peak=peak, bits=bits,
            mean_back=back,
        )
        for phase, start, end, mean, peak, bits, back in (
            (TrafficPhase.BEFORE, START, STOOD, 110.4, 1005.0, 52_992.0, 55.0),
            (TrafficPhase.DURING, STOOD, OVER, 3.0, 3.0, 1_440.0, 2.0),
            (TrafficPhase.AFTER, OVER, OVER + timedelta(seconds=36), 8.4, 10.0, 4_032.0, 4.5),
        )
    )  # fmt: skip
    return TrafficPicture(
        address=ADDRESS,
        start=START,
        end=START + timedelta(seconds=200),
        seconds=SECONDS,
        says="192.0.2.7 sent up to 1,005 packets a second before the measure, 3 while it stood.",
        during="while the measure stood",
        steps=steps(),
        stretches=stretches,
        marks=(
            TrafficMark(at=SEEN, words="seen by the detector syn-flood"),
            TrafficMark(at=STOOD, words="Close one destination, read back"),
            TrafficMark(at=OVER, words="Close one destination, lifted"),
        ),
        peers=(
            TrafficShare(name="198.51.100.20", flows=6030, packets=6030, bytes=361_800),
            TrafficShare(
                name="2001:db8:ffff:ffff:ffff:ffff:ffff:ff20", flows=12, packets=90, bytes=70_100
            ),
        ),
        ports=(
            TrafficShare(name="tcp/80", flows=6030, packets=6030, bytes=361_800),
            TrafficShare(name="udp/53", flows=12, packets=90, bytes=70_100),
        ),
        sampling="Every packet was counted (1 in 1), as the operator set it for 192.0.2.1.",
        chance="More than 99.9 % at this rate of sampling.",
        spoof="The handshake packets came in by the customer's own link.",
        limits=("What a measure stops behind the exporter is still counted here.",),
    )
