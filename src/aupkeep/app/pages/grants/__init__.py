"""Grants: what may leave while the install listens, and what each rule would have done.

`shadow.py` compares what was withheld with what the desk did, `preview.py` says whom a grant would
write to or limit, `let_through.py` what it let through, `load.py` answers the page, the command and
the API alike; `page.py` has the records.
"""
