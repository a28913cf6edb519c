"""The stopped attack without pytest, for a user who owns nothing: says `FAMILY stopped` twice."""

import sys
import tempfile
import time
from pathlib import Path

from aupkeep.lab.namespaces import Lab
from aupkeep.lab.scene import Scene
from aupkeep.model.ladder import Measure
from lab.stage import Stage, action, state_of


def tell(stage: Stage, *, six: bool) -> str:
    attacker = stage.scene.attack(six=six)
    assert stage.scene.wait_growing(six=six)
    before = stage.ruleset()
    block = action(Measure.BLOCK_PORT, six=six)
    stage.want(block)
    stage.stands(block)
    time.sleep(0.1)
    stopped = stage.scene.attempts(six=six)
    time.sleep(0.8)
    assert stage.scene.attempts(six=six) == stopped
    assert stage.scene.page("tenant-a", six=six)
    stage.want()
    stage.told(lambda report: state_of(report, block) == "lifted")
    assert stage.scene.wait_growing(six=six)
    assert stage.ruleset() == before
    attacker.terminate()
    return f"{'IPv6' if six else 'IPv4'} stopped\n"


with tempfile.TemporaryDirectory() as name, Lab.build(rootless=True) as lab:
    stage = Stage(lab=lab, scene=Scene.open(lab, Path(name)), folder=Path(name))
    stage.start_agent()
    stage.empty()
    for six in (False, True):
        sys.stdout.write(tell(stage, six=six))
