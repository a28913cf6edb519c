"""A real Postfix of the test's own: its own configuration, queue and data, on loopback, as root.

Three doors stand for three operators. `port` is the door `docs/operating.md` asks for: a stamp in
the desk's own name is taken off before a filter puts the true one on. `careless` has the filter and
does not take the foreign stamp off; `open` has neither. Nothing of the machine's is touched.
"""

import json
import shutil
import smtplib
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from daemon.filter import Filter
from daemon.processes import PATIENCE, free_port, stuffed, until

DESK = "abuse@aupkeep.example"
NAME = "mx.aupkeep.example"
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
myhostname = {name}
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
alias_database =
local_header_rewrite_clients =
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
virtual_mailbox_domains = aupkeep.example, single.example, broken.example, tls.example
virtual_mailbox_maps = static:all
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
transport_maps = inline:{{
  single.example=single:inet:127.0.0.1:{lmtp}, broken.example=broken:inet:127.0.0.1:{lmtp},
  tls.example=tls:inet:127.0.0.1:{lmtp} }}
lmtp_tls_loglevel = 1
single_destination_recipient_limit = 1
relayhost = [127.0.0.1]:{sink}
header_checks = regexp:{folder}/etc/header_checks
nested_header_checks =
mime_header_checks =
smtpd_milters = inet:127.0.0.1:{filter}
milter_default_action = tempfail
lmtp_line_length_limit = 0
message_size_limit = 50000000
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
"""
MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
127.0.0.1:{careless} inet n - n - - smtpd -o cleanup_service_name=unchecked
127.0.0.1:{open} inet n - n - - smtpd
  -o cleanup_service_name=unchecked -o smtpd_milters= -o smtputf8_enable=no
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
unchecked unix n - n - 0 cleanup -o header_checks=
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
single unix - - n - - lmtp
broken unix - - n - - lmtp -o lmtp_line_length_limit=998
tls unix - - n - - lmtp -o lmtp_tls_security_level=verify
  -o lmtp_tls_CAfile={folder}/etc/ca.pem -o lmtp_tls_verify_cert_match=mailin.example
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
"""
CHECKS = "/^Authentication-Results[[:space:]]*:/ IGNORE\n"


@dataclass(slots=True)
class Sink:
    """The rest of the world: an SMTP server that keeps what comes, and knows no `gone@`."""

    mails: list[tuple[str, tuple[str, ...], bytes]] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """Refuse whoever is gone for good."""
        if address.startswith("gone@"):
            return "550 5.1.1 nobody of that name here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 known"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep sender, recipients and bytes."""
        content = bytes(envelope.content or b"")
        sender = (envelope.mail_from or "").strip("<>")  # aiosmtpd writes the null one as <>
        self.mails.append((sender, tuple(envelope.rcpt_tos), content))
        return "250 2.0.0 kept"

    def to(self, address: str) -> list[tuple[str, bytes]]:
        """Return path and bytes of each mail to an address."""
        return [(sender, data) for sender, to, data in list(self.mails) if address in to]


@dataclass(frozen=True, slots=True, kw_only=True)
class Postfix:
    """A running instance: its doors, the LMTP port it delivers to, and the world behind it."""

    folder: Path
    port: int
    careless: int
    open: int
    lmtp: int
    sink: Sink

    def post(
        self,
        data: bytes,
        to: tuple[str, ...] = (DESK,),
        *,
        door: int | None = None,
        sender: str = "soc@cert.example",
        utf8: bool = False,
    ) -> None:
        """Hand bytes over by SMTP as they are, as a foreign server does."""
        with smtplib.SMTP("127.0.0.1", door or self.port, "cert.example", PATIENCE) as client:
            client.ehlo()
            if utf8:
                client.command_encoding = "utf-8"
            told = [client.mail(sender, ["BODY=8BITMIME", *(["SMTPUTF8"] if utf8 else [])])]
            told += [client.rcpt(one) for one in to]
            client.putcmd("data")
            told.append(client.getreply())
            client.send(stuffed(data))
            told.append(client.getreply())
        assert [code for code, _ in told] == [250] * (len(to) + 1) + [354, 250], told

    def queue(self) -> list[dict[str, object]]:
        """What waits, as `postqueue -j` tells it."""
        told = self._run("postqueue", "-j").stdout
        return [json.loads(line) for line in told.splitlines()]

    def flush(self) -> None:
        """Try everything that waits now."""
        self._run("postqueue", "-f")

    def empty(self) -> bool:
        """Whether everything was delivered or sent back; tries what waits."""
        if not self.queue():
            return True
        self.flush()
        return False

    def log(self) -> str:
        """What it logged."""
        return (self.folder / "log").read_text("utf-8", "replace")

    def _run(self, *words: str) -> subprocess.CompletedProcess[str]:
        told = subprocess.run(
            [words[0], "-c", self.folder / "etc", *words[1:]],
            check=False,
            capture_output=True,
            text=True,
        )
        assert told.returncode == 0, f"{words}: {told.stderr}\n{self.log()[-2000:]}"
        return told

    def start(self) -> None:
        """Start; returns when it listens."""
        self._run("postfix", "start")

    def stop(self) -> None:
        """Stop it, and see that its master is gone."""
        master = int((self.folder / "queue/pid/master.pid").read_text())
        self._run("postfix", "stop")
        until(lambda: not Path(f"/proc/{master}").exists(), f"Postfix {master} to be gone")


@contextmanager
def postfix(proven: tuple[str, ...]) -> Iterator[Postfix]:
    """A running Postfix whose filter finds the mails of these domains signed, others not.

    Everything is under a folder of its own in /tmp, since Postfix's user must be able to enter it.
    """
    sink = Sink()
    world = Controller(sink, hostname="127.0.0.1", port=free_port(), server_hostname="world")
    world.start()
    folder = Path(tempfile.mkdtemp(prefix="aupkeep-postfix-"))
    try:
        with Filter(NAME, proven) as stamps:
            made = Postfix(
                folder=folder,
                port=free_port(),
                careless=free_port(),
                open=free_port(),
                lmtp=free_port(),
                sink=sink,
            )
            _furnish(made, world.port, stamps.port)
            made.start()
            try:
                yield made
            finally:
                made.stop()
    finally:
        world.stop()
        shutil.rmtree(folder)


def _furnish(made: Postfix, sink: int, stamps: int) -> None:
    """Write the instance's files; Postfix makes the folders of its queue itself."""
    folder = made.folder
    folder.chmod(0o755)
    for name in ("etc", "queue", "data"):
        (folder / name).mkdir(mode=0o755)
    shutil.chown(folder / "data", "postfix")
    values = {
        "folder": folder,
        "name": NAME,
        "lmtp": made.lmtp,
        "sink": sink,
        "filter": stamps,
        "port": made.port,
        "careless": made.careless,
        "open": made.open,
    }
    for name, text in (("main.cf", MAIN), ("master.cf", MASTER)):
        (folder / "etc" / name).write_text(text.format(**values))
    (folder / "etc" / "header_checks").write_text(CHECKS)
