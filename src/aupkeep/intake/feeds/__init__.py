"""Feeds: one module a published list, each with one constant, `FEED` (`intake.feed.Feed`).

A module bears its list's name; `csv`, `list` and `dnsbl` read lists that the operator declares, and
docs/feeds.md lists them all.

One example: `feeds/feodo.py` says where Feodo Tracker's list is and yields a `ListedItem` for each
row. The modules are found by themselves and fetched by `intake.feed_client`; docs/adding/feed.md
shows how to add one.
"""
