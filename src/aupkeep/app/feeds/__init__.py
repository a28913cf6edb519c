"""Feeds: lists that others publish about the Internet, asked what they say about us.

The worker takes a feed that is due under a lease. `gather.gather` fetches its lists through
`intake.lists.fetch`. `run.run_feed` keeps the bytes, filters the rows by our own prefixes, judges
whether it is the list we know, and gives what is new about us to `receive`, as a raw of the channel
`feed`.
From there it is a report like any other. `show` is what the command line and the page see.

Design notes, with what each choice costs:

* Nothing is fetched without the operator's word: settings, or `aupkeep feeds enable`.
* Only new items of ours reach the journal. How a feed stands is our own bookkeeping beside it, like
  the outbox. The cost: that a list was fetched at ten o'clock and said nothing cannot be proven.
* The rows about us are the evidence, not the list; the last good copy of the list is kept as well,
  one a list, so that a person can look. The cost: last month's copy is gone.
* A list that is gone, empty or odd ends no case. Somebody who is no longer listed is still helped
  by a person only, or by the customer's answer.
"""
