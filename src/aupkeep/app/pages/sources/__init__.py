"""Who claims things: the list of sources, and one source with its track record.

`load.sources_page` and `load.source_page` make the records of `page.py`. The steps about a source
are `app.sanctions`.
"""
