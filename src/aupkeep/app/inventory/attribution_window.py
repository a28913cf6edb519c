"""Which moment a finding is attributed at, and how exact that is."""

from datetime import datetime

from aupkeep.model.finding import Finding

A_DAY = 86_400.0  # seconds; how exact an event is whose source states no time


def attribution_window(finding: Finding, at: datetime) -> tuple[datetime, float]:
    """The event's own time and exactness; where none is stated `at`, and a day either way."""
    if finding.at is not None:
        return finding.at, finding.exact
    return at, max(finding.exact, A_DAY)
