"""Writing to the customer or a reporter of a case: who can be written to, drafts, the preview.

`load.letter_page` makes the record of `page.py`; sending is `app.notifying.letters`.
"""
