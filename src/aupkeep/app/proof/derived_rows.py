"""Rows that no entry names since they follow from others: derived anew, and compared.

They steer decisions: a source that was ever right is weighed otherwise, and a case is found by the
sources that name it. The cost is one reading of the incidents and two questions over all reports.
"""

from aupkeep.evidence.verify import LogFault

MOST = 3  # of what differs is named
REMEDY = "; if you know why, aupkeep verify --mend derives them anew"


def changed_derived() -> LogFault | None:
    """None when they are what follows from the records; else which are not."""
    from aupkeep.store import case_sources, confirmed_sources, log

    if log.states() > 1:
        return LogFault(0, f"log: expected one row that says its size, found {log.states()}")
    if keys := confirmed_sources.differing():
        return LogFault(0, f"sources that were ever right: {_named(keys)}{REMEDY}")
    if names := case_sources.differing():
        return LogFault(0, f"sources that name a case: incident {_named(names)}{REMEDY}")
    return None


def _named(keys: set[str] | list[str]) -> str:
    more = f" and {len(keys) - MOST} more" if len(keys) > MOST else ""
    return f"{', '.join(sorted(keys)[:MOST])}{more} differ from what reports and cases say"
