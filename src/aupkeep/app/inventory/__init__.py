"""Inventory: own prefixes, assignments and customers; and the question of who held what when.

`aupkeep inventory import leases.csv` calls `imports.import_assignments`: rows that fit go in, each
other is named with its reason. Later a report says that 203.0.113.70 did something at 10:30.
`holders.holder` answers `Held` (by customer alder), `Unknown`, `NotOurs`, or `Disputed` between
candidates.

    own_space.py   the prefixes that the provider declares as its own
    imports.py     assignments and customers from files; the refused rows with their reasons
                   (which those are: `inventory.conflicts`, which names the others)
    sync_source.py one look at a system that knows who holds what, and what it changes
    ask_sources.py such systems asked by the worker when due, and by a person now
    inventory_doctor.py gaps, overlaps, silent sources, how far each prefix can be trusted
    source_mapping.py the declared mapping of such a system, shipped or the operator's
    hosted_names.py  whose a host name is at an address that many share
    holders.py     the holder of an address or a name at a moment
    current.py     who holds an address now, and with whom: what a measure may touch
    attribution_window.py  at which moment a finding is attributed, and how exact that is
    doubted.py     claims that rest on a record which was corrected since
    acceptances.py which version of the binding document a customer accepted
    customers.py   what is known of a customer

An assignment is never changed in place: a correction retires the old record and adds a new one, so
that a decision can be replayed with what was known when it was made. The cost is rows that stay.
"""
