"""Backup: the whole install copied, restored or moved, and proven by its journal on arrival.

`aupkeep backup FILE --to age1…` copies one snapshot of the database with all received bytes into an
SQLite file, puts the settings and the policy beside it, and encrypts the archive for those who may
open it. Each of them is in its table of contents, whose digest is an entry of the journal. The keys
go into a file of their own. `aupkeep restore` fills an empty home from it, on either engine, once
that entry is proven; `aupkeep move` copies from one engine to the other.

    alone.py     one restore or move of a home at a time
    archive.py   the file: a tar archive with a table of contents, encrypted with age
    seal.py      that table, proven by an entry of the journal under a signed checkpoint
    backup.py    an archive made while others write
    restore.py   an empty home filled from one, and verified
    raws.py      what was received since a moment, carried into another install
    move.py      the install in another database, and verified there
"""
