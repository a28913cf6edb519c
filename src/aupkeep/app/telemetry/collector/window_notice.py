"""What an operator is told when the windows cannot hold the address space."""

from collections.abc import Iterator, Mapping

from aupkeep.telemetry.window.own_slots import DENSE, HASHED


def window_notice(lost: Mapping[str, int]) -> Iterator[str]:
    """From the first row on that found no place. `lost` is what the windows counted, by reason.

    >>> list(window_notice({"late": 3}))
    []
    >>> next(window_notice({"no_place": 7, "no_place_sends": 5})).split(":")[1]
    ' 5 rows that our own addresses sent found no place, so those addresses are not watched'
    """
    rows, sent = lost.get("no_place", 0), lost.get("no_place_sends", 0)
    room = f"{DENSE:,} IPv4 addresses have a place each; all further ones, and those of IPv6 that"
    room += f" were seen within 20 minutes, share {HASHED:,}"
    if sent:
        said = f"{sent:,} rows that our own addresses sent found no place"
        yield f"windows: {said}, so those addresses are not watched: {room}"
    elif rows:
        said = f"{rows:,} rows to addresses of ours that send nothing found no place"
        yield f"windows: {said}, as when a prefix is probed: {room}"
