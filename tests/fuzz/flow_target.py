"""Everything that may come to the port of a flow collector, changed at random (libFuzzer).

    python tests/fuzz/flow_target.py [libFuzzer options] [FOLDER of seeds]

The first byte tells what the rest is: a file, or several datagrams to one decoder, each behind two
bytes of its length. A defect is an exception, a reason without a sentence, a row that cannot be
shown, or a store that outgrows its bounds. libFuzzer itself tells inputs that take too long.
"""

import json
import sys
from collections import Counter
from importlib import import_module
from ipaddress import ip_address

import atheris

with atheris.instrument_imports(include=["aupkeep.telemetry"]):
    datagrams = import_module("aupkeep.telemetry.capture.datagrams").datagrams
    Datagram = import_module("aupkeep.telemetry.datagram").Datagram
    Decoder = import_module("aupkeep.telemetry.wire.decoder").Decoder
    Templates = import_module("aupkeep.telemetry.wire.template_store").Templates
    reasons = import_module("aupkeep.telemetry.drop_reasons").REASONS
    rows = import_module("aupkeep.telemetry.rows")

EXPORTER = ip_address("192.0.2.1")


def given(data: bytes, dropped: Counter[str]):
    """The datagrams of an input."""
    if not data or data[0] % 2:
        yield from datagrams(data[1:], dropped)
        return
    at = 1
    while at + 2 <= len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        yield Datagram(data=data[at + 2 : end], at=0, exporter=EXPORTER)
        at = end


def check(data: bytes) -> None:
    """Decode one input and doubt the answer."""
    exporters, dropped = rows.Exporters(), Counter()
    decoder = Decoder(exporters)
    for datagram in given(data, dropped):
        for row in decoder.take(datagram):
            json.dumps(rows.flow_record(row, exporters)._asdict())
    kept = decoder.templates.to_json()
    templates = Templates()
    templates.restore(json.loads(json.dumps(kept)))
    again = templates.to_json()
    assert sorted(map(str, again["templates"])) == sorted(map(str, kept["templates"]))
    decoder.close()
    assert set(dropped + decoder.dropped) <= set(reasons), dropped + decoder.dropped


if __name__ == "__main__":
    atheris.Setup(sys.argv, check)
    atheris.Fuzz()
