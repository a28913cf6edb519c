r"""nginx: one page by its exact URL is answered with 451 (RFC 7725); the rest goes on.

The file at `map` is included by `maps/config/nginx-http.conf`. A row is a pattern over
`SCHEME://HOST:PORT REQUEST-URI ARGS PATH`, since nginx compares plain strings without their case.
Each byte that is not a letter, digit or one of `/_-:=&~,` is written `\xHH`: nothing in a URL is
ever syntax.
"""

import re

from aupkeep.enforcement.driver import Capabilities
from aupkeep.enforcement.guard import DriverPlugin
from aupkeep.enforcement.maps.exact_url import exact_url
from aupkeep.enforcement.maps.map_file import MapRow, RowFormat
from aupkeep.enforcement.maps.page_driver import HEAD, PAGE_OPTIONS, PageDriver
from aupkeep.model.errors import DriverRefused
from aupkeep.model.ladder import Measure

PLAIN = re.compile(r"[A-Za-z0-9/_:=&~,-]")
LONGEST = 4000  # of one word; nginx reads 4,096 bytes (NGX_CONF_BUFFER in ngx_conf_file.c)
KEY = re.compile(r"\s*(\"(?:[^\"\\]|\\.)*\"|[^\s#;]+)\s")
ABLE = Capabilities(
    driver="nginx",
    version="1",
    measures=frozenset({Measure.BLOCK_URL}),
    system="an nginx of this machine: one map file that it includes",
    cap=1_000,
    ends_by_itself=False,
    reads_back=False,  # only with a door to ask at
    effect="the page is asked for on loopback, as a visitor would",
    tells_homes="each row names its home",
    finds_own=True,
)


def _pattern(text: bytes) -> str:
    """The bytes as a pattern that matches them alone."""
    chars = (chr(byte) for byte in text)
    return "".join(c if PLAIN.fullmatch(c) else rf"\x{ord(c):02x}" for c in chars)


def _spell(subject: str) -> str:
    """The quoted pattern of a page."""
    page = exact_url(subject)
    origin = _pattern(page.origin.encode())
    row = rf'"~^{origin} \S+ {_pattern(page.query.encode())} {_pattern(page.path)}\z"'
    if page.literal:
        row = rf'"~^{origin} {_pattern(page.target.encode())} "'
    if len(row) > LONGEST:
        raise DriverRefused(
            "URL: it is too long for nginx; the next narrowest measure is block-name"
        )
    return row


def _line(row: MapRow) -> str:
    return f"{row.key} {row.action}; # {row.mark}"


def _key(line: str) -> str | None:
    match = KEY.match(line)
    return match[1] if match else None


class NginxDriver(PageDriver):
    """One server, by one map file."""

    able = ABLE
    form = RowFormat(
        head=HEAD,
        spell=_spell,
        write=_line,
        key=_key,
    )


DRIVER = DriverPlugin(able=ABLE, make=NginxDriver, options=PAGE_OPTIONS, system=("map",))
