"""The `detectors:` of a pack: how far each detector goes, and at which figures it fires.

    detectors:
      syn-flood:
        mode: act
        thresholds:
          packets: 2000

What is left out is the detector's own default. Which detectors and thresholds there are is not this
room's knowledge: whoever runs them compares the names, with the lines kept here.
"""

from aupkeep.config.yaml import YamlNode
from aupkeep.model.finding import Mode
from aupkeep.policy.pack import DetectorSettings
from aupkeep.policy.reading import IDENTIFIER, Fields

KEYS = {"mode", "thresholds"}


def read_detectors(fields: Fields) -> list[DetectorSettings]:
    """The section's detectors; what is wrong with one is noted at its line."""
    section = fields.values.get("detectors")
    if section is None:
        return []
    inside = Fields(section, fields.notes)
    parsed = [_detector(name, node, inside) for name, node in inside.values.items()]
    return [settings for settings in parsed if settings is not None]


def _detector(name: str, node: YamlNode, above: Fields) -> DetectorSettings | None:
    if not IDENTIFIER.fullmatch(name):
        above.note(name[:60], f"expected lower-case words joined by -, found {name[:60]!r}")
        return None
    fields = Fields(node, above.notes, name)
    fields.only(KEYS)
    lines = {"": above.line(name)}
    thresholds: dict[str, float] = {}
    if "thresholds" in fields.values:
        figures = Fields(fields.values["thresholds"], above.notes, name)
        lines |= figures.node.lines
        for key, value in figures.values.items():
            number = _number(value)
            if number is None:
                figures.note(key[:60], f"expected a number from 0 on, found {value.shown()}")
            else:
                thresholds[key] = number
    return DetectorSettings(
        name=name,
        mode=fields.word("mode", Mode),
        thresholds=thresholds,
        file=above.notes.file,
        lines=lines,
    )


def _number(node: YamlNode) -> float | None:
    """A threshold, None for what is none."""
    value = node.value
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        return None
    return float(value)
