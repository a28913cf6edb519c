"""Datagrams become flow rows, rows become hits, hits become findings.

A router at 192.0.2.1 exports what passes it. Its datagrams come in by the batch:

    collector = Collector([("192.0.2.10", 2055)], [ip_address("192.0.2.1")], decoder, clock=now_ms)
    for rows in collector.hear(200): ...           # one numpy record a flow: `rows.ROW`
    watch = Watch(Own([ip_network("203.0.113.0/24")]), rules)
    watch.take(rows, now)                          # counted for 203.0.113.10, out and in
    archive.append(rows, collector.exporters, now) # Parquet, by hour and site
    for hit in watch.look(now):                    # at any moment, also before a window is over
        hit.detector, hit.address, hit.evidence    # syn-flood, 203.0.113.10, packets and chance

`wire` reads datagrams in plain Python and is the oracle; `fast` does the same by kernels, and hands
over whatever is odd; `capture` and `meter` make rows of files that hold packets; `window` counts,
`detectors` look, `slow` asks the `history`. What a hit leads to is not this room's: `app.telemetry`
makes findings of hits, with the rows they rest on.

What each choice costs:

* **Two decoders.** Everything is written twice, once for reading and once for speed. Tests give
  both the same datagrams, made, real and damaged, and compare every field and every count.
* **Only our own addresses have counters.** Memory is bounded and stated; what two strangers do to
  each other through us is in the archive and in no window.
* **Failed tries are counted, not ports or peers.** A busy server looks like no scanner. The cost: a
  request that was answered says nothing, so a scan of open ports is seen by its misses alone.
* **A rate that nobody knows ends at `notify`.** Held here, in the finding and at the gate.
* **No row waits.** A full table forgets what counts least, a full disk costs history, a slow desk
  is spooled for; each of these is counted and shown.
* **A tunnel is looked into only between ends the operator named.** A tenant can write any packet
  into another; believing it would accuse a neighbour.
"""
