"""A report's own time gives its log's zone only where the lines fit that clock."""

from datetime import UTC, datetime

import pytest

from aupkeep.intake.extract.clock_field import zone_by_field
from aupkeep.intake.extract.stated_times import TimeContext
from aupkeep.intake.zones import StatedZone

CLOCK = TimeContext(sent_at=datetime(2026, 12, 1, 9, tzinfo=UTC))
TEXT = "Time: Tue Dec  1 10:05:12 2026 {zone}\n\n{lines}\n"
LINE = "Dec  1 {at} mx sshd[1]: Failed password for root from 192.0.2.7 port 4711 ssh2"


@pytest.mark.parametrize(
    ("zone", "times", "read"),
    [
        ("+0200", ["10:04:51", "10:05:12"], "+0200"),
        ("+0000", ["09:05:13"], "+0000"),
        ("+0200", ["10:05:13"], None),
        ("+0200", ["10:04:51", "09:05:12"], None),
        ("+0200", ["10:04:51", "08:04:51"], None),
        ("+0200", [], None),
        ("+9900", ["10:04:51"], None),
        ("", ["10:04:51"], None),
    ],
)
def test_all_lines_lie_within_the_hour_before_it(zone, times, read):
    """One behind the field, or an hour before it, is another clock's."""
    lines = "\n".join(LINE.format(at=at) for at in times)
    found = zone_by_field([TEXT.format(zone=zone, lines=lines)], CLOCK)
    assert found == (StatedZone((read,)) if read else None)
