"""Inquiries: who asks us what, with a short queue of its own; answered, permitted, closed.

`load.inquiry_records` and `load.inquiry_details` answer the page, the command and the API alike;
`page.py` has the records.
"""
