"""One function for each thing the abuse desk does; the only package that knows all the others.

A mail arrives. `receiving.receive.receive` makes its bytes durable and leaves the effect "read" in
the outbox. The worker takes that effect: `reading.read.read_raw` reads the mail in a sandbox
process, checks its sender, asks the inventory for the holder of each address at that time, joins
the claims to cases and leaves the effect "consider". `deciding.consider.consider` puts the facts of
the case before the policy and, if a rule matches, before the gate. A decision leaves actions and
notices; the effect "enforce" writes the signed desired state, "mail" sends.

    context.py       AppContext: home, settings, clock, random bytes, ids
    steady_clock.py  the time of day, unchanged when the machine's clock is set to another day
    receiving/       bytes in: mail, files, API, public form; fair queue, rate limits
    reading/         a raw becomes a report, claims with holders, changed cases; the inbox
    case_context.py  what is known of a case when it is decided or told
    standing_claims.py  which claims of a case stand, and how well they support it: for what was
                     taken back or judged wrong nobody is limited or told
    notice_proofs.py which notices are proven to have reached the customer
    deciding/        facts, ruling, permit, decision; approvals, permissions, deadlines, replay
    enforcing/       desired states, agents' reports, acts by hand, expiry, freeze, listen mode
    probing/         whether the harm of a case is still there: asked, carried out, read back
    notifying/       notices, receipts, reminders, forwards; delivery and failures
    reporters/       sources of claims, their track record and lane; reporter profiles
    sanctions/       warnings, slow lane, suspension of sources
    submissions/     notices by the public form and its API
    inventory/       own prefixes, assignments, customers, holders
    telemetry/       flows, detectors, baselines, questions to the flow history
    feeds/           lists of others, fetched and filtered by our own prefixes
    access/          staff, API tokens, links in mail
    proof/           verify, export, keys
    webhooks/        programs are told what happens to cases
    witnesses/       other installs' checkpoints cosigned, ours cosigned by others
    process_pulse.py which workers and mail intakes say that they live
    heartbeat.py     a sign of life to another's monitoring, while all processes live
    signing/         a signer process of its own: what it signs, asking it
    retention/       what is due for erasure, erasing it, legal holds
    backup/          backups, restores, moves to another database
    pages/           one folder a page: the record it shows, and how that is loaded
    dead_letters.py  work over which its workers died: shown, given back
    worker.py        takes effects from the outbox and dispatches them
    ingest.py        files read at once, from the command line
    read_whole.py    all of a mail of which only the first rows were read
    reprocess.py     rejected rows that a person corrected
    journal.py       entries and rows written in one transaction; change_set.py collects them
    row_digests.py   the rows that an entry names by digest
    modes.py         whether the install listens only, whether this machine is frozen
    policies.py      the policy in force; policies tried without a database
    settings.py      options of aupkeep.toml, set by a command
    history_import.py  what another system kept, taken in as closed cases
    first_settings.py  what `aupkeep init` is told, judged before any is written
    policy_documents.py  versions of the text that clauses quote; which was in force at an act
    process_wake_up.py  tells another process after a commit that there is work

`docs/decisions/010-order-inside-app.md` says which of them may import which.

Each function loads, calls one pure function, and records the entry with its rows and effects in one
transaction. Nothing here sends, blocks or waits while a transaction is open. The cost: an effect
may happen a second later than the decision. It cannot be lost.

Functions answer with frozen records; JSON is made of them at the edge (`model.as_json`). The first
argument is the `AppContext`. Open it with `context.open_context()` before importing any other
module here: they import the database.
"""
