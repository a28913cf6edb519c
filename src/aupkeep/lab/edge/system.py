"""What a system at the edge is to the lab, and what is wrong at it: the records of its modules.

One system is one module of `systems` with one constant, `SYSTEM`: its files, its processes, its
targets, and the harms that it stops. Nothing else names it.
"""

import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from typing import Any

import aupkeep
from aupkeep.lab.attack_timing import scene_of
from aupkeep.lab.namespaces import ADDRESS, PATH, Lab
from aupkeep.lab.scene import Scene
from aupkeep.lab.world import LabWorld
from aupkeep.model.errors import Unavailable
from aupkeep.model.ladder import Measure

QUESTIONS = [sys.executable, "-m", "aupkeep.lab.edge.questions"]
SHIPPED = Path(aupkeep.__file__).parent / "enforcement" / "maps" / "config"
INTERNET = str(ADDRESS["internet"])
SOURCES = [f"203.0.113.{11 + number}" for number in range(20)]  # one for each run of a lab
GLANCE = 0.05  # seconds between two looks
PATIENCE = 20.0
# For `sh -c`: what changes its user ends with the lab too, though prctl(2) then forgets its parent.
ENDED_TOO = '"$@" & trap "kill $!" TERM; wait; wait'
HIDE = "[ ! -d {0} ] || mount -t tmpfs none {0} || exit 1; "
Options = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class EdgeRun:
    """One run: the world, its number in this lab, the address that its customer holds."""

    world: LabWorld
    number: int
    address: str
    folder: Path  # of the system

    @property
    def scene(self) -> Scene:
        """The lab's hosts."""
        return scene_of(self.world)

    def ask(self, host: str, *words: str) -> str:
        """The answer to one question from a host."""
        return self.scene.lab.run(host, [*QUESTIONS, *words], timeout=PATIENCE).stdout.strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeHarm:
    """One harm. `finding` is what our own watch reports of it, beside address, kind and time.

    `goes_on` looks once whether it does; `unserved` names whoever else is not served. `begin`
    starts what makes it. `alone`: a rule may stop it, else a person does, with
    these `fields` of a decision besides.
    """

    name: str
    says: str
    driver: str
    kind: str
    measure: Measure
    finding: Callable[[EdgeRun], dict[str, object]] = lambda _: {}
    goes_on: Callable[[EdgeRun], bool]
    unserved: Callable[[EdgeRun], list[str]]
    begin: Callable[[EdgeRun], Sequence[Popen[bytes]]] = lambda _: ()
    fields: Callable[[EdgeRun], dict[str, object]] = lambda _: {}
    alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeSystem:
    """One system. `write` makes its files, `start` its processes; both take its own folder.

    `programs` are what it runs, each with Debian's package. `targets` are the tables of the
    settings that it serves: name → driver, options and the rest. `lacks` is what it needs besides
    and lacks here, as a sentence, or None. `apart`: its files lie in a short folder of their own,
    for its sockets, or since its user may go nowhere else. `as_root`: it starts as root alone.
    """

    name: str
    harms: tuple[EdgeHarm, ...]
    programs: Mapping[str, str]
    write: Callable[[Path], None]
    start: Callable[[LabWorld, Lab, Path], None]
    targets: Callable[[Path], dict[str, Options]]
    lacks: Callable[[], str | None] = lambda: None
    apart: bool = False
    as_root: bool = False

    def missing(self) -> str | None:
        """What it lacks here, as a sentence, or None."""
        for program in self.programs:
            if shutil.which(program, path=PATH) is None:
                packages = " ".join(dict.fromkeys(self.programs.values()))
                return f"the program {program!r} is missing (Debian: apt-get install {packages})"
        if self.as_root and os.geteuid() != 0:
            return f"{self.name} runs as root alone"
        return self.lacks()


def elsewhere(
    name: str, *, driver: str, says: str, kind: str, measure: Measure, why: str
) -> EdgeSystem:
    """A system that the lab does not start: its row says `why`, and where it does run."""
    harm = EdgeHarm(
        name=name,
        says=says,
        driver=driver,
        kind=kind,
        measure=measure,
        goes_on=lambda _: False,
        unserved=lambda _: [],
    )
    return EdgeSystem(
        name=name,
        harms=(harm,),
        programs={},
        write=lambda _: None,
        start=lambda *_: None,
        targets=lambda _: {},
        lacks=lambda: why,
    )


def shipped(name: str, folder: Path) -> str:
    """A file that we ship for operators, with this folder for the one on a server."""
    text = (SHIPPED / name).read_text("utf-8")
    for map_file in ("nginx.map", "haproxy.map"):
        text = text.replace(f"/etc/aupkeep/{map_file}", f"{folder}/pages.map")
    return text.replace("/etc/aupkeep", str(folder))


def own_run(run: Path, *hidden: str) -> list[str]:
    """The words before a program whose /run is this folder, and to which those folders are empty.

    So it meets nothing of the same service on this machine.
    """
    mounts = f"mount --bind {run} /run || exit 1; " + "".join(map(HIDE.format, hidden))
    return ["unshare", "-m", "sh", "-c", mounts + ENDED_TOO, "sh"]


def run_to_end(lab: Lab, host: str, *words: str) -> None:
    """Run a command that must succeed. Raises `Unavailable` with what it said."""
    done = lab.run(host, words, timeout=3 * PATIENCE)
    if done.returncode:
        raise Unavailable(f"{words[0]}: {(done.stderr or done.stdout).strip()[:200]}")
