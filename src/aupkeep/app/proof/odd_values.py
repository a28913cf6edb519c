"""A value that no write of ours makes, told as the change of the entry that named its row last."""

from aupkeep.app.proof.row_check import JournaledRows
from aupkeep.evidence.verify import LogFault
from aupkeep.model.errors import Unreadable
from aupkeep.store.tables import UNREADABLE


def odd_value() -> LogFault | None:
    """None when each column that is proven holds its values in the one form that we write.

    It is asked first: what else is checked is read by these columns.
    """
    from aupkeep.store.odd_values import odd_values

    odd = next(odd_values(), None)
    if odd is None:
        return None
    name = f"{odd.word} {odd.key}"
    reason = f"{name}: its column {odd.column} holds a value in a form that Aupkeep never writes"
    return LogFault(_named_by(name) if odd.number is None else odd.number, reason)


def _named_by(name: str) -> int:
    """The entry that had the last word about a row, 0 where none is found."""
    from aupkeep.store import log

    rows = JournaledRows()
    try:
        rows.read(log.leaves)
    except (*UNREADABLE, Unreadable):
        return 0
    return rows.number_of(name)
