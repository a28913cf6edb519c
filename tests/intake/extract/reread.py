"""A time again, from the slice of text that a finding names as its source."""

from aupkeep.intake.extract.stated_times import StatedTime, TimeContext, find_times
from aupkeep.intake.extract.time_ranges import framed_event


def read_time(text: str, clock: TimeContext) -> StatedTime | None:
    """The one time a slice of text means, or None."""
    moments = find_times(text, clock)
    return moments[0] if moments and moments[0].end - moments[0].start == len(text) else None


def read_frame(text: str, clock: TimeContext) -> StatedTime | None:
    """The event framed by the two times at the ends of a slice of text, or None."""
    moments = find_times(text, clock)
    if len(moments) < 2 or moments[0].start != 0 or moments[-1].end != len(text):
        return None
    return framed_event(text, moments[0], moments[-1], clock)
