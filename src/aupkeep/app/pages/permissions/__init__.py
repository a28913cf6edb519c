"""Permissions: who may do what others may not, where, until when, by whose word.

`load.permission_records` answers the page, the command and the API alike; `page.py` has the
records.
"""
