"""Export datagrams become flow rows: NetFlow v5 and v9, IPFIX, sFlow v5.

    decoder = Decoder(exporters, Templates())
    rows = decoder.take(Datagram(data=data, at=now_ms, exporter=address))
    decoder.dropped  # what could not be used, by reason

    decoder, sets      a datagram's messages and their sets, NetFlow v9 and IPFIX
    netflow5, sflow    the two formats without templates
    template_sets, templates   a template set read; the templates of each exporter
    plan, record       how a template's records are read; one data record becomes a row
    options, sampling  what exporters say of themselves, sampling rates above all
    pending            data that came before its template
    frame, link, network, tunnel    a packet header inside a sample, layer by layer
    sequences, times   lost datagrams; the exporter's clock

This is the general path: plain Python, every element and every encoding that we know, and the
measure that the kernels of `telemetry.fast` are compared with. What each choice costs:

* A record of a data set is one row, also when it names no addresses: bytes are never lost silently,
  and counts can be compared with the exporter's own.
* Data whose template has not come waits in a bounded ring and is read when it comes; what falls out
  of the ring is counted.
* A sampling rate that no exporter stated is unknown, not 1. Where a domain has several samplers and
  a record names none, its rate is unknown too.
* Every loop over outside bytes steps forward by at least one byte or ends; every table has a bound.
"""
