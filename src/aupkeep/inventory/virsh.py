"""What `virsh` prints of a hypervisor, asked read-only; an edge of this room.

    virsh = Virsh("qemu:///system")
    virsh.ask("list", "--all", "--uuid")

No shell reads a word. The output and the time of each command and of a whole look have limits.
"""

import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from aupkeep.model.errors import Invalid, Unavailable, Unreadable

PATIENCE = 30.0  # seconds of one command
MOST = 16 << 20  # bytes of one answer
DEEPEST, MOST_ELEMENTS = 60, 20_000


@dataclass(slots=True)
class DomainElement:
    """An element by its name without a prefix."""

    name: str
    attributes: Mapping[str, str]
    children: list["DomainElement"] = field(default_factory=list)

    def all(self, *path: str) -> Iterator["DomainElement"]:
        """The elements at a path of names below this one."""
        if not path:
            yield self
            return
        for child in self.children:
            if child.name == path[0]:
                yield from child.all(*path[1:])


class Virsh:
    """Asks one connection; `seconds` is for a whole look."""

    def __init__(self, uri: str, command: str = "virsh", seconds: float = 300.0) -> None:
        """Raises `Invalid` for what is no connection."""
        if not uri.isprintable() or not uri.isascii() or ":/" not in uri or uri[:1] == "-":
            raise Invalid("option uri: expected one such as qemu:///system, found another text")
        self._words = (command, "--readonly", "--quiet", "--connect", uri)
        self._seconds, self._until = seconds, 0.0

    def begin(self) -> None:
        """Begin a look."""
        self._until = time.monotonic() + self._seconds

    def ask(self, *words: str) -> str:
        """What it printed. Raises `Unavailable` where it fails or is late, `Unreadable`."""
        left = min(PATIENCE, self._until - time.monotonic())
        if left <= 0:
            raise Unavailable(f"virsh: expected a look in {self._seconds:g} s, found it not over")
        with tempfile.TemporaryFile() as answer:
            try:
                done = subprocess.run(  # noqa: S603 - words of the operator's settings, no shell
                    (*self._words, *words),
                    stdin=subprocess.DEVNULL,
                    stdout=answer,
                    stderr=subprocess.PIPE,
                    check=False,
                    timeout=left,
                )
            except (OSError, subprocess.SubprocessError) as error:
                why = type(error).__name__
                raise Unavailable(f"virsh {words[0]}: expected an answer, found {why}") from error
            if done.returncode:
                said = " ".join(done.stderr.decode("utf-8", "replace").split())[-200:]
                raise Unavailable(f"virsh {words[0]}: expected an answer, found: {said}")
            if answer.tell() > MOST:
                raise Unreadable(f"virsh {words[0]}: expected at most {MOST} bytes, found more")
            answer.seek(0)
            return answer.read().decode("utf-8", "replace")


def read_xml(text: str) -> DomainElement:
    """The tree of a document without a document type. Raises `Unreadable`."""
    root = DomainElement("", {})
    stack, count = [root], 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if len(stack) > DEEPEST or count > MOST_ELEMENTS:
            raise Unreadable("XML: expected a small document, found a deep or long one")
        element = DomainElement(name.rpartition(":")[2], attributes)
        stack[-1].children.append(element)
        stack.append(element)

    def refuse(*_: object) -> None:
        raise Unreadable("XML: expected no document type, found one")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: stack.pop()
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        raise Unreadable(f"XML: expected a document, found: {str(error)[:80]}") from error
    return root
