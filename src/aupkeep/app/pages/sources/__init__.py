"""Who claims things: the list of sources, one source with its record, and steps about it.

`load.sources_page` and `load.source_page` make the records of `page.py`; `acts.step_source` warns,
slows, suspends, trusts or restores.
"""
