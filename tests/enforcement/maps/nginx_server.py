"""A real nginx of the test's own: a site over our shipped configuration, on loopback."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

from daemon.processes import free_port

CONFIG = Path("src/aupkeep/enforcement/maps/config")
MAIN = """\
{user}
worker_processes 1;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
    include {folder}/nginx-http.conf;
    server {{
        listen 127.0.0.1:{port};
        listen 127.0.0.1:{tls} ssl;
        ssl_certificate {folder}/tls.crt;
        ssl_certificate_key {folder}/tls.pem;
        server_name shop.example;
        include {folder}/nginx-server.conf;
        location / {{ return 200 "the site\\n"; }}
    }}
    server {{
        listen 127.0.0.1:{port};
        server_name other.example;
        location / {{ return 200 "another site, without the include\\n"; }}
    }}
}}
"""


CERTIFICATE = (
    *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"),
    *("-subj", "/CN=shop.example", "-days", "2", "-keyout", "tls.pem", "-out", "tls.crt"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebServer:
    """A running server: its folder, its port, and the command that makes it read its files."""

    folder: Path
    port: int
    check: list[str]
    reload: list[str]
    conf: Path  # a file of its configuration
    bare: tuple[str, int]  # a host without our lines, and the port to ask for it
    tls: int = 0  # its port for https, 0 for none

    @property
    def map(self) -> Path:
        """The file of rows."""
        return self.folder / "pages.map"

    @property
    def options(self) -> dict[str, object]:
        """The driver's options."""
        return {
            "map": str(self.map),
            "check": self.check,
            "reload": self.reload,
            "ask_http": f"127.0.0.1:{self.port}",
            **({"ask_https": f"127.0.0.1:{self.tls}"} if self.tls else {}),
        }

    def get(self, target: str, host: str = "shop.example", **headers: str) -> HTTPResponse:
        """What a visitor is answered; its body is read already."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        connection.putrequest("GET", target, skip_host=True)
        connection.putheader("Host", f"{host}:{self.port}")
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        answer = connection.getresponse()
        answer.body = answer.read().decode()  # type: ignore[attr-defined]
        connection.close()
        return answer


def configured(folder: Path, name: str) -> None:
    """The shipped file, with the folder of the test for the one on a server."""
    text = (CONFIG / name).read_text("utf-8")
    text = text.replace("/etc/aupkeep/nginx.map", f"{folder}/pages.map")
    (folder / name).write_text(text.replace("/etc/aupkeep", str(folder)), "utf-8")


def wait_for(server: WebServer, process: "subprocess.Popen[bytes]") -> None:
    """Until it answers."""
    for _ in range(200):
        assert process.poll() is None, process.communicate()
        try:
            server.get("/")
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError("it never answered")


@contextmanager
def nginx(folder: Path) -> Iterator[WebServer]:
    """A running nginx with an empty map."""
    command = shutil.which("nginx")
    assert command is not None
    folder.mkdir(parents=True)
    words = [command, "-p", str(folder), "-e", "stderr", "-c", str(folder / "main.conf")]
    port = free_port()
    server = WebServer(
        folder=folder,
        port=port,
        check=[*words, "-q", "-t"],
        reload=[*words, "-s", "reload"],
        conf=folder / "nginx-server.conf",
        bare=("other.example", port),
        tls=free_port(),
    )
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "main.conf").write_text(
        MAIN.format(folder=folder, port=server.port, tls=server.tls, user=user)
    )
    for name in ("nginx-http.conf", "nginx-server.conf"):
        configured(folder, name)
    server.map.touch()
    subprocess.run(CERTIFICATE, cwd=folder, check=True, capture_output=True)
    process = subprocess.Popen([*words, "-g", "daemon off;"], stderr=subprocess.DEVNULL)
    try:
        wait_for(server, process)
        yield server
    finally:
        process.terminate()
        process.wait(10)
