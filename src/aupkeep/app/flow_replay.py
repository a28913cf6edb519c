"""Try the fast detectors on captures and exports that were kept; nothing is stored."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from ipaddress import ip_network
from typing import Any, BinaryIO

from aupkeep.app.flow_files import opened
from aupkeep.app.telemetry.ready import ready
from aupkeep.model.errors import Invalid
from aupkeep.telemetry.detector import to_json
from aupkeep.telemetry.own import Network, Own
from aupkeep.telemetry.replay import Batch, batches_of, replay
from aupkeep.telemetry.rows import Exporters
from aupkeep.telemetry.watch import Watch
from aupkeep.telemetry.wire.decoder import Decoder


def replay_files(
    names: Sequence[str], prefixes: Iterable[str], stdin: BinaryIO, *,
    sampling: int | None = None, say: Callable[[str], object],
) -> Iterator[dict[str, Any]]:  # fmt: skip
    """One object a finding, in the order they would have been told. `-` is standard input.

    Templates, rates and windows of one file hold for the next. `say` is told what the first run
    after an install takes long for. Raises `Invalid` for a prefix that is none, OSError for a file
    that cannot be read.
    """
    own = Own([prefix_of(one) for one in prefixes])
    ready(("count", "judge"), say=say, warn=say)
    watch = Watch(own, rules={})
    for hit in replay(_batches(names, stdin, sampling), watch):
        yield to_json(hit)


def _batches(names: Sequence[str], stdin: BinaryIO, sampling: int | None) -> Iterator[Batch]:
    decoder, dropped = Decoder(Exporters()), Counter[str]()
    for name in names:
        with opened(name, stdin) as data:
            yield from batches_of(data, decoder, dropped, sampling=sampling)


def prefix_of(text: str) -> Network:
    """Read `192.0.2.0/24`, or an address alone; host bits are dropped. Raises `Invalid`."""
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError as error:
        raise Invalid(f"own prefix: expected 192.0.2.0/24 or the like, found {text!r}") from error
