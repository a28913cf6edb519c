"""What is not set up or waits for it: found, with the one command that mends each.

`load.py` asks, `checks.py` says it in `records.py`, `transport.py` looks at connections to other
machines, `clock.py` at a clock that was set, `terminations.py` at services past their hold,
`mailboxes.py` at mailboxes that are read by IMAP, `machine.py` at disk, mail, feeds and senders,
`work.py` at work that nobody does and processes that say nothing, `mail_names.py` at what the DNS
says of our domains, `grant_checks.py` at what may leave in listen mode, `holdings.py` at whether
anybody is known to hold anything, `single_sign_on.py` asks the issuer, `brands.py` looks at logos,
`outside.py` judges what others see of us and `asked_outside.py` asks them; `examine.py` shows
`aupkeep doctor` all, also where the database does not answer, the pages show what stops the work
now, and `alarms.py` calls who is on call.
"""
