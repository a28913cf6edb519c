"""What the watch remembers of the traffic of our own addresses, in a bounded number of bytes.

A flow of 3,000 packets leaves 192.0.2.7. Its address has a *slot* (`own`). The slot's counters of
the current second and minute grow. Is the second above a *floor* (more unanswered SYNs, UDP, ICMP
or fragments than most hosts ever send), the slot is *tracked*: from then on its packets are laid
into a ring of 64 seconds by when they were sent, not by when the exporter told of them, and spread
over the flow's length; peers and ports go into sketches, and the peers who get most are kept.

Three hashed tables hold what needs a peer or a port: `fan` (slot, purpose, port → how many peers),
`pair` (slot, peer → how many ports), `session` (slot, peer, port → how many alike sessions), and a
fourth, `asked`, pairs UDP requests with replies until it is clear whether any came.

Each entry counts in a window of its own that begins with its first row; it is judged at any moment
(so nothing waits for a window to end), and starts anew when it is over. A burst on the border of
two windows may be counted half twice: the price of no second copy. A full table forgets what counts
least; each time is counted in `lost`.
"""
