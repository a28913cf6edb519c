"""A real Ceph Object Gateway on loopback: a monitor, an OSD in memory, `radosgw`; some 15 seconds.

Debian's packages `ceph-mon`, `ceph-osd` and `radosgw`, as whoever runs the tests, without cephx.
"""

import json
import os
import shutil
import subprocess
import time
from contextlib import closing
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from uuid import uuid4

from aupkeep.enforcement.buckets.signed_calls import SignedCalls
from aupkeep.model.errors import DriverRefused
from daemon.processes import free_port

NEEDS = ("monmaptool", "ceph", "ceph-mon", "ceph-osd", "radosgw", "radosgw-admin")
LIBRARY = "/usr/lib/x86_64-linux-gnu"
CONF = """\
[global]
fsid = {fsid}
mon_host = v2:127.0.0.1:{mon}/0
mon_initial_members = a
public_addr = 127.0.0.1
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
ms_mon_client_mode = crc
keyring = {folder}/keyring
mon_data = {folder}/mon
osd_data = {folder}/osd
rgw_data = {folder}
run_dir = {folder}
admin_socket = {folder}/$name.asok
pid_file = {folder}/$name.pid
log_file = {folder}/$name.log
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 1
osd_pool_default_pgp_num = 1
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
osd_objectstore = memstore
memstore_device_bytes = 536870912
osd_class_dir = {library}/rados-classes
erasure_code_dir = {library}/ceph/erasure-code
mon_allow_pool_size_one = true
mon_data_avail_crit = 1
mon_max_pg_per_osd = 1000
rgw_thread_pool_size = 32
"""


def lacks() -> str:
    """What this machine lacks for it, "" for nothing."""
    missing = [name for name in NEEDS if not shutil.which(name)]
    words = "is not installed: apt-get install ceph-mon ceph-osd radosgw"
    return f"{missing[0]} {words}" if missing else ""


def _now() -> datetime:
    return datetime.now(UTC)


class CephGateway:
    """A gateway with the users that it is told to make."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self._running: list[subprocess.Popen[bytes]] = []
        fsid, monmap = str(uuid4()), str(folder / "monmap")
        mon = free_port()
        conf = CONF.format(fsid=fsid, mon=mon, folder=folder, library=LIBRARY)
        (folder / "ceph.conf").write_text(conf)
        (folder / "keyring").touch()
        (folder / "osd").mkdir()
        address = f"v2:127.0.0.1:{mon}/0"
        self.run("monmaptool", "--create", "--addv", "a", f"[{address}]", "--fsid", fsid, monmap)
        self.run("ceph-mon", "--mkfs", "-i", "a", "--monmap", monmap)
        self._start("ceph-mon", "-f", "-i", "a")
        uuid = str(uuid4())
        self.run("ceph", "osd", "new", uuid)
        self.run("ceph-osd", "--mkfs", "-i", "0", "--osd-uuid", uuid)
        self._start("ceph-osd", "-f", "-i", "0")
        ends = f"beast endpoint=127.0.0.1:{self.port}"
        self._start("radosgw", "-f", "-n", "client.rgw", "--rgw-frontends", ends)
        self._wait()

    def run(self, *words: str) -> str:
        """One command of Ceph's; what it prints."""
        done = subprocess.run(
            words, env=self._env, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, f"{words[0]}: {done.stderr[-400:]}"
        return done.stdout

    @property
    def _env(self) -> dict[str, str]:
        return {**os.environ, "CEPH_CONF": str(self.folder / "ceph.conf")}

    def _start(self, *words: str) -> None:
        with (self.folder / f"{words[0]}.out").open("wb") as out:
            self._running.append(subprocess.Popen(words, env=self._env, stdout=out, stderr=out))

    def _wait(self) -> None:
        for _ in range(600):
            assert all(process.poll() is None for process in self._running), self.folder
            connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
            try:
                connection.request("GET", "/")
                if connection.getresponse().status == 200:
                    return
            except OSError:
                time.sleep(0.2)
            finally:
                connection.close()
        raise AssertionError("the gateway does not answer")

    def close(self) -> None:
        """End what was started."""
        for process in reversed(self._running):
            process.kill()
            process.wait(20)

    def user(self, uid: str, *more: str) -> None:
        """A new user, whose keys are its name."""
        self.run(
            "radosgw-admin", "user", "create", "--uid", uid, "--display-name", uid,
            "--access-key", uid, "--secret-key", f"secret of {uid}", *more,
        )  # fmt: skip

    def suspended(self, uid: str) -> bool:
        """As the gateway's own tool says."""
        return bool(
            json.loads(self.run("radosgw-admin", "user", "info", "--uid", uid))["suspended"]
        )

    def options(self, uid: str) -> dict[str, str]:
        """Of a driver that calls as a user."""
        return {
            "endpoint": f"http://127.0.0.1:{self.port}",
            "access_key": uid,
            "secret_key": f"secret of {uid}",
        }

    def call(self, who: str, method: str, path: str, body: bytes = b"", **query: str) -> int:
        """One call signed by somebody, or by nobody for ""; the status."""
        if not who:
            with closing(HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
                connection.request(method, path)
                answer = connection.getresponse()
                answer.read()
                return answer.status
        calls = SignedCalls(self.options(who), _now)
        try:
            return calls.call(method, path, query, body, "call")[0]
        except DriverRefused as error:
            return int(str(error).rpartition(" ")[2])

    def policy(self, uid: str, bucket: str) -> str | None:
        """The policy of a bucket, as its owner reads it."""
        calls = SignedCalls(self.options(uid), _now)
        status, body = calls.call("GET", f"/{bucket}", {"policy": ""}, b"", "policy")
        return body.decode() if status == 200 else None
