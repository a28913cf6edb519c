"""The reporter's status page, opened by a link: how far a report has come.

The page never says who the accused is (invariant 10). `load.reporter_page` makes the record of
`page.py`, also for a notice filed by the form.
"""
