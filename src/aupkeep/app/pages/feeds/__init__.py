"""The feeds: lists we fetch, how each stands and what it says about us.

`load.feeds_page` makes the record of `page.py`; `status` gives the same rows to the command line.
"""
