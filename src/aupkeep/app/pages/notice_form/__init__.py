"""The public notice form: what its pages need, and the notice on its way from the form to the desk.

`load.check_notice` shows what was understood with the challenge it costs, `load.send_notice` files
it, `load.confirm_notice` proves the filer's mail address. `posted_json` reads the same fields from
a program, and `page.py` holds the records.
"""
