"""An outside complaint compared with our own flow records (`aupkeep flows check`).

A report says that 203.0.113.10 attacked 198.51.100.9 at noon. `check.check` fetches the flows of
that time, `compare.compare` answers confirmed, contradicted or not decidable, and the answer stands
in the journal of the case.
"""
