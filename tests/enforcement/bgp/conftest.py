"""ExaBGP with its peers, started once for a file of tests."""

from collections.abc import Iterator

import pytest

from bgp_routers import lacks
from bgp_stage import BgpStage


def _started(*kinds: str) -> Iterator[BgpStage]:
    if lack := lacks(*kinds):
        pytest.skip(f"{lack}: apt-get install bird2 frr")
    with BgpStage(*kinds) as stage:
        yield stage


@pytest.fixture(scope="module")
def by_bird() -> Iterator[BgpStage]:
    """One peer, BIRD."""
    yield from _started("bird")


@pytest.fixture(scope="module")
def by_both() -> Iterator[BgpStage]:
    """Two peers, BIRD and FRR."""
    yield from _started("bird", "frr")


@pytest.fixture
def bird(by_bird: BgpStage) -> Iterator[BgpStage]:
    yield by_bird
    by_bird.clear()


@pytest.fixture
def both(by_both: BgpStage) -> Iterator[BgpStage]:
    yield by_both
    by_both.clear()
