"""HTML to plain text in one linear pass: nothing is fetched, run or trusted.

`html.parser` is quadratic on hostile input; here every character is looked at once.
"""

import re
from functools import lru_cache
from html import unescape
from typing import NamedTuple

BREAK = re.compile(
    r"address|article|blockquote|br|dd|div|dl|dt|fieldset|form|h[1-6]|header|hr|li|main|ol|p|pre"
    r"|section|table|tr|ul"
)
# these end a line but leave none empty: the rows of a table belong together
CLOSE = frozenset({"dd", "div", "dt", "li", "tr"})
LINE = "\x1e"  # where a line ends that may have ended already
CELLS = frozenset({"td", "th"})
SILENT = frozenset({"script", "style", "title", "template", "noscript"})
TAG = re.compile(r"/?\s*([A-Za-z][A-Za-z0-9]{0,20})")
LINES = re.compile(r"\x1e[\x1e ]*")
LONGEST_TAG = 64  # characters that say which tag it is
UNEVEN = re.compile(r"[\t\r\f\v\n]|  ")  # white space that is not one blank
SPACES = re.compile(r"[ \t\r\f\v]*\n[ \t\r\f\v]*|[ \t\r\f\v]+")


def text_of(html: str) -> str:
    r"""The words a reader sees, blocks on lines of their own.

    >>> text_of("<p>From <b>192.0.2.1</b></p><script>x</script>a &lt; b")
    'From 192.0.2.1\na < b'
    """
    first, *chunks = html.split("<")
    out = [_flow(first, 0)]
    waiting = ""  # what ends the silence: "-->" of a comment or the closing tag of a script
    pre = 0
    headed = False  # the table has columns with names; others only place what they hold
    for chunk in chunks:
        if waiting:
            waiting, rest = _silence(waiting, chunk)
        elif chunk.startswith("!--"):
            waiting, rest = _silence("-->", chunk)
        else:
            inside, closed, rest = chunk.partition(">")
            tag = _tag(inside[:LONGEST_TAG]) if closed else None
            if tag is None:
                rest = "<" + chunk
            else:
                waiting, pre = tag.silent, max(0, pre + tag.pre)
                headed = tag.heads or (headed and not tag.begins)
                out.append("\t" if headed and tag.stands == " " else tag.stands)
                rest = "" if waiting else rest
        if rest:
            out.append(_flow(rest, pre))
    text = LINES.sub("\n", "".join(out))
    lines = map(str.strip, unescape(text).replace("\xa0", " ").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _silence(waiting: str, chunk: str) -> tuple[str, str]:
    """What is still waited for, and the text after its end."""
    if waiting == "-->":
        _, closed, rest = chunk.partition("-->")
        return ("", rest) if closed else (waiting, "")
    if chunk[: len(waiting)].lower() == waiting:
        return "", chunk.partition(">")[2]
    return waiting, ""


class _Tag(NamedTuple):
    """What a tag does: what stands for it, what its silence waits for, how `pre` deepens."""

    stands: str = ""
    silent: str = ""
    pre: int = 0
    heads: bool = False  # of a column
    begins: bool = False  # a table


@lru_cache(maxsize=1024)  # a page is made of few tags
def _tag(inside: str) -> _Tag | None:
    """What the beginning of a tag's inside says; None where the sign before it opens no tag."""
    match = TAG.match(inside)
    closing = inside.startswith("/")
    if match is None:
        return _Tag() if inside.startswith(("!", "?", "/")) else None
    name = match[1].lower()
    if name in SILENT and not closing:
        return _Tag(silent=f"/{name}")
    if name == "pre":
        return _Tag("\n", pre=-1 if closing else 1)
    if name in CLOSE:
        return _Tag(LINE)
    if BREAK.fullmatch(name):
        return _Tag("\n", begins=name == "table")
    return _Tag(" " if name in CELLS and not closing else "", heads=name == "th")


def _flow(text: str, pre: int) -> str:
    """Text as it flows: outside `pre` a line end is a space."""
    return SPACES.sub(" ", text) if not pre and UNEVEN.search(text) else text
