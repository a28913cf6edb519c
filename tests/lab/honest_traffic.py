"""What honest customers do and no detector may mistake: visitors, a resolver and a backup.

python honest_traffic.py COMMAND ARGUMENTS

resolve MANY PACE COUNTS TO… questions to each TO, answers awaited
visit TO MANY PACE COUNTS    pages of TO's web server
backup TO SECONDS COUNTS     one connection to tcp/873, 4 MB/s
"""

import socket
import sys
from http.client import HTTPConnection, HTTPException
from itertools import cycle
from pathlib import Path

from aupkeep.lab.application_traffic import LONGEST, PATIENCE, QUESTION, paced
from aupkeep.lab.traffic import CHUNK, Counts, run_command

BACKUP_PACE = 4_000_000  # bytes a second


def resolve(many: str, pace: str, counts: str, *to: str) -> None:
    """A resolver at work, each question from a port of its own: counts `answered`."""
    numbers = Counts(Path(counts))
    for _, peer in zip(paced(int(many), float(pace)), cycle(to), strict=False):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.settimeout(PATIENCE)
            line.connect((peer, 53))
            line.send(QUESTION)
            try:
                line.recv(CHUNK)
            except OSError:
                continue
        numbers.add("answered")
    numbers.write()


def visit(to: str, many: str, pace: str, counts: str) -> None:
    """Visitors of a web page: counts `seen` and `failed`."""
    numbers = Counts(Path(counts))
    for _ in paced(int(many), float(pace)):
        peer = HTTPConnection(to, 80, timeout=PATIENCE)
        try:
            peer.request("GET", "/")
            peer.getresponse().read()
            numbers.add("seen")
        except (OSError, HTTPException):
            numbers.add("failed")
        finally:
            peer.close()
    numbers.write()


def backup(to: str, seconds: str, counts: str) -> None:
    """A backup: one long, fat connection; counts `bytes` sent."""
    numbers = Counts(Path(counts))
    length = min(float(seconds), LONGEST)
    with socket.create_connection((to, 873), PATIENCE) as peer:
        for _ in paced(int(length * BACKUP_PACE / CHUNK), BACKUP_PACE / CHUNK):
            peer.sendall(bytes(CHUNK))
            numbers.add("bytes", CHUNK)
    numbers.write()


if __name__ == "__main__":
    commands = {"resolve": (4, resolve), "visit": (4, visit), "backup": (3, backup)}
    run_command(commands, sys.argv[1:], __doc__)
