"""A machine in QEMU with one network card: Debian's kernel, busybox, and a script that asks a peer.

Without hardware's help (TCG): nested KVM cannot run the kernel's first instructions here. `lab.sh`
puts kernel and busybox into the folder `guest` beside its packages.
"""

import gzip
import lzma
import subprocess
from collections.abc import Iterator
from pathlib import Path

MODULES = ("net/core/failover", "drivers/net/net_failover", "drivers/net/virtio_net")
INIT = b"""#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc none /proc
for m in failover net_failover virtio_net; do insmod /m/$m.ko; done
for w in $(cat /proc/cmdline); do case $w in *4=*|*6=*) export $w;; esac; done
ip link set lo up; ip addr add $own4/24 dev eth0; ip link set eth0 up
ip addr add $own6/64 dev eth0
while true; do
  ping -c1 -W1 $peer4 >/dev/null && echo four; ping6 -c1 -W1 $peer6 >/dev/null && echo six
  echo turn; sleep 0.2
done
"""


def initrd(folder: Path) -> bytes:
    """The guest's first and only file system, as a cpio archive (newc)."""
    kernel = next((folder / "usr/lib/modules").glob("*/kernel"))
    busybox = next(path for path in folder.glob("**/bin/busybox") if path.is_file())
    files = {"bin": b"", "dev": b"", "m": b"", "proc": b"", "init": INIT}
    files["bin/busybox"] = busybox.read_bytes()
    for name in MODULES:
        packed = (kernel / f"{name}.ko.xz").read_bytes()
        files[f"m/{Path(name).name}.ko"] = lzma.decompress(packed)
    archive = b"".join(
        _entry(name, data, number) for number, (name, data) in enumerate(files.items())
    )
    return gzip.compress(archive + _entry("TRAILER!!!", b"", 0))


def _entry(name: str, data: bytes, number: int) -> bytes:
    mode = 0o100755 if data else 0o040755
    fields = (number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0)
    head = b"070701" + b"".join(b"%08X" % field for field in fields) + name.encode() + b"\0"
    return head + bytes(-len(head) % 4) + data + bytes(-len(data) % 4)


class Guest:
    """A running guest; its tap must be plugged into a switch."""

    def __init__(self, folder: Path, scratch: Path, *, tap: str, mac: str, words: str) -> None:
        (scratch / "initrd").write_bytes(initrd(folder))
        card = f"virtio-net-pci,netdev=n,mac={mac},csum=off,guest_csum=off"
        self._process = subprocess.Popen(
            [
                *("qemu-system-x86_64", "-accel", "tcg", "-cpu", "max", "-m", "256", "-nographic"),
                *("-kernel", str(next((folder / "boot").glob("vmlinuz-*")))),
                *("-initrd", str(scratch / "initrd")),
                *("-append", f"console=ttyS0 quiet panic=-1 {words}"),
                *("-netdev", f"tap,id=n,ifname={tap},script=no,downscript=no", "-device", card),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )

    def turns(self) -> Iterator[tuple[bool, bool]]:
        """Of each turn of its script, whether the peer answered in each IP version."""
        heard: set[str] = set()
        for line in self._process.stdout or ():
            heard.add(line.strip())
            if "turn" in heard:
                yield "four" in heard, "six" in heard
                heard.clear()

    def close(self) -> None:
        """Switch it off."""
        self._process.kill()
        self._process.communicate()
