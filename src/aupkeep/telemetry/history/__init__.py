"""The history of flows: rows as Parquet by hour and site, queried by DuckDB, removed in time.

The collector hands its rows to `archive.Archive.append`, which copies them. After a second or
100,000 rows a thread of its own transposes them into columns (`columns`, `transpose`) and writes
`site=berlin/hour=2026-03-01T12/00000041-00000041.parquet`, under another name first, then renamed.
`compact.compact` joins many small files into one, `00000001-00000063.parquet`; readers see either
the parts or the whole, since a file is hidden by one whose numbers enclose its own (`files`).
`parquet.ParquetHistory.flows(address, from, until)` reads them back, `query` runs a slow detector
(`queries`, `views`, `placeholders`; `engine` is DuckDB without a way out),
`retention.apply_retention` removes what is older than the policy allows, but keeps rows about
addresses under a hold. `history.FlowHistory` is the interface.

Design notes, with what each choice costs:

* New files are written at little cost, as LZ4, and compacted into less room, as zstd. Only the
  collector needs numba: `layout` has what readers and compaction need.
* No database file: a reader never waits for the writer, and a crash spoils at most a temporary
  file. The cost: small files until they are compacted, and each row is written about twice.
* Addresses are two unsigned 64-bit columns. Readers see one UHUGEINT, IPv4 as `::ffff:a.b.c.d`, so
  that both families sort, join and group alike. The cost: they are composed at each query.
* A disk that is full, or nearly, costs history and nothing else: rows are counted and dropped.
* Rows are kept as exported, before sampling is multiplied out: evidence is what was received.
"""
