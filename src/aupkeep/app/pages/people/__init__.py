"""People: who is of the desk, what they may do, where they are signed in, which tokens there are.

`load.staff_records` and `load.token_records` answer the page, the command and the API alike;
`page.py` has the records.
"""
