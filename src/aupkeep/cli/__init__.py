"""The command line: parse input, call one function of `app`, show the result.

`aupkeep who 192.0.2.1 --at 2026-03-01T12:00:00Z` finds `who` in the table of `group.py`, imports
`inventory.py`, opens the context, calls `app.inventory.holders.who` and shows the record it gets:
as JSON with `-o json`, else as a sentence.

    group.py       the table of commands; errors become exit codes here
    output.py      records shown as JSON, tables or pairs
    intake.py      ingest, parse            inbox.py, rejected.py   what waits for a person
    case.py        case, decide, undo, done inventory.py            who, inventory, customers
    source.py      sources and sanctions    reporters.py            reporter profiles
    staff.py       staff, token, settings   permission.py           permissions
    backup.py      backup, restore, move
    journal.py     verify, export, keys     modes.py                freeze, thaw, listen
    policy.py      policies                 feeds.py, flow_*.py     feeds, flows
    serve.py       the processes            demo.py                 the demo
    signer.py      the signer process       doctor.py, setup.py     what is not set up; units

`aupkeep --help` loads no command: the table holds each one's place and its line of help, so a
command loads only what it uses.
"""

from aupkeep.cli.group import main

__all__ = ["main"]
