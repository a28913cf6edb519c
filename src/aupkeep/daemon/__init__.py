"""The processes: `web`, `worker`, `mailin`, `agent`, and `up`, which runs them on one machine.

A mail comes to `mailin` by LMTP; 250 is said only after its bytes and its entry are durable. The
`worker` leases the effect "read" from the outbox, has a box read the mail, and goes on until the
signed desired state lies in its folder; the `agent` of the router picks it up, acts, reads back
and reports; the worker writes down what the agent saw.

Each process stops on SIGTERM after the work in hand. None needs another to start first.
"""
