"""HTML to plain text in one linear pass: nothing is fetched, run or trusted.

`html.parser` is quadratic on hostile input; here every character is looked at once.
"""

import re
from html import unescape

BREAK = re.compile(
    r"address|article|blockquote|br|dd|div|dl|dt|fieldset|form|h[1-6]|header|hr|li|main|ol|p|pre"
    r"|section|table|tr|ul"
)
CELLS = frozenset({"td", "th"})
SILENT = frozenset({"script", "style", "title", "template", "noscript"})
TAG = re.compile(r"/?\s*([A-Za-z][A-Za-z0-9]{0,20})")
SPACES = re.compile(r"[ \t\r\f\v]*\n[ \t\r\f\v]*|[ \t\r\f\v]+")


def text_of(html: str) -> str:
    r"""The words a reader sees, blocks on lines of their own.

    >>> text_of("<p>From <b>192.0.2.1</b></p><script>x</script>a &lt; b")
    'From 192.0.2.1\na < b'
    """
    out: list[str] = []
    waiting = ""  # what ends the silence: "-->" of a comment or the closing tag of a script
    pre = 0
    for index, chunk in enumerate(html.split("<")):
        if waiting:
            waiting, rest = _silence(waiting, chunk)
            out.append(_flow(rest, pre))
        elif index == 0:
            out.append(_flow(chunk, pre))
        else:
            waiting, pre = _tag(chunk, pre, out)
    lines = (line.strip() for line in unescape("".join(out)).replace("\xa0", " ").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _silence(waiting: str, chunk: str) -> tuple[str, str]:
    """What is still waited for, and the text after its end."""
    if waiting == "-->":
        _, found, rest = chunk.partition("-->")
        return ("", rest) if found else (waiting, "")
    if chunk[: len(waiting)].lower() == waiting:
        return "", chunk.partition(">")[2]
    return waiting, ""


def _tag(chunk: str, pre: int, out: list[str]) -> tuple[str, int]:
    """Take one `tag>text` chunk; the answer is what to wait for and the depth of `pre`."""
    if chunk.startswith("!--"):
        _, found, rest = chunk.partition("-->")
        out.append(_flow(rest, pre))
        return ("" if found else "-->"), pre
    inside, closed, rest = chunk.partition(">")
    match = TAG.match(inside)
    if not closed or (match is None and not inside.startswith(("!", "?", "/"))):
        out.append(_flow("<" + chunk, pre))
        return "", pre
    name = match[1].lower() if match else ""
    if name in SILENT and not inside.startswith("/"):
        return f"/{name}", pre
    if name == "pre":
        pre = max(0, pre - 1) if inside.startswith("/") else pre + 1
    out.append(
        "\n"
        if BREAK.fullmatch(name)
        else " "
        if name in CELLS and not inside.startswith("/")
        else ""
    )
    out.append(_flow(rest, pre))
    return "", pre


def _flow(text: str, pre: int) -> str:
    """Text as it flows: outside `pre` a line end is a space."""
    return text if pre else SPACES.sub(" ", text)
