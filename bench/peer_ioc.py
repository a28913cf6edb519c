"""Addresses that `ioc-finder` or `iocextract` find in texts; run by its own interpreter.

    PYTHON bench/peer_ioc.py ioc-finder|iocextract|msticpy FILE

FILE holds a JSON list of texts. `bench/extract.py` installs the libraries and calls this; nothing
of ours is imported here. An address is invented when it is none (a time of day, a number) or does
not stand in the text, defanged or not.
"""

import json
import signal
import sys
import time
from collections.abc import Callable, Iterable
from ipaddress import ip_address
from pathlib import Path

SLOWEST = 10  # seconds for one text; whoever takes longer is stopped


def _finder() -> Callable[[str], Iterable[str]]:
    from ioc_finder import find_iocs

    return lambda text: [
        str(one)
        for kind in ("ipv4s", "ipv6s")
        for one in find_iocs(text, included_ioc_types=[kind])[kind]
    ]


def _extract() -> Callable[[str], Iterable[str]]:
    import iocextract

    return lambda text: list(iocextract.extract_ips(text, refang=True))


def _msticpy() -> Callable[[str], Iterable[str]]:
    from msticpy.transform.iocextract import IoCExtract

    reader = IoCExtract()
    return lambda text: [
        str(one)
        for kind, found in reader.extract(text, ioc_types=["ipv4", "ipv6"]).items()
        if kind in {"ipv4", "ipv6"}
        for one in found
    ]


FINDERS = {"ioc-finder": _finder, "iocextract": _extract, "msticpy": _msticpy}


def main(name: str, path: Path) -> None:
    """Print the CPU seconds, the addresses of each text, how many are invented or timed out."""
    texts = json.loads(path.read_text("utf-8"))
    find = FINDERS[name]()
    find("warm 192.0.2.1")
    signal.signal(signal.SIGVTALRM, _stop)
    told, slow = [], 0
    begun = time.process_time()
    for text in texts:
        signal.setitimer(signal.ITIMER_VIRTUAL, SLOWEST)
        try:
            told.append(sorted(set(find(text))))
        except TimeoutError:
            told.append([])
            slow += 1
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    seconds = time.process_time() - begun
    invented = sum(
        not _stands(one, text) for text, found in zip(texts, told, strict=True) for one in found
    )
    print(json.dumps({"seconds": seconds, "found": told, "invented": invented, "slow": slow}))


def _stands(found: str, text: str) -> bool:
    """True for an address that the text holds."""
    try:
        ip_address(found)
    except ValueError:
        return False
    return found in text.replace("[", "").replace("]", "")


def _stop(number: int, frame: object) -> None:
    del number, frame
    raise TimeoutError


main(sys.argv[1], Path(sys.argv[2]))
