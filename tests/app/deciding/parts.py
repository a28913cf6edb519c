"""What stands around a case, for what this room computes without a database."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from aupkeep.app.case_context import CaseContext
from aupkeep.app.context import AppContext
from aupkeep.config.home import Home
from aupkeep.config.settings import EnforcementSettings, Settings
from aupkeep.model.action import Action
from aupkeep.model.ladder import LEVELS, Evidence, Measure, Standard
from aupkeep.model.ruling import Ruling
from casework import scenes

DAY = timedelta(days=1)


def bare_context(folder) -> AppContext:
    """A context without a database: ids count up, and the clock stands."""
    numbers = Counter[str]()

    def noise(size: int) -> bytes:
        numbers["drawn"] += 1
        return numbers["drawn"].to_bytes(size)

    return AppContext(
        home=Home(folder),
        settings=Settings(enforcement=EnforcementSettings(driver="nftables", target="edge")),
        now=lambda: scenes.NOW,
        noise=noise,
    )


def about(**changes: object) -> CaseContext:
    """The case of `casework.scenes` with everything around it."""
    values = {
        "case": scenes.CASE,
        "incidents": (scenes.INCIDENT,),
        "claims": scenes.CLAIMS,
        "supporting": scenes.CLAIMS,
        "customer": scenes.CUSTOMER,
        "decisions": (),
        "inputs": scenes.INPUTS,
        "facts": scenes.facts(),
        "hosts": (scenes.ADDRESS,),
        "networks": (),
        "at": scenes.NOW,
    }
    return CaseContext(**(values | changes))


def ruling(measure: Measure, scope: str = "none", **changes: object) -> Ruling:
    """What a rule wants."""
    values = {
        "clause": "intrusion",
        "rule": "intrusion-block-port",
        "level": LEVELS[measure],
        "measure": measure,
        "scope": scope,
        "hours": 24,
        "needs": Evidence.E2,
        "standard": Standard.PLAIN_CONDUCT,
        "notice": "limit",
        "policy": "p1",
        "shadow": False,
        "trace": (),
    }
    return Ruling(**(values | changes))


def decision(measure: Measure = Measure.BLOCK_PORT, *, id: str = "d1", **changes: object):  # noqa: A002 - the field's name
    """A decision that stands at the time of the scene."""
    made = scenes.ask(name=id)
    values = {"measure": measure, "level": LEVELS[measure], "ends": scenes.NOW + DAY}
    return replace(made, **(values | changes))


def action(**changes: object) -> Action:
    """An action of that decision."""
    made = decision()
    values = {
        "id": "a1",
        "decision": made.id,
        "case": scenes.CASE.id,
        "reference": scenes.CASE.reference,
        "driver": "nftables",
        "target": "edge",
        "level": made.level,
        "measure": made.measure,
        "scope": made.scope,
        "starts": scenes.NOW,
        "until": scenes.NOW + DAY,
        "versions": made.versions,
        "automatic": True,
    }
    return Action(**(values | changes))
