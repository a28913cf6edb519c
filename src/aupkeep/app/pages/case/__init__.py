"""The case page: everything a person needs to decide, and what they do there.

`load.case_page` makes the record of `page.py`; `evidence` shows each report with its source's text,
`measure_choices` asks the gate about each measure, `acts` decides, approves, lifts and closes.
"""
