"""The rule of each detector: its own defaults, the policy pack's word, what a person accepted."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from aupkeep.model.finding import Mode
from aupkeep.model.threshold import Threshold
from aupkeep.policy.pack import Pack, Problem
from aupkeep.telemetry.detect.detector import DetectorDescription, DetectorRule
from aupkeep.telemetry.slow.detector import SlowDetector

DEFAULT = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectiveRule:
    """One detector as it stands now: its rule, and for each figure of it who set it.

    `classes` has what was accepted for one class of customers alone, by class and threshold.
    """

    detector: DetectorDescription
    rule: DetectorRule
    sources: Mapping[str, str]  # "mode" and each threshold → "default", "detectors.yaml:4", …
    classes: Mapping[str, Mapping[str, Threshold]] = field(default_factory=dict)

    def thresholds_of(self, of_class: str | None) -> dict[str, tuple[float, str]]:
        """The thresholds that hold for a class, by name: the value and who set it."""
        own = self.classes.get(of_class or "", {})
        return {
            name: (own[name].value, own[name].words) if name in own else (value, self.sources[name])
            for name, value in self.rule.thresholds.items()
        }


def effective_rules(
    detectors: Mapping[str, DetectorDescription], pack: Pack, accepted: Iterable[Threshold] = ()
) -> dict[str, EffectiveRule]:
    """Every detector with the rule in force. What a person accepted stands above the pack.

    Names and thresholds that no detector has change nothing here; `problems` tells them.
    """
    taken = {threshold.key: threshold for threshold in accepted}
    return {name: _effective_rule(detector, pack, taken) for name, detector in detectors.items()}


def _effective_rule(
    detector: DetectorDescription, pack: Pack, taken: Mapping[tuple[str, str, str], Threshold]
) -> EffectiveRule:
    stated = pack.detectors.get(detector.name)
    mode, sources = detector.mode, {"mode": DEFAULT}
    if stated is not None and stated.mode is not None:
        mode, sources["mode"] = stated.mode, f"{stated.file}:{stated.lines['']}"
    values: dict[str, float] = {}
    for name, (default, _) in detector.defaults.items():
        values[name], sources[name] = default, DEFAULT
        if stated is not None and name in stated.thresholds:
            values[name] = stated.thresholds[name]
            sources[name] = f"{stated.file}:{stated.lines[name]}"
        if (detector.name, name, "") in taken:
            threshold = taken[detector.name, name, ""]
            values[name], sources[name] = threshold.value, threshold.words
    own: dict[str, dict[str, Threshold]] = {}
    for threshold in taken.values():
        if (
            threshold.of_class
            and threshold.detector == detector.name
            and threshold.threshold in values
        ):
            own.setdefault(threshold.of_class, {})[threshold.threshold] = threshold
    figures = {
        name: {key: threshold.value for key, threshold in its.items()} for name, its in own.items()
    }
    rule = DetectorRule(mode=mode, thresholds=values, classes=figures)
    return EffectiveRule(detector=detector, rule=rule, sources=sources, classes=own)


def problems(detectors: Mapping[str, DetectorDescription], pack: Pack) -> list[Problem]:
    """What the pack says of detectors or thresholds that there are not, each at its line."""
    problems = []
    for name, stated in pack.detectors.items():
        known = detectors.get(name)
        if known is None:
            reason = f"expected one of {', '.join(sorted(detectors))}, found {name!r}"
            problems.append(
                Problem(file=stated.file, line=stated.lines[""], rule=name, reason=reason)
            )
            continue
        for key in stated.thresholds:
            if key not in known.defaults:
                reason = f"expected one of {', '.join(known.defaults)}, found {key!r}"
                line = stated.lines[key]
                problems.append(Problem(file=stated.file, line=line, rule=name, reason=reason))
    return problems


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassThreshold:
    """A threshold of one class of customers; `by` says who set it."""

    class_: str
    value: float
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdDescription:
    """A threshold in force; `classes` have another one."""

    name: str
    what: str
    value: float
    by: str
    classes: Sequence[ClassThreshold]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDescription:
    """A detector and its rule in words and figures; it `lacks` the lists it needs and has not."""

    name: str
    kind: str
    says: str
    minimum: str
    lacks: Sequence[str]
    mode: Mode
    by: str
    thresholds: Sequence[ThresholdDescription]


def describe_rules(
    rules: Mapping[str, EffectiveRule], listed: Container[str] = ()
) -> list[RuleDescription]:
    """Each detector with its rule, by name. `listed` are the lists that name anybody."""
    return [
        RuleDescription(
            name=name,
            kind=effective.detector.kind,
            says=effective.detector.says,
            minimum=effective.detector.minimum,
            lacks=[label for label in lists_of(effective.detector) if label not in listed],
            mode=effective.rule.mode,
            by=effective.sources["mode"],
            thresholds=[_described(effective, key) for key in effective.rule.thresholds],
        )
        for name, effective in sorted(rules.items())
    ]


def _described(effective: EffectiveRule, key: str) -> ThresholdDescription:
    classes = [
        ClassThreshold(class_=name, value=own[key].value, by=own[key].words)
        for name, own in sorted(effective.classes.items())
        if key in own
    ]
    return ThresholdDescription(
        name=key,
        what=effective.detector.defaults[key][1],
        value=effective.rule.thresholds[key],
        by=effective.sources[key],
        classes=classes,
    )


def lists_of(detector: DetectorDescription) -> tuple[str, ...]:
    """The lists without which a detector sees nothing."""
    return detector.lists if isinstance(detector, SlowDetector) else ()
