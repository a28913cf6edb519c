"""Signing: one small process holds the journal's and the desired states' private keys.

In one user's home each transaction signs its own checkpoint. Once `aupkeep signer take` moved the
two keys into a folder of another user, processes commit unsigned and `signer.Signer` signs: the
entries that came, within a second, and a desired state when the worker asks for it
(`client.signed_state`). What it signs extends what it signed before (`evidence.signer_memory`), and
every action of a state passes the agent's own checks and is as a decision of the signed log, in
force, says it.

    signer.py      what the process signs and refuses, and its memory
    decided.py     what the signed log decided, and why an action goes beyond it
    set_up.py      keys handed over, memory begun or set anew by a named act, keys rotated
    grammar.py     the bytes on its Unix socket
    client.py      asking it: a state, how it stands
"""
