"""Proof: the journal verified, exported and signed, over the pure functions of `evidence`.

`aupkeep verify` calls `verify.verify_home`. It compares every leaf with the signed checkpoints in
the database and in the file outside it, the columns with the leaves, the rows with the digests that
entries name, and the received bytes with their digests. The answer names the first bad entry.

    verify.py       all checks of this home
    last_verification.py  a verification, and the note of what it found
    row_check.py    the rows that entries name, compared with the tables
    derived_rows.py rows that follow from others, derived anew and compared
    database_rules.py  rules that the database keeps by itself, and no others
    odd_values.py   values in a form that no write of ours makes
    erase.py        entries erased, and the signed entry that says so
    erasure_rules.py  the rule an erasure names, compared with the policy in force then
    export.py       the journal as a file, and the check of such a file
    signed_log.py   the leaves that checkpoints cover, and the keys that signed them
    keys.py         the home's signing keys, listed and rotated
"""
