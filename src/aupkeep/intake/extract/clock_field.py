"""The zone of a log that states none, by the moment at which a report on it says it was made.

CSF, LFD and their like write `Time: Tue Dec  1 10:05:12 2026 +0000` above the lines they acted on.
The clock that made the field wrote the lines too where all of them lie, as they stand, within the
hour before it: of another zone they would lie behind it, or farther from it.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from aupkeep.intake.extract.stated_times import TimeContext, find_times
from aupkeep.intake.extract.stated_zone import START
from aupkeep.intake.zones import NUMERIC, StatedZone, offset_of

FIELD = re.compile(
    rf"^(?:time|zeit|heure|hora|ora|tijd|tid|czas):[ \t]{{1,12}}(\S[^\n]{{10,40}}?) ?({NUMERIC})"
    r"(?:[ \t]\(\w{1,5}\))?[ \t\r]*$",
    re.IGNORECASE | re.MULTILINE | re.ASCII,
)
ONE_RUN = timedelta(hours=1)  # LFD's longest usual interval, and the least that zones differ by


def zone_by_field(parts: Sequence[str], clock: TimeContext) -> StatedZone | None:
    r"""The zone of the lines below the first such field; None where their times do not fit it.

    >>> text = "Time: 2026-12-01 10:05:12 +0200\n\nDec  1 10:04:51 mx sshd[1]: Failed password"
    >>> zone_by_field([text], TimeContext())
    StatedZone(names=('+0200',))
    """
    for text in parts:
        match = FIELD.search(text[:START])
        made = find_times(match[1], TimeContext()) if match else []
        if not match or len(made) != 1 or offset_of(match[2], made[0].at) is None:
            continue
        bare = replace(clock, sent_at=made[0].at, stated=None, own=None)
        lines = [when for when in find_times(text[match.end() :], bare) if not when.zoned]
        if lines and all(timedelta() <= made[0].at - when.at < ONE_RUN for when in lines):
            return StatedZone((match[2],))
    return None
