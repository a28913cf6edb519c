"""What reading one input costs: CPU seconds and memory, against the budget, the worst first.

    python bench/cost.py [FOLDER…]

Inputs: this project's samples, every file in the folders named (such as ../shared/corpora), and
large ones made here: prose, log lines, tables, XARF, nested archives, attachments, up to 40 MB.
Each large one is read in a process of its own, so that its memory is its own. Budget: 50 ms and
50 ms per MB of CPU at p99, 64 MiB and four times the input of memory, never more than 10 s.
"""

import base64
import io
import json
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from parsing import arf, report

SAMPLES = Path(__file__).parents[1] / "tests" / "samples"
MB = 1 << 20
HEAD = (
    b"From: soc@cert.example\nTo: abuse@hoster.example\nSubject: brute force\nMIME-Version: 1.0\n"
)
LINE = b"Mar  1 09:00:%02d gw sshd[%d]: Failed password for root from 192.0.2.%d port %d ssh2\n"


def log_lines(size: int) -> bytes:
    """A mail of sshd lines."""
    lines = (LINE % (n % 60, n, n % 250 + 1, 1024 + n % 60000) for n in range(size // 80))
    return HEAD + b"\n" + b"".join(lines)


def prose(size: int) -> bytes:
    """A mail of words with an address here and there."""
    words = b"We saw your machine 192.0.2.17 attack ours; please look into it at once. "
    return HEAD + b"\n" + b"\n".join([words * 10] * (size // (len(words) * 10)))


def rows(size: int) -> bytes:
    """A bare table."""
    row = b"2026-03-01T09:00:00Z,192.0.2.%d,%d,brute-force\n"
    return b"time,ip,port,category\n" + b"".join(
        row % (n % 250 + 1, 1024 + n % 60000) for n in range(size // 42)
    )


def attached(size: int) -> bytes:
    """A report with a large binary file beside it."""
    body = base64.encodebytes(bytes(size * 3 // 4))
    return (
        HEAD
        + b'Content-Type: multipart/mixed; boundary="b"\n\n--b\n\nFailed password for root from'
        + b" 192.0.2.17 port 40001 ssh2\n--b\nContent-Type: application/octet-stream; name=a.pcap\n"
        + b"Content-Transfer-Encoding: base64\n\n"
        + body
        + b"--b--\n"
    )


def zipped(size: int) -> bytes:
    """A table in an archive; its size is that of the archive's content."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("report.csv", rows(size))
    return out.getvalue()


def xarf(size: int) -> bytes:
    """An XARF report with large evidence."""
    found = json.loads(report(1))
    found["evidence"] = [
        {"content_type": "text/plain", "payload": base64.b64encode(bytes(size * 3 // 4)).decode()}
    ]
    return json.dumps(found).encode()


def web_page(size: int) -> bytes:
    """A mail of hypertext."""
    cell = b"<tr><td>192.0.2.17</td><td>2026-03-01 09:00:00 UTC</td><td>spam</td></tr>\n"
    return HEAD + b"Content-Type: text/html\n\n<table>" + cell * (size // len(cell))


LARGE: dict[str, Callable[[int], bytes]] = {
    "log lines": log_lines,
    "prose": prose,
    "a table": rows,
    "an attachment": attached,
    "an archive": zipped,
    "XARF with evidence": xarf,
    "hypertext": web_page,
}


def allowed_seconds(size: int) -> float:
    """The budget of CPU for so many bytes."""
    return 0.05 + 0.05 * size / MB


def allowed_bytes(size: int) -> int:
    """The budget of memory for so many bytes."""
    return 64 * MB + 4 * size


def child(path: Path) -> None:
    """Read one file and tell CPU seconds and bytes of memory beyond what importing took."""
    from aupkeep.intake.parser import parsers
    from aupkeep.intake.reading import read

    parsers()
    read(arf(1), "warm.eml")
    data = path.read_bytes()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.process_time()
    found = read(data, path.name)
    seconds = time.process_time() - begun
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    claims = sum(len(reading.findings) for _, reading in found)
    print(json.dumps({"seconds": seconds, "bytes": grown, "claims": claims}))


def alone(path: Path) -> dict[str, float]:
    """What `child` says of a file."""
    told = subprocess.run(
        [sys.executable, __file__, "--child", str(path)], check=True, capture_output=True
    )
    found: dict[str, float] = json.loads(told.stdout)
    return found


def small(folders: list[Path]) -> Iterator[tuple[str, int, float]]:
    """Name, size and CPU seconds of each file in the folders, the quicker of two readings."""
    from aupkeep.intake.reading import read

    for folder in folders:
        for path in sorted(one for one in folder.rglob("*") if one.is_file()):
            data = path.read_bytes()
            took = []
            for _ in range(2):
                begun = time.process_time()
                read(data, path.name)
                took.append(time.process_time() - begun)
            yield str(path.relative_to(folder)), len(data), min(took)


def main(folders: list[Path]) -> int:
    """Measure and print; exit code 1 when something is beyond the budget."""
    seen = sorted(
        ((took / allowed_seconds(size), name, size, took) for name, size, took in small(folders)),
        reverse=True,
    )
    say(f"{len(seen)} files: CPU against the budget of 50 ms + 50 ms/MB")
    for part in (0.5, 0.99, 1.0):
        ratio, name, size, took = seen[min(len(seen) - 1, int(len(seen) * (1 - part)))]
        say(f"  p{part * 100:.0f}: {took * 1000:.2f} ms, {ratio:.0%} of it ({size} bytes, {name})")
    beyond = seen[int(len(seen) * 0.01)][0] > 1 or any(one[3] > 10 for one in seen)
    say("large inputs, each in a process of its own: CPU, memory, share of both budgets")
    for name, make in LARGE.items():
        for size in (MB, 10 * MB, 40 * MB):
            beyond |= tell(name, make(size), size)
    return int(beyond)


def tell(name: str, data: bytes, size: int) -> bool:
    """Measure one large input; True when it is beyond a budget."""
    with tempfile.NamedTemporaryFile(prefix="aupkeep-cost-") as file:
        file.write(data)
        file.flush()
        found = alone(Path(file.name))
    time_share = found["seconds"] / allowed_seconds(size)
    memory_share = found["bytes"] / allowed_bytes(max(size, len(data)))
    say(
        f"  {name}, {size // MB} MB: {found['seconds']:.2f} s ({time_share:.0%}),"
        f" {found['bytes'] / MB:.0f} MiB ({memory_share:.0%}), {found['claims']:.0f} claims"
    )
    return time_share > 1 or memory_share > 1 or found["seconds"] > 10


def say(words: str) -> None:
    """One line of the answer."""
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(Path(sys.argv[2]))
        sys.exit(0)
    sys.exit(main([SAMPLES, *map(Path, sys.argv[1:])]))
