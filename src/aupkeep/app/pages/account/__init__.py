"""A person's own page: their passkeys and their sessions.

Ada opens `/account`: `load.account_page` lists both, and has the browser asked for a new passkey
where one can work. Her device answers, the view calls `passkeys.add_passkey`, and a letter tells
her. From then on `passkeys.use_passkey` lets her in without a mail.

    page.py        the page as a record       load.py   fills it
    passkeys.py    added, named, signed in with, removed
"""
