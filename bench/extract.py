"""Speed of the generic extractor: CPU per megabyte of logs, prose and text made to hurt.

Run `python bench/extract.py`; it prints milliseconds of CPU per MB and how the time grows when the
input doubles (2.0 is linear). A plain `re.findall` of dotted quads over the same text is printed as
the floor; `bench/extract_peers.py` runs other libraries on the same texts.
"""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime

from aupkeep.intake.extract.findings import extract
from aupkeep.model.origin import parse_origin

SENT = datetime(2026, 3, 2, tzinfo=UTC)
WHO = parse_origin("mail:?a.example")
MB = 1_000_000
PLAIN = re.compile(r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}")


def sshd_log(size: int) -> str:
    """Lines of failed logins from few addresses, each at its own second."""
    line = (
        "Mar  1 {:02}:{:02}:{:02} mx sshd[99]: "
        "Failed password for root from 192.0.2.{} port {} ssh2\n"
    )
    count = size // 86 + 1
    return "".join(
        line.format(i // 3600 % 24, i // 60 % 60, i % 60, i % 7, 1024 + i % 60_000)
        for i in range(count)
    )[:size]


def many_hosts(size: int) -> str:
    """Lines of a web server's log, each from another address."""
    line = (
        "198.51.{}.{} - - [01/Mar/2026:10:{:02}:{:02} +0100] "
        '"GET /wp-login.php HTTP/1.1" 404 12 "-" "x"\n'
    )
    return "".join(
        line.format(i // 250 % 250, i % 250, i // 60 % 60, i % 60) for i in range(size // 99 + 1)
    )[:size]


def repeated(piece: str) -> Callable[[int], str]:
    """A text that is one piece again and again."""
    return lambda size: (piece * (size // len(piece) + 1))[:size]


SAMPLES: dict[str, Callable[[int], str]] = {
    "sshd log": sshd_log,
    "access log": many_hosts,
    "prose": repeated("We write to you because something happened on our network last week.\n"),
    "one line of addresses": repeated("192.0.2.1 198.51.100.2 "),
    "one line of prose": repeated("something happened on our network "),
    "digits and dots": repeated("1.22.333."),
    "digits": repeated("1234567890"),
    "colons": repeated("::::::"),
    "hex groups": repeated("2001:db8:"),
    "brackets": repeated("[[[((({{{"),
    "defanged dots": repeated("1[.]2[.]3[.]"),
    "quotes": repeated("> 192.0.2.1\n"),
    "addresses": repeated("192.0.2.1\n"),
    "times": repeated("2026-03-01 12:00:00 "),
    "months": repeated("Mar Mar  1 Mar 1 12:"),
    "links": repeated("http://a."),
    "defanged links": repeated("hxxp hxxp://x[.]y phishing\n"),
    "cues": repeated("from client ip source address from 192.0.2.1 "),
    "table heads": repeated("src ip | dst ip | port\n"),
    "introductions": repeated("On 1 March 2026, x wrote: -- wrote\n"),
    "frames": repeated("between 2026-03-01 10:00:00 and "),
    "forged names": repeated("sshd[9]: invalid user from 192.0.2.1 port 22 "),
    "names": repeated("Mar  1 for user 'x for account 192.0.2.1 as 192.0.2.2 \n"),
    "one line of names": repeated('for user 192.0.2.1 as "192.0.2.2 - x '),
    "broken lines": repeated(
        f"Mar  1 10:00:00 mx x[9]: {'failed ' * 7}for\nfrom 192.0.2.1 port 22\n"
    ),
    "lines of one width": repeated(f"Mar  1 10:00:00 mx 192.0.2.1 {'x' * 44}\n{'y ' * 36}\n"),
    "file names": repeated("/var/log/a.b:/x.y/192.0.2.1"),
    "mail headers": repeated("Received: from a.example by b.example\n\tspam "),
    "clocks first": repeated("10:00 UTC on 01/03/2026 kl. 14.05 den 1. mars 2026 "),
    "words of leave": repeated("Kind regards\n192.0.2.1\n"),
    "empty lines": repeated("\n"),
    "spaces": repeated(" "),
    "dashes": repeated("-- \n"),
}


def cpu(work: Callable[[], object]) -> float:
    """Seconds of CPU, the better of two runs."""
    best = float("inf")
    for _ in range(2):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def main() -> None:
    """Measure and print."""
    print(f"{'text':<24}{'ms/MB':>8}{'x2':>6}{'floor':>8}{'findings':>10}")
    for name, make in SAMPLES.items():
        half, whole = make(MB // 2), make(MB)
        short = cpu(lambda text=half: extract([text], source=WHO, sent_at=SENT))  # type: ignore[misc]
        long = cpu(lambda text=whole: extract([text], source=WHO, sent_at=SENT))  # type: ignore[misc]
        floor = cpu(lambda text=whole: PLAIN.findall(text))  # type: ignore[misc]
        got = len(extract([whole], source=WHO, sent_at=SENT).findings)
        print(f"{name:<24}{long * 1000:>8.0f}{long / short:>6.2f}{floor * 1000:>8.0f}{got:>10}")


if __name__ == "__main__":
    main()
