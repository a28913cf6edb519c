"""What one captured frame says: addresses, ports, flags, tag; the packet within tunnels.

    frame = read_frame(data, ETHERNET)               # the innermost packet that can be read
    frame = read_frame(data, ETHERNET, inner=False)  # the outermost

A frame is walked layer by layer. Each layer is one function that notes what it says and names the
next; a layer that cannot be read ends the walk, and what the layers before it said stands. So a
tunnel with something unreadable inside is the tunnel's own flow. The number of layers is bounded.
"""

import struct

from aupkeep.telemetry.wire import link, network, tunnel
from aupkeep.telemetry.wire.walk import Frame, Layer, Walk

MOST_LAYERS = 24
LAYERS = {**link.LAYERS, **network.LAYERS, **tunnel.LAYERS}
INNER = frozenset(tunnel.LAYERS)  # left out where the outermost packet is asked for


def read_frame(data: bytes, linktype: int, *, inner: bool = True) -> Frame | None:
    """The packet of a frame of this link type (as pcap numbers them); None: no IP in it."""
    return read_layer(data, link.LINKTYPES.get(linktype), inner=inner)


def read_layer(data: bytes, layer: Layer | None, *, inner: bool = True) -> Frame | None:
    """The packet of bytes that begin with this layer."""
    walk = Walk(data)
    try:
        for _ in range(MOST_LAYERS):
            if layer is None or (layer in INNER and not inner):
                break
            layer = LAYERS[layer](walk)
    except (struct.error, IndexError):
        pass  # cut short: what was read until here stands
    return walk.frame
