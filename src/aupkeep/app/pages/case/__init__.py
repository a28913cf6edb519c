"""The case page: everything a person needs to decide, and what they do there.

`load.case_page` makes the record of `page.py`; `evidence` shows each report with its source's text,
`answers` what the customer says and the appeal, `reasons` each statement of reasons, `action_row`
what became of each action, `untold` why nobody was notified, `probed` what was tested and can be.
`masking` takes the reporters out for who may not know them. `measure_choices` asks the gate about
each measure; `form` is what a person chose, and `acts` decides, approves, lifts and closes; `typed`
keeps what is not sent yet.
"""
