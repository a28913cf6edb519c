"""The journal: its entries, the proof of one, and what the last verification found.

`load.entry_records`, `load.entry_details` and `load.journal_standing` answer the page, the command
and the API alike; `page.py` has the records, `readers` says what a role sees of an entry.
"""
