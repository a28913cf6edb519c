"""XML from strangers (XML 1.0, fifth edition): no document type, no entities, nothing fetched.

The standard library's expat reads it; a document type ends the reading before expat acts on it, so
no entity is ever declared, expanded or loaded. Names are folded, since senders write `IP_Address`
and `IPADDRESS`: lower case, without prefix, hyphen and underscore. The tree is bounded by the size
of the text, so that a megabyte of `<a/>` costs no more than a megabyte of words.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NoReturn
from xml.parsers import expat

from aupkeep.model.errors import Unreadable

MOST = 60_000  # elements of a document
MOST_MENDED = 20_000  # mistakes of one sort that are repaired
DEEPEST = 60  # elements inside each other
FREE = 2_000  # elements that any text may hold
EACH = 26  # characters of text for each further element
MOST_NAMES = 100  # attributes of one element
LONGEST_NAME = 200
NONE: Mapping[str, str] = {}
DECLARED = re.compile(r"<!(?:DOCTYPE|ENTITY)\b", re.IGNORECASE)
# What XML 1.0 section 2.2 allows no document to hold.
ILLEGAL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
BARE = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
LONELY = re.compile(r"<(?![A-Za-z_/!?])")


@dataclass(slots=True, eq=False)
class XmlElement:
    """An element: folded name, attributes by folded name, its own text, its elements in order."""

    name: str
    attributes: Mapping[str, str]
    text: str = ""
    nodes: list["XmlElement"] = field(default_factory=list)

    def all(self, name: str) -> Iterator["XmlElement"]:
        """The elements of that name directly inside."""
        return (node for node in self.nodes if node.name == name)

    def first(self, *names: str) -> "XmlElement | None":
        """The first element with one of the names directly inside, or None."""
        return next((node for node in self.nodes if node.name in names), None)

    def word(self, *names: str) -> str:
        """The text of the first such element on one line, or empty."""
        node = self.first(*names)
        return " ".join(node.text.split()) if node else ""

    def below(self, name: str) -> Iterator["XmlElement"]:
        """All elements of that name at any depth, in document order."""
        waiting = list(reversed(self.nodes))
        while waiting:
            node = waiting.pop()
            if node.name == name:
                yield node
            waiting.extend(reversed(node.nodes))


def load(text: str) -> XmlElement:
    """The root element.

    Raises `Unreadable` that names the place of the first mistake, the document type that is not
    accepted, or the limit that was passed.

    >>> load("<a xmlns='urn:x'><B_c>1</B_c></a>").word("bc")
    '1'
    """
    try:
        return _Reader(len(text)).read(text)
    except expat.ExpatError as error:
        raise Unreadable(
            f"XML: expected a sound document, found a mistake at line {error.lineno}"
            f" column {error.offset}: {expat.ErrorString(error.code)}"
        ) from error


def load_repaired(text: str) -> tuple[XmlElement, bool]:
    """The root and whether the text had to be repaired first. Raises `Unreadable`.

    Mended is what has one meaning only: a bare `&`, a `<` that opens no element, and characters
    that no XML may hold.
    """
    try:
        return _Reader(len(text)).read(text), False
    except expat.ExpatError:
        mended = ILLEGAL.sub("", text, count=MOST_MENDED)
    mended = BARE.sub("&amp;", mended, count=MOST_MENDED)
    return load(LONELY.sub("&lt;", mended, count=MOST_MENDED)), True


@lru_cache(maxsize=1024)
def fold(name: str) -> str:
    """A name without prefix, case, hyphen and underscore."""
    return name.rpartition(":")[2].replace("_", "").replace("-", "").lower()


class _Reader:
    """Builds the tree while expat reads."""

    def __init__(self, size: int) -> None:
        self.left = min(MOST, FREE + size // EACH)
        self.open: list[XmlElement] = []
        self.root: XmlElement | None = None
        self.words: list[str] = []
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.words.append
        parser.StartDoctypeDeclHandler = self.refuse
        parser.EntityDeclHandler = self.refuse
        parser.ExternalEntityRefHandler = self.refuse
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self.parser = parser

    def read(self, text: str) -> XmlElement:
        """Raises `expat.ExpatError` or `Unreadable`."""
        self.parser.Parse(text.lstrip("\ufeff \t\n").encode("utf-8", "replace"), True)
        if self.root is None:
            raise Unreadable("XML: expected one element, found none")
        return self.root

    def refuse(self, *_: object) -> NoReturn:
        raise Unreadable("XML: expected no document type and no entities, found a declaration")

    def start(self, name: str, said: dict[str, str]) -> None:
        self.left -= 1
        if self.left < 0 or len(self.open) >= DEEPEST:
            raise Unreadable(
                f"XML: expected at most {DEEPEST} levels and one element in {EACH} characters,"
                " found more"
            )
        if len(said) > MOST_NAMES or len(name) > LONGEST_NAME:
            raise Unreadable(f"XML: expected at most {MOST_NAMES} attributes, found more")
        node = XmlElement(
            fold(name), {fold(key): value for key, value in said.items()} if said else NONE
        )
        if self.open:
            parent = self.open[-1]
            if self.words:
                self._keep(parent)
            parent.nodes.append(node)
        else:
            self.root = node
        self.open.append(node)

    def end(self, _: str) -> None:
        node = self.open.pop()
        if self.words:
            self._keep(node)

    def _keep(self, node: XmlElement) -> None:
        """Text between elements belongs to the element around it, unless it is white space."""
        text = "".join(self.words)
        self.words.clear()
        if not text.isspace():
            node.text += text
