"""Signing in: at the issuer (`app/access/oidc`), or by a one-time link in a mail.

A person enters ada@example.org: `load.ask_for_link` answers the same for every address, and after
the answer a link is mailed if a colleague has it. The link's POST, in the same browser, calls
`load.use_sign_in_link`; every later request asks `load.active_person` whether that person may still
come in.

    load.py           link and issuer: asked, used; the person behind a session
    after_answer.py   work that is done once a page was answered
"""
