"""Notices: what was written to whom, how far it came, and the work that was given up.

`load.notice_records` and `load.notice_details` answer the page, the command and the API alike;
`page.py` has the records.
"""
