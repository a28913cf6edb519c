"""Real processes of ours on a test's home: started, waited for, ended by their own id."""

import os
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from aupkeep.config.home import Home

PATIENCE = 600.0  # seconds a process may take on a busy machine to do what is waited for
SAMPLE = b"From: soc@cert.example\r\nSubject: %s\r\n\r\n%s\r\n"


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def settle(home: Home, **mail: object) -> None:
    """Write the home's settings file with these options of [mail]."""
    lines = [f"{name} = {_toml(value)}" for name, value in mail.items()]
    home.settings.write_text("\n".join(["[mail]", 'nameservers = ["none"]', *lines, ""]))


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, (str, Path)) else str(value)


@contextmanager
def running(*words: str, log: Path | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """`python -m aupkeep WORDS` in the test's environment; ended with the block."""
    with (log or Path(os.devnull)).open("ab") as err:
        process = subprocess.Popen([sys.executable, "-m", "aupkeep", *words], stderr=err)
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def until(what: Callable[[], object], words: str) -> None:
    """Wait until `what` is true; fails with `words`."""
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end, f"waited {PATIENCE} s for {words}"
        time.sleep(0.05)


def listens(port: int) -> bool:
    """Whether somebody accepts connections there."""
    with socket.socket() as one:
        one.settimeout(1)
        return one.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def mailin(home: Home, *, log: Path | None = None, **mail: object) -> Iterator[tuple[int, int]]:
    """A `mailin` that listens; yields its LMTP and SMTP ports. Logs into the home by default."""
    lmtp, smtp = free_port(), free_port()
    settle(home, lmtp_port=lmtp, smtp_port=smtp, **mail)
    with running("mailin", log=log or home.path / "log"):
        until(lambda: listens(lmtp) and listens(smtp), "mailin to listen")
        yield lmtp, smtp


def give(port: int, data: bytes, to: tuple[str, ...] = ("abuse@aupkeep.example",)) -> list[int]:
    """Hand bytes over by LMTP as they are; the code of each answer that ends the mail."""
    with smtplib.LMTP("127.0.0.1", port, timeout=PATIENCE) as client:
        client.ehlo()
        client.mail("soc@cert.example", ["BODY=8BITMIME"])
        for one in to:
            client.rcpt(one)
        client.putcmd("data")
        client.getreply()
        client.send(stuffed(data))
        return [client.getreply()[0] for _ in to]


def stuffed(data: bytes) -> bytes:
    """Bytes as they go over the wire (RFC 5321 4.5.2), with the end of the mail."""
    ended = data if data.endswith(b"\r\n") else data + b"\r\n"
    lines = ended.split(b"\r\n")
    return b"\r\n".join(b"." + line if line[:1] == b"." else line for line in lines) + b".\r\n"
