"""What the windows are told to watch: our own prefixes, and the rule of each detector."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aupkeep.app.policies import pack_files, policy_in_force
from aupkeep.app.telemetry.collector.controller_snapshot import Known
from aupkeep.app.telemetry.tuning.effective_rules import Named, Standing, problems, standing_rules
from aupkeep.config.home import Home
from aupkeep.model.errors import Missing
from aupkeep.policy import packs
from aupkeep.policy.pack import Problem
from aupkeep.telemetry.detect.engine import detectors
from aupkeep.telemetry.slow.detector import shipped


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """`trouble` is what the policy pack says of detectors that there are not."""

    known: Known
    standing: Mapping[str, Standing]
    policy: str
    trouble: tuple[Problem, ...] = ()


def everyone() -> dict[str, Named]:
    """Every detector, fast and slow, by name."""
    return {**detectors(), **shipped()}


def named(name: str) -> Named:
    """The detector of this name. Raises `Missing`."""
    found = everyone().get(name)
    if found is None:
        raise Missing(f"detector: expected one of {', '.join(everyone())}, found {name[:60]!r}")
    return found


def orders_of(home: Home, known: Known) -> Orders:
    """The orders as pack and desk have them now. Raises `BadPack` while the pack does not load."""
    pack, all_of_them = policy_in_force(home), everyone()
    return Orders(
        known=known,
        standing=standing_rules(all_of_them, pack, known.accepted),
        policy=pack.digest,
        trouble=tuple(problems(all_of_them, pack)),
    )


def check_with_detectors(path: Path) -> dict[str, Any]:
    """`{"ok", "errors": [{"file", "line", "rule", "reason"}]}`, the detectors' names too."""
    texts = pack_files(path)
    found = list(packs.check(texts))
    if not found and any(b"detectors:" in text for text in texts.values()):
        found += problems(everyone(), packs.load(texts, whole=False))
    return packs.check_json(tuple(found))
