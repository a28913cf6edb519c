"""What the engine remembers of the traffic of our own addresses, in a bounded number of bytes.

A flow of 3,000 packets leaves 192.0.2.7. `add.add` counts it: the address has a *slot*
(`own_slots`) whose counters of the current second and minute grow (`address_counters`, which give
each second its share of a flow: a minute that is exported at once is no burst). When a
second is above a *floor* (more unanswered SYNs, UDP, ICMP or fragments than most hosts ever send),
the slot is *tracked*: its packets go into a ring of 64 seconds by the time they were sent, spread
over the flow's length; peers and ports go into sketches (`sketches`), and the peers who get most
are kept.

Hashed tables (`hash_table`) hold what needs a peer or a port (`attempts`): `fan` (slot, tag, port:
how many peers), `pair` (slot, peer: how many ports), `session` (slot, peer, port: how many alike
sessions); `asked` pairs UDP requests with replies (`udp_exchanges`). `layout` has all sizes.
`live_entries`, `find_peer`, `similarity` and `strongest` search the tables for the detectors.

`flow_facts` reads a row once for all of this, `contacts` keeps rows to listed addresses and from
forged sources, `exported_ways` learns which exporters show answers and how late. `state` holds the
arrays; `rollover` ends a second or a minute.

Each entry counts in a window of its own that begins with its first row. It is judged at any moment,
so nothing waits for a window to end, and starts anew when it is over. A burst on the border of two
windows may be counted half twice: the price of no second copy. A full table forgets what counts
least; each time is counted in `lost`.
"""
