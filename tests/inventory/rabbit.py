"""A real RabbitMQ of the test's own on loopback, with TLS and the users of docs/inventory.md."""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from aupkeep.inventory.broker import BrokerLine, BrokerSettings
from daemon.processes import free_port
from inventory.rabbit_rights import EXCHANGES, PASSWORD, PERMISSIONS, QUEUE, TOPIC

pika = pytest.importorskip("pika", reason="aupkeep[openstack] is not installed")

SERVER = "/usr/lib/rabbitmq/bin/rabbitmq-server"
LASTS = 180.0  # seconds until it answers, on a busy machine
CERTIFICATE = (
    *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"),
    *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2"),
    *("-keyout", "tls.pem", "-out", "tls.crt"),
)


def lacks() -> str:
    """What this machine does not have for it, "" where all is there."""
    needs = (SERVER, "openssl", "epmd")
    return next((name for name in needs if shutil.which(name) is None), "")


class Rabbit:
    """A server that can be killed, stopped and started again."""

    def __init__(self, folder: Path) -> None:
        if lack := lacks():
            pytest.skip(f"{lack}: apt-get install rabbitmq-server openssl")
        self.folder = folder
        self.port, self.tls, self._dist, self._epmd = (free_port() for _ in range(4))
        self._process: subprocess.Popen[bytes] | None = None
        subprocess.run(CERTIFICATE, cwd=folder, check=True, capture_output=True)
        (folder / "plugins").write_text("[].")
        (folder / "definitions.json").write_text(json.dumps(definitions()))
        (folder / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self.port}\n"
            f"listeners.ssl.1 = 127.0.0.1:{self.tls}\n"
            f"ssl_options.certfile = {folder}/tls.crt\n"
            f"ssl_options.keyfile = {folder}/tls.pem\n"
            f"load_definitions = {folder}/definitions.json\n"
        )

    def start(self) -> None:
        """Until it answers."""
        names = {
            "RABBITMQ_NODENAME": f"aupkeep{self.port}@localhost",
            "RABBITMQ_MNESIA_BASE": str(self.folder / "db"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_DIST_PORT": str(self._dist),
            "ERL_EPMD_PORT": str(self._epmd),
            "HOME": str(self.folder),
        }
        self._process = subprocess.Popen(
            [SERVER],
            cwd=self.folder,
            env={**os.environ, **names},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        begun = time.monotonic()
        while True:
            try:
                self.admin().close()
                socket.create_connection(("127.0.0.1", self.tls), 5).close()
            except (pika.exceptions.AMQPError, OSError):
                assert time.monotonic() - begun < LASTS, "no answer of the broker"
                time.sleep(0.2)
            else:
                return

    def stop(self, sign: signal.Signals = signal.SIGKILL) -> None:
        """End it, its whole group."""
        if self._process is not None:
            os.killpg(self._process.pid, sign)
            self._process.wait()
            self._process = None

    def signal(self, sign: signal.Signals) -> None:
        """Halt it or let it go on."""
        assert self._process is not None
        os.killpg(self._process.pid, sign)

    def drop(self) -> None:
        """Delete our queue."""
        connection = self.admin()
        connection.channel().queue_delete(QUEUE)
        connection.close()

    def line(self, settings: BrokerSettings) -> BrokerLine:
        """A connection of ours, over TLS."""
        place = {"host": "localhost", "port": self.tls, "ca_file": str(self.folder / "tls.crt")}
        return BrokerLine(replace(settings, **place))

    def close(self) -> None:
        """With what it started."""
        self.stop()
        environment = {**os.environ, "ERL_EPMD_PORT": str(self._epmd)}
        for _ in range(20):  # it does not end while it knows of a node
            words = ["epmd", "-kill"]
            said = subprocess.run(words, env=environment, capture_output=True, check=False).stdout
            if b"Killed" in said:
                return
            time.sleep(0.25)

    def admin(self) -> pika.BlockingConnection:
        """A connection that may do everything."""
        return self.connection("admin")

    def connection(self, who: str) -> pika.BlockingConnection:
        """A connection of somebody."""
        login = pika.PlainCredentials(who, PASSWORD)
        return pika.BlockingConnection(
            pika.ConnectionParameters("127.0.0.1", self.port, credentials=login)
        )

    def tell(self, *bodies: bytes, exchange: str = "neutron", key: str = "notifications.info"):
        """Publish as a service of the cloud does."""
        connection = self.admin()
        channel = connection.channel()
        for body in bodies:
            channel.basic_publish(exchange, key, body)
        connection.close()


def definitions() -> dict[str, object]:
    """Users, rights and exchanges from its start on."""
    salt = b"salt"
    digest = b64encode(salt + sha256(salt + PASSWORD.encode()).digest()).decode()
    users = [{"name": name, "password_hash": digest, "tags": tags,
              "hashing_algorithm": "rabbit_password_hashing_sha256"}
             for name, tags in (("admin", "administrator"), ("aupkeep", ""))]  # fmt: skip
    ours = {"user": "aupkeep", "vhost": "/"}
    every = {"configure": ".*", "write": ".*", "read": ".*"}
    return {
        "users": users,
        "vhosts": [{"name": "/"}],
        "permissions": [{"user": "admin", "vhost": "/", **every}, {**ours, **PERMISSIONS}],
        "topic_permissions": [
            {**ours, "exchange": name, "write": "^$", "read": TOPIC} for name in EXCHANGES
        ],
        "exchanges": [
            {
                "name": name,
                "vhost": "/",
                "type": "topic",
                "durable": False,
                "auto_delete": False,
                "internal": False,
                "arguments": {},
            }
            for name in EXCHANGES
        ],
    }
