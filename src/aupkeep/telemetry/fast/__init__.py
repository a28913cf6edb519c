"""The common path: kernels that walk a whole batch of datagrams straight into rows.

    decoder = FastDecoder(general, allowed)
    rows = decoder.take(batch, at)

A kernel reads a datagram twice: first it judges whether everything in it is plain (known templates
of fixed length, whole records, no options, no tunnels), then it writes the rows. What is not plain
it does not touch: it stops there, the general decoder of `telemetry.wire` takes that one datagram,
what it learnt is mirrored into the kernels' tables, and the walk goes on behind it. So datagrams
are decoded in the order in which they came, and there is one truth about what a field means: the
general decoder is the oracle, and a kernel that would differ from it hands over instead.

`decoder.FastDecoder` calls `decode_batch.decode_batch`, which reads the headers. `netflow` reads
v5, v9 and IPFIX: `fill_rows` follows the plan that `compiled_plan` makes of a template. `sflow`
reads samples, and `packet_headers` the packet in one. `mirror` writes templates, rates and
sequences of the general decoder into the arrays of `kernel_state`, which `lookup_table` finds
places in. `batch`, `row_words`, `big_endian` and `raw_arrays` are how kernels see datagrams, rows,
numbers and arrays.

What this costs: a datagram that is not plain costs about what it costs in plain Python, and an
exporter whose every datagram is odd (variable lengths, tunnels) gains nothing from the kernels.
"""
