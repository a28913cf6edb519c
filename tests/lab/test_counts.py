"""What a measure stopped is told over all writings of its element, by real packets."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aupkeep.lab.namespaces import ADDRESS
from aupkeep.model.ladder import Measure
from lab.stage import Stage, action, now
from lab.test_sources import PACKETS, passed

pytestmark = [pytest.mark.root, pytest.mark.network]


def counted(stage: Stage, packets: int):
    """The status, once it says so many packets."""
    report = stage.told(lambda r: {x.packets for x in r.actions if x.packets} == {packets})
    return next(x for x in report.actions if x.packets)


def test_counts_go_on(stage: Stage):
    """After an extension, a flush and a new agent; unknown where both came at once."""
    block = action(Measure.BLOCK_PORT, protocol="udp", port=4000)
    stage.want(block)
    stage.stands(block)
    assert passed(stage, "tenant-a", "internet", ADDRESS["tenant-a"]) == 0
    first = counted(stage, PACKETS)
    longer = replace(block, until=block.until + timedelta(hours=1))
    stage.want(longer)
    stage.told(lambda r: longer.id in r.applied)
    assert passed(stage, "tenant-a", "internet", ADDRESS["tenant-a"]) == 0
    assert counted(stage, 2 * PACKETS).counted_since == first.counted_since
    stage.nft("flush", "ruleset")
    stage.told(lambda r: longer.id in r.repaired)
    stage.stop_agent()
    stage.start_agent()
    assert passed(stage, "tenant-a", "internet", ADDRESS["tenant-a"]) == 0
    assert counted(stage, 3 * PACKETS).counted_since == first.counted_since
    stage.stop_agent()
    begun = now()
    stage.nft("flush", "ruleset")
    stage.start_agent()
    stage.told(lambda r: longer.id in r.repaired)
    assert passed(stage, "tenant-a", "internet", ADDRESS["tenant-a"]) == 0
    assert counted(stage, PACKETS).counted_since > begun
