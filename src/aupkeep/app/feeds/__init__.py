"""Feeds: lists that others publish about the Internet, asked what they say about us.

The worker calls `fetch_feeds.fetch_due` every few seconds. The feed `blocklist-ssh` is due:
`run_feed.run_feed` takes a lease, `download.download_lists` gets its lists through
`intake.feed_client`, a sandbox process filters the rows by our own prefixes, and `hand_over` gives
what is new about us to `receiving` as a raw of the channel `feed`. From there it is a report like
any other.

    fetch_feeds.py     entry points: what is due, one feed now, a dry run over a file
    run_feed.py        one fetch of one feed, from the lease to its stated outcome
    download.py        the lists of one feed over HTTPS or DNS: new, unchanged or failed
    feed_state.py      the fetch under way; the feed's state and alarm after it
    hosted_names.py    listed names whose host has an address of ours
    hand_over.py       raws of the channel `feed`, and alarms for the inbox
    subscriptions.py   which feeds exist, which are on, and their keys
    schema_fetch.py    the publisher's schema of Shadowserver report types
    listed_hosts.py    controllers and mining pools that feeds list, for `telemetry`

Where a list is and how its rows read is a plugin of `intake.feeds`; `intake.feed_client` fetches
and filters, and keeps nothing. Here is when, on whose word, and what becomes of it.

Design notes, with what each choice costs:

* Nothing is fetched without the operator's word: settings, or `aupkeep feeds enable`.
* Only new items of ours reach the journal. The state of a feed is bookkeeping beside it, like the
  outbox. The cost: that a list was fetched at ten o'clock and said nothing cannot be proven.
* The rows about us are the evidence, not the list. The last good copy of each list is kept as well,
  so that a person can look. The cost: last month's copy is gone.
* A list that is gone, empty or odd ends no case. Somebody who is no longer listed is still helped
  by a person only, or by the customer's answer.
"""
