"""Flow telemetry in the application: the collector process, its findings, and questions to it.

An exporter's datagram arrives at `collector.service.CollectorService`. It is decoded, counted in
the windows and archived. A detector hits: `findings.hit_document.write_hits` writes a document of
the finding with the flow rows it rests on, `collector.delivery_queue` delivers it like any other
raw; while the database is away it waits in a file. The worker reads it (`findings.read_hits`), and
from there it goes the way of every report: holder, case, rule, and as far as the detector's mode
allows.

* `collector`: the process of `aupkeep flowd`
* `findings`: documents of hits, posted findings, how hits and flows are shown
* `tuning`: the rule of each detector in force, accepted thresholds, classes of customers
* `questions`: what people ask: kept flows, counts, hits, baselines, why a detector spoke
* `complaints`: an outside complaint compared with our own flow records
* `files`: `aupkeep flows decode` and `replay` on captures, datagrams and logs
* `machine_code`: compiled kernels are there before they are needed

Design notes, with what each choice costs:

* The rows go into the raw itself, so that what a decision rests on is hashed with it and outlives
  the archive's retention. The cost: at most some hundred rows a finding are stored twice.
* The windows never wait for the database. A finding that cannot be delivered is spooled; when the
  spool is full too, the oldest is dropped and counted. The cost: a case that comes late.
* Own space is remembered in a file. The cost: a prefix that was declared while the database was
  away is watched a little later.
"""
