"""The rule that each erasure names, compared with the table of the policy in force then."""

from functools import lru_cache

from aupkeep.app.policies import pack_of
from aupkeep.evidence.verify import LogFault, erased_by
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import AupkeepError
from aupkeep.store import log

TYPES = (EntryType.POLICY_ADOPTED, EntryType.ENTRIES_ERASED)


def unruled_erasure() -> LogFault | None:
    """The first erasure under a rule that the policy adopted last before it does not have.

    Or the first erased entry that is marked with another rule than the entry names that erased it
    first. None when each has one. A version that this program cannot load any more is not compared.
    """
    policy, content = "", ""
    before: set[str] = set()
    for logged in log.of_types(TYPES):
        payload = logged.entry.payload
        if logged.entry.type is EntryType.POLICY_ADOPTED:
            policy, content = str(payload.get("policy")), str(payload.get("content"))
        elif payload.get("policy") != policy:
            why = "expected the policy in force then, found another"
            return LogFault(logged.index, f"entry {logged.index} erases entries: {why}")
        elif (rules := _rules(content)) is not None and payload.get("rule") not in rules:
            why = f"expected a rule of the policy in force then, found {payload.get('rule')!r:.80}"
            return LogFault(logged.index, f"entry {logged.index} erases entries: {why}")
        else:
            now = set(erased_by(payload)) - before
            before |= now
            if others := log.under_other_rules(now, str(payload.get("rule"))):
                why = f"expected it erased by the rule that entry {logged.index} names"
                return LogFault(others[0], f"entry {others[0]}: {why}, found another")
    return None


@lru_cache(maxsize=8)
def _rules(content: str) -> frozenset[str] | None:
    """The rules of a version's table, None where it does not load."""
    try:
        table = pack_of(content).retention
    except AupkeepError:
        return None
    return frozenset(period.rule for period in table.periods.values()) if table else frozenset()
