"""Submissions: notices filed by the public form or its API (DSA Article 16), from filing to answer.

Kari reports a phishing page by the form. `filing.file_notice` checks the solved challenge, keeps
the notice as a raw and answers with a reference, N-…. A mail asks her to confirm her address. She
opens the link, `confirm.confirm` marks her address as proven, and the cases weigh her claims anew.
When the case is closed, `notify_submitters.notify_submitters` writes to her what came of it.

    filing.py              filing a notice; its status page's token
    confirm.py             the confirmation of the mail address
    notify_submitters.py   the outcome, to everybody who filed (DSA Article 16(5))

The form's fields are read in `receiving.notice_draft`; the worker reads the kept notice in
`reading.submitted_notice`.
"""
