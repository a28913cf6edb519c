"""A real HAProxy of the test's own: a site over our shipped lines, on loopback."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from daemon.processes import free_port
from enforcement.maps.nginx_server import CONFIG, WebServer, wait_for

MAIN = """\
global
    log 127.0.0.1:1 local0 emerg
defaults
    mode http
    timeout connect 5s
    timeout client 5s
    timeout server 5s
frontend site
    bind 127.0.0.1:{port}
{lines}
    http-request return status 200 content-type text/plain string "the site"
frontend plain
    bind 127.0.0.1:{plain}
    http-request return status 200 content-type text/plain string "without the lines"
"""


@contextmanager
def haproxy(folder: Path) -> Iterator[WebServer]:
    """A running HAProxy with an empty map."""
    command = shutil.which("haproxy")
    assert command is not None
    folder.mkdir(parents=True)
    conf, pid = folder / "main.cfg", folder / "pid"
    plain = free_port()
    reload = ["/bin/sh", "-c", f"kill -USR2 $(cat {pid})"]
    server = WebServer(
        folder=folder,
        port=free_port(),
        check=[command, "-c", "-f", str(conf)],
        reload=reload,
        conf=conf,
        bare=("shop.example", plain),
    )
    lines = (CONFIG / "haproxy-frontend.cfg").read_text("utf-8")
    lines = lines.replace("/etc/aupkeep/haproxy.map", str(server.map))
    conf.write_text(MAIN.format(lines=lines, port=server.port, plain=plain), "utf-8")
    server.map.touch()
    words = [command, "-W", "-q", "-f", str(conf), "-p", str(pid)]
    process = subprocess.Popen(words, stderr=subprocess.DEVNULL)
    try:
        wait_for(server, process)
        yield server
    finally:
        process.terminate()
        process.wait(10)
