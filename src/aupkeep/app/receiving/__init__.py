"""Receiving: bytes come in by any channel and are durable before the sender hears so.

A mail about 203.0.113.70 comes over LMTP. The daemon gives its bytes and a `RawEnvelope` (peer,
HELO, sender) to `receive.receive`. The bytes are written to disk, the entry `raw-received` and the
row `Raw` are committed, and the effect "read" stands in the outbox. Then the sender hears 250. The
same bytes, or the same Idempotency-Key, are one raw for ever.

    receive.py          the one way in for bytes; `accepting` is the same for many threads
    maildir.py          a Maildir as a channel
    mailboxes.py        one look into a mailbox at another server, by IMAP
    mailbox_reader.py   when each is looked into, with which sign-in; how each stands
    channel_site.py     the site of the network that a channel's reports are about
    fair_queue.py       which queue a raw waits in: no sender delays another's reports
    notice_draft.py     the public form's fields, read and checked (DSA Article 16(2))
    notice_bytes.py     a submitted notice as bytes, and back
    location.py         one electronic location as a person writes it
    uploads.py          files that come with the form
    proof_of_work.py    signs and checks the challenge of a submission without a token
    rate_limits.py      how much one network may submit, counted for all processes, and how long
                        a submission waits, or works, while many come
    api_rates.py        how many requests of the API a token and a network may make

Nothing here reads what the bytes say. That is the work of `reading`.

A raw is kept even when it is spam: what was received can be proven later. The cost is disk space,
bounded by retention.
"""
