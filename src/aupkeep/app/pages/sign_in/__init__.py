"""Signing in by a one-time link in a mail.

A person enters ada@example.org: `load.send_sign_in_link` mails a link if a colleague has that
address, and answers the same way if not. The link's POST calls `load.use_sign_in_link`; every later
request asks `load.active_person` whether that person may still come in.
"""
