"""Takes from the running process what a reader of hostile bytes never needs, by the kernel.

`confine()` is called once everything is loaded. From then on the process cannot

* gain rights by starting a program (`no_new_privs`, prctl(2));
* reach a file, a TCP port, an abstract Unix socket or a process outside (Landlock, landlock(7));
* see a network (a network namespace of its own, where the machine allows one);
* make any system call but those that compute, wait and talk over open descriptors (seccomp(2)): no
  fork, clone, execve, socket, open, ptrace or process_vm_writev; what is refused is EPERM.

What the kernel lacks is answered, so that the start can say it. Linux on x86-64 and AArch64; on
another machine there is no filter of system calls. ctypes alone: `pyseccomp` is of 2021, and a
wrapper of Landlock exists only as a development release.
"""

import ctypes
import os
import platform
import struct
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)

PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 4, 22, 38
SECCOMP_MODE_FILTER = 2
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_RESTRICT = 444, 445, 446  # the same on every machine
LANDLOCK_VERSION, PATH_BENEATH = 1, 1
FS_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}  # bits of file rights from each version of Landlock on
READING = 0b1101  # execute, read a file, read a folder
ON_FILES = 0b111  # execute, write, read
LIBRARIES = ("/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/dev/null")
NET_RIGHTS, NET_VERSION = 0b11, 4  # bind and connect of TCP
SCOPES, SCOPE_VERSION = 0b11, 6  # abstract Unix sockets, signals

LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # classic BPF, linux/filter.h
ALLOW, DENY, KILL = 0x7FFF0000, 0x00050001, 0x80000000  # DENY is EPERM
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data
X32 = 0x40000000
PROT_EXEC = 4


@dataclass(frozen=True, slots=True)
class _Calls:
    """The numbers of system calls on one architecture."""

    architecture: int  # AUDIT_ARCH_…, linux/audit.h
    allowed: tuple[int, ...]
    mapping: tuple[int, ...]  # mmap, mprotect: not executable
    limits: int  # prlimit64: its own alone
    network: tuple[int, ...]  # socket, socketpair
    starting: tuple[int, ...]  # clone, fork, vfork, clone3, ptrace, process_vm_*, pidfd_getfd, kill


# read write close fstat poll lseek munmap brk rt_sig* pread readv writev select sched_yield mremap
# madvise nanosleep getpid exit getrusage times sigaltstack gettid futex clock_* ppoll
# set_robust_list restart_syscall getrandom rseq
CALLS = {
    "x86_64": _Calls(
        0xC000003E,
        (0, 1, 3, 5, 7, 8, 11, 12, 13, 14, 15, 17, 19, 20, 23, 24, 25, 28, 35, 39, 60, 98, 100,
         131, 186, 202, 219, 228, 229, 230, 231, 271, 273, 318, 334),
        (9, 10),
        302,
        (41, 53),
        (56, 57, 58, 435, 101, 310, 311, 438, 62, 200, 234),
    ),
    "aarch64": _Calls(
        0xC00000B7,
        (63, 64, 57, 80, 62, 215, 214, 134, 135, 139, 67, 65, 66, 72, 124, 216, 233, 101, 172, 93,
         165, 153, 132, 178, 98, 113, 114, 115, 94, 73, 99, 128, 278, 293),
        (222, 226),
        261,
        (198, 199),
        (220, 435, 117, 270, 271, 438, 129, 130, 131),
    ),
}  # fmt: skip


class _Attribute(ctypes.Structure):
    """struct landlock_ruleset_attr."""

    _fields_ = [("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64)]


class _Program(ctypes.Structure):
    """struct sock_fprog."""

    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def confine() -> list[str]:
    """Confine this process for good; what the kernel or machine lacks, in words."""
    lacking = [*_alone(), *_fenced({})]
    return lacking + _filtered(_only_computing)


def confine_program(readable: Iterable[Path], writable: Path) -> list[str]:
    """As `confine`, for a program that is started next in this process's place.

    It may read below some folders and write below one; it starts no other and opens no socket.
    """
    rights = dict.fromkeys(readable, READING) | {writable: -1}
    lacking = [*_alone(), *_fenced(rights)]
    return lacking + _filtered(_no_network_nor_children)


def _alone() -> Iterator[str]:
    """No rights to gain, no network to see, nothing of it for others to look into."""
    if _libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        yield f"no_new_privs: {_error()}"
    _libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    if _libc.unshare(CLONE_NEWNET) and _libc.unshare(CLONE_NEWUSER | CLONE_NEWNET):
        yield f"a network namespace: {_error()}"


def _fenced(rights: dict[Path, int]) -> Iterator[str]:
    """No files but those below these paths, with these rights (-1: all), no TCP, no signals."""
    version = _libc.syscall(LANDLOCK_CREATE, None, ctypes.c_size_t(0), LANDLOCK_VERSION)
    if version < 1:
        yield f"Landlock: {_error()}"
        return
    every = (1 << max(bits for since, bits in FS_RIGHTS.items() if since <= version)) - 1
    attribute = _Attribute(
        every,
        NET_RIGHTS if version >= NET_VERSION else 0,
        SCOPES if version >= SCOPE_VERSION else 0,
    )
    size = ctypes.c_size_t(ctypes.sizeof(attribute))
    ruleset = _libc.syscall(LANDLOCK_CREATE, ctypes.byref(attribute), size, 0)
    if ruleset < 0:
        yield f"Landlock: {_error()}"
        return
    try:
        for path, wanted in rights.items():
            _let(ruleset, path, every if wanted < 0 else wanted)
        if _libc.syscall(LANDLOCK_RESTRICT, ruleset, 0):
            yield f"Landlock: {_error()}"
    finally:
        os.close(ruleset)


def _let(ruleset: int, path: Path, rights: int) -> None:
    """Allow rights below a path, or to a file; one that does not exist gives none."""
    with suppress(FileNotFoundError):
        folder = os.open(path, os.O_PATH)
        try:
            given = rights if path.is_dir() else rights & ON_FILES
            rule = struct.pack("=Qi", given, folder)  # struct landlock_path_beneath_attr, packed
            _libc.syscall(LANDLOCK_ADD, ruleset, PATH_BENEATH, rule, 0)
        finally:
            os.close(folder)


def _filtered(rules: Callable[[_Calls], list[bytes]]) -> list[str]:
    """Let the kernel judge each system call from now on."""
    calls = CALLS.get(platform.machine())
    if calls is None:
        return [f"a filter of system calls: none for {platform.machine()}"]
    program = [
        _step(LOAD, ARCHITECTURE),
        _step(EQUAL, calls.architecture, 1, 0),
        _step(RETURN, KILL),
        _step(LOAD, NUMBER),
        _step(AT_LEAST, X32, 0, 1),
        _step(RETURN, DENY),
        *rules(calls),
    ]
    code = b"".join(program)
    argument = _Program(len(program), code)
    if _libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(argument), 0, 0):
        return [f"a filter of system calls: {_error()}"]
    return []


def _only_computing(calls: _Calls) -> list[bytes]:
    """Allow what is needed once everything is loaded; refuse the rest."""
    program = [*_each(calls.allowed, ALLOW)]
    for number in calls.mapping:  # the third argument says what for
        program += [_step(EQUAL, number, 0, 4), _step(LOAD, ARGUMENTS + 16)]
        program += [_step(ANY_BIT, PROT_EXEC, 0, 1), _step(RETURN, DENY), _step(RETURN, ALLOW)]
    program += [_step(EQUAL, calls.limits, 0, 4), _step(LOAD, ARGUMENTS)]
    program += [_step(EQUAL, 0, 1, 0), _step(RETURN, DENY), _step(RETURN, ALLOW)]
    return [*program, _step(RETURN, DENY)]


def _no_network_nor_children(calls: _Calls) -> list[bytes]:
    """Refuse sockets, further processes and reaching into others; allow the rest."""
    return [*_each((*calls.network, *calls.starting), DENY), _step(RETURN, ALLOW)]


def _each(numbers: Iterable[int], verdict: int) -> Iterator[bytes]:
    for number in numbers:
        yield _step(EQUAL, number, 0, 1)
        yield _step(RETURN, verdict)


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    """Struct sock_filter."""
    return struct.pack("=HBBI", code, if_true, if_false, value)


def _error() -> str:
    return os.strerror(ctypes.get_errno())


def main() -> None:
    """Started as a file, before the package is: `confine.py FOLDER PROGRAM WORD…`.

    The program takes this process's place, in the folder, which is all it may write to.
    """
    folder, program = Path(sys.argv[1]), Path(sys.argv[2])
    own = program.resolve().parent.parent
    confine_program([*map(Path, LIBRARIES), own], folder)
    os.execv(program, sys.argv[2:])  # noqa: S606 - a fixed program, no shell


if __name__ == "__main__":
    main()
