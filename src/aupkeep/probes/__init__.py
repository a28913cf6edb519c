"""Probes: one safe question to the place of a case, whether the harm is still there.

A case is about the open name server 203.0.113.53. The claim names address and UDP port 53, so
`kinds.open_resolver` can aim at it (`registry.targets_of`). `guard.refusal` says whether that place
is the case's own, in our own space, and held by its resource now. `connection.NetworkMeans` sends
one DNS query from our named address and takes at most 64 KiB in three seconds. An answer with
records: the harm is there. None: gone, unless a measure of ours stands in between.

    probe.py       the contract: `Probe`, and the means a probe is given
    registry.py    the probes that are there; what claims let them ask
    guard.py       what may be asked at all; pure
    connection.py  questions over the network, from a named address, bounded
    kinds/         one module a probe, each with one constant `PROBE`

Who may ask, how often, and what is written down is `app.probing`. A probe has no means but those
of `probe.ProbeMeans`: it can neither look a name up nor reach another address than its target's.
"""
