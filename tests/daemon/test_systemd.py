"""The units under a real systemd: a mail becomes a signed state and a block; killed, it comes back.

Root boots a machine of its own for it (`machine.py`); where that cannot be done it is skipped with
what is missing.
"""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from daemon.machine import Machine, NoMachine, booted

pytestmark = [pytest.mark.root, pytest.mark.nightly("processes")]
PARTS = ("signer", "worker", "web", "mailin", "flowd")
UNITS = [f"aupkeep-{part}" for part in PARTS]
PROGRAM = "/opt/aupkeep/bin/aupkeep"
SET_UP = "AUPKEEP_HOME=/var/lib/aupkeep/setup"
INSTALL = f"""
echo /opt/python/lib > /etc/ld.so.conf.d/00-itself.conf; ldconfig
/opt/python/bin/python3 -m venv --without-pip /opt/aupkeep
cd /opt/aupkeep/lib/python3.*/site-packages
printf '/opt/site\\n/opt/src\\n' > it.pth
printf '#!/bin/sh\\nexec /opt/aupkeep/bin/python -m aupkeep "$@"\\n' > {PROGRAM}
chmod 755 {PROGRAM} /opt /opt/aupkeep
cd /; {PROGRAM} --version
/opt/aupkeep/bin/python -c 'import sys; sys.argv[0] = "{PROGRAM}"
from aupkeep.cli.group import main; main(["setup", "systemd", "/"])'
systemd-sysusers; systemd-tmpfiles --create 2>/dev/null || true
"""
DATABASE = """
bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
mkdir -p /var/lib/itself; chown postgres:postgres /var/lib/itself
mkdir -p /run/postgresql; chown postgres:postgres /run/postgresql
setpriv --reuid=postgres --regid=postgres --init-groups $bin/initdb -D /var/lib/itself/db \\
    --auth-local=peer -E UTF8 --locale=C.UTF-8 > /dev/null
cat > /etc/systemd/system/itself-database.service <<END
[Service]
User=postgres
ExecStart=$bin/postgres -D /var/lib/itself/db -c listen_addresses= -k /run/postgresql
END
systemctl daemon-reload; systemctl start itself-database
until $bin/pg_isready -q -h /run/postgresql; do sleep 0.3; done
"""
ROLES = """
as() { setpriv --reuid=postgres --regid=postgres --init-groups "$@"; }
cd /tmp
as createuser --no-login desk; as createdb --owner desk aupkeep
as createuser --role desk root; as psql -qc 'ALTER ROLE root SET role = desk'
cat > /etc/aupkeep/aupkeep.toml <<END
database = "postgresql:///aupkeep?host=/run/postgresql"
[provider]
listen = false
[enforcement]
driver = "record"
[mail]
nameservers = ["none"]
[flows]
listen = ["127.0.0.1:2055"]
END
chmod 644 /etc/aupkeep/aupkeep.toml
"""
KEYS = f"""
export {SET_UP}
{PROGRAM} signer take --own /var/lib/aupkeep/signer-own
install -m 0640 -g aupkeep -t /etc/aupkeep/keys /var/lib/aupkeep/setup/keys/*
{PROGRAM} setup roles | setpriv --reuid=postgres --regid=postgres --init-groups \\
    psql -q -v ON_ERROR_STOP=1 aupkeep
"""
MAIL = """\
From: Night shift <soc@cert.example>\r
Subject: password guessing {number}\r
Date: {sent}\r
Message-ID: <{number}@cert.example>\r
\r
All times are UTC.\r
\r
{stamp} +0000 gate sshd[1]: Failed password for root from 203.0.113.{number} port 40000 ssh2\r
"""
LMTP = """
import smtplib, sys
with smtplib.LMTP("127.0.0.1", 8024, timeout=60) as client:
    client.sendmail("soc@cert.example", ["abuse@aupkeep.example"], sys.stdin.buffer.read())
"""


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    """A machine with the product as docs/operating.md sets it up, every unit started."""
    if os.geteuid() != 0:
        pytest.skip("needs root to boot a machine")
    folder = Path(tempfile.mkdtemp(prefix="machine-", dir="/var/tmp"))
    try:
        with booted(folder / "root") as it:
            it.shell(INSTALL)
            it.shell(DATABASE)
            it.shell(ROLES)
            it.shell(KEYS)
            it.run("systemctl", "start", *UNITS)
            yield it
    except NoMachine as error:
        pytest.skip(f"no machine can be booted here: {error}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def desk(machine: Machine, *words: object, given: bytes | None = None):
    """A command of root, who is the first person of the desk; its JSON."""
    told = machine.run("env", SET_UP, PROGRAM, *words, "-o", "json", given=given)
    return json.loads(told or "null")


def active(machine: Machine) -> dict[str, str]:
    """How each unit stands."""
    return {
        name: machine.run("systemctl", "is-active", name, check=False).strip() for name in UNITS
    }


def mail(machine: Machine, number: int) -> None:
    """A report about one address, by LMTP."""
    at = datetime.now(UTC) - timedelta(minutes=2)
    text = MAIL.format(
        number=number,
        sent=f"{at:%a, %d %b %Y %H:%M:%S} +0000",
        stamp=f"{at:%Y-%m-%d %H:%M:%S}",
    )
    machine.run("/opt/python/bin/python3", "-c", LMTP, given=text.encode())


def case_about(machine: Machine, number: int):
    """The case that the mail opens, once the worker has read it."""
    for _ in range(200):
        for case in desk(machine, "case", "list"):
            if case["resource"] == f"vm-{number}":
                return case["reference"]
        time.sleep(0.5)
    raise AssertionError(machine.shell("journalctl --no-pager -n 60"))


def state_of(machine: Machine, reference: str) -> str:
    """How the newest measure of a case stands."""
    made = desk(machine, "case", "show", reference)["actions"]
    return made[-1]["state"] if made else ""


def until_state(machine: Machine, reference: str, wanted: str) -> None:
    """Wait until the newest measure of a case stands so."""
    for _ in range(200):
        if (state := state_of(machine, reference)) == wanted:
            return
        time.sleep(0.5)
    words = machine.shell("journalctl --no-pager -n 60")
    raise AssertionError(f"expected {wanted}, found {state}: {words}")


def block(machine: Machine, reference: str) -> None:
    """A person's decision."""
    words = ("--measure", "block-port", "--hours", 1, "--reasons", "it goes on")
    desk(machine, "decide", reference, *words)


def start_agent(machine: Machine) -> None:
    """The agent's unit, with its token, the server's key and its own key known."""
    token = desk(machine, "token", "add", "here", "--scope", "agent")["token"]
    keys = {key["purpose"]: key["public"] for key in desk(machine, "keys", "list")}
    machine.run("tee", "/etc/aupkeep/agent-token", given=token.encode())
    words = f"AUPKEEP_SERVER=http://127.0.0.1:8017\nAUPKEEP_AGENT_KEYS=--key {keys['desired']}\n"
    machine.run("tee", "/etc/aupkeep/agent.env", given=words.encode())
    machine.run("systemctl", "start", "aupkeep-agent")


def test_a_mail_becomes_a_signed_state_and_what_dies_comes_back(machine):
    """The whole road under the units, each process as its own user, killed in between."""
    assert set(active(machine).values()) == {"active"}, machine.shell("journalctl --no-pager -n 80")
    users = machine.shell("ps -eo user:20,args | grep 'm aupkeep [a-z]' | grep -v grep")
    assert {line.split()[0] for line in users.splitlines()} == set(UNITS)
    desk(machine, "inventory", "own", "add", "203.0.113.0/24")
    rows = "address,customer,resource,from,until\n" + "".join(
        f"203.0.113.{number},alder,vm-{number},2026-01-01T00:00:00Z,\n" for number in (10, 11)
    )
    desk(machine, "inventory", "import", "-", given=rows.encode())
    desk(machine, "customers", "import", "-", given=b"customer,contact\nalder,noc@alder.example\n")
    mail(machine, 10)
    reference = case_about(machine, 10)
    start_agent(machine)
    block(machine, reference)
    until_state(machine, reference, "recorded")
    (known,) = desk(machine, "agent", "key", "list")
    assert (known["state"], known["refused"]) == ("pinned", "")
    for unit in UNITS:  # a kill, and for one of them more than one at once
        machine.run("systemctl", "kill", "--signal=KILL", unit)
    mail_taken(machine, 11)
    second = case_about(machine, 11)
    block(machine, second)
    until_state(machine, second, "recorded")
    machine.run("systemctl", "restart", *UNITS, "aupkeep-agent")
    desk(machine, "undo", desk(machine, "case", "show", second)["actions"][0]["action"],
         "--reason", "over")  # fmt: skip
    until_state(machine, second, "lifted")
    machine.run("systemctl", "stop", *UNITS, "aupkeep-agent")
    assert set(active(machine).values()) == {"inactive"}
    failed = machine.run("systemctl", "--failed", "--no-legend", "--plain")
    assert "aupkeep" not in failed
    verdict = desk(machine, "verify")
    assert verdict["ok"], verdict
    denied = machine.shell("journalctl --no-pager | grep -i 'permission denied' || true")
    assert denied == ""


WEB = """
[[enforcement.targets]]
name = "web-1"
driver = "nginx"
[enforcement.targets.options]
map = "/var/lib/aupkeep/agent/nginx.map"
check = ["true"]
reload = ["true"]
"""
STEP = """
import base64, os, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from aupkeep.app.enforcing.agent_run import AgentConfig, open_agent
from aupkeep.config.targets import TargetSettings
from aupkeep.enforcement.desired import VALID_FOR, DesiredState, sign
from aupkeep.model.action import Action
from aupkeep.model.decision import Scope, Versions
from aupkeep.model.ladder import Level, Measure
now, key = datetime.now(UTC), Ed25519PrivateKey.from_private_bytes(bytes(32))
public = key.public_key()
home = Path("/var/lib/aupkeep/agent")
options = {"map": str(home / "nginx.map"), "check": ["true"], "reload": ["true"]}
carries = TargetSettings(name="web-1", driver="nginx", options=options)
agent = open_agent(
    AgentConfig(carries=carries, folder=home / "agent" / "web-1", keys=[public], server="http://127.0.0.1:8017")
)
action = Action(
    id="019b7c01-0400-7000-8000-00000000000" + sys.argv[1], decision="d", case="c",
    reference="K7QF-2M9X", driver="nginx", target="web-1", level=Level.L3,
    measure=Measure.BLOCK_URL,
    scope=Scope(customer="alder", resource="vm-10", url="https://shop.example/a"),
    starts=now, until=now + timedelta(seconds=8), automatic=True,
    versions=Versions(detector="none", rule="r", policy="p", attribution="1"),
)
state = DesiredState(
    target="web-1", serial=int(sys.argv[1]), made_at=now, valid_until=now + VALID_FOR,
    actions=(action,),
)
agent._fetch, agent._fresh = lambda: sign(state, key), None
assert agent.step().applied == (action.id,)
print(base64.b64encode(public.public_bytes_raw()).decode(), flush=True)
if sys.argv[2:]:
    import fcntl
    lock = (home / "agent" / "web-1" / "lock").open("r+")
    fcntl.flock(lock, fcntl.LOCK_EX)
    lock.write(str(os.getpid()).ljust(10))
    lock.flush()
    import signal
    signal.pause()
"""
AS_AGENT = (
    "setpriv", "--reuid=aupkeep-agent", "--regid=aupkeep-agent", "--init-groups",
    "env", "AUPKEEP_HOME=/var/lib/aupkeep/agent", "/opt/aupkeep/bin/python",
)  # fmt: skip
ROWS = ("grep", "-c", "shop.example/a", "/var/lib/aupkeep/agent/nginx.map")


def test_the_ender_lifts_for_an_agent_that_is_dead_or_hangs(machine):
    """As its unit confines it: what is over goes from the map, and who holds the lock is killed."""
    machine.run("tee", "/var/lib/aupkeep/agent/aupkeep.toml", given=WEB.encode())
    machine.run("tee", "/srv/step.py", given=STEP.encode())
    public = machine.run(*AS_AGENT, "/srv/step.py", 1).strip()
    assert machine.run(*ROWS).strip() == "1"
    keys = f"AUPKEEP_SERVER=http://127.0.0.1:8017\nAUPKEEP_AGENT_KEYS=--key {public}\n"
    machine.run("tee", "/etc/aupkeep/agent.env", given=keys.encode())
    machine.run("systemctl", "start", "aupkeep-ender")
    gone = "grep -c shop.example/a /var/lib/aupkeep/agent/nginx.map | grep -x 0"
    machine.until("the ender", "sh", "-c", gone)
    hanging = " ".join((*AS_AGENT, "/srv/step.py", "2", "hang"))
    machine.shell(f"{hanging} > /srv/hanging 2>&1 & echo $! > /srv/hanging.pid")
    machine.until("the step", "cat", "/srv/hanging")
    assert machine.run(*ROWS).strip() == "1"
    machine.until("the ender", "sh", "-c", gone)
    journal = machine.run("journalctl", "--no-pager", "-u", "aupkeep-ender")
    assert "took no step: killed" in journal, journal
    assert machine.run("systemctl", "is-active", "aupkeep-ender").strip() == "active"
    machine.run("systemctl", "stop", "aupkeep-ender")


def mail_taken(machine: Machine, number: int) -> None:
    """Hand a mail over once somebody listens again."""
    for _ in range(100):
        try:
            return mail(machine, number)
        except AssertionError:
            time.sleep(0.5)
    raise AssertionError("mailin did not come back")
