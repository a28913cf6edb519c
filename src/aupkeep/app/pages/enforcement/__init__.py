"""In force: every measure that stands or is on its way, by target, customer, rule or end.

`load.enforcement_page` makes the record of `page.py`; `load.undo_page` is the preview of a
lift: what changes on each target, who is told, and what stays.
"""
