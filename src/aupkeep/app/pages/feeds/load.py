"""The feeds as a person sees them: what each brings, what is wrong with one, what could be read."""

from aupkeep.app.context import AppContext
from aupkeep.app.pages.feeds.page import FeedsPage
from aupkeep.app.pages.feeds.status import feed_rows, one_feed
from aupkeep.app.pages.layout.load import page_header
from aupkeep.app.pages.layout.page import Person


def feeds_page(context: AppContext, person: Person) -> FeedsPage:
    """Every feed: those that are on or were ever fetched with what they list, then the others."""
    rows = feed_rows(context)
    used = [row for row in rows if row.on or row.tried_at]
    return FeedsPage(
        header=page_header(context, person),
        rows=tuple(one_feed(context, row.name) for row in used),
        others=tuple(row for row in rows if row not in used),
    )
