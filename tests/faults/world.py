"""A whole install on a test's home: every process we have, as `up` starts them or each apart.

Apart, the signer has the keys and the agent is far: it asks over HTTP and has a folder of its own.
Whatever ends is started again, as a service manager does.
"""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aupkeep.app.access.tokens import add_token
from aupkeep.app.context import open_context
from aupkeep.app.inventory.imports import import_assignments, import_customers
from aupkeep.app.inventory.own_space import declare_space
from aupkeep.config.home import Home
from aupkeep.config.keys import public_keys
from daemon.processes import free_port, listens, until
from enrol import enrol

CLERK = "ada@aupkeep.example"
HOLDERS = 40  # customers, of one address each
PAUSE = 0.2  # seconds between looks for what ended
SELDOM = 0.2
KINDS = ("web", "worker", "mailin", "agent", "flowd", "signer", "up")
SETTINGS = """\
[provider]
listen = false
url = "http://127.0.0.1:{web}"
[web]
port = {web}
api_a_minute = 0
api_network_a_minute = 0
[mail]
nameservers = ["none"]
lmtp_port = {lmtp}
relay_port = {relay}
trusted_relays = ["127.0.0.1"]
authserv_ids = ["mx.aupkeep.example"]
[enforcement]
driver = "record"
[flows]
listen = ["127.0.0.1:{flows}"]
[flows.lo]
address = "127.0.0.1"
"""


def address(number: int) -> str:
    """The address of a customer."""
    return f"203.0.113.{1 + number % HOLDERS}"


@dataclass(slots=True)
class Part:
    """One command of ours and the process that runs it now."""

    words: tuple[str, ...]
    env: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None


@dataclass
class World:
    """The install; `ports` are where strangers reach it, which a test may put a proxy before."""

    home: Home
    apart: bool
    relay: int
    env: dict[str, str] = field(default_factory=dict)
    parts: dict[str, Part] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    killed: dict[str, int] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)
    over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        """Take ports; make people, customers, addresses and tokens."""
        self.web, self.lmtp, self.flows = free_port(), free_port(), free_port()
        self.home.settings.write_text(
            SETTINGS.format(web=self.web, lmtp=self.lmtp, relay=self.relay, flows=self.flows)
        )
        context = open_context(self.home)
        enrol(context, CLERK)
        declare_space(context, "203.0.113.0/24", "main")
        rows = [f"holder-{n},Holder {n},noc@h{n}.example,en,2024-01-01" for n in range(HOLDERS)]
        import_customers(context, _csv("customer,name,contact,language,since", rows))
        rows = [f"{address(n)},holder-{n},vm-{n},2024-01-01T00:00:00Z," for n in range(HOLDERS)]
        import_assignments(context, _csv("address,customer,resource,from,until", rows), "csv")
        for name in ("report", "case", "agent"):
            made = add_token(context, name, trusted=False, scopes=(name,), days=90)
            self.tokens[name] = made.token
        self.router = self.home.path.with_name("router")
        self.own = Home(self.home.path.with_name("own"))

    def run(self, *words: object) -> dict:
        """A command's JSON, whatever its exit code."""
        command = [sys.executable, "-m", "aupkeep", *map(str, words), "-o", "json"]
        done = subprocess.run(command, check=False, capture_output=True, timeout=600)
        return json.loads(done.stdout or done.stderr)

    @property
    def agent_folder(self) -> Path:
        """Where its agent keeps what stands."""
        return (Home(self.router) if self.apart else self.home).agent / "main"

    def arrange(self, *, server: int | None = None, database: Mapping[str, str] | None = None):
        """Say what runs. `server` is the port by which a far agent finds the pages."""
        env = {**os.environ, **self.env, **(database or {})}
        if not self.apart:
            self.parts = {"up": Part(("up",), env)}
            return
        self.run("signer", "take", "--own", self.own.path)
        (key,) = public_keys(self.home, "desired")
        token = self.home.path.with_name("token")
        token.write_text(self.tokens["agent"])
        url = f"http://127.0.0.1:{server or self.web}"
        far = ("agent", "--server", url, "--token-file", str(token), "--key", _base64(key))
        self.router.mkdir(mode=0o700, exist_ok=True)
        (self.router / "aupkeep.toml").write_text('[enforcement]\ndriver = "record"\n')
        words = {word: (word,) for word in ("web", "worker", "mailin", "flowd")}
        words |= {"agent": far, "signer": ("signer", "--own", str(self.own.path))}
        own = {"AUPKEEP_HOME": str(self.router), "AUPKEEP_DATABASE": ""}
        self.parts = {
            name: Part(told, {**env, **(own if name == "agent" else {})})
            for name, told in words.items()
        }

    @contextmanager
    def running(self) -> Iterator[None]:
        """Everything runs, and is started again when it ends, until the block does."""
        keeper = threading.Thread(target=self._keep, daemon=True)
        keeper.start()
        try:
            until(lambda: listens(self.web) and listens(self.lmtp), "pages and mailin")
            yield
        finally:
            self.over.set()
            keeper.join()
            self.stop()

    def stop(self) -> None:
        """End all that runs."""
        for part in self.parts.values():
            if part.process is not None:
                part.process.terminate()
        for part in self.parts.values():
            if part.process is not None:
                try:
                    part.process.wait(60)
                except subprocess.TimeoutExpired:
                    part.process.kill()
                    part.process.wait()

    def _keep(self) -> None:
        while not self.over.wait(PAUSE):
            with self.lock:
                self.start()

    def start(self) -> None:
        """Start what does not run."""
        for name, part in self.parts.items():
            if part.process is None or part.process.poll() is not None:
                with self.home.path.with_name(f"{name}.log").open("ab") as log:
                    part.process = subprocess.Popen(
                        [sys.executable, "-m", "aupkeep", *part.words],
                        env=part.env, stdout=log, stderr=log,
                    )  # fmt: skip

    def kill(self, chance: random.Random) -> str:
        """Kill one process, each kind as likely as another; its kind, "" where none runs.

        The supervisor is killed less often: with it all others end.
        """
        with self.lock:
            found = self.processes()
            if not found:
                return ""
            kinds = [kind for kind in sorted(found) if kind != "up" or chance.random() < SELDOM]
            if not kinds:
                return ""
            kind = chance.choice(kinds)
            victim = chance.choice(found[kind])
            for part in self.parts.values():  # ours to wait for, so its number is not another's
                if part.process is not None and part.process.pid == victim:
                    part.process.kill()
                    part.process.wait()
                    break
            else:
                try:
                    os.kill(victim, signal.SIGKILL)
                except ProcessLookupError:
                    return ""
        self.killed[kind] = self.killed.get(kind, 0) + 1
        return kind

    def processes(self) -> dict[str, list[int]]:
        """What runs below the test's own processes, by kind; a worker's sandbox is a kind too."""
        found: dict[str, list[int]] = {}
        for name, part in self.parts.items():
            if part.process is not None and part.process.poll() is None:
                found.setdefault(name, []).append(part.process.pid)
                _below(part.process.pid, name, found)
        return found


def _below(process: int, kind: str, found: dict[str, list[int]]) -> None:
    for child in _children(process):
        try:
            words = (
                Path(f"/proc/{child}/cmdline").read_bytes().decode("utf-8", "replace").split("\0")
            )
        except OSError:
            continue
        named = next((word for word in words[3:4] if word in KINDS), "")
        called = named if "aupkeep" in words[1:3] and named else f"{kind}'s child"
        found.setdefault(called, []).append(child)
        _below(child, called, found)


def _children(process: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{process}/task").iterdir())
        return [
            int(word) for one in tasks for word in (one / "children").read_text("ascii").split()
        ]
    except OSError:
        return []


def _csv(head: str, rows: list[str]) -> bytes:
    return "\n".join([head, *rows, ""]).encode()


def _base64(key) -> str:
    import base64

    return base64.b64encode(key.public_bytes_raw()).decode()


def settled(seconds: float) -> float:
    """A moment so many seconds from now, on a clock that is never set."""
    return time.monotonic() + seconds
