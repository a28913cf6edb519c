"""What an HTML mail marks as a quoted mail: elements of mail programs, rules above header fields.

Gmail, Yahoo, Proton, Tutanota and Thunderbird name their quotes by class, Outlook by id or by a
line of its colour; a `blockquote` is a quote unless it only indents. The HTML is scanned, not
parsed: the time grows with its length.
"""

import re
from collections.abc import Iterator

from aupkeep.intake.mail.html_text import text_of
from aupkeep.intake.mail.quotes import LONGEST, headed, lines_of, next_words

MOST_RULES = 20  # rules behind which header fields are looked for
MOST_MARKS = 4  # quotes of an HTML mail that are placed one by one
TAG = re.compile(r"<(/?)(blockquote|div|span|hr)\b([^<>]{0,1000})", re.IGNORECASE)
INSIDE = re.compile(
    r"(?:class|id)\s?=\s?[\"']?[^\"'>]{0,200}?(?:gmail_quote|yahoo_quoted|moz-cite|protonmail_quote"
    r"|tutanota_quote|zmail_extra|ecxgmail_quote|wmquote|gmail_attr)",
    re.IGNORECASE,
)
TO_THE_END = re.compile(
    r"id\s?=\s?[\"']?(?:x_)?(?:OLK_SRC_BODY_SECTION|divRplyFwdMsg|appendonsend|stopSpelling"
    r"|mail-editor-reference-message|reply-intro)"
    r"|border-top:\s?(?:solid|1px solid|#\w{6} 1\.0pt solid)\s?(?:#(?:b5c4df|e1e1e1)|rgb\(22[59])",
    re.IGNORECASE,
)
INDENT = re.compile(r"border:\s?none|margin:0(?:px)? 0(?:px)? 0(?:px)? 40px", re.IGNORECASE)
MARKED = re.compile(
    r"<blockquote|gmail_quote|yahoo_quoted|moz-cite|protonmail_quote|tutanota_quote|zmail_extra"
    r"|OLK_SRC_BODY|divRplyFwdMsg|appendonsend|stopSpelling|mail-editor-reference|border-top|<hr",
    re.IGNORECASE,
)


def quotes_in(html: str, text: str) -> tuple[tuple[int, int], ...]:
    """The places in `text`, which is `text_of(html)`, that the HTML marks as a quoted mail.

    At most four are placed one by one; the last of more reaches to the end.

    >>> html = "<p>Done.</p><blockquote>please do</blockquote><p>Bye</p>"
    >>> [text_of(html)[start:end].strip() for start, end in quotes_in(html, text_of(html))]
    ['please do']
    """
    if len(html) > LONGEST or not MARKED.search(html):
        return ()
    ranges = list(_ranges(html))
    if len(ranges) > MOST_MARKS:
        ranges = [*ranges[: MOST_MARKS - 1], (ranges[MOST_MARKS - 1][0], len(html))]
    places = ((_place(html, start, text), _place(html, end, text)) for start, end in ranges)
    return tuple((start, end) for start, end in places if end > start)


def _place(html: str, at: int, text: str) -> int:
    """Where the words before a place in the HTML end in the text."""
    return len(text) if at >= len(html) else min(len(text_of(html[:at])), len(text))


def _ranges(html: str) -> Iterator[tuple[int, int]]:
    """The marked elements, the outermost of nested ones, in the order they stand."""
    depth: dict[str, int] = {}
    rules = 0
    inside: tuple[str, int, int] | None = None  # element, its depth, where it began
    for match in TAG.finditer(html):
        closing, name, attributes = match[1], match[2].lower(), match[3]
        if name == "hr":
            closing, rules = "", rules + 1
        else:
            depth[name] = max(0, depth.get(name, 0) + (-1 if closing else 1))
        if inside:
            if closing and name == inside[0] and depth[name] < inside[1]:
                yield inside[2], match.start()
                inside = None
            continue
        if closing:
            continue
        looked = name == "hr" and rules <= MOST_RULES
        if TO_THE_END.search(attributes) or (looked and _headers_follow(html, match.end())):
            yield match.start(), len(html)
            return
        if _is_mark(name, attributes):
            inside = (name, depth[name], match.start())
    if inside:
        yield inside[2], len(html)


def _is_mark(name: str, attributes: str) -> bool:
    """A quote by its class, or a blockquote that is more than an indent."""
    if INSIDE.search(attributes):
        return True
    return name == "blockquote" and not INDENT.search(attributes)


def _headers_follow(html: str, at: int) -> bool:
    """Whether header fields stand right behind a rule."""
    lines = list(lines_of(text_of(html[at : at + 2_000])))
    first = next_words(lines, 0)
    return first < len(lines) and headed(lines, first)
