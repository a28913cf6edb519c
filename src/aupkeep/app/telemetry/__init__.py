"""Flows at the desk: what the collector's process does, and what people ask of it.

An exporter's datagrams come in; `engine` has them decoded, counted and kept. A detector hits:
`hits` makes a document of the finding with the very flow rows it rests on, `deliver` hands it over
like any other raw, and where the desk's database is away it waits in a file. The worker reads it,
and from there the road is that of every report: who held the address then, which case, which rule,
and how far the detector's mode lets it go.

Design notes, with what each choice costs:

* The rows go into the raw itself, so that what a decision rests on is hashed with it and outlives
  the archive's retention. The cost: at most some hundred rows a finding are stored twice.
* The windows never wait for the desk. A finding that cannot be delivered is spooled; when the spool
  is full too, the oldest is dropped and counted. The cost: a case that comes late.
* Own space is remembered in a file. The cost: a prefix that was declared while the database was
  away is watched a little later.
"""
