"""What several pages share: the bar at the top, the clause, the operator, the storage's health.

`load.page_header` makes the bar; `page.py` holds the shared records.
"""
