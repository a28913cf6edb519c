"""Files that nfcapd wrote, read by its own program, nfdump (Debian: nfdump).

Source: nfdump(1), the output format `fmt`, versions 1.6 and 1.7. Such a file may hold what
exporters sampled, and does not say so; the rate is not known unless it is stated.
"""

import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator

from aupkeep.model.errors import Missing
from aupkeep.telemetry.capture.blocks import Buffer
from aupkeep.telemetry.logs.log import PORTED, Flow, Log
from aupkeep.telemetry.logs.values import address_of, milliseconds, number, port_of

MAGIC = (b"\x0c\xa5", b"\xa5\x0c")
FORM = "fmt:%tsr|%ter|%pr|%sa|%sp|%da|%dp|%flg|%pkt|%byt|%it|%ic"
FLAGS = "CEUAPRSF"  # as columns of `%flg`, the highest bit first
NOTHING = "No matching flows"
ICMP = (1, 58)
FIELDS = FORM.count("|") + 1


def recognises(head: bytes) -> bool:
    """Whether the file begins as nfcapd's do."""
    return head[:2] in MAGIC


def read(data: Buffer, dropped: Counter[str]) -> Iterator[Flow]:
    """The flows of every record. Raises `Missing` without the program."""
    program = shutil.which("nfdump")
    if program is None:
        raise Missing("nfcapd's files: expected the program nfdump to read them, found none")
    for line in _told(program, data, dropped):
        try:
            yield _flow([column.strip() for column in line.split("|")])
        except ValueError:
            dropped["unreadable_line"] += 1


def _told(program: str, data: Buffer, dropped: Counter[str]) -> Iterator[str]:
    """The lines that the program prints of a file; one it only complains of is counted.

    It ends well whatever it read, and complains of statistics that it left out, too.
    """
    lines = 0
    with (
        tempfile.NamedTemporaryFile(prefix="aupkeep-flows-") as file,
        tempfile.TemporaryFile() as complaints,
    ):
        file.write(data)
        file.flush()
        words = [program, "-r", file.name, "-q", "-N", "-6", "-o", FORM]
        with subprocess.Popen(  # noqa: S603 - words of our own, no shell
            words, stdout=subprocess.PIPE, stderr=complaints, text=True, errors="replace"
        ) as process:
            for line in filter(_is_flow, process.stdout or ()):
                lines += 1
                yield line
        if process.returncode or (complaints.tell() and not lines):
            dropped["unreadable_file"] += 1


def _is_flow(line: str) -> bool:
    return line.strip() not in ("", NOTHING)


def _flow(words: list[str]) -> Flow:
    """One line. Raises ValueError."""
    if len(words) != FIELDS:
        raise ValueError(f"expected {FIELDS} fields, found {len(words)}")
    start, end, proto, src, sport, dst, dport, flags, packets, size, kind, code = words
    protocol = number(proto)
    began = milliseconds(start)
    return Flow(
        address_of(src),
        address_of(dst),
        protocol,
        began,
        max(milliseconds(end), began),
        number(packets),
        bytes=number(size),
        sport=port_of(sport) if protocol in PORTED else None,
        dport=port_of(dport) if protocol in PORTED else None,
        flags=_flags(flags),
        icmp=number(kind) << 8 | number(code) if protocol in ICMP else None,
    )


def _flags(columns: str) -> int:
    """The flags that are set: letters in their columns, a dot for each that is not."""
    return sum(
        1 << 7 - at for at, letter in enumerate(columns[-8:].rjust(8, ".")) if letter == FLAGS[at]
    )


LOG = Log(
    name="nfdump",
    says="files of nfcapd, read by the program nfdump",
    recognises=recognises,
    read=read,
    both=False,
)
