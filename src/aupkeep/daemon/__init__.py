"""The processes: `web`, `worker`, `mailin`, `agent`, `flowd`, `signer`, `bgp`; `up` runs most.

A mail comes to `mailin` by LMTP. It answers 250 after the bytes and their entry are durable. The
`worker` leases the effect "read" from the outbox, has the mail read in a sandbox process, and does
what follows until the signed desired state lies in its folder. The `agent` on the router fetches
that state, applies it, reads back and reports. The worker records what the agent read back.

    http/             the HTTP server that `web` runs
    mailin.py         LMTP, SMTP and the Maildir
    mailbox_reader.py  its threads that read mailboxes by IMAP, one a mailbox
    thread_names.py   which holder of a lease is dead
    mail_certificate.py  the certificate of its STARTTLS
    worker.py         effects of the outbox, clocks, desired states
    feed_fetcher.py   the worker's second thread, which fetches feeds
    side_threads.py   threads beside a loop: their turns, and the one broad except of them
    large_reader.py   the worker's third thread, which reads large mails
    webhook_sender.py  the worker's threads that send events to webhooks
    witness_asker.py  the worker's thread that has our checkpoints cosigned by witnesses
    inventory_asker.py  the worker's threads that ask who holds what, one a source
    heartbeat.py      the worker's thread that sends the heartbeat
    monitoring/       alert rules for Prometheus, a dashboard for Grafana
    agent.py          the only privileged process; it needs no database; with `--ends` it is
                      the unit aupkeep-ender: lifts what is past its end if the agent is dead
    bgp.py            becomes ExaBGP for a target; ExaBGP starts it again as the holder of routes
    signer.py         holds the signing keys of a home whose processes are apart
    flowd.py          the collector of flow exports
    web.py            pages and API
    exporters/        programs that take another system's history out of it
    units.py          systemd units, a user and a folder for each process
    database_roles.py  a PostgreSQL role for each process, and what it may do
    up.py             starts and supervises the others on one machine
    logs.py           how every process logs

Each process stops on SIGTERM after the work in hand. None needs another to start first.
"""
