"""Export datagrams become flow rows: NetFlow v5 and v9, IPFIX, sFlow v5.

    decoder = Decoder(exporters, Templates())
    rows = decoder.take(Datagram(data=data, at=now_ms, exporter=address))
    decoder.dropped  # what could not be used, by reason

A datagram of an IPFIX exporter goes through `decoder.Decoder.take`. `netflow9_ipfix` walks its
sets. `template_sets` reads a template and `template_store` keeps it; data that came before its
template waits in `pending_sets`. `record_reader` makes a reader of the template, which gives each
record's values by name, and `record_to_row` fills a row with them.

* `netflow5`, `sflow`: the formats without templates
* `template`, `information_elements`: what a template is; which elements feed which field of a row
* `flow_times`: start and end of a flow, as a record states them
* `options_records`: what exporters say of themselves, their sampling rate among it
* `record_rate`: a rate as a record of either sort states it, in each of its encodings
* `sampling`: the rate that holds for a record, of all that were stated
* `nested_headers`: which of several headers in one template a row is about, the innermost whole one
* of an element that a template gives twice outside of headers the first counts: `record_reader`
* `row_builder`, `origin`, `state`: a row in the making, a datagram's header, what the decoder knows
* `frame`, `layers`: a sampled packet; `link_layers`, `network_layers`, `tunnel_layers` read it
* `sequences`: lost datagrams; `exporter_quota`: a table in which each exporter has a bounded share

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
