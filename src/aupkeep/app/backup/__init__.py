"""Backup: the whole install copied, restored or moved, and proven by its journal on arrival.

`aupkeep backup FILE --to age1…` copies one snapshot of the database with all received bytes into an
SQLite file, puts the settings and the policy beside it, and encrypts the archive for those who may
open it. The keys go into a file of their own. `aupkeep restore` fills an empty home from it, on
either engine; `aupkeep move` copies from one engine to the other.

    archive.py   the file: a tar archive, encrypted with age
    backup.py    an archive made while others write
    restore.py   an empty home filled from one, and verified
    move.py      the install in another database, and verified there
"""
