"""`aupkeep up`: every process of one machine, started, supervised and stopped together."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

import structlog

from aupkeep.config.supervised import SUPERVISOR
from aupkeep.daemon.side_threads import stop_on_signals

log = structlog.get_logger("up")
STEADY = 10.0  # seconds; a process that lived this long may be restarted at once
PATIENCE = 10.0  # seconds a process has to stop after SIGTERM


class ProcessSupervisor:
    """Processes by name; one that ended is started again after a pause."""

    def __init__(self, commands: dict[str, Sequence[str]]) -> None:
        """`commands` maps a name to the arguments of `python -m aupkeep`."""
        self._commands = commands
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._started: dict[str, float] = {}
        self._wait: dict[str, float] = {}

    def start_missing(self) -> None:
        """Start what is not running and may start now."""
        now = time.monotonic()
        for name, words in self._commands.items():
            process = self._running.get(name)
            if process is not None and process.poll() is None:
                continue
            if process is not None:
                self._note_end(name, process, now)
            if now >= self._wait.get(name, 0.0):
                self._running[name] = subprocess.Popen(  # noqa: S603 - our own commands
                    [sys.executable, "-m", "aupkeep", *words],
                    env={**os.environ, SUPERVISOR: str(os.getpid())},
                )
                self._started[name] = now

    def _note_end(self, name: str, process: subprocess.Popen[bytes], now: float) -> None:
        """Log that a process ended, and set the time of its next start."""
        del self._running[name]
        lived = now - self._started[name]
        self._wait[name] = now + (0.2 if lived > STEADY else 3.0)
        log.warning("ended, starting again", process=name, code=process.returncode, lived=lived)

    def stop(self) -> None:
        """Ask all to stop, wait, then kill."""
        for process in self._running.values():
            process.terminate()
        until = time.monotonic() + PATIENCE
        for name, process in self._running.items():
            try:
                process.wait(max(until - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                log.warning("did not stop in time", process=name)
                process.kill()
                process.wait()


def run(commands: dict[str, Sequence[str]], stop: threading.Event | None = None) -> None:
    """Keep all running until SIGTERM, SIGINT or `stop`."""
    stop = stop or threading.Event()
    if threading.current_thread() is threading.main_thread():
        stop_on_signals(stop)
    supervisor = ProcessSupervisor(commands)
    try:
        while not stop.is_set():
            supervisor.start_missing()
            stop.wait(0.5)
    finally:
        supervisor.stop()
