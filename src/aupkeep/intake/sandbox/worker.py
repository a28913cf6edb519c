"""The sandboxed process: it starts before Django and has no database.

It runs as `python -m aupkeep.intake.sandbox.worker`.

It reads batches from standard input and answers on standard output, each frame four bytes of
length (big-endian) and as many bytes. A first frame says that it is ready, and which of its bounds
the kernel lacks, a line each. A batch is a number in
four bytes and as many requests: a frame of two lines, how to read and the name, and a frame of the
received bytes; an answer to each is a frame of JSON, `[[name, reading], ...]`. A batch is taken in
whole before the first is read, so the pipes cannot wait for each other. It ends when its input
ends. The kernel lets it open no file and no socket, and ends it when it passes its limits.
"""

import codecs
import encodings
import gc
import json
import resource
import struct
import sys
import time
from pkgutil import iter_modules
from typing import BinaryIO

from aupkeep.intake.confine import confine
from aupkeep.intake.domains import organisation
from aupkeep.intake.parser import parsers
from aupkeep.intake.profiles.registry import profile_registry
from aupkeep.intake.reading import read
from aupkeep.intake.sandbox.reading_json import reading_to_json
from aupkeep.intake.shadowserver.schema import learn_from
from aupkeep.model.report import Reading

SEARCHES = 50_000, 20, 50  # readings hold few cycles: look for them less often than usual
LENGTH = struct.Struct(">I")
BUFFER = 1 << 18  # bytes of answers written at once


def main() -> None:
    """Take the limits (memory in bytes, CPU seconds a job) and a schema's path, and serve."""
    memory, seconds, schema = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    limit_memory(memory)
    parsers()  # found and imported now: later no module can be loaded
    profile_registry()  # and no file read
    load_all(schema)
    gc.set_threshold(*SEARCHES)
    gc.freeze()  # what is loaded now stays: the collector need not look at it again
    allowed = 0
    source, sink = sys.stdin.buffer, open(1, "wb", BUFFER, closefd=False)  # noqa: SIM115 - lives as long
    greeting = "\n".join(shut()).encode()
    sink.write(LENGTH.pack(len(greeting)) + greeting)
    sink.flush()
    while (batch := requests(source)) is not None:
        for head, data in batch:
            allowed = _more_time(seconds, allowed)
            as_, _, name = head.decode(errors="surrogatepass").partition("\n")
            answer(read(data, name, as_), sink)
        sink.flush()


def limit_memory(size: int) -> None:
    """Allow this process `size` bytes of memory, no core file and no byte in any file."""
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def load_all(schema: str) -> None:
    """Load what is needed later, and a schema of Shadowserver's."""
    if schema:
        learn_from(schema)
    _load_codecs()
    organisation("a.example")  # reads the list of public suffixes
    time.strptime("2026", "%Y")  # loads its own module on first use


def shut() -> list[str]:
    """From now on nothing is opened, called or started; which bounds the kernel lacks, in words."""
    lacking = confine()
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))  # its three pipes, and none besides
    return lacking


def _load_codecs() -> None:
    """Load every charset Python knows, also those that no table lists: later no file opens."""
    named = {module.name for module in iter_modules(encodings.__path__)}
    for name in sorted(named | {"utf-8-sig"}):
        try:
            codecs.lookup(name)
        except (LookupError, ImportError):  # of another system, or no charset
            continue


def requests(source: BinaryIO) -> list[tuple[bytes, bytes]] | None:
    """Head and bytes of each request of the next batch, or None at the end of the input."""
    count = source.read(LENGTH.size)
    if len(count) < LENGTH.size:
        return None
    batch = []
    for _ in range(LENGTH.unpack(count)[0]):
        head, data = frame(source), frame(source)
        if head is None or data is None:
            return None
        batch.append((head, data))
    return batch


def frame(source: BinaryIO) -> bytes | None:
    """The next frame, or None at the end of the input."""
    head = source.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    size = LENGTH.unpack(head)[0]
    body = source.read(size)
    return body if len(body) == size else None


def answer(readings: list[tuple[str, Reading]], sink: BinaryIO) -> None:
    """Write the readings of one received thing."""
    pairs = [[name, reading_to_json(reading)] for name, reading in readings]
    body = json.dumps(pairs, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    sink.write(LENGTH.pack(len(body)) + body)


def _more_time(seconds: int, allowed: int) -> int:
    """Allow the next job at least its CPU seconds; passing them is SIGXCPU, which ends the worker.

    The answer is the limit now. The kernel counts whole seconds, so it is moved once in each second
    of work and no job gets more than one second beyond its share.
    """
    due = int(time.process_time()) + 1 + seconds
    if due != allowed:
        resource.setrlimit(resource.RLIMIT_CPU, (due, resource.RLIM_INFINITY))
    return due


if __name__ == "__main__":
    main()
