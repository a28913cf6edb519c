"""Reading: a received raw becomes a report, its claims with their holders, and changed cases.

The worker takes the effect "read" of the mail about 203.0.113.70 and calls `read.read_raw`. A
sandbox process parses the bytes into a `Reading`; the sender's DKIM, SPF and DMARC are checked;
each name is looked up once. `attribute` finds that a customer, alder, held the address at 10:30,
`claims` makes the claim with its source, `join` opens or changes alder's case. Report, claims,
case, the entry `report-read` and the effect "consider" are one transaction.

    read.py                  the main function, `read_raw`; giving up; taking out of the inbox
    caps.py                  how much is read at once for a sender who is not proven
    parse.py                 the same reading of files without a database (`aupkeep parse`)
    attribute.py             the holder of each finding, and the reason for the inbox
    claims.py                source and lane of a report; a finding with a holder is a claim
    join.py                  claims joined to cases, and cases counted anew
    prove_senders.py         mails authenticated anew, once the relay's results are believed
    name_lookup.py           what the host of a URL meant at receipt
    case_mail.py             mail about a case, by the reference that `intake.mail.case_reference`
                             read: customers' replies, delivery reports (DSN)
    ticket_mail.py           mail of the ticket system that we handed a report over to
    retractions.py           mail in which a reporter takes a report back: it counts no more
                             (`standing_claims`), nor does what a rule decided on it
    own_letters.py           what a customer writes about their own address accuses nobody
    corrections.py           a letter that takes the writer's earlier word back, unanswered
    asked.py                 mail that asks and accuses nobody
    reached.py               what waited for a contact that is there now
    inbox_round.py           what waits for one reason, a page at a time
    held_now.py              what waited for a holder whom the records name now
    inbox.py                 reports that wait for a person
    submitted_notice.py      notices of the public form and its API
    shadowserver_schema.py   the file that names new Shadowserver report types

A raw is read once. Of two workers that read it at the same time the journal lets one write. The
cost: a report whose cases are changed by others meanwhile is joined up to five times.
"""
