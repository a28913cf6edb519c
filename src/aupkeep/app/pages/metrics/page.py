"""A family of figures, as OpenMetrics has them."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One figure with its labels."""

    value: float
    labels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricFamily:
    """Figures of one name; `kind` is gauge, counter (samples end in `_total`) or info."""

    name: str
    help: str
    kind: str = "gauge"
    samples: tuple[Sample, ...] = field(default=())
