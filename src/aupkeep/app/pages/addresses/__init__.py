"""One address or prefix: who held it when, the cases that name it, what is in force there.

`record` makes the record that the page, the API and the command line give alike; `load` puts it on
the page of `page`.
"""
