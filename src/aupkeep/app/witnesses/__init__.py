"""Witnesses: checkpoints of other installs cosigned, and ours cosigned by others.

Two providers witness each other. The worker of one sends its newest checkpoint to the other's
`/witness/add-checkpoint`, with a proof that it extends the one before (`push`). The other looks up
the size and root that it cosigned last of that log, checks the proof, keeps the new size, and then
signs (`cosign`). The cosignature is kept beside the checkpoint and leaves with each export. A home
that is put back to an old backup is told by its witness that it has more than that.

    configured.py  whom the settings name: witnesses of ours, logs that we cosign, our own key
    cosign.py      one request of another log, answered
    memory.py      what was cosigned last of a log, by the row and by what this machine remembers
    push.py        our checkpoints sent to whom is due; what the witnesses answer
    acts.py        what a person sets: a witness, a log, what was cosigned forgotten
    resume.py      nothing cosigned after a restore, until a person says of each log where it stood
    prune.py       cosignatures that no proof needs taken away
    standing.py    how all of it stands, for people and for `aupkeep verify`

Cosignatures are no entries of the journal: each would make a new checkpoint, and two installs that
witness each other would write for ever. A dispute is one.
"""
