"""DataPlane.org: hosts its sensors saw, a list a signal: `AS | name | address | time | signal`.

Times are UTC and are those of the last sight, so a host that goes on is told anew each day.
"""

from collections.abc import Iterator

from aupkeep.intake.feed import (
    DAY,
    SURE,
    Feed,
    FetchedList,
    ListedItem,
    Options,
    ParsedRow,
    one_for_each,
)
from aupkeep.intake.formats.list_rows import lines
from aupkeep.model.report import RejectedRow

LOGIN, SCAN, PROBE = (
    "connection/login_attack", "connection/port_scan", "connection/reconnaissance",
)  # fmt: skip
KINDS = {
    "sshclient": (SCAN, "22"),
    "sshpwauth": (LOGIN, "22"),
    "telnetlogin": (LOGIN, "23"),
    "sipinvitation": (LOGIN, "5060"),
    "sipquery": (LOGIN, "5060"),
    "sipregistration": (LOGIN, "5060"),
    "vncrfb": (SCAN, "5900"),
    "smtpdata": (SCAN, "25"),
    "smtpgreet": (SCAN, "25"),
    "dnsrd": (SCAN, "53"),
    "dnsrdany": (SCAN, "53"),
    "dnsversion": (SCAN, "53"),
    "proto41": (PROBE, ""),
}  # as each list's own head describes it
CELLS = 5


def parse(copy: FetchedList, options: Options) -> Iterator[ParsedRow]:
    """Each host; its signal says what it did, that of the list where the row has none."""
    del options
    for number, line in lines(copy.text):
        row = [cell.strip() for cell in line.split("|")]
        if len(row) < CELLS:
            yield RejectedRow(row=number, reason=f"expected {CELLS} cells, found {len(row)}")
            continue
        number_of_as, name, address, seen, signal = (row[0], row[1], *row[-3:])
        kind, port = KINDS.get(signal.lower(), (PROBE, ""))
        yield ListedItem(
            row=number,
            where=address,
            kind=kind,
            text=" | ".join(row),
            at=seen,
            target_port=port,
            confidence=SURE,
            details={"signal": signal, "as": f"{number_of_as} {name}"},
        )


FEED = Feed(
    name="dataplane",
    version=1,
    title="DataPlane.org",
    origin="dataplane.org",
    terms="DataPlane.org: free for non-commercial use only; others ask info@dataplane.org",
    parse=parse,
    options={"signals": tuple(KINDS)},
    plan=one_for_each("signals", "https://dataplane.org/{}.txt"),
    again=DAY,
)
