"""The queue: cases that need a person, the most urgent first, filtered by view and clause.

`load.queue_page` makes the record of `page.py` in a handful of queries: `settled` caches what only
an entry of the journal changes, `facets` counts each value of a filter. `chosen` is for several
cases at once: the preview of an act, and the act; `views` is the page of saved views. The order
is the rank of a case (`store.tables.rank_of`).
"""
