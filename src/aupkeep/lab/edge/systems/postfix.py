"""Postfix on the router, a relay that customers sign in to."""

import json
import shutil
import time
from pathlib import Path

from aupkeep.lab.attack_timing import customer_of
from aupkeep.lab.edge.system import (
    ENDED_TOO,
    GLANCE,
    INTERNET,
    PATIENCE,
    SOURCES,
    EdgeHarm,
    EdgeRun,
    EdgeSystem,
    Options,
    run_to_end,
    shipped,
)
from aupkeep.lab.namespaces import GATES, ROUTER, Lab
from aupkeep.lab.traffic import read_counts
from aupkeep.lab.world import LabWorld
from aupkeep.model.errors import Unavailable
from aupkeep.model.ladder import Measure

MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1, 203.0.113.1
inet_protocols = ipv4
smtpd_peername_lookup = no
smtp_dns_support_level = disabled
myhostname = relay.provider.example
mydestination =
mynetworks = 127.0.0.0/8, 203.0.113.0/24
alias_maps =
alias_database =
smtpd_sasl_auth_enable = yes
smtpd_authorized_xclient_hosts = 127.0.0.1, 203.0.113.0/24
smtpd_relay_restrictions = permit_mynetworks, reject
relayhost = [{sink}]
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
"""
MASTER = """\
203.0.113.1:2525 inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
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
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


def _write_postfix(folder: Path) -> None:
    folder.chmod(0o755)
    etc = folder / "etc"
    for name in ("etc", "queue", "data"):
        (folder / name).mkdir()
        (folder / name).chmod(0o755)
    shutil.chown(folder / "data", "postfix")
    (etc / "postfix-ask.regexp").write_text(shipped("postfix-ask.regexp", etc), "utf-8")
    main = MAIN.format(folder=folder, sink=INTERNET) + shipped("postfix-main.cf", etc)
    (etc / "main.cf").write_text(main, "utf-8")
    (etc / "master.cf").write_text(MASTER + shipped("postfix-master.cf", etc), "utf-8")
    (etc / "postfix.map").touch(0o644)
    logins = [customer_of(address) for address in SOURCES]
    rows = ["# LOGIN CUSTOMER", *(f"{login} {login}" for login in logins), ""]
    (etc / "accounts").write_text("\n".join(rows), "utf-8")


def _start_postfix(_: LabWorld, lab: Lab, folder: Path) -> None:
    etc = str(folder / "etc")
    run_to_end(lab, ROUTER, "postmap", "-c", etc, f"hash:{etc}/postfix.map")
    run_to_end(lab, ROUTER, "postfix", "-c", etc, "check")
    master = ["/usr/lib/postfix/sbin/master", "-d", "-c", etc]
    lab.popen(ROUTER, ["sh", "-c", ENDED_TOO, "postfix", *master], folder / "out")


def _postfix_targets(folder: Path) -> dict[str, Options]:
    etc = str(folder / "etc")
    return {
        "relay": {
            "driver": "postfix",
            "options": {
                "map": f"{etc}/postfix.map",
                "reload": ["postmap", "-c", etc, f"hash:{etc}/postfix.map"],
                "ask": "127.0.0.1:10587",
                "accounts": f"{etc}/accounts",
                "queue": ["postqueue", "-c", etc, "-j"],
                "envelope": ["postcat", "-c", etc, "-eq"],
                "release": ["postsuper", "-c", etc, "-H", "-"],
            },
        }
    }


def _delivered(run: EdgeRun) -> int:
    return read_counts(run.scene.folder / "mail.json").get(GATES["internet"], 0)


def _held(run: EdgeRun) -> int:
    words = ["postqueue", "-c", str(run.folder / "etc"), "-j"]
    rows = run.scene.lab.run(ROUTER, words).stdout.splitlines()
    return sum(json.loads(row)["queue_name"] == "hold" for row in rows)


def _flows(run: EdgeRun, login: str) -> bool:
    """Whether a mail of that login reaches the world, or is held."""
    before, held = _delivered(run), _held(run)
    if run.ask("tenant-a", "mail", GATES["tenant-a"], login) != "250":
        return False
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if _held(run) > held:
            return False
        if _delivered(run) > before:
            return True
        time.sleep(GLANCE)
    raise Unavailable(f"a mail of {login} was neither held nor delivered within {PATIENCE:g} s")


SYSTEM = EdgeSystem(
    name="postfix",
    harms=(
        EdgeHarm(
            name="mail-account",
            says="an account that mails through our Postfix",
            driver="postfix",
            kind="messaging/spam",
            measure=Measure.HOLD_MAIL,
            finding=lambda run: {"account": customer_of(run.address)},
            goes_on=lambda run: _flows(run, customer_of(run.address)),
            unserved=lambda run: [] if _flows(run, "neighbour") else ["neighbour"],
            fields=lambda run: {"account": customer_of(run.address)},
        ),
    ),
    programs={"postfix": "postfix", "postqueue": "postfix"},
    write=_write_postfix,
    start=_start_postfix,
    targets=_postfix_targets,
    apart=True,
    as_root=True,
)
