"""Mutation testing: each room's code is changed wrongly, and its own quick tests must turn red.

    just mutants casework                    one room, several, or `all`
    just mutants casework --module permit    one or more modules of it, by a pattern
    just mutants all --changed main~10       only the modules changed since that commit
    just mutants all --part 1/4              every fourth module: the parts add up
    just mutants deciding --tests 'app/deciding/test_*_written.py'    judged by some of its tests
    just mutants casework --keep /tmp/m      leaves the work there
    just mutants casework --keep /tmp/m --again    tests its survivors again, say with a new test

mutmut writes every small change it knows into a copy of the tree, and `mutant_runs.py` runs on each
change the tests that call the changed function, until one fails. The priority is the lowest (nice
19), and `--children` (1) says how many run at once.

A room is judged by the tests that `ROOMS` gives it, without those marked slow, network, root or
browser, and those of more than half a CPU second. They must run twice in one process. Hypothesis
draws as its `ci` profile does, so that no verdict depends on chance, and makes no failure smaller.
A change that makes a test run for ever counts as killed. Not changed are tables of a module,
decorated functions, annotations.

A survivor is listed as `module.function`: `line` -> `changed line`. If that stands in
`docs/mutants.md`, where its reason is, the survivor is *named*. The exit code is 1 when less than
90 % of a room is killed, when a survivor is not named, or when a named one survives no more.
"""

import argparse
import fnmatch
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = Path("src/aupkeep")
NAMED = ROOT / "docs" / "mutants.md"
LEAST = 90.0
KILLED = {"killed", "late"}
QUICK = "not network and not root and not browser and not slow"
ARGUMENTS = [
    "-m",
    QUICK,
    "--hypothesis-profile=mutants",
    "-p",
    "no:cacheprovider",
    "--assert=plain",
]


@dataclass(frozen=True, kw_only=True)
class Room:
    """What is changed and what must notice: paths below `src/aupkeep` and below `tests`."""

    code: tuple[str, ...]
    tests: tuple[str, ...]
    not_code: tuple[str, ...] = ()
    not_tests: tuple[str, ...] = ()


ROOMS = {
    "casework": Room(
        code=("casework",),
        tests=("casework",),
        not_tests=(
            "casework/test_gate.py",
            "casework/test_invariants.py",
            "casework/test_refusals.py",
        ),
    ),
    "policy": Room(code=("policy",), tests=("policy",)),
    "inventory": Room(
        code=("inventory",),
        tests=("inventory",),
        not_code=tuple(
            f"inventory/{edge}.py" for edge in ("broker", "http_client", "log_files", "virsh")
        ),
    ),
    "evidence": Room(code=("evidence",), tests=("evidence",)),
    "notify": Room(code=("notify",), tests=("notify",), not_code=("notify/channels/*",)),
    "enforcement": Room(
        code=("enforcement",),
        tests=("enforcement",),
        not_code=tuple(
            f"enforcement/{edge}.py"  # tested on files, sockets, processes and real systems
            for edge in (
                *("drivers/[!d]*", "drivers/dns_update", "libnftables", "netlink", "fetch", "loop"),
                *("durable_file", "freeze", "agent", "agent_key", "ender", "one_system"),
                *("forwarding", "step_lock"),
                *("bgp/exabgp", "bgp/hold", "bgp/holder", "bgp/link"),
                *("buckets/admin_ops", "buckets/object_store", "buckets/signed_calls"),
                *("maps/command", "maps/login_door", "maps/map_*", "maps/page_*"),
                *("openstack/session", "openstack/read_ahead", "zones/primary"),
            )
        ),
    ),
    "deciding": Room(
        code=("app/deciding",),
        tests=(
            *("app/deciding", "app/enforcing", "app/test_road.py"),
            *("app/inventory/test_customers.py", "app/pages/test_doctor.py"),
            "app/pages/test_masking.py",
        ),
    ),
    "notifying": Room(code=("app/notifying",), tests=("app/notifying", "app/deciding")),
    "reading": Room(code=("app/reading",), tests=("app/reading", "app/test_road.py")),
    "enforcing": Room(code=("app/enforcing",), tests=("app/enforcing",)),
    "access": Room(code=("app/access",), tests=("app/access", "web", "api")),
}


def modules(room: Room) -> list[Path]:
    """The files of the room whose code is changed, relative to the root, in order."""
    files = [
        path.relative_to(ROOT)
        for folder in room.code
        for path in sorted((ROOT / PACKAGE / folder).rglob("*.py"))
    ]
    refused = [str(PACKAGE / pattern) for pattern in room.not_code]
    return [path for path in files if not any(fnmatch.fnmatch(str(path), no) for no in refused)]


def changed_since(commit: str) -> set[Path]:
    """The files of the work tree that differ from the commit."""
    command = ["git", "diff", "--name-only", commit, "--", str(PACKAGE)]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return {Path(line) for line in listed.stdout.splitlines()}


def chosen(options: argparse.Namespace) -> Iterator[tuple[str, list[Path]]]:
    """Each room asked for with the modules asked for; rooms without any are left out."""
    changed = changed_since(options.changed) if options.changed else None
    part, parts = (int(number) for number in options.part.split("/"))
    number = 0
    for name in ROOMS if "all" in options.rooms else options.rooms:
        wanted = []
        for path in modules(ROOMS[name]):
            number += 1
            if (
                (changed is None or path in changed)
                and number % parts == part % parts
                and (not options.module or any(path.match(f"{m}.py") for m in options.module))
            ):
                wanted.append(path)
        if wanted:
            yield name, wanted


def prepare(work: Path, room: Room, paths: Iterable[Path]) -> None:
    """Copy source and tests to `work`, with mutmut's settings for these modules."""
    skip = shutil.ignore_patterns("__pycache__", "built", ".hypothesis")
    for folder in ("src", "tests"):
        shutil.rmtree(work / folder, ignore_errors=True)
        shutil.copytree(ROOT / folder, work / folder, ignore=skip)
    for folder in ("docs", "changes", "verifier", "frontend", "bench", "extras"):
        link = work / "mutants" / folder
        link.parent.mkdir(exist_ok=True)
        if not link.is_symlink():
            link.symlink_to(ROOT / folder)
    settings = {"source_paths": ["src"], "only_mutate": [str(path) for path in paths]}
    lines = [f"{name} = {_toml(value)}" for name, value in settings.items()]
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    text = "\n".join([project, "[tool.mutmut]", *lines, ""])
    (work / "pyproject.toml").write_text(text, "utf-8")


def _toml(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else repr(value)


def tests_of(room: Room, patterns: Iterable[str]) -> list[str]:
    """The room's tests, or those files below `tests` that match."""
    tests = ROOT / "tests"
    some = [str(path.relative_to(ROOT)) for name in patterns for path in sorted(tests.glob(name))]
    return some or [f"tests/{name}" for name in room.tests]


def run(work: Path, room: Room, options: argparse.Namespace, names: Iterable[str]) -> None:
    """Make the mutants and run the room's tests on each, or on those named."""
    environment = {
        key: value
        for key, value in os.environ.items()
        if key not in {"PYTHONPATH", "AUPKEEP_TEST_POSTGRES", "CI"}
    }
    tests = tests_of(room, options.tests)
    tests += [f"--ignore=tests/{name}" for name in room.not_tests]
    command = [sys.executable, str(ROOT / "tests" / "mutant_runs.py")]
    command += [str(work), str(options.children)]
    done = subprocess.run(
        [*command, *names, "--", *tests, *ARGUMENTS],
        cwd=work,
        env=environment,
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode:
        sys.exit(f"the tests ended with {done.returncode}:\n{done.stdout[-4000:]}")


@dataclass(frozen=True, kw_only=True)
class Survivor:
    """A change that no test noticed: mutmut's name of it, and how it reads."""

    name: str
    line: str


def results(work: Path, paths: Iterable[Path]) -> tuple[dict[Path, Counter[str]], list[Survivor]]:
    """How many changes ended how, by module; and the survivors."""
    from mutmut.mutation.diff_apply import get_diff_for_mutant

    counts: dict[Path, Counter[str]] = {}
    survivors = []
    for path, verdicts in verdicts_of(work, paths).items():
        counts[path] = Counter(verdicts.values())
        for name, verdict in verdicts.items():
            if verdict not in KILLED:
                diff = get_diff_for_mutant(name, path=path)
                survivors.append(Survivor(name=name, line=_line(name, diff)))
    return counts, survivors


def verdicts_of(work: Path, paths: Iterable[Path]) -> dict[Path, dict[str, str]]:
    """How each change ended, by module and mutmut's name. Changes to `work`."""
    from mutmut.mutation.data import SourceFileMutationData

    os.chdir(work)
    ended = json.loads(Path("verdicts.json").read_text("utf-8"))
    verdicts: dict[Path, dict[str, str]] = {}
    for path in paths:
        data = SourceFileMutationData(path=path)
        data.load()
        verdicts[path] = {name: ended[name] for name in data.exit_code_by_key if name in ended}
    return verdicts


def named_in(page: str, paths: Iterable[Path]) -> list[str]:
    """What the page names of these modules, as a survivor's line."""
    begins = tuple(
        f"`{'.'.join(path.relative_to(PACKAGE).with_suffix('').parts)}." for path in paths
    )
    rows = [row.removeprefix("| ").rpartition(" | ")[0] for row in page.splitlines()]
    return [row for row in rows if row.startswith(begins)]


def _line(name: str, diff: str) -> str:
    """The change on one line, the same as long as the function is."""
    module, _, function = name.removeprefix("aupkeep.").rpartition(".")
    function = function.rpartition("__mutmut_")[0].removeprefix("x_")
    function = function.removeprefix("xǁ").replace("ǁ", ".")
    rows = [row for row in diff.splitlines() if row[:3] not in {"---", "+++"}]
    before, after = (
        " ".join(row[1:].strip() for row in rows if row[:1] == sign) for sign in ("-", "+")
    )
    return f"`{module}.{function}`: `{before}` -> " + (f"`{after}`" if after else "nothing")


def judge(name: str, work: Path, paths: list[Path], options: argparse.Namespace) -> bool:
    """Change one room, print what came of it, and say whether it is good enough."""
    start = time.monotonic()
    prepare(work, ROOMS[name], paths)
    again = []
    if options.again:
        ended = [pair for module in verdicts_of(work, paths).values() for pair in module.items()]
        again = [name for name, verdict in ended if verdict not in KILLED]
    before = json.loads((work / "verdicts.json").read_text("utf-8")) if again else {}
    run(work, ROOMS[name], options, again)
    verdicts = json.loads((work / "verdicts.json").read_text("utf-8"))
    (work / "verdicts.json").write_text(json.dumps(before | verdicts), "utf-8")
    counts, survivors = results(work, paths)
    unnamed, gone = told(counts, survivors)
    total = sum(count.total() for count in counts.values())
    killed = total - len(survivors)
    late = sum(count["late"] for count in counts.values())
    percent = 100.0 * killed / total if total else 100.0
    print(
        f"{name}: {total} mutants, {killed} killed ({late} by time), {len(survivors)} survived,"
        f" {len(survivors) - unnamed} of them named; {percent:.1f} % killed"
        f" in {time.monotonic() - start:.0f} s",
        flush=True,
    )
    return percent >= LEAST and not unnamed and not gone


def told(counts: Mapping[Path, Counter[str]], survivors: Iterable[Survivor]) -> tuple[int, int]:
    """Print each module, each survivor that is not named, and each named one that is none.

    How many there are of the two.
    """
    for path, count in counts.items():
        if count:
            killed = sum(count[verdict] for verdict in KILLED)
            print(f"  {path.relative_to(PACKAGE)!s:40} {killed:5} of {count.total():5} killed")
    known = NAMED.read_text("utf-8") if NAMED.exists() else ""
    lines = [survivor.line for survivor in survivors]
    unnamed = [line for line in lines if line not in known]
    gone = [line for line in named_in(known, counts) if line not in lines]
    for line in unnamed:
        print(f"  * {line}")
    for line in gone:
        print(f"  - named, and survives no more: {line}")
    return len(unnamed), len(gone)


def main() -> None:
    """Read the options, judge each room, end with 1 if one is not good enough."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("rooms", nargs="+", choices=[*ROOMS, "all"])
    parser.add_argument("--module", action="append", help="a module's name or pattern; repeatable")
    parser.add_argument("--changed", metavar="COMMIT", help="only modules changed since then")
    parser.add_argument("--part", default="1/1", metavar="I/N", help="one of N equal parts")
    parser.add_argument("--tests", action="append", default=[], help="a pattern; repeatable")
    parser.add_argument("--children", type=int, default=1, help="tests at once")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where the work is left")
    parser.add_argument("--again", action="store_true", help="the survivors of the kept work")
    options = parser.parse_args()
    os.nice(19)
    good = True
    for name, paths in chosen(options):
        work = (options.keep or Path(tempfile.mkdtemp(prefix="aupkeep-mutants-"))) / name
        work.mkdir(parents=True, exist_ok=True)
        good = judge(name, work.resolve(), paths, options) and good
        if not options.keep:
            shutil.rmtree(work.parent)
    sys.exit(not good)


if __name__ == "__main__":
    main()
