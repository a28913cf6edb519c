"""Traffic made for tests and figures: who did what is known, so a detector can be judged.

A `World` has a customer on each address: some do harm, each in its own way and strength, most only
look like it. `batches` is what a router would export of it, sampled or not, second by second;
`labels` says which detectors are right about which address. The same seed makes the same world.

Peers stand in 198.18.0.0/15 (RFC 2544) and 2001:db8:f000::/36, so nothing here names anybody.
"""
