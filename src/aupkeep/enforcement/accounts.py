"""Whose an account of a system is, by a table of the machine's own operator.

One `ACCOUNT CUSTOMER` a line, `#` comments. Without a table an account is its customer's id. An
account of two customers, or of nobody, is nobody's to limit.
"""

from pathlib import Path

from aupkeep.enforcement.durable_file import text_lines
from aupkeep.model.errors import DriverRefused, Invalid

MAX_BYTES = 16 << 20


def check_owner(account: str, customer: str, table: str | None, *, fold: bool = False) -> None:
    """Raises `DriverRefused` for an account that is not certainly the customer's.

    `fold`: letters of either case are the same, the account is given in lower case.
    """
    owners = {account}
    if table is not None:
        rows = _rows(Path(table))
        owners = {owner for name, owner in rows if account == (name.lower() if fold else name)}
    if owners != {customer}:
        who = ", ".join(sorted(owners)) or "nobody"
        raise DriverRefused(f"account {account}: expected {customer}'s, found {who}'s")


def _rows(path: Path) -> list[tuple[str, str]]:
    try:
        lines = text_lines(path, MAX_BYTES)
    except Invalid as error:
        raise DriverRefused(f"whose an account is cannot be read: {error}") from error
    rows = (line.split() for line in lines or () if not line.startswith("#"))
    return [(row[0], row[1]) for row in rows if len(row) > 1]
