"""The desk's customers: the list, and one with its cases, measures, contacts and addresses.

`record` makes the records that the pages, the API and the command line give alike; `load` puts
them on a page of `page`. What the accused customer reads stands in `customer`.
"""
