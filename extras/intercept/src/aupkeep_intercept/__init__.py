"""Interception (X), an extra: one peer's TCP ends at a page of ours, or an account's mail waits.

The driver `redirect` (`redirect.py`) has the router's kernel divert new connections from the
accused address to the peer in evidence, until the decision's end; then the kernel forgets it. What
is diverted meets the sinkhole (`sinkhole.py`), which answers each connection with one fixed page,
reads none of it and keeps none of it; it counts connections and nothing else.

The driver `mail-hold` (`mail_hold.py`) diverts what one account sends into the relay's queue, where
it waits, counted, until the end; then it leaves.

    pip install ./extras/intercept         beside Aupkeep, on the router or relay
    [interception] allowed = true          in the settings, or the gate refuses

What is decided, by whom, for what and until when, and who looked at the counts stands in Aupkeep's
journal: docs/interception.md.
"""
