"""Notify: the text of a notice, the mail it becomes, and whether it may be sent.

A report is received. Its facts become text in the reporter's language, the text a mail, and the
mail goes to one relay from the outbox:

>>> from datetime import UTC, datetime
>>> from aupkeep.model.notice import Notice, NoticeKind, Party
>>> from aupkeep.notify.mail import compose, message_id
>>> from aupkeep.notify.render import render
>>> at = datetime(2026, 3, 1, 9, 12, 4, tzinfo=UTC)
>>> facts = {"provider": "Example Hosting", "desk": "Abuse desk", "local": None,
...          "link": "https://abuse.example/r/x", "reference": "K7QF-2M9X",
...          "received_at": at, "read": True}
>>> text = render(NoticeKind.RECEIPT, "nb", facts)
>>> text.title
'Vi har mottatt meldingen din (K7QF-2M9X)'
>>> notice = Notice(id="n1", kind=NoticeKind.RECEIPT, party=Party.REPORTER,
...                 case=None, decision=None, recipient="cert@example.org",
...                 language="nb", title=text.title, text=text.text,
...                 message_id=message_id("n1", "abuse@aupkeep.example"), made_at=at)
>>> mail = compose(notice, sender="abuse@aupkeep.example", sender_name="Abuse desk")
>>> mail.splitlines()[5]
b'Auto-Submitted: auto-replied'

    render.py          facts -> title and text, by strict templates (`templates/`)
    restraint.py       whether a notice goes at once, in a digest, on the page alone, or not yet
    digest_sections.py what a digest says of several notices
    own_values.py      what the accused may read of a finding, line by line
    kind_names.py      what a kind is called in a heading; two languages
    letter_drafts.py   drafts of letters by people, and the places they leave open
    phrases.py         what a measure touches, what was seen, what came of it; two languages
    statement_words.py the statement of reasons in words (`casework.statement` says which reasons,
                       `model.statement` is the record, `app.notifying.statements` keeps it)
    reason_words.py    what a statement calls standards, evidence, sources, grounds, ways to contest
    fact_record.py     the facts of a notice as JSON and back, so that its words replay
    visible.py         text of strangers in which nothing is hidden or turns what stands beside it
    measurements.py    a detector's counts as text
    mail.py            a notice as an Internet message; return path; Message-ID
    mailbox.py         a mail address that is safe in a header
    auto_response.py   whether an automatic answer may be sent (RFC 3834)
    xarf.py            a finding as an XARF v4 report for a reseller
    alert_channel.py   what a channel of alerts is; the plugins stand in `alerting/`
    alerting/          plugins: an alert as a request to a chat, a pager, a program
    channels/          how a notice leaves: mail, by `smtp`, is the only way; a second one is
                       called in `app/notifying/delivery.py`

Design notes
------------
Everything but `channels/` is pure: the same facts give the same words, the same notice the same
bytes. So a repeated sending has the same Message-ID and a mail program shows it once.

Strict templates: a missing fact is an error when the notice is made, where a person sees it. Cost:
a new fact is added in two languages and in one table at once.

The clause is quoted unwrapped, since it is verbatim. Cost: its lines may be long in an old mail
program; quoted-printable carries them.

The words are about what a machine did. Nothing says that the customer meant it: containment is not
blame.

7bit or quoted-printable, never 8bit: every relay carries it unchanged, and a signature made by one
stays valid. Cost: Norwegian text is a few per cent longer on the wire.

A forward to a reseller is valid XARF or it is words alone: a report with an invented field would be
believed by a machine. Cost: an attack whose source port nobody stated goes out as prose.

Receipts leave with an empty return path, customer notices with the desk's: a bounced notice
means that a customer has not received it, and a person must know.
"""
