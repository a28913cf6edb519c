"""Aupkeep keeps a hosting provider's acceptable use policy.

The road of every report and every packet, each step an entry in the journal:

    Raw → Report → Finding → Holding → Incident → Case → Decision → Action → Notice

Folders are of three kinds. Thin ones parse the input, call one function of `app` and show its
answer. `app` loads, calls a function of a pure folder, and records entry, rows and effects in one
transaction. Pure ones make records of bytes and records; time and random bytes are arguments. So
where `app` has a folder of a like name, the rule itself is outside `app`, its loading and recording
inside.

    cli/ web/ api/  thin: commands; pages (views and templates); the HTTP API
    daemon/ site/   thin: the processes; Django's settings and addresses
    lab/            a small internet for the demo and the tests
    app/            one function for each thing the desk does
    store/          the only SQL: tables, queries, the one writer of the journal

    pure            makes                                           loaded and recorded by
    intake/         findings, of the bytes of a mail, feed or form; app/receiving/ app/reading/
                    one with a holder is a claim
    telemetry/      rows, of exported flows; hits of detectors      app/telemetry/
    inventory/      the holder of an address at a moment            app/inventory/
    policy/         a ruling of a rule, with its trace              app/policies.py
    casework/       cases; decisions, by the one gate `permit`      app/deciding/
    enforcement/    the operations of an agent beside a router      app/enforcing/ app/signing/
    probes/         what a question to the place of a case saw      app/probing/
    notify/         the words of a notice, and the mail             app/notifying/
    evidence/       hashes and proofs of the journal (how strong    app/proof/
                    a case's evidence is: `casework.evidence_level`)

    model/          the records that all of these exchange
    config/         aupkeep.toml, the paths of an install, its keys
    plugins.py      finds the plugins of a folder
    policies/       sample policies: data

Not pure outside `app`: the agent and its drivers (`enforcement`), sockets and files of flows
(`telemetry`), fetching (`intake.feed_client`), mailboxes (`intake.imap`), the DNS
(`intake.auth.dns_resolver`), the relay (`notify.channels`), what probes send
(`probes.connection`). `docs/how-it-works.md` follows one report through all.
"""

__version__ = "0.1.0"
