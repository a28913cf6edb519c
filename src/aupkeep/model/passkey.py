"""A passkey of a person of the desk: the public half of a key that never leaves its device."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """`credential` is its id in hex, `key` its public key (COSE, RFC 9052) in hex.

    `staff` is the id of whose it is, `uses` the counter that its device told last (0 where the
    device counts nothing). `made_by` is the id of the colleague by whose link its person was signed
    in when it was added: what is done by it may be that colleague's.
    """

    id: str
    staff: str
    name: str
    credential: str
    key: str
    uses: int
    made_at: datetime
    made_by: str | None = None
    used_at: datetime | None = None
    removed_at: datetime | None = None
