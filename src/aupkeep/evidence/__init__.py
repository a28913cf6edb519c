"""Evidence: makes the journal provable, and hides the reporter in what people write. Pure.

This is the proof of what we did. How well a claim about a customer is supported (E0 to E5) is
`casework.evidence_level`; the reports that a case shows are loaded by `app.pages.case.evidence`.

A report about 198.51.100.7 is received. Its journal entry has a random id and salt; `leaf` makes of
it the header `{"at":…,"commitment":…,"id":…,"type":"raw-received"}`. `merkle.leaf_hash` of that
header is appended to the log's `merkle.Frontier`; at the transaction's end `checkpoint.make` signs
size and root, and the signed text goes into the database and to a file outside it. Years later
`verify.check` walks the leaves: entry 4711's payload no longer fits its commitment, or the root
over the first 4712 leaves is not the one that was signed, and the answer is `first_bad=4711`.

    leaf.py          an entry as a leaf: header and salted commitment
    merkle.py        the Merkle tree (RFC 6962): `Frontier`
    checkpoint.py    signed checkpoints (C2SP): `make`, `read_signed`
    consistency.py   proofs that a larger tree only appended to a smaller one
    inclusion.py     proofs that one entry is in a tree
    cosignature.py   what a witness signs (C2SP tlog-cosignature), and whether it holds
    witness.py       what a witness answers to a log that asks (C2SP tlog-witness)
    verify.py        `check`: the verdict over leaves and checkpoints
    signer_memory.py what a signer remembers, so that each checkpoint extends the last
    export.py        the journal as one file that proves itself, and `check_export`
    seal.py          what an entry says, proven beside an older copy of the journal
    redact.py        the reporter masked in reasons that a person wrote and the accused reads
    spelled.py     names hidden however they are spelled out
    foreign_words.py which words there are the reporter's or a victim's alone

Design notes, with what each choice costs:

* The tree hashes headers, and a header only commits to its payload under a salt. Erasing payload
  and salt erases the person and leaves every proof valid. The cost: an erased entry can never be
  shown again, and whoever can write the database can erase; the verdict therefore counts them.
* Checkpoints are as dense as transactions, so a rewritten entry is named to within the transaction
  that wrote it. The cost: one Ed25519 signature (about 50 µs) and 200 bytes for each transaction.
* Formats are foreign ones (RFC 6962, C2SP tlog-checkpoint, signed-note), so that foreign tools can
  check us. The cost: a header is JSON, 180 bytes instead of 70.
* Everything is pure: keys, salts and times are arguments. Only the store reads and writes.
"""
