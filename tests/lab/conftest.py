"""One lab for a whole module of tests; each begins and ends with nothing standing."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from aupkeep.lab.namespaces import Lab, available
from aupkeep.lab.scene import Scene
from lab.stage import Stage


@pytest.fixture(scope="module")
def whole_stage() -> Iterator[Stage]:
    reason = available()
    if reason:
        pytest.skip(reason)
    with tempfile.TemporaryDirectory() as name, Lab.build() as lab:
        folder = Path(name)
        stage = Stage(lab=lab, scene=Scene.open(lab, folder), folder=folder)
        stage.start_agent()
        yield stage


@pytest.fixture
def stage(whole_stage: Stage) -> Iterator[Stage]:
    whole_stage.empty()
    yield whole_stage
    whole_stage.empty()
