"""The inbox: what could not be read or attributed, with its reason; nothing is dropped.

`load.inbox_page` lists it, `load.inbox_item` shows one report with its bytes as text.
"""
