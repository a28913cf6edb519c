"""XARF reports per CPU second of the `xarf` library; run by its own interpreter.

    PYTHON bench/peer_xarf.py FILE

FILE has one report a line. `bench/parsing.py` installs the library and calls this; nothing of ours
is imported here.
"""

import json
import sys
import time
from pathlib import Path

import xarf


def main(path: Path) -> None:
    """Print how many reports were parsed and found valid, and the CPU seconds it took."""
    lines = path.read_text("utf-8").splitlines()
    xarf.parse(lines[0])  # its schemas are loaded by the first report
    begun = time.process_time()
    errors = sum(bool(xarf.parse(line).errors) for line in lines)
    seconds = time.process_time() - begun
    print(json.dumps({"reports": len(lines), "invalid": errors, "seconds": seconds}))


main(Path(sys.argv[1]))
