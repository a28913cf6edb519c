"""unbound on the router, a resolver that tenant B asks."""

from pathlib import Path

from aupkeep.lab.edge.harms import POLICY, ZONE, name_harm, policy_target
from aupkeep.lab.edge.system import EdgeSystem, Options, shipped
from aupkeep.lab.namespaces import GATES, ROUTER, Lab
from aupkeep.lab.world import LabWorld

CONF = """\
server:
  directory: "{folder}"
  username: ""
  chroot: ""
  pidfile: "{folder}/pid"
  use-syslog: no
  do-daemonize: no
  interface: 203.0.113.1
  interface: 127.0.0.1
  access-control: 203.0.113.0/24 allow
  do-not-query-localhost: no
  local-zone: "unbound.example." transparent
  domain-insecure: "example"
remote-control:
  control-enable: yes
  control-interface: 127.0.0.1
  control-use-cert: no
auth-zone:
  name: unbound.example
  zonefile: {folder}/site.zone
  for-downstream: no
  for-upstream: yes
"""


def _write_unbound(folder: Path) -> None:
    text = CONF.format(folder=folder) + shipped("unbound-rpz.conf", folder)
    (folder / "unbound.conf").write_text(text, "utf-8")
    (folder / "site.zone").write_text(ZONE, "utf-8")
    (folder / "rpz.zone").write_text(POLICY, "utf-8")


def _start_unbound(_: LabWorld, lab: Lab, folder: Path) -> None:
    lab.popen(ROUTER, ["unbound", "-d", "-c", str(folder / "unbound.conf")], folder / "out")


def _unbound_targets(folder: Path) -> dict[str, Options]:
    control = ["unbound-control", "-c", str(folder / "unbound.conf")]
    return {
        "unbound": policy_target(
            "*.unbound.example", folder, [*control, "auth_zone_reload"], "127.0.0.1"
        )
    }


SYSTEM = EdgeSystem(
    name="unbound",
    harms=(
        name_harm(
            "name-unbound",
            driver="rpz",
            zone="unbound.example",
            server=GATES["tenant-a"],
            says="a name that deceives, asked of our unbound",
        ),
    ),
    programs={"unbound": "unbound", "unbound-control": "unbound"},
    write=_write_unbound,
    start=_start_unbound,
    targets=_unbound_targets,
)
