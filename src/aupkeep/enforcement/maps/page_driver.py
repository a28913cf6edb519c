"""What the drivers of web servers share: a page by its URL, fetched from the server itself."""

from aupkeep.enforcement.driver import DriverContext
from aupkeep.enforcement.maps.exact_url import ExactUrl, exact_url
from aupkeep.enforcement.maps.map_driver import OPTIONS, MapDriver
from aupkeep.enforcement.maps.map_file import MapRow
from aupkeep.enforcement.maps.page_door import BLOCKED, PageDoor
from aupkeep.enforcement.options import DOOR
from aupkeep.model.action import Action
from aupkeep.model.errors import DriverRefused

DOORS = {"http": "ask_http", "https": "ask_https"}
PAGE_OPTIONS = {**OPTIONS, **dict.fromkeys(DOORS.values(), DOOR)}
HEAD = "# Pages that aupkeep blocks; lines without its mark are others', and stay as they are."


class PageDriver(MapDriver):
    """`ask_http` and `ask_https` are where the server itself is asked for a page."""

    def __init__(self, context: DriverContext) -> None:
        super().__init__(context)
        given = context.options
        self._doors = {
            scheme: PageDoor(given[name]) for scheme, name in DOORS.items() if name in given
        }

    @property
    def asks(self) -> bool:
        """Whether the server can be asked, so that a block is seen to work."""
        return bool(self._doors)

    def page(self, text: str) -> ExactUrl:
        """The page of a URL. Raises `DriverRefused` where it cannot be asked for."""
        page = exact_url(text)
        if self._doors and page.scheme not in self._doors:
            raise DriverRefused(
                f"option {DOORS[page.scheme]}: expected the server's own address to ask for "
                f"{page.scheme} pages, found none"
            )
        return page

    def subject(self, action: Action) -> str:
        """The URL, as every client reads it."""
        return str(self.page(action.scope.url or ""))

    def ask(self, row: MapRow) -> str:
        """What the server does wrong with this page, "" where it answers 451 by this action."""
        page = exact_url(row.subject)
        status, action = self._doors[page.scheme].action_at(page)
        if status == BLOCKED and action == row.action:
            return ""
        return (
            f"{row.subject}: expected 451 by action {row.action}, found {status} {action}".rstrip()
        )
