"""Processes that read what strangers send, with limits and without a database.

`pool.SandboxPool` starts workers before Django and gives each a received thing:

    with SandboxPool(size=2) as pool:
        pool.read(data, "mail.eml", "mail")      # [("mail.eml", Reading(...))]

`worker` is the process: it calls `intake.reading.read` under limits on memory and CPU time.
`reading_json` is a reading as JSON and back; the pool checks what a worker says, offsets included.
Which system calls a worker may still make, and what else the kernel takes from it, is
`intake/confine.py`. A worker that takes too long is killed; its bytes stand in the inbox.
(A worker is a process of this pool here; `daemon.worker` is the one that takes effects from the
outbox and calls the pool.)
`feed_worker` is the same for one published list, and `feed_raw` is what one fetch says about us, as
bytes to receive.
"""
