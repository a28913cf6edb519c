"""Feeds: one module a published list, each with one constant, `FEED` (`intake.feed.Feed`).

`feeds/feodo.py` says where Feodo Tracker's list is and yields a `ListedItem` for each row. The
modules are found by themselves and fetched by `intake.feed_client`; docs/adding/feed.md shows how
to add one.
"""
