"""Inventory: who held this address then?

A mail of 14:00 says 203.0.113.7 guessed passwords at 09:12:04. The address is A's until 10:00 and
B's from then on, so the case is A's, whoever holds it now:

>>> from datetime import UTC, datetime
>>> from aupkeep.inventory import source
>>> from aupkeep.inventory.attribution import holder_at
>>> from aupkeep.inventory.assignment_row import assignment_from, parse_prefix
>>> from aupkeep.model.holding import OwnSpace
>>> from aupkeep.model.subject import parse_subject
>>> rows = list(source.read("csv", b'''address,customer,resource,from,until
... 203.0.113.7,kari,web-1,2026-01-01T00:00:00Z,2026-03-01T10:00:00Z
... 203.0.113.7,ola,db-4,2026-03-01T10:00:00Z,
... '''))
>>> now = datetime(2026, 3, 1, 14, tzinfo=UTC)
>>> records = [assignment_from(row, f"a{row.number}", now) for row in rows]
>>> own = [OwnSpace(prefix=parse_prefix("203.0.113.0/24"))]
>>> at = datetime(2026, 3, 1, 9, 12, 4, tzinfo=UTC)
>>> holder_at(records, own, parse_subject("203.0.113.7:22"), at).customer
'kari'

One minute after the change nobody can be sure whose clock is right, so nobody is accused:

>>> at = datetime(2026, 3, 1, 10, 1, tzinfo=UTC)
>>> [c.customer for c in holder_at(records, own, parse_subject("203.0.113.7:22"), at).candidates]
['kari', 'ola']

    attribution.py                       `holder_at`: the answer for one address at one moment
    snapshot.py                          the same for a million look-ups, over numpy arrays
    prefix_index.py, assignment_columns.py    the arrays inside `snapshot`
    ranges.py                            own space cut where its holder changes
    names.py                             the holder of a URL or a name
    hosted_names.py                      names at shared addresses as CSV
    sources/, source.py                  plugins: files and systems that say who holds what
    standing_source.py, sync.py          plugins that ask a system; its snapshot against the records
    history.py, log_sessions.py          what a log or a rule says of the past, against the records
    log_files.py, log_moments.py         files that grow and are rotated; the time of a line
    port_blocks.py, inside.py            CGNAT: the inside address of a port by a rule (RFC 7422);
                                         who holds that address
    virsh.py                             what virsh prints of a hypervisor
    radius_records.py                    a record of RADIUS accounting, and when it was
    http_client.py                       JSON from such a system, believing nothing it says
    keystone.py                          the lists of an OpenStack cloud
    change_listener.py, broker.py        a word that something changed, which brings a look; of
    cloud_event.py                       OpenStack by RabbitMQ; what such a word is about
    coverage.py                          gaps, pools and overlaps of own space
    mapping.py, mappings/                what the fields of a JSON list mean; those that are shipped
    csv_table.py                         the CSV reader of all: a row without its shape is refused
    assignment_row.py                    a row's values: one that makes no sense is refused
    conflicts.py                         what an import adds, closes, repeats and, as contradicting
                                         what stands, refuses
    correction.py                        a wrong record retired, and the right one beside it
    customers.py, acceptances.py         customers, and what they accepted, as CSV

A refused row never keeps the others out: it is a `RejectedRow` with its number and reason, and
`app.inventory.imports` lists it beside what went in.

Design notes
------------
One definition. `attribution.holder_at` is the meaning; `Snapshot` must answer the same and is
tested against it, and it against a brute-force reference. Cost: a rule is changed in one place, but
its speed is bought a second time.

All combinations must agree. Moment, port and site that are not known are tried all; one different
answer makes it `Disputed`, one missing answer beside a holder too. Cost: a report without a port
about a port-shared address, or within two minutes of a change, always needs a person.

The window's edges count: a change exactly 120 s away is "within 120 s".

Own space is per site. A record at a site whose space does not hold the address is not believed:
a typing error in an import cannot make a foreign address ours. Cost: declare space at each site.

Bitemporal: nothing is overwritten. A record learnt to be closed is retired and followed by another;
`known_at` answers what we believed. Cost: one more row for each change.

Refused is only what contradicts: same site, same prefix, intersecting ports and time. An open
record is closed by importing its row again with `until`; a later row alone does not close it, since
silently ending somebody's record would move blame. See `conflicts.plan_import`.
"""
