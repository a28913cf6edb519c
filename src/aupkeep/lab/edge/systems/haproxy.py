"""HAProxy on the router, with a page that visitors on the internet ask for."""

from pathlib import Path

from aupkeep.lab.edge.harms import page_harm
from aupkeep.lab.edge.system import EdgeSystem, Options, shipped
from aupkeep.lab.namespaces import ROUTER, Lab
from aupkeep.lab.world import LabWorld

CONF = """\
global
    log 127.0.0.1:1 local0 emerg
defaults
    mode http
    timeout connect 5s
    timeout client 5s
    timeout server 5s
frontend site
    bind :8080
{lines}
    http-request return status 200 content-type text/plain string "a page"
"""


def _write_haproxy(folder: Path) -> None:
    lines = shipped("haproxy-frontend.cfg", folder)
    (folder / "main.cfg").write_text(CONF.format(lines=lines), "utf-8")
    (folder / "pages.map").touch()


def _start_haproxy(_: LabWorld, lab: Lab, folder: Path) -> None:
    words = ["haproxy", "-W", "-q", "-f", str(folder / "main.cfg"), "-p", str(folder / "pid")]
    lab.popen(ROUTER, words, folder / "out")


def _haproxy_targets(folder: Path) -> dict[str, Options]:
    return {
        "haproxy": {
            "driver": "haproxy",
            "names": ["*.haproxy.example"],
            "options": {
                "map": str(folder / "pages.map"),
                "check": ["haproxy", "-c", "-f", str(folder / "main.cfg")],
                "reload": ["/bin/sh", "-c", f"kill -USR2 $(cat {folder / 'pid'})"],
                "ask_http": "127.0.0.1:8080",
            },
        }
    }


SYSTEM = EdgeSystem(
    name="haproxy",
    harms=(page_harm("haproxy", 8080),),
    programs={"haproxy": "haproxy"},
    write=_write_haproxy,
    start=_start_haproxy,
    targets=_haproxy_targets,
)
