"""The rule of each detector: its own defaults, the policy pack's word, what a person accepted."""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from aupkeep.model.finding import Mode
from aupkeep.model.threshold import Threshold
from aupkeep.policy.pack import Pack, Problem
from aupkeep.telemetry.detect.detector import Detector, Rule
from aupkeep.telemetry.slow.detector import Slow

DEFAULT = "default"
Named: TypeAlias = Detector | Slow


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One detector as it stands now: its rule, and for each figure of it who set it.

    `classes` has what was accepted for one class of customers alone, by class and threshold.
    """

    detector: Named
    rule: Rule
    sources: Mapping[str, str]  # "mode" and each threshold → "default", "detectors.yaml:4", …
    classes: Mapping[str, Mapping[str, Threshold]] = field(default_factory=dict)

    def holding(self, of_class: str | None) -> dict[str, tuple[float, str]]:
        """The thresholds that hold for a class, by name: the value and who set it."""
        own = self.classes.get(of_class or "", {})
        return {
            name: (own[name].value, own[name].words) if name in own else (value, self.sources[name])
            for name, value in self.rule.thresholds.items()
        }


def standing_rules(
    detectors: Mapping[str, Named], pack: Pack, accepted: Iterable[Threshold] = ()
) -> dict[str, Standing]:
    """Every detector with the rule in force. What a person accepted stands above the pack.

    Names and thresholds that no detector has change nothing here; `problems` tells them.
    """
    taken = {one.key: one for one in accepted}
    return {name: _stands(one, pack, taken) for name, one in detectors.items()}


def _stands(
    detector: Named, pack: Pack, taken: Mapping[tuple[str, str, str], Threshold]
) -> Standing:
    said = pack.detectors.get(detector.name)
    mode, sources = detector.mode, {"mode": DEFAULT}
    if said is not None and said.mode is not None:
        mode, sources["mode"] = said.mode, f"{said.file}:{said.lines['']}"
    values: dict[str, float] = {}
    for name, (default, _) in detector.defaults.items():
        values[name], sources[name] = default, DEFAULT
        if said is not None and name in said.thresholds:
            values[name] = said.thresholds[name]
            sources[name] = f"{said.file}:{said.lines[name]}"
        if (detector.name, name, "") in taken:
            one = taken[detector.name, name, ""]
            values[name], sources[name] = one.value, one.words
    own: dict[str, dict[str, Threshold]] = {}
    for one in taken.values():
        if one.of_class and one.detector == detector.name and one.threshold in values:
            own.setdefault(one.of_class, {})[one.threshold] = one
    figures = {name: {key: one.value for key, one in its.items()} for name, its in own.items()}
    rule = Rule(mode=mode, thresholds=values, classes=figures)
    return Standing(detector=detector, rule=rule, sources=sources, classes=own)


def problems(detectors: Mapping[str, Named], pack: Pack) -> list[Problem]:
    """What the pack says of detectors or thresholds that there are not, each at its line."""
    found = []
    for name, said in pack.detectors.items():
        known = detectors.get(name)
        if known is None:
            reason = f"expected one of {', '.join(sorted(detectors))}, found {name!r}"
            found.append(Problem(file=said.file, line=said.lines[""], rule=name, reason=reason))
            continue
        for key in said.thresholds:
            if key not in known.defaults:
                reason = f"expected one of {', '.join(known.defaults)}, found {key!r}"
                line = said.lines[key]
                found.append(Problem(file=said.file, line=line, rule=name, reason=reason))
    return found


def told_rules(
    standing: Mapping[str, Standing], listed: Container[str] = ()
) -> Iterator[dict[str, Any]]:
    """Each detector with its rule, in words and figures that others can read from a file.

    `listed` are the lists that name anybody; a detector `lacks` those without which it is blind.
    """
    for name, one in sorted(standing.items()):
        detector, rule = one.detector, one.rule
        yield {
            "name": name,
            "kind": detector.kind,
            "says": detector.says,
            "minimum": detector.minimum,
            "lacks": [name for name in lists_of(detector) if name not in listed],
            "mode": rule.mode.value,
            "by": one.sources["mode"],
            "thresholds": [
                {"name": key, "what": detector.defaults[key][1], "value": value,
                 "by": one.sources[key], "classes": list(_of_classes(one, key))}
                for key, value in rule.thresholds.items()
            ],
        }  # fmt: skip


def lists_of(detector: Named) -> tuple[str, ...]:
    """The lists without which a detector sees nothing."""
    return detector.lists if isinstance(detector, Slow) else ()


def _of_classes(stands: Standing, threshold: str) -> Iterator[dict[str, Any]]:
    """The classes for which a threshold is another one."""
    for name, own in sorted(stands.classes.items()):
        if threshold in own:
            yield {"class": name, "value": own[threshold].value, "by": own[threshold].words}


def modes_of(standing: Mapping[str, Standing]) -> dict[str, Mode]:
    """The mode of each detector."""
    return {name: one.rule.mode for name, one in standing.items()}
