"""A whole install with a small world around it: tenants, an internet, a mailbox, an exchanger.

Everything is driven as an operator would drive it: by the command line, by LMTP, by HTTP. The
router's agent runs inside the router's namespace; where no namespaces can be had it only records,
and the world says so in `why_recorded`.
"""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar
from urllib.parse import urlencode

from aupkeep.config.supervised import SUPERVISOR
from aupkeep.lab.exchanger import NAME, Exchanger
from aupkeep.lab.exporters import COLLECTOR, EACH, ExportRate, export
from aupkeep.lab.mailbox import Mailbox
from aupkeep.lab.mails import LabReporter
from aupkeep.lab.namespaces import ROUTER, Lab, available
from aupkeep.lab.scene import Scene
from aupkeep.model.errors import Unavailable

OURS = ("AUPKEEP_HOME", "AUPKEEP_DATABASE")
OWN = ("203.0.113.0/24", "2001:db8:a::/64", "2001:db8:b::/64")  # both tenants
DESK = "abuse@aupkeep.example"
GLANCE = 0.1  # seconds between looks at something awaited
PATIENCE = 90.0  # seconds for anything awaited; a busy machine takes its time
LEARN = 180.0  # seconds the collector may take to begin: the first start compiles
DONE, FIRST = 200, 409  # HTTP: OK, Conflict
T = TypeVar("T")

SETTINGS = """\
[provider]
name = "Example Hosting"
url = "http://127.0.0.1:{web}"
listen = false

[mail]
sender = "{desk}"
relay_host = "127.0.0.1"
relay_port = {mailbox}
lmtp_port = {lmtp}
trusted_relays = ["127.0.0.1"]
authserv_ids = ["{exchanger}"]
nameservers = ["none"]

[web]
port = {web}

[restraint]
digest = false

[enforcement]
driver = "{driver}"
target = "{router}"
poll = 1.0
"""
FLOWS = """\

[flows]
listen = ["{host}:{port}"]

[flows.router]
address = "{host}"
sampling = {sampling}
"""


@dataclass(slots=True, kw_only=True)
class LabWorld:
    """Open it with `with LabWorld.open(folder) as world`; nothing of it outlives the block."""

    folder: Path
    home: Path
    mailbox: Mailbox
    exchanger: Exchanger
    reporters: tuple[LabReporter, ...]
    web: int
    lmtp: int
    lab: Lab | None = None
    scene: Scene | None = None
    why_recorded: str | None = None
    environment: dict[str, str] = field(default_factory=dict)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    ended: bool = False
    tokens: dict[str, str] = field(default_factory=dict)  # by person, made when first needed

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        database: str = "",
        exporter: str = "",
        rate: ExportRate = EACH,
        more: str = "",
    ) -> Self:
        """Build the lab, write the settings, start every process. Raises `Unavailable`.

        `exporter` names the program that exports the router's flows to our collector, which runs on
        the router too; "" = neither runs. `rate` is how it exports, `more` further lines of the
        settings.
        """
        folder.mkdir(parents=True, exist_ok=True)
        reporters = (
            LabReporter("cert.example", "Example CERT"),
            LabReporter("uni.example", "University SOC"),
        )
        records = {key: value for reporter in reporters for key, value in reporter.records.items()}
        mailbox = Mailbox()
        lmtp, web = _free_port(), _free_port()
        world = cls(
            folder=folder,
            home=folder / "home",
            mailbox=mailbox,
            exchanger=Exchanger(records, lmtp),
            reporters=reporters,
            web=web,
            lmtp=lmtp,
            why_recorded=available(),
        )
        world.environment = {**os.environ, "AUPKEEP_HOME": str(world.home)}
        if database:
            world.environment["AUPKEEP_DATABASE"] = database
        with contextlib.ExitStack() as undone:
            undone.callback(world.close)
            world._start(exporter, rate, more)
            undone.pop_all()
        return world

    @property
    def stands(self) -> str:
        """What a measure that was read back is called here."""
        return "recorded" if self.why_recorded else "applied"

    @property
    def url(self) -> str:
        """Where the pages are."""
        return f"http://127.0.0.1:{self.web}"

    def _start(self, exporter: str, rate: ExportRate, more: str) -> None:
        driver = "record" if self.why_recorded else "nftables"
        self.home.mkdir(parents=True, exist_ok=True)
        settings = SETTINGS.format(
            web=self.web,
            desk=DESK,
            mailbox=self.mailbox.port,
            lmtp=self.lmtp,
            exchanger=NAME,
            driver=driver,
            router=ROUTER,
        )
        host, port = COLLECTOR
        settings += (
            FLOWS.format(host=host, port=port, sampling=rate.sampling) if exporter else ""
        ) + more
        (self.home / "aupkeep.toml").write_text(settings, "utf-8")
        for prefix in OWN:
            self.command("inventory", "own", "add", prefix)
        if self.why_recorded is None:
            self.lab = Lab.build()
            self.scene = Scene.open(self.lab, self.folder)
        for name in ("web", "worker", "mailin"):
            self.processes.append(self._spawn([name]))
        self._spawn_agent()
        if exporter:
            self._spawn_collector(exporter, rate)
        for port in (self.web, self.lmtp):
            self.wait(lambda port=port: _answers(port), f"port {port} to answer")  # type: ignore[misc]

    def _words(self, words: list[str]) -> list[str]:
        return [sys.executable, "-m", "aupkeep", *words]

    def _spawn(self, words: list[str]) -> subprocess.Popen[bytes]:
        with (self.folder / f"{words[0]}.log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - our own commands
                self._words(words),
                env={**self.environment, SUPERVISOR: str(os.getpid())},
                stdout=log,
                stderr=log,
            )

    def _spawn_agent(self) -> None:
        """The agent: in the router's namespace, or beside the desk where there is none."""
        if self.lab is None:
            self.processes.append(self._spawn(["agent"]))
            return
        self.spawn_in_router("agent")

    def spawn_in_router(self, *command: str) -> subprocess.Popen[bytes]:
        """Start one of our commands on the router. Raises `Unavailable` where there is no lab."""
        name = command[0]
        if self.lab is None:
            raise Unavailable(f"the {name} runs on the router: {self.why_recorded}")
        variables = [
            f"{name}={self.environment[name]}" for name in OURS if name in self.environment
        ]
        words = ["env", *variables, *self._words(list(command))]
        return self.lab.popen(ROUTER, words, self.folder / f"{name}.log")

    def _spawn_collector(self, exporter: str, rate: ExportRate) -> None:
        """Our collector on the router, and once it hears, the exporter that talks to it."""
        collector = self.spawn_in_router("flowd")
        stats = self.home / "flows" / "stats.json"
        self.wait(lambda: stats.exists() or collector.poll() is not None, "the collector", LEARN)
        if collector.poll() is not None:
            log = (self.folder / "flowd.log").read_text("utf-8").strip()[-300:]
            raise Unavailable(f"the collector ended at its start: {log}")
        if self.lab is not None:
            export(self.lab, self.folder, exporter, rate=rate)

    def command(self, *words: str, check: bool = True) -> Any:  # noqa: ANN401 - a command's JSON
        """Run a command with `-o json`; its result, or with `check` False the error it told."""
        self._going_on()
        done = subprocess.run(  # noqa: S603 - our own commands
            [*self._words(list(words)), "-o", "json"],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE * 2,
        )
        if done.returncode and check:
            raise Unavailable(f"aupkeep {' '.join(words)}: {done.stderr.strip()[-500:]}")
        text = done.stdout if done.stdout.strip() else done.stderr
        try:
            return json.loads(text)
        except ValueError as error:
            raise Unavailable(f"aupkeep {' '.join(words)}: {text.strip()[-500:]}") from error

    def token_of(self, person: str = "") -> str:
        """The API token of a person of the desk, who decides; of nobody, one that reads cases."""
        if person not in self.tokens:
            whose = ("--scope", "approve", "--person", person) if person else ()
            words = ("token", "add", person or "reader", "--scope", "case", *whose)
            self.tokens[person] = self.command(*words)["token"]
        return self.tokens[person]

    def read(self, path: str, **asked: str) -> Any:  # noqa: ANN401 - an answer's JSON
        """What the API says of `cases` or `cases/REFERENCE`, for looks that come again and again.

        Milliseconds, where a command is a process that takes a second. Raises `Unavailable`.
        """
        from aupkeep.lab.browser import get

        self._going_on()
        query = f"?{urlencode(asked)}" if asked else ""
        headers = {"Authorization": f"Bearer {self.token_of()}"}
        status, text = get(f"{self.url}/api/v1/{path}{query}", headers)
        if status != DONE:
            raise Unavailable(f"the API answered {status} to {path}: {text[:200]}")
        return json.loads(text)

    def act(self, person: str, path: str, fields: Mapping[str, object]) -> bool:
        """What a person does by the API, e.g. `cases/REFERENCE/decisions`; as quick as `read`.

        False where somebody else was first, e.g. a rule. Raises `Unavailable` for a refusal.
        """
        headers = {"Authorization": f"Bearer {self.token_of(person)}", "If-Match": "*"}
        headers["Content-Type"] = "application/json"
        status, text = self.post(f"/api/v1/{path}", json.dumps(fields).encode(), headers)
        if status not in (DONE, FIRST):
            raise Unavailable(f"the API answered {status} to {path}: {text[:200]}")
        return status == DONE

    def wait(
        self,
        condition: Callable[[], T | None],
        what: str,
        seconds: float = PATIENCE,
        every: float = GLANCE,
    ) -> T:
        """Look until something is there. Raises `Unavailable` naming what did not come."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._going_on()
            result = condition()
            if result:
                return result
            time.sleep(every)
        raise Unavailable(f"waited {seconds:g} s for {what}; it did not come")

    def _going_on(self) -> None:
        """Raises `Unavailable` once the world has ended, e.g. during an attack."""
        if self.ended:
            raise Unavailable("the lab has ended")

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
        """POST to the install; status and text."""
        from aupkeep.lab.browser import post

        return post(f"{self.url}{path}", body, headers)

    def post_finding(self, token: str, finding: Mapping[str, object]) -> tuple[int, str]:
        """One finding of our own watch to the install; status (202 is taken) and text."""
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        return self.post("/api/v1/findings", json.dumps([finding]).encode(), headers)

    def ruleset(self) -> str:
        """The router's ruleset without its counters, "" without a lab."""
        if self.lab is None:
            return ""
        return self.lab.run(ROUTER, ["nft", "-s", "list", "ruleset"]).stdout

    def __enter__(self) -> Self:
        """The world itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """End everything it started."""
        self.close()

    def close(self) -> None:
        """Stop processes by pid, then the lab, then the mailbox."""
        self.ended = True
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            if process.poll() is None:
                process.kill()
                process.wait()
        if self.lab is not None:
            self.lab.close()
        self.mailbox.close()


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
    return port


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=0.5).close()
    except OSError:
        return False
    return True
