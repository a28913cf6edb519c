"""Statistics: how the desk does, over a period; each figure with what it was counted from.

`load.desk_figures` answers the page, the command and the API alike; `page.py` has the records.
"""
