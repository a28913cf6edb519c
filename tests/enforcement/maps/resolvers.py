"""A real BIND and a real unbound of the test's own, with our shipped policy zone, on loopback."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import dns.message
import dns.query
import dns.rdatatype

from daemon.processes import free_port
from enforcement.maps.nginx_server import CONFIG

HEAD = """\
$TTL 60
@ SOA localhost. hostmaster.localhost. 1 3600 600 604800 60
@ NS localhost.
"""
SITE = f"""\
{HEAD}shop A 192.0.2.10
shop AAAA 2001:db8:f::10
www.shop A 192.0.2.11
other A 192.0.2.12
*.wild A 192.0.2.13
alias CNAME other
@ A 192.0.2.14
@ TXT "v=spf1 -all"
"""
SECRET = "c2VjcmV0IG9mIHRoZSB0ZXN0cyBhbG9uZSEhISEhISE="  # of these tests alone
KEY = f'key "aupkeep" {{ algorithm hmac-sha256; secret "{SECRET}"; }};\n'
NAMED = """\
{key}
options {{
    directory "{folder}"; pid-file "{folder}/pid"; session-keyfile "{folder}/session";
    listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};
    recursion yes; dnssec-validation no; managed-keys-directory "{folder}";
    response-policy {{ zone "rpz.aupkeep"; }} min-update-interval 0 qname-wait-recurse no;
}};
controls {{ inet 127.0.0.1 port {control} allow {{ 127.0.0.1; }} keys {{ "aupkeep"; }}; }};
zone "customer.example" {{
    type primary; file "{folder}/customer.zone"; allow-update {{ key "aupkeep"; }};
    allow-transfer {{ 127.0.0.1; }}; }};
"""
RNDC = """\
{key}
options {{ default-key "aupkeep"; default-server 127.0.0.1; default-port {control}; }};
"""
UNBOUND = """\
server:
  directory: "{folder}"
  username: ""
  chroot: ""
  pidfile: "{folder}/pid"
  use-syslog: no
  do-daemonize: no
  interface: 127.0.0.1
  port: {port}
  do-not-query-localhost: no
  local-zone: "customer.example." transparent
  domain-insecure: "example"
remote-control:
  control-enable: yes
  control-interface: {folder}/control
  control-use-cert: no
auth-zone:
  name: customer.example
  zonefile: {folder}/customer.zone
  for-downstream: no
  for-upstream: yes
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameServer:
    """A running server: its folder, its port, and the command that has it read the policy zone."""

    folder: Path
    port: int
    reload: list[str]

    @property
    def map(self) -> Path:
        """The policy zone."""
        return self.folder / "rpz.zone"

    @property
    def options(self) -> dict[str, object]:
        """The options of the driver `rpz`."""
        return {"map": str(self.map), "reload": self.reload, "ask": f"127.0.0.1:{self.port}"}

    def asked(self, name: str, kind: str = "A") -> list[str]:
        """What it answers, as texts."""
        query = dns.message.make_query(name, dns.rdatatype.from_text(kind))
        answer = dns.query.tcp(query, "127.0.0.1", port=self.port, timeout=5)
        return sorted(data.to_text() for rrset in answer.answer for data in rrset)


@contextmanager
def bind(folder: Path) -> Iterator[NameServer]:
    """A running BIND: primary of customer.example, resolver with the policy zone."""
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    control = free_port()
    conf = folder / "rndc.conf"
    rndc = [str(shutil.which("rndc")), "-c", str(conf), "reload", "rpz.aupkeep"]
    server = NameServer(folder=folder, port=free_port(), reload=rndc)
    fields = {"folder": folder, "port": server.port, "control": control, "key": KEY}
    conf.write_text(RNDC.format(**fields))
    zone = (CONFIG / "bind-rpz.conf").read_text().replace("/etc/aupkeep", str(folder))
    (folder / "named.conf").write_text(NAMED.format(**fields) + zone)
    (folder / "customer.zone").write_text(SITE)
    server.map.write_text(HEAD)
    words = [str(shutil.which("named")), "-g", "-c", str(folder / "named.conf")]
    with _running(server, words):
        yield server


@contextmanager
def unbound(folder: Path) -> Iterator[NameServer]:
    """A running unbound with the policy zone, which knows customer.example."""
    folder.mkdir(parents=True)
    conf = folder / "unbound.conf"
    reload = ["unbound-control", "-c", str(conf), "auth_zone_reload", "rpz.aupkeep"]
    server = NameServer(folder=folder, port=free_port(), reload=reload)
    policy = (CONFIG / "unbound-rpz.conf").read_text().replace("/etc/aupkeep", str(folder))
    conf.write_text(UNBOUND.format(folder=folder, port=server.port) + policy)
    (folder / "customer.zone").write_text(SITE)
    server.map.write_text(HEAD)
    with _running(server, [str(shutil.which("unbound")), "-d", "-c", str(conf)]):
        yield server


@contextmanager
def _running(server: NameServer, words: list[str]) -> Iterator[None]:
    with (server.folder / "log").open("wb") as log:
        process = subprocess.Popen(words, stdout=log, stderr=log)
    try:
        _wait_for(server, process)
        yield
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(server: NameServer, process: "subprocess.Popen[bytes]") -> None:
    """Until it answers."""
    for _ in range(300):
        assert process.poll() is None, (server.folder / "log").read_text()[-2000:]
        with suppress(OSError, EOFError):
            if server.asked("shop.customer.example"):
                return
        time.sleep(0.02)
    raise AssertionError("it never answered")
