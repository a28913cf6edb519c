"""Notifying: facts for the letters to customers, reporters and resellers, and their delivery.

A rule decides to inform the customer alder and to ask for an answer within a day.
`customer_notice.notify_customer` collects the facts, makes a link to alder's page and renders the
text in alder's language. The notice, the entry `notice-made` and the effect "mail" go into the
transaction of the decision. Later the worker takes the effect, and `delivery.send_notice` hands the
mail to the relay.

    notices.py           a notice from facts, its entry and effect; may a contact be written to
    mail_way.py          which way a decision's notice goes, and when: at once, digest, page alone
    digest.py            notices that wait, and the one mail that tells them
    closed_notice.py     the end of a case that limited nothing
    opt_outs.py          kinds of which a customer wants no mail; a digest that leaves now
    customer_notice.py   the notice of a decision, and the notice that a measure is lifted
    appeal_notice.py     the outcome of an appeal, told to who appealed
    statements.py        the statement of reasons (DSA Art. 17), made with a decision by
                         `casework.statement`
    without_customer.py  the accused's side hidden in what a reporter or a source reads
    letters.py           what a person writes to a customer or reporter, hidden from the other
    reminders.py         the reminder at half time of a deadline
    forward.py           a report forwarded to a reseller's abuse desk, in XARF v4
    receipts.py          the receipt to a proven reporter
    evidence_lines.py    evidence as the desk sees it, and as the accused reads it: there each value
                         passes `notify.own_values`
    alerts.py            alerts to who is on call: raised, sent step by step, acknowledged
    alert_links.py       the link in an alert: a look at it, and its button
    delivery.py          sending, and giving up
    lost_mail.py         a notice whose work is gone from the outbox is asked for again
    failures.py          a notice that nobody got: no deadline runs on it

The sentences themselves stand in `notify/templates`, which `notify.render` fills.
Words are made inside the deciding transaction, so that no decision exists whose notice is unknown.
Delivery is at least once, with the same Message-ID. The cost: after a crash a mail may come twice.
"""
