"""What the engine detects: our own prefixes, and the rule in force of each detector."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from aupkeep.app.policies import SAMPLES, pack_files, policy_in_force, sample_folder
from aupkeep.app.telemetry.collector.controller_snapshot import ControllerSnapshot
from aupkeep.app.telemetry.tuning.effective_rules import (
    EffectiveRule,
    effective_rules,
    problems,
)
from aupkeep.config.home import Home
from aupkeep.model.errors import Invalid, Missing
from aupkeep.policy import packs
from aupkeep.policy.alike import differences
from aupkeep.policy.overlaps import RuleOverlap, overlaps
from aupkeep.policy.pack import Problem
from aupkeep.telemetry.detect.detector import DetectorDescription
from aupkeep.telemetry.detect.engine import detectors
from aupkeep.telemetry.slow.detector import slow_detectors


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectionConfig:
    """`trouble` is what the policy pack says of detectors that there are not."""

    snapshot: ControllerSnapshot
    rules: Mapping[str, EffectiveRule]
    policy: str
    trouble: tuple[Problem, ...] = ()


def all_detectors() -> dict[str, DetectorDescription]:
    """Every detector, fast and slow, by name."""
    return {**detectors(), **slow_detectors()}


def detector_named(name: str) -> DetectorDescription:
    """The detector of this name. Raises `Missing`."""
    detector = all_detectors().get(name)
    if detector is None:
        raise Missing(
            f"detector: expected one of {', '.join(all_detectors())}, found {name[:60]!r}"
        )
    return detector


def detection_config(home: Home, snapshot: ControllerSnapshot) -> DetectionConfig:
    """The configuration of pack and snapshot. Raises `BadPack` while the pack does not load."""
    pack, all_of_them = policy_in_force(home), all_detectors()
    return DetectionConfig(
        snapshot=snapshot,
        rules=effective_rules(all_of_them, pack, snapshot.accepted),
        policy=pack.digest,
        trouble=tuple(problems(all_of_them, pack)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PackCheck:
    """Whether a pack loads; each error with its file, line, rule and reason.

    `overlaps` are pairs of rules that say the same of the same: no error, but worth a look.
    """

    ok: bool
    errors: Sequence[Problem]
    overlaps: Sequence[RuleOverlap] = ()


def check_with_detectors(path: Path, like: str | None = None) -> PackCheck:
    """Check a pack; its rules for detectors too.

    `like` is the folder of another pack, or the language of a sample: it shall do the same. Raises
    `BadPack` where that does not load, `Invalid` where there is none.
    """
    texts = pack_files(path)
    errors = list(packs.check(texts))
    if errors:
        return PackCheck(ok=False, errors=errors)
    pack = packs.load(texts, whole=False)
    if pack.detectors:
        errors += problems(all_detectors(), pack)
    if like is not None:
        folder = sample_folder(like) if like in SAMPLES else Path(like)
        if not folder.exists():
            raise Invalid(
                f"like: expected a pack or one of {', '.join(SAMPLES)}, found {like[:60]!r}"
            )
        errors += [
            Problem(file=path.name, line=1, rule=name, reason=reason)
            for name, reason in differences(pack, packs.load(pack_files(folder), whole=False))
        ]
    return PackCheck(ok=not errors, errors=errors, overlaps=tuple(overlaps(pack.rules)))
