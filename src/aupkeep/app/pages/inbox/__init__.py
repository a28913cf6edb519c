"""The inbox: what could not be read or attributed, with its reason; nothing is dropped.

`load.inbox_page` lists it as the record of `page.py`, `load.inbox_item` shows one
report with its bytes as text.
"""
