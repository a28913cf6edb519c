"""Reads files of export datagrams and gives their flows; nothing is stored."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, TypeAlias

from aupkeep.app.telemetry.files.open import opened
from aupkeep.telemetry.capture.datagrams import datagrams
from aupkeep.telemetry.datagram import Datagram
from aupkeep.telemetry.drop_reasons import REASONS
from aupkeep.telemetry.logs.log import log_of
from aupkeep.telemetry.rows import Exporters, FlowRecord, flow_record
from aupkeep.telemetry.wire.decoder import Decoder


def why(reason: str) -> str:
    """What a reason that is counted means."""
    return REASONS.get(reason, reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodeSummary:
    """How much was read; `dropped` counts by reason what could not be used."""

    datagrams: int
    records: int
    dropped: Mapping[str, int]


DecodedLine: TypeAlias = FlowRecord | DecodeSummary


def decode_files(names: Iterable[str], stdin: BinaryIO) -> Iterator[DecodedLine]:
    """One record a flow, in the order of the files, then the summary.

    Templates and sampling rates of one file hold for the next ones. `-` is standard input. Raises
    OSError for a file that cannot be read; what a file holds never raises, it is counted.
    """
    exporters, dropped = Exporters(), Counter[str]()
    decoder = Decoder(exporters)
    taken = records = 0
    for datagram in _all(names, stdin, dropped):
        taken += 1
        for row in decoder.take(datagram):
            records += 1
            yield flow_record(row, exporters)
    decoder.close()
    counts = dict(sorted((dropped + decoder.dropped).items()))
    yield DecodeSummary(datagrams=taken, records=records, dropped=counts)


def _all(names: Iterable[str], stdin: BinaryIO, dropped: Counter[str]) -> Iterator[Datagram]:
    for name in names:
        with opened(name, stdin) as data:
            if log_of(data) is not None:
                dropped["flow_log"] += 1
                continue
            yield from datagrams(data, dropped)
