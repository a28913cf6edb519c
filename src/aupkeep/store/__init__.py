"""Store: the only SQL. SQLite in the home, or PostgreSQL, behind the same functions.

A mail comes in. `raws.keep` makes its bytes durable under their digest. `journal.Journal.record`
then writes, in one transaction, the entry "raw-received" with its index in the log, the `Raw` row,
the effect "read", the log's new frontier and the checkpoint signed over it; after the commit the
checkpoint also goes to a file outside the database. A worker takes the effect with `outbox.lease`,
reads the mail, and records what it found with `done=lease`: entry, report, claims and the end of
the effect are one transaction again. Queries (`case_filter.page`, `inventory.covering`, …) answer
with records of `model`, never with rows.

    store.setup(home)                      # before any other module of this room is imported
    from aupkeep.store import cases, journal

| what | where |
|---|---|
| the one writer, and what guards it | `journal`, `writer` (many threads, one commit), `guard` |
| which record is in which table, and how | `tables`, `codec`, `fields`, `models/`, `migrations/` |
| queries and statements that are compiled once a process | `prepared`, `row_insert` |
| a home is opened, migrated; a new one's tables | `opening`, `apps`, `new_tables` |
| the rule that one prefix has one holder, in SQL | `one_holder` |
| entries are read, erased, witnessed outside | `log`, `erasure`, `checkpoints`, `witnesses` |
| what the verifications of the journal found | `verifications` |
| what is long over, with all its rows | `retention` |
| work that waits, whose turn it is; its lease ends when a worker dies | `outbox`, `fair_queue` |
| the same for what is fetched: a lease for each feed, each system | `feeds`, `inventory_sources` |
| the same for mailboxes: how far each is read | `mailboxes` |
| bytes by their digest | `raws`, `drafts` (uploads not sent yet), `idempotency_keys` |
| what people have typed and not sent yet | `typed_texts` |
| counters that processes share | `shared_counters` |
| which program migrated the database last | `schema_stamp` |
| who is signed in to the pages, and by what | `sessions`, `oidc_sessions`, `passkeys` |
| switches; what older versions kept among them | `flags`, `legacy_flags` |
| a whole install copied; whether the database answers | `copying`, `health` |
| how long an answer is waited for; connections that end then | `patience`, `postgresql/` |
| what one search looks up | `search` |
| a page of the queue: which cases a filter leaves | `case_filter` |
| how many cases each value of a filter leaves | `case_facets` |
| at which sites the resource of a case is | `case_sites` |
| the newest claim of each case in a list; how busy each is | `newest_claims`, `busy_cases` |
| views of the queue under a name | `saved_views` |
| when people of the desk are away | `absences` |
| webhooks, and how far each was told | `webhooks` |
| own space, assignments, their history | `inventory` |
| by which key each agent is known, what it sent last | `agent_keys` |
| what each agent said last, for people to see | `agent_heard` |
| what statistics count | `figures` |
| which sources were ever right | `confirmed_sources` |
| which sources name a case | `case_sources` |
| both derived anew | `derived_rows` |
| what PostgreSQL does by itself beside that | `foreign_rules` |
| which tables, columns, indexes and rules are not as our models make them | `table_shapes` |
| values that no write of ours makes, found for `aupkeep verify` | `odd_values` |
| a case's place in the queue, its rank | `tables.rank_of`; anew after an upgrade: `case_ranks` |
| which cases a reseller may see | `below` |
| the policy in force; the newest signed state of each target | `policies`, `desired_states` |

Every other module is named after the records of `model` whose queries it holds.

Design notes, with what each choice costs:

* One writer. A guard on every connection refuses a domain write outside this room's writers, so a
  state without an entry cannot be made by mistake. The cost: an import of a million assignments
  is one entry and one transaction, not a stream.
* A table has a column for each field and documents for nested records, written by one mapper from
  the records' annotations. The cost: what is inside a document cannot be searched by SQL, so each
  query that needs it gets a column of its own.
* Updates are whole records by id. Two people changing one case at once would overwrite each other,
  so a change names what it has `seen`, and a stale one is a `Conflict`.
* On SQLite commits cost an fsync each; `writer.Writer` lets many threads share one. The cost: one
  thread hop, about a tenth of a millisecond.
* What is asked or written for each case is compiled once (`prepared`, `row_insert`), since Django
  took longer to compile than the database to answer. The cost: two modules that know how Django
  names the places of a statement.
* `synchronous=FULL` in WAL mode or no start. The cost is the fsync; the gain is that a
  receipt survives a power cut.
"""

from aupkeep.config.home import Home


def setup(home: Home) -> None:
    """Make the home, its keys and its database ready; does nothing the second time.

    Safe when several processes start at once on an empty home or an empty database. Raises
    `Invalid` for settings that cannot be read or a second home in one process, `Unavailable`
    when the home cannot be written or the database not be reached or trusted.
    """
    from aupkeep.store.opening import open_home

    open_home(home)


def prepare(home: Home) -> None:
    """The part of `setup` that needs no database. Raises as `setup`."""
    from aupkeep.store.opening import prepare_home

    prepare_home(home)


def refresh() -> None:
    """Drop this thread's connection where it is broken; a long-lived loop calls it each turn.

    The pages need not: Django does it with each request.
    """
    from django.db import close_old_connections

    close_old_connections()


def release() -> None:
    """Close this thread's connection; a thread that ends calls it last."""
    from django.db import connection

    connection.close()
