"""Export datagrams become flow rows, rows become hits of detectors.

A router at 192.0.2.1 exports the flows that pass it:

    collector = Collector([("192.0.2.10", 2055)], [ip_address("192.0.2.1")], decoder, clock=now_ms)
    for rows in collector.poll(200): ...             # one numpy record a flow: `rows.ROW`
    engine = DetectionEngine(OwnSlots([ip_network("203.0.113.0/24")]), rules)
    engine.take(rows, now)                           # counted for 203.0.113.10, out and in
    archive.append(rows, collector.exporters, now)   # Parquet, by hour and site
    for hit in engine.evaluate(now):                 # at any time, also within a window
        hit.detector, hit.address, hit.evidence      # syn-flood, 203.0.113.10, counts and chance

The folders are the steps:

* `receive`: sockets and the collector (`receive.collector.Collector.poll`)
* `wire`: decoders in plain Python (`wire.decoder.Decoder.take`), one module a format: `netflow5`,
  `netflow9_ipfix`, `sflow`; `fast`: the same by compiled kernels (`fast.decoder.FastDecoder.take`)
* `capture`, `logs`: rows from pcap files (`capture.meter.Meter`) and from logs of other programs
* `window`: counters of our own addresses (`window.add.add`) in bounded memory
* `detect`: the engine (`detect.engine.DetectionEngine`) and what a detector is given
  (`detect.view.WindowView`)
* `detectors`: the fast detectors, one module each; `slow`: detectors in SQL over days of history
* `drop_reasons`: why bytes could not be used, as counted and as told to people
* `history`: the archive of rows and the queries on it
* `replay`: the engine over files; `jit`: compiles kernels; `rows`: the record all steps share;
  `datagram`: one as it was received

`app.telemetry` makes findings of hits, with the rows they rest on.

What each choice costs:

* **Two decoders.** Everything is written twice, once for reading and once for speed. Tests give
  both the same datagrams, generated, real and damaged, and compare every field and every count.
* **Only our own addresses have counters.** Memory is bounded and stated. Traffic between two
  strangers through our network is in the archive and in no window.
* **Failed attempts are counted, not ports or peers.** A busy server does not look like a scanner.
  The cost: an answered request says nothing, so a scan of open ports shows by its misses alone.
* **An unknown sampling rate ends at mode `notify`**, here, in the finding and at the gate.
* **No row waits.** A full table forgets what counts least, a full disk costs history, a slow
  controller is spooled for; each of these is counted and shown.
* **A tunnel is decoded only between ends the operator named.** A tenant can write any packet into
  another; believing it would accuse a neighbour.
"""
