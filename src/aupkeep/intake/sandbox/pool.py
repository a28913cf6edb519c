"""The pool of workers: processes started ahead that read hostile bytes, each under limits.

A worker is exec'd, never forked from a process that holds Django or a database, has limits on
memory and CPU, speaks length-prefixed JSON, and is replaced after a number of jobs or any mishap.
"""

import gc
import json
import os
import queue
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from aupkeep.config.home import find_home
from aupkeep.intake.readings import inbox
from aupkeep.intake.sandbox.reading_json import reading_from_json
from aupkeep.model.errors import Unreadable
from aupkeep.model.report import Reading

LENGTH_BYTES = 4
CHUNK = 1 << 16  # what a pipe holds (pipe(7)); room for more would be mapped anew for each read
START = 60.0  # seconds of the clock in which a worker must have started
MOST_ANSWER = 512 << 20  # bytes of one answer
BATCH = 16  # things given to a worker at once: waking it costs as much as reading a short mail
BATCH_BYTES = 256 << 10  # in all, so that a batch holds nothing slow
Thing = tuple[bytes, str, str]
"""Bytes, their name, and how to read them."""
Answer = list[tuple[str, Reading]]
CRASHED = "the box that read it ended ({status}); its bytes are kept"
KILLED = (-signal.SIGKILL, -signal.SIGTERM)  # by somebody else: no limit of ours ends one so
OVERRAN = "reading took longer than {seconds:g} s and was stopped; its bytes are kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxLimits:
    """What one worker may use: bytes of memory, CPU and wall-clock seconds a job, jobs a life.

    The seconds of a job are counted from when the worker is ready, however long it takes to start.
    """

    memory: int = 1536 << 20
    cpu: int = 9  # and one more at most: no input costs over 10 s
    wall: float = 30.0
    brief: float = 5.0  # of the clock, for who is not proven
    jobs: int = 20_000  # starting a worker costs as much CPU as reading some hundred mails


class _Ended(Exception):
    """The worker is gone or was stopped; the message says why, for a person."""


class _Gone(_Ended):
    """The worker ended while it was idle: the request can be given to another."""


class _Killed(_Ended):
    """Somebody killed the worker while it read, e.g. for want of memory: another may read it."""


class _Process:
    """One running worker."""

    def __init__(self, limits: SandboxLimits, schema: Path | None) -> None:
        self.limits = limits
        self._wall = START
        self.jobs = 0
        self.ready = False  # it has said that it is
        self.lacking: list[str] = []  # of its bounds, by the kernel
        self.taught = _version(schema, find_home().reporters)
        self.process = subprocess.Popen(  # noqa: S603 - our own module by our own interpreter
            [
                *(sys.executable, "-m", "aupkeep.intake.sandbox.worker"),
                *(str(limits.memory), str(limits.cpu), str(schema or "")),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={
                "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
                "LC_ALL": "C.UTF-8",
                "AUPKEEP_HOME": str(find_home().path),  # the operator's reporters
            },
            bufsize=0,
        )
        self.into = self.process.stdin.fileno() if self.process.stdin else -1
        self.out = self.process.stdout.fileno() if self.process.stdout else -1
        os.set_blocking(self.into, False)
        os.set_blocking(self.out, False)
        # poll, not select: a server holds more than 1,024 descriptors
        self._polls = {self.into: select.poll(), self.out: select.poll()}
        self._polls[self.into].register(self.into, select.POLLOUT)
        self._polls[self.out].register(self.out, select.POLLIN)

    def job(self, things: Sequence[Thing], wall: float) -> list[bytes]:
        """Write the requests, read an answer to each, all within `wall` seconds.

        Raises `_Ended`, or `_Gone` when nothing was sent.
        """
        self.jobs += len(things)
        self.greeted()
        until = time.monotonic() + wall
        self._wall = wall
        self._write(_request(things), until)
        return self._read(until, len(things))

    def greeted(self) -> None:
        """Wait for the frame by which a worker says that it is ready, and what the kernel lacks.

        Raises `_Gone` when it ends before, or never does.
        """
        if self.ready:
            return
        try:
            (frame,) = self._read(time.monotonic() + START, 1)
            self.lacking = frame.decode().splitlines()
        except _Ended as error:
            raise _Gone(str(error)) from error
        self.ready = True

    def _write(self, request: bytes, until: float) -> None:
        view = memoryview(request)
        while view:
            try:
                view = view[os.write(self.into, view[:CHUNK]) :]
            except BlockingIOError:
                self._wait(self.into, until)
            except BrokenPipeError as error:
                unsent = len(view) == len(request)
                raise (_Gone(self._status()) if unsent else self._ended()) from error

    def _read(self, until: float, count: int) -> list[bytes]:
        """So many frames: few system calls, because a busy machine pays for each."""
        data, start = bytearray(), 0
        frames: list[bytes] = []
        while len(frames) < count:
            end = _end_of(data, start)
            if end <= len(data):
                frames.append(bytes(data[start + LENGTH_BYTES : end]))
                start = end
                continue
            self._wait(self.out, until)
            piece = os.read(self.out, CHUNK)
            if not piece:
                raise self._ended()
            data += piece
        return frames

    def _wait(self, pipe: int, until: float) -> None:
        """Until the pipe is ready or closed. Raises `_Ended` when the time is over."""
        if not self._polls[pipe].poll(max(0.0, until - time.monotonic()) * 1000):
            raise _Ended(OVERRAN.format(seconds=self._wall))

    def _ended(self) -> _Ended:
        """Why it is gone in the middle of a job."""
        words = self._status()
        return (_Killed if self.process.returncode in KILLED else _Ended)(words)

    def _status(self) -> str:
        try:
            code = self.process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            return CRASHED.format(status="still closing")
        return CRASHED.format(status=f"signal {-code}" if code < 0 else f"exit {code}")

    def end(self) -> None:
        """Kill it and take what is left of it off the machine."""
        self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()
        self.process.wait()


class SandboxPool:
    """A pool of workers, for any number of threads.

    `schema` is a file of Shadowserver report types that workers learn at their start, as they do
    the operator's reporters; when one changes, each worker is replaced before its next job.

    >>> with SandboxPool(size=1) as pool:
    ...     [(name, reading)] = pool.read(b"Subject: hello", "1.eml", "mail")
    >>> reading.outcome.value
    'inbox'
    """

    def __init__(
        self, size: int = 1, limits: SandboxLimits | None = None, schema: Path | None = None
    ) -> None:
        self.size = max(1, size)
        self.schema = schema
        self.reporters = find_home().reporters
        self.limits = limits or SandboxLimits()
        self._idle: queue.LifoQueue[_Process | None] = queue.LifoQueue()
        self._lock = threading.Lock()
        self._started = False

    def start(self) -> None:
        """Start all workers; call it before Django and before any database is opened."""
        with self._lock:
            if self._started:
                return
            self._started = True
        for _ in range(self.size):
            self._idle.put(self._made())

    def read(self, data: bytes, name: str, as_: str = "auto") -> Answer:
        """What `reading.read` answers, from inside a worker; waits for a free one; never raises.

        A worker that ends or overruns gives one reading in the inbox that says so.
        """
        return self._read_within(self.limits.wall, data, name, as_)

    def read_briefly(self, data: bytes, name: str, as_: str = "auto") -> Answer:
        """`read` for a sender who is not proven: with less time."""
        return self._read_within(self.limits.brief, data, name, as_)

    def _read_within(self, wall: float, data: bytes, name: str, as_: str) -> Answer:
        self.start()
        process = self._idle.get()
        try:
            process, answers = self._answers(process, [(data, name, as_)], wall)
            return _readings(answers[0])
        except (_Ended, Unreadable) as error:
            _end(process)
            process = None
            return [(name, inbox(str(error)))]
        except OSError as error:
            return [(name, inbox(f"no box could be started: {error.strerror}"))]
        finally:
            self._idle.put(self._next(process))

    def lacking(self) -> list[str]:
        """Which bounds the kernel does not set for a worker, in words. Raises `Unreadable`."""
        self.start()
        process = self._idle.get()
        try:
            if process is None:
                process = self._made()
            process.greeted()
            lacking = process.lacking
        except (_Ended, OSError) as error:
            _end(process)
            process = None
            raise Unreadable(f"no sandbox could be started: {error}") from error
        else:
            return lacking
        finally:
            self._idle.put(self._next(process))

    def read_all(self, things: Iterable[Thing | Answer]) -> Iterator[Answer]:
        """`read` for each in turn, short ones given to the worker together; in their order.

        What has its answer already, such as a file that cannot be opened, keeps it and its place.
        """
        batch: list[Thing] = []
        size = 0
        for thing in things:
            full = len(batch) == BATCH or size + len(thing[0]) > BATCH_BYTES
            if batch and (full or isinstance(thing, list)):
                yield from self._batch(batch)
                batch, size = [], 0
            if isinstance(thing, list):
                yield thing
                continue
            batch.append(thing)
            size += len(thing[0])
        yield from self._batch(batch)

    def _batch(self, batch: Sequence[Thing]) -> list[Answer]:
        """An answer to each; when one brings the worker down, each is read anew on its own."""
        self.start()
        process = self._idle.get() if len(batch) > 1 else None
        try:
            if process is not None:
                process, answers = self._answers(process, batch, self.limits.wall)
                return [_readings(answer) for answer in answers]
        except (_Ended, Unreadable, OSError):
            _end(process)
            process = None
        finally:
            if len(batch) > 1:
                self._idle.put(self._next(process))
        return [self.read(*thing) for thing in batch]

    def _answers(
        self, process: _Process | None, things: Sequence[Thing], wall: float
    ) -> tuple[_Process, list[bytes]]:
        """Those of this worker, or of a new one when it had ended or was killed.

        Raises `_Ended`, `OSError`.
        """
        if process and process.taught == _version(self.schema, self.reporters):
            try:
                return process, process.job(things, wall)
            except (_Gone, _Killed):
                pass
        _end(process)
        process = self._made()
        try:
            return process, process.job(things, wall)
        except _Ended:
            _end(process)
            raise

    def close(self) -> None:
        """End the idle workers; those at work are ended when their job is done."""
        with self._lock:
            self._started = False
        while True:
            try:
                _end(self._idle.get_nowait())
            except queue.Empty:
                return

    def _next(self, process: _Process | None) -> _Process | None:
        """The same worker, or a new one at once; None when the machine has none to give now."""
        if process and process.jobs < self.limits.jobs:
            return process
        _end(process)
        try:
            return self._made()
        except OSError:
            return None

    def _made(self) -> _Process:
        return _Process(self.limits, self.schema)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _version(schema: Path | None, reporters: Path) -> tuple[tuple[str, int, int], ...]:
    """What changes when the schema or a file of the operator's reporters changes."""
    try:
        own = [entry for entry in os.scandir(reporters) if entry.name.endswith(".yaml")]
    except OSError:
        own = []
    files = []
    for path in [*([schema] if schema else []), *(Path(entry.path) for entry in own)]:
        try:
            stat = path.stat()
        except OSError:
            continue
        files.append((str(path), stat.st_mtime_ns, stat.st_size))
    return tuple(sorted(files))


def _end_of(data: bytearray, start: int) -> int:
    """Where the frame that starts there ends, as far as its length is known; raises `_Ended`."""
    end = start + LENGTH_BYTES
    if end <= len(data):
        end += int.from_bytes(data[start:end], "big")
    if end - start > MOST_ANSWER:
        raise _Ended(f"the box announced {end - start} bytes, more than expected")
    return end


def _end(process: _Process | None) -> None:
    if process:
        process.end()


def _request(things: Sequence[Thing]) -> bytes:
    """How many, then two frames each: how to read it and its name, and its bytes."""
    frames = [len(things).to_bytes(LENGTH_BYTES, "big")]
    for data, name, as_ in things:
        head = f"{as_}\n{name}".encode(errors="surrogatepass")
        for part in (head, data):
            frames += (len(part).to_bytes(LENGTH_BYTES, "big"), part)
    return b"".join(frames)


def _readings(answer: bytes) -> Answer:
    """The readings of an answer. Raises `Unreadable`: a worker is not trusted either.

    The collector of cycles rests meanwhile: a big answer holds none and would be searched often.
    """
    rests = gc.isenabled()
    gc.disable()
    try:
        pairs = json.loads(answer.decode())
        return [(str(name), reading_from_json(wire)) for name, wire in pairs]
    except (ValueError, TypeError, RecursionError) as error:
        raise Unreadable(f"box: expected names with readings, found: {error}") from error
    finally:
        if rests:
            gc.enable()
