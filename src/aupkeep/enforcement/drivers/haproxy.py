"""HAProxy: one page by its exact URL is answered with 451 (RFC 7725); the rest goes on.

The frontend has the lines of `maps/config/haproxy-frontend.cfg`. A row is a key, the millisecond at
which it ends, the action, and our mark. HAProxy compares the end with its own clock, so a page is
free again with the agent dead. The key is `SCHEME://HOST:PORT`, the path with all but letters,
digits and `-._~` encoded, and the query as it is asked: nothing of a URL is syntax there.
"""

from urllib.parse import quote

from aupkeep.enforcement.driver import Capabilities
from aupkeep.enforcement.guard import DriverPlugin
from aupkeep.enforcement.maps.exact_url import exact_url
from aupkeep.enforcement.maps.map_file import MapRow, RowFormat
from aupkeep.enforcement.maps.page_driver import HEAD, PAGE_OPTIONS, PageDriver
from aupkeep.model.ladder import Measure

ABLE = Capabilities(
    driver="haproxy",
    version="1",
    measures=frozenset({Measure.BLOCK_URL}),
    system="an HAProxy of this machine: one map file that it looks up",
    reads_back=False,  # only with a door to ask at
    effect="the page is asked for on loopback, as a visitor would",
    tells_homes="each row names its home",
    finds_own=True,
)


def _spell(subject: str) -> str:
    """The key of a page."""
    page = exact_url(subject)
    if page.literal:
        return f"{page.origin}{page.target}"
    return f"{page.origin}{quote(page.path, safe='')}?{page.query}"


def _line(row: MapRow) -> str:
    return f"{row.key} {int(row.until.timestamp() * 1000)} {row.action} {row.mark}"


def _key(line: str) -> str | None:
    words = line.split(maxsplit=1)
    return words[0] if words and not words[0].startswith("#") else None


class HAProxyDriver(PageDriver):
    """One server, by one map file."""

    able = ABLE
    form = RowFormat(
        head=HEAD,
        spell=_spell,
        write=_line,
        key=_key,
    )


DRIVER = DriverPlugin(able=ABLE, make=HAProxyDriver, options=PAGE_OPTIONS, system=("map",))
