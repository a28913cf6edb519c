"""A machine of our own: a real systemd as process 1 of private namespaces, on an overlay of /.

What it writes is in memory and gone with it; nothing outside is touched: mounts, processes,
network, host name and the tree of control groups are its own. The product is this checkout, by bind
mounts.
"""

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BOOT = r"""
set -e
mount --make-rprivate /
mount -t tmpfs -o mode=755 memory "$1"
cd "$1"; mkdir upper work root
mount -t overlay over -o "lowerdir=/,upperdir=$PWD/upper,workdir=$PWD/work" root
cd root
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755 run run
mount -t tmpfs -o mode=1777 tmp tmp
mount -t tmpfs -o mode=755 dev dev
for name in null zero full random urandom tty; do
  touch dev/$name; mount --bind /dev/$name dev/$name
done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts dev/pts
ln -s pts/ptmx dev/ptmx
mount -t tmpfs -o mode=1777 shm dev/shm
mkdir -p opt/python opt/site opt/src outside
mount --bind "$2" opt/python; mount --bind "$3" opt/site; mount --bind "$4" opt/src
rm -rf etc/systemd/system; mkdir -p etc/systemd/system
rm -f etc/machine-id; printf 'a%.0s' $(seq 32) > etc/machine-id
for unit in systemd-udevd systemd-udev-trigger systemd-firstboot systemd-resolved \
    systemd-networkd systemd-timesyncd systemd-logind apparmor; do
  ln -s /dev/null etc/systemd/system/$unit.service
done
ip link set lo up
pivot_root . outside
umount -l /outside
mount --make-rshared /
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin container=other \
  /lib/systemd/systemd --system --unit=basic.target --show-status=no
"""
NEEDED = ("unshare", "nsenter", "systemctl", "ip")
PATIENCE = 300.0  # seconds a busy machine may take


class NoMachine(Exception):
    """What this machine lacks for booting another."""


class Machine:
    """A booted machine; `run` is root's command on it."""

    def __init__(self, first: int) -> None:
        self._first = first

    def run(self, *words: object, given: bytes | None = None, check: bool = True) -> str:
        """A command's output. Fails with both outputs where it fails."""
        inside = ["nsenter", "-t", str(self._first), "-m", "-p", "-u", "-i", "-n", "-C", "--"]
        clean = ["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LANG=C.UTF-8"]
        done = subprocess.run(
            [*inside, *clean, *map(str, words)],
            check=False, capture_output=True, input=given, timeout=PATIENCE, cwd="/",
        )  # fmt: skip
        out = done.stdout.decode(errors="replace")
        assert not check or done.returncode == 0, (words, out, done.stderr.decode())
        return out

    def shell(self, script: str) -> str:
        """A script of root's."""
        return self.run("sh", "-ec", script)

    def until(self, words: str, *command: object) -> str:
        """Repeat a command until it answers with something."""
        end = time.monotonic() + PATIENCE
        while not (said := self.run(*command, check=False).strip()):
            assert time.monotonic() < end, f"waited {PATIENCE} s for {words}"
            time.sleep(0.5)
        return said


@contextmanager
def booted(folder: Path) -> Iterator[Machine]:
    """A machine, until the block ends. Raises `NoMachine` with what it lacks here."""
    for program in NEEDED:
        if shutil.which(program) is None:
            raise NoMachine(f"expected the program {program}, found none")
    if not Path("/lib/systemd/systemd").exists():
        raise NoMachine("expected systemd, found none")
    if "cgroup2" not in Path("/proc/filesystems").read_text():
        raise NoMachine("expected cgroup2 in the kernel, found none")
    folder.mkdir(parents=True)
    package = Path(__file__).parents[2] / "src"
    site = sysconfig.get_path("purelib")
    flags = ("--mount", "--pid", "--fork", "--uts", "--ipc", "--net", "--cgroup", "--kill-child")
    group = _groups() / NAME
    group.mkdir(exist_ok=True)
    unshared = ("unshare", *flags, "sh", "-c", BOOT, "sh", folder, sys.base_prefix, site, package)
    joined = ("sh", "-c", 'echo $$ > "$0" && exec "$@"', group / "cgroup.procs", *unshared)
    with (folder.parent / "boot.log").open("wb") as log:
        process = subprocess.Popen(joined, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        yield _up(process, folder.parent / "boot.log")
    finally:
        process.send_signal(signal.SIGKILL)  # with it the first process, and with that all others
        process.wait()
        _leave()


CGROUPS = Path("/sys/fs/cgroup/unified"), Path("/sys/fs/cgroup")
NAME = f"aupkeep-machine-{os.getpid()}"


def _groups() -> Path:
    """Where the tree of control groups is, of the second kind."""
    found = [path for path in CGROUPS if (path / "cgroup.procs").exists()]
    if not found:
        raise NoMachine("expected a tree of cgroup2, found none mounted")
    return found[0]


def _leave() -> None:
    """Take the empty groups away, the innermost first."""
    group = _groups() / NAME
    for _ in range(100):
        try:
            for path in sorted(group.rglob("*/"), key=lambda it: -len(it.parts)):
                path.rmdir()
            group.rmdir()
        except FileNotFoundError:
            return
        except OSError:  # its processes are about to end
            time.sleep(0.1)


def _up(process: "subprocess.Popen[bytes]", log: Path) -> Machine:
    """The machine once systemd has come up. Raises `NoMachine` where it does not."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        for machine in map(Machine, _first_of(process.pid)):
            state = machine.run("systemctl", "is-system-running", check=False).strip()
            if state in ("running", "degraded"):
                return machine
        time.sleep(0.3)
    raise NoMachine(f"expected systemd to come up, found {log.read_text()[-600:]}")


def _first_of(pid: int) -> list[int]:
    """The process below this one that has become systemd, if any yet."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(it) for it in children if Path(f"/proc/{it}/comm").read_text() == "systemd\n"]
