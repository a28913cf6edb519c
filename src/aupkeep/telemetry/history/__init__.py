"""What flowed: rows are kept as Parquet by hour and site, asked by DuckDB, and forgotten in time.

The collector hands its rows to `Archive.append`, which copies them. After a second or 100,000 rows
a thread of its own lays them apart into columns and writes those as
`site=berlin/hour=2026-03-01T12/00000041-00000041.parquet`, under another name first, then renamed.
Every now and then `tidy` melts many small files into one, `00000001-00000063.parquet`; whoever
reads sees either those parts or the whole, never both, since a file is hidden by one whose numbers
enclose its own. `History.flows(address, from, until)` reads it back, `query` runs a slow detector,
`sweep` forgets what is older than the policy allows, except rows about addresses under a hold.

Design notes, with what each choice costs:

* What comes is written at little cost, as LZ4, and melted into less room, as zstd. Only the
  collector needs numba: `layout` has what readers and melting need.
* No database file: a reader never waits for the writer, and a crash spoils at most a temporary
  file. The cost: small files until they are melted, and each row is written about twice.
* Addresses are two unsigned 64-bit columns. Readers see one UHUGEINT, IPv4 as `::ffff:a.b.c.d`, so
  that both families sort, join and group alike. The cost: they are composed at each query.
* A disk that is full, or nearly, costs history and nothing else: rows are counted and dropped.
* Rows are kept as exported, before sampling is multiplied out: evidence is what was received.
"""
