"""The flows page: exporters, detectors and their newest hits, from the collector's last words.

`load.flows_page` makes the record of `page.py`; the collector need not run, and
`collector_json` reads what it wrote down.
"""
