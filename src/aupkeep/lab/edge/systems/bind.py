"""BIND on the router: a resolver that tenant B asks, and the primary of a zone that we host."""

from pathlib import Path

from aupkeep.lab.edge.harms import POLICY, ZONE, name_harm, policy_target
from aupkeep.lab.edge.system import EdgeSystem, Options, shipped
from aupkeep.lab.namespaces import GATES, ROUTER, Lab
from aupkeep.lab.world import LabWorld

BIND = GATES["tenant-b"]  # where it listens: it does so at addresses of interfaces alone
SECRET = "bGFiIG9ubHksIG5vdGhpbmcgaGVyZSBpcyBzZWNyZXQhIQ=="  # noqa: S105 - of a lab's loopback alone
KEY = f'key "aupkeep" {{ algorithm hmac-sha256; secret "{SECRET}"; }};\n'
NAMED = """\
{key}
options {{
    directory "{folder}"; pid-file "{folder}/pid"; session-keyfile "{folder}/session";
    listen-on {{ 203.0.113.65; }}; listen-on-v6 {{ none; }};
    recursion yes; allow-recursion {{ any; }}; dnssec-validation no;
    managed-keys-directory "{folder}";
    response-policy {{ zone "rpz.aupkeep"; }} min-update-interval 0 qname-wait-recurse no;
}};
controls {{ inet 127.0.0.1 port 9953 allow {{ 127.0.0.1; }} keys {{ "aupkeep"; }}; }};
zone "bind.example" {{ type primary; file "{folder}/site.zone"; }};
zone "hosted.example" {{ type primary; file "{folder}/hosted.zone";
    allow-update {{ key "aupkeep"; }}; }};
"""
RNDC = """\
{key}
options {{ default-key "aupkeep"; default-server 127.0.0.1; default-port 9953; }};
"""


def _write_bind(folder: Path) -> None:
    fields = {"folder": folder, "key": KEY}
    (folder / "rndc.conf").write_text(RNDC.format(**fields), "utf-8")
    text = NAMED.format(**fields) + shipped("bind-rpz.conf", folder)
    (folder / "named.conf").write_text(text, "utf-8")
    for name in ("site.zone", "hosted.zone"):
        (folder / name).write_text(ZONE, "utf-8")
    (folder / "rpz.zone").write_text(POLICY, "utf-8")
    folder.chmod(0o777)


def _start_bind(_: LabWorld, lab: Lab, folder: Path) -> None:
    lab.popen(ROUTER, ["named", "-g", "-c", str(folder / "named.conf")], folder / "out")


def _bind_targets(folder: Path) -> dict[str, Options]:
    hosted = {
        "zones": ["hosted.example"],
        "server": f"{BIND}:53",
        "key_name": "aupkeep",
        "key_secret": SECRET,
    }
    reload = ["rndc", "-c", str(folder / "rndc.conf"), "reload"]
    return {
        "bind": policy_target("*.bind.example", folder, reload, BIND),
        "primary": {"driver": "dns-update", "names": ["*.hosted.example"], "options": hosted},
    }


SYSTEM = EdgeSystem(
    name="bind",
    harms=(
        name_harm(
            "name-bind",
            driver="rpz",
            zone="bind.example",
            server=BIND,
            says="a name that deceives, asked of our BIND",
        ),
        name_harm(
            "name-hosted",
            driver="dns-update",
            zone="hosted.example",
            server=BIND,
            says="a name that deceives in a zone that we host",
        ),
    ),
    programs={"named": "bind9", "rndc": "bind9-utils"},
    write=_write_bind,
    start=_start_bind,
    targets=_bind_targets,
)
