"""The command line: parse input, call one function of `app`, show the result.

`aupkeep who 192.0.2.1 --at 2026-03-01T12:00:00Z` finds `who` in the table of `group.py`, imports
`inventory.py`, opens the context, calls `app.inventory.holders.who` and shows the record it gets:
as JSON with `-o json`, else as a sentence.

    group.py       the table of commands; errors become exit codes here
    output.py      records shown as JSON, tables or pairs
    field_words.py what fields and their values are called
    acting.py      who gives a command: the person behind the user of this machine
    case_filters.py  what narrows a list of cases, as options
    manual.py      a shell's completion and the page of the manual
    init.py        the first settings of an install
    letter.py      letters to customers and reporters, more time
    history.py     what another system kept, taken in as closed cases
    intake.py      ingest, parse            inbox.py, rejected.py   what waits for a person
    case.py        case, decide, undo, done case_text.py            a case as text
    enforcement.py what would limit, services inventory.py          who, inventory, customers
    source.py      sources and sanctions    reporters.py            reporter profiles
    staff.py       staff, token, settings   permission.py           permissions
    backup.py      backup, restore, move    feeds.py                feeds
    raw.py         what was received, carried into another install
    journal.py     verify, export, keys     modes.py                freeze, thaw, listen
    retention.py   what is due for erasure  witness.py              who cosigns our journal
    policy.py      policies                 flows.py                flows, of which below it
    flow_decode.py, flow_replay.py          files of flows read, and run through the detectors
    flow_history.py, flow_baseline.py       kept flows asked; thresholds proposed from them
    serve.py       the processes            agent_key.py            agents' keys
    lab.py         a lab of one's own
    demo.py        the demo                 outbox.py               work that was given up
    notice.py      what was written         journal_list.py         entries of the journal read
    statistics.py  how the desk does        inquiry.py              what people ask us
    strike.py      strikes of customers     ticket.py               mails handed over
    alert.py       alerts to who is on call
    inventory_sources.py                    systems that are asked who holds what
    mailbox.py     mailboxes read by IMAP
    termination.py the end of a service     search.py               one search over it all
    interception.py  what is diverted
    probe.py       whether the harm is still there
    view.py        the queue's views under a name
    absence.py     who of the desk is away
    webhook.py     programs that are told what happens to cases
    grant.py       what may leave while the install listens
    made_by.py                              options that name a version of a rule or detector
    signer.py      the signer process       doctor.py, setup.py     what is not set up; units

`aupkeep --help` loads no command: the table holds each one's place and its line of help, so a
command loads only what it uses.
"""

from aupkeep.cli.group import main

__all__ = ["main"]
