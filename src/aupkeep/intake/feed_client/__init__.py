"""The client side of published lists: fetch, filter by our prefixes, decide what is new.

A plugin in `intake.feeds` says where a list is and how its rows read (`intake.feed.Feed`).
`subscription.subscribe` joins it with the operator's options. Then, every hour:

    `http_client.Fetcher`        fetches the list; `egress_guard` checks each address it connects to
    `filter.filter_list`         keeps the rows about our own prefixes (`own_prefixes`)
    `acceptance.format_change`   is it the list we know? if not, a person looks
    `acceptance.news`            which rows are new; `acceptance.excess`: too many at once?
    `filter.reading_of`          findings of the new rows

Feeds that ask the DNS go through `dnsbl_client` (RFC 5782). The filter runs in a process of its
own: `sandbox.feed_worker`. `app.feeds` calls these steps and keeps their state.
"""
