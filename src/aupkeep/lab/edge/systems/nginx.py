"""nginx on the router, with a page that visitors on the internet ask for."""

from pathlib import Path

from aupkeep.lab.edge.harms import page_harm
from aupkeep.lab.edge.system import EdgeSystem, Options, shipped
from aupkeep.lab.namespaces import ROUTER, Lab
from aupkeep.lab.world import LabWorld

CONF = """\
user root;
worker_processes 1;
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
    include {folder}/nginx-http.conf;
    server {{
        listen 80;
        include {folder}/nginx-server.conf;
        location / {{ return 200 "a page\\n"; }}
    }}
}}
"""


def _nginx_words(folder: Path) -> list[str]:
    return ["nginx", "-p", str(folder), "-e", "stderr", "-c", str(folder / "main.conf")]


def _write_nginx(folder: Path) -> None:
    (folder / "main.conf").write_text(CONF.format(folder=folder), "utf-8")
    for name in ("nginx-http.conf", "nginx-server.conf"):
        (folder / name).write_text(shipped(name, folder), "utf-8")
    (folder / "pages.map").touch()


def _start_nginx(_: LabWorld, lab: Lab, folder: Path) -> None:
    lab.popen(ROUTER, _nginx_words(folder), folder / "out")


def _nginx_targets(folder: Path) -> dict[str, Options]:
    words = _nginx_words(folder)
    return {
        "nginx": {
            "driver": "nginx",
            "names": ["*.nginx.example"],
            "options": {
                "map": str(folder / "pages.map"),
                "check": [*words, "-q", "-t"],
                "reload": [*words, "-s", "reload"],
                "ask_http": "127.0.0.1:80",
            },
        }
    }


SYSTEM = EdgeSystem(
    name="nginx",
    harms=(page_harm("nginx", 80),),
    programs={"nginx": "nginx"},
    write=_write_nginx,
    start=_start_nginx,
    targets=_nginx_targets,
)
