"""What several pages share: the bar at the top, the clause, the operator, the storage's health.

`load.page_header` makes the bar, `menu` its pages by what a person may read; `page.py` holds the
shared records.
"""
