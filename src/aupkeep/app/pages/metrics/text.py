"""OpenMetrics 1.0 text of families of figures."""

from collections.abc import Iterable

from aupkeep.app.pages.metrics.page import MetricFamily, Sample

MEDIA_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"
ENDINGS = {"counter": "_total", "info": "_info"}


def open_metrics(families: Iterable[MetricFamily]) -> str:
    r"""The text, with its end mark.

    >>> one = MetricFamily(name="a", help="b", samples=(Sample(value=2, labels=(("x", 'q"'),)),))
    >>> open_metrics([one])
    '# TYPE a gauge\n# HELP a b\na{x="q\\""} 2\n# EOF\n'
    """
    lines: list[str] = []
    for family in families:
        lines += [f"# TYPE {family.name} {family.kind}", f"# HELP {family.name} {family.help}"]
        full = family.name + ENDINGS.get(family.kind, "")
        lines += [_line(full, sample) for sample in family.samples]
    return "\n".join([*lines, "# EOF"]) + "\n"


def _line(name: str, sample: Sample) -> str:
    labels = ",".join(f'{key}="{_escaped(value)}"' for key, value in sample.labels)
    return f"{name}{{{labels}}} {sample.value:.15g}" if labels else f"{name} {sample.value:.15g}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
