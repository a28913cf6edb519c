"""A real Postfix that customers send through, with our shipped configuration, as root.

Who sends is told by XCLIENT, as a sign-in tells it.
"""

import json
import shutil
import smtplib
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from aiosmtpd.controller import Controller

from daemon.postfix import MASTER, Sink
from daemon.processes import free_port, until
from enforcement.maps.nginx_server import CONFIG

MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtpd_peername_lookup = no
smtp_dns_support_level = disabled
myhostname = relay.provider.example
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
alias_database =
smtpd_sasl_auth_enable = yes
smtpd_authorized_xclient_hosts = 127.0.0.1
smtpd_relay_restrictions = permit_mynetworks, reject
relayhost = [127.0.0.1]:{sink}
queue_run_delay = 1s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRelay:
    """A running instance and the world behind it."""

    folder: Path
    port: int
    ask: int
    sink: Sink

    @property
    def map(self) -> Path:
        """The file of rows."""
        return self.folder / "etc" / "postfix.map"

    @property
    def options(self) -> dict[str, object]:
        """The driver's options."""
        etc = str(self.folder / "etc")
        return {
            "map": str(self.map),
            "reload": ["postmap", "-c", etc, f"hash:{self.map}"],
            "ask": f"127.0.0.1:{self.ask}",
            "accounts": f"{etc}/accounts",
            "queue": ["postqueue", "-c", etc, "-j"],
            "envelope": ["postcat", "-c", etc, "-eq"],
            "release": ["postsuper", "-c", etc, "-H", "-"],
        }

    def send(self, login: str, to: str) -> tuple[int, bytes]:
        """Send a mail as whoever signed in; how its recipient was answered."""
        with smtplib.SMTP("127.0.0.1", self.port, "pc.example", 30) as smtp:
            smtp.ehlo()
            assert smtp.docmd("XCLIENT", f"LOGIN={login}")[0] == 220
            smtp.ehlo()
            smtp.mail(f"{login}@customers.example")
            answer = smtp.rcpt(to)
            if answer[0] == 250:
                smtp.data(b"Subject: hello\r\n\r\nhello\r\n")
            return answer

    def read_map(self) -> None:
        """Have Postfix read the map as it is."""
        self.run("postmap", f"hash:{self.map}")

    def held(self) -> list[str]:
        """The recipients of what is held."""
        rows = [json.loads(line) for line in self.run("postqueue", "-j").splitlines()]
        return [row["recipients"][0]["address"] for row in rows if row["queue_name"] == "hold"]

    def run(self, *words: str) -> str:
        """What a command of Postfix says."""
        command = [words[0], "-c", str(self.folder / "etc"), *words[1:]]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr + (self.folder / "log").read_text()[-2000:]
        return done.stdout


@contextmanager
def mail_relay() -> Iterator[MailRelay]:
    """A running relay in a folder that Postfix's own user can enter."""
    sink = Sink()
    world = Controller(sink, hostname="127.0.0.1", port=free_port(), server_hostname="world")
    world.start()
    folder = Path(tempfile.mkdtemp(prefix="aupkeep-relay-"))
    relay = MailRelay(folder=folder, port=free_port(), ask=free_port(), sink=sink)
    try:
        _furnish(relay, world.port)
        relay.read_map()
        relay.run("postfix", "start")
        try:
            yield relay
        finally:
            master = int((folder / "queue/pid/master.pid").read_text())
            relay.run("postfix", "stop")
            until(lambda: not Path(f"/proc/{master}").exists(), f"Postfix {master} to be gone")
    finally:
        world.stop()
        shutil.rmtree(folder)


def _furnish(relay: MailRelay, sink: int) -> None:
    folder = relay.folder
    folder.chmod(0o755)
    for name in ("etc", "queue", "data"):
        (folder / name).mkdir(mode=0o755)
    shutil.chown(folder / "data", "postfix")
    etc = folder / "etc"
    shipped = {
        name: (CONFIG / name).read_text().replace("/etc/aupkeep", str(etc))
        for name in ("postfix-main.cf", "postfix-master.cf", "postfix-ask.regexp")
    }
    (etc / "postfix-ask.regexp").write_text(shipped["postfix-ask.regexp"])
    (etc / "main.cf").write_text(MAIN.format(folder=folder, sink=sink) + shipped["postfix-main.cf"])
    services = MASTER.partition("pickup unix")[2]
    (etc / "master.cf").write_text(
        f"127.0.0.1:{relay.port} inet n - n - - smtpd\npickup unix"
        + services.format(folder=folder)
        + shipped["postfix-master.cf"].replace("10587", str(relay.ask))
    )
    relay.map.touch(0o644)
    (etc / "accounts").write_text("# LOGIN CUSTOMER\nacme acme\nalder alder\n")
