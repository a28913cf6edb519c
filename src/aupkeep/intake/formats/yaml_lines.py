"""The YAML that X-ARF uses: documents of `Name: value`, values perhaps quoted or in a list.

No YAML reader: nothing here can refer, construct or nest. Tags and anchors are passed over, an
alias stays the word it is. Each value knows where it stands.
"""

import re
from collections.abc import Iterator, Mapping

from aupkeep.intake.mail.header_fields import HeaderField, merged, read_fields

BREAK = re.compile(r"^(?:- )?(?:---|\.\.\.)[ \t]*$", re.MULTILINE)  # one in signed text too
MARK = re.compile(r"(?:[!&][\w/:.,!-]{0,80}[ \t]+)+")
COMMENT = re.compile(r"(?<![ \t])[ \t]+#.*\Z")
ITEM = re.compile(r"(?:^|(?<=\s))-[ \t]+(\S[^\n]*)", re.MULTILINE)
BLOCK = re.compile(r"[|>][+-]?[ \t]*(?:\n|\Z)")
MOST_DOCUMENTS = 10_000
MOST_ITEMS = 10_000

Document = Mapping[str, tuple[HeaderField, ...]]


def documents(text: str) -> Iterator[Document]:
    r"""The documents of a text, separated by `---` lines, each name with its values in order.

    >>> [one["source"][0].value for one in documents("---\nSource: '192.0.2.1'\n...\n")]
    ['192.0.2.1']
    """
    start, count = 0, 0
    for edge in [*BREAK.finditer(text), None]:
        end = edge.start() if edge else len(text)
        document = _document(text, start, end)
        start = edge.end() if edge else end
        if count >= MOST_DOCUMENTS:
            return
        if document:
            count += 1
            yield document


def _document(text: str, start: int, end: int) -> Document:
    fields = merged(read_fields(text[start:end]))
    return {
        name: tuple(
            value
            for field in values
            for value in _values(text, field.start + start, field.end + start)
        )
        for name, values in fields.items()
    }


def _values(text: str, start: int, end: int) -> Iterator[HeaderField]:
    """The value, or the items of its list (block or flow style)."""
    start += len(text[start:end]) - len(text[start:end].lstrip())
    raw = text[start:end]
    if raw.startswith("[") and raw.endswith("]"):
        position = start + 1
        for piece in raw[1:-1].split(",")[:MOST_ITEMS]:
            yield from _scalar(text, position, position + len(piece))
            position += len(piece) + 1
    elif raw.startswith(("- ", "-\t")):
        for item in list(ITEM.finditer(text, start, end))[:MOST_ITEMS]:
            yield from _scalar(text, item.start(1), item.end(1))
    else:
        yield from _scalar(text, start, end)


def _scalar(text: str, start: int, end: int) -> Iterator[HeaderField]:
    """One value without its tag, anchor, quotes and comment; nothing for an empty one."""
    mark = MARK.match(text, start, end) or BLOCK.match(text, start, end)
    start = mark.end() if mark else start
    raw = text[start:end]
    start += len(raw) - len(raw.lstrip())
    raw = raw.strip()
    quote = raw[:1]
    if quote in {"'", '"'} and raw.find(quote, 1) > 0:
        raw = raw[1 : raw.rfind(quote)] if raw.endswith(quote) else raw[1 : raw.find(quote, 1)]
        start += 1
    elif " #" in raw:
        raw = COMMENT.sub("", raw)
    if raw:
        yield HeaderField(" ".join(raw.split()), start, start + len(raw))
