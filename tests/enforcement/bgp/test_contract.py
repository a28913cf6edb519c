"""The driver `bgp` holds the contract, with ExaBGP and real routers whose tables are read back."""

import time

import pytest

from aupkeep.model.decision import Scope
from aupkeep.model.ladder import Measure
from bgp_stage import BgpStage, real_now
from enforcement.contract import Bench, Contract
from enforcement.orders import reaches

pytestmark = [pytest.mark.root, pytest.mark.network]


def sharers(measure: Measure) -> list[Scope]:
    """Ports of one who shares the address; a blackhole takes the address, and no route is wider."""
    aims = [aim for aim in reaches(measure) if aim.network is None]
    return [] if measure is Measure.ISOLATE else aims


def bench_of(stage: BgpStage) -> Bench:
    return Bench(
        open=stage.driver,
        now=real_now,
        wait=time.sleep,
        folder=stage.folder,
        name="bgp",
        reaches=sharers,
    )


class TestBird(Contract):
    """One peer, in the gate."""

    @pytest.fixture
    def bench(self, bird: BgpStage) -> Bench:
        return bench_of(bird)


@pytest.mark.nightly("bgp")
class TestBirdAndFrr(Contract):
    """Two peers."""

    @pytest.fixture
    def bench(self, both: BgpStage) -> Bench:
        return bench_of(both)


def test_a_trial_at_an_address_that_nobody_uses(bird: BgpStage):
    """Seen at the peer and gone again, in milliseconds; an agent takes it for nobody's measure."""
    driver = bird.driver()
    tried = driver.probe()
    assert tried.subject == "203.0.113.254"
    assert 0 < tried.seen_ms < 2000
    assert 0 <= tried.gone_ms < 2000
    assert "192.0.2.2 (in its table)" in tried.text
    assert driver.observe() == ()
    assert bird.lab.routers["bird"].kernel() == set()
