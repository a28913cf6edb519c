"""What hostile inputs of every container cost: CPU and memory against the budget, the worst first.

    python bench/hostile.py [MEGABYTES…]

The inputs are those of `tests/intake/parsers/hostile_cases.py`, made to 1 and 8 MB; each is read in
a process of its own that has read before. Budget: 50 ms and 50 ms per MB of CPU, 64 MiB and four
times the input of memory, never more than 10 s. What claims something costs more by each claim and
each dead row: the shares leave 30 µs of CPU and 3 KiB for each of these out.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "intake" / "parsers"))

from hostile_cases import CASES

MB = 1 << 20
CLAIM_SECONDS, CLAIM_BYTES = 30e-6, 3 << 10


def child(path: Path) -> None:
    """Read one file and tell CPU seconds, bytes of memory and claims."""
    from aupkeep.intake.reading import read

    for make in CASES.values():
        read(make(500).encode(), "warm")
    data = path.read_bytes()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.process_time()
    found = read(data, "x")
    seconds = time.process_time() - begun
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    claims = sum(len(reading.findings) + len(reading.dead) for _, reading in found)
    print(json.dumps([seconds, grown, claims]))


def measured(name: str, size: int) -> tuple[float, str]:
    """The worse of both shares, claims left out, and the line that tells all."""
    data = CASES[name](size).encode()
    with tempfile.NamedTemporaryFile(prefix="aupkeep-hostile-") as file:
        file.write(data)
        file.flush()
        told = subprocess.run(
            [sys.executable, __file__, "--child", file.name], check=True, capture_output=True
        )
    seconds, grown, claims = json.loads(told.stdout)
    net = (
        max(0.0, seconds - claims * CLAIM_SECONDS) / (0.05 + 0.05 * len(data) / MB),
        max(0.0, grown - claims * CLAIM_BYTES) / (64 * MB + 4 * len(data)),
    )
    line = (
        f"{name:<28} {len(data) / MB:5.1f} MB {seconds:6.2f} s {net[0]:6.0%}"
        f" {grown / MB:6.0f} MiB {net[1]:6.0%} {claims:8} claims"
    )
    return max(net), line


def main() -> int:
    """Measure all; exit code 1 when one is beyond the budget."""
    sizes = [int(word) * MB for word in sys.argv[1:]] or [MB, 8 * MB]
    found = sorted((measured(name, size) for name in CASES for size in sizes), reverse=True)
    for _, line in found:
        print(line)
    return int(found[0][0] > 1)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(Path(sys.argv[2]))
        sys.exit(0)
    sys.exit(main())
