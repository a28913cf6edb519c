"""The accused customer's page, opened by a link in a letter: what was seen, in values of theirs.

`load.customer_page` makes the record of `page.py` in the reader's language, `probes` what a test
saw, `logo` the logo of the brand; no word of the reporter reaches it (invariant 10).
"""
