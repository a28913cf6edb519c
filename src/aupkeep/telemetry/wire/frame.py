"""What one captured frame says: addresses, ports, flags, tag; the packet within tunnels.

    frame = read_frame(data, ETHERNET)               # the innermost packet that can be read
    frame = read_frame(data, ETHERNET, inner=False)  # the outermost
    frame = read_frame(data, ETHERNET, inner=between(networks))  # within our own tunnels only

A frame is walked layer by layer. Each layer is one function that notes what it says and names the
next; a layer that cannot be read ends the walk, and what the layers before it said stands. So a
tunnel with something unreadable inside is the tunnel's own flow. The number of layers is bounded.
"""

import struct
from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network

from aupkeep.telemetry.wire import link_layers, network_layers, tunnel_layers
from aupkeep.telemetry.wire.layers import Inner, IpFrame, Layer, LayerWalk

MOST_LAYERS = 24
LAYERS = {**link_layers.LAYERS, **network_layers.LAYERS, **tunnel_layers.LAYERS}
INNER = frozenset(tunnel_layers.LAYERS)  # left out where the outermost packet is asked for


def read_frame(data: bytes, linktype: int, *, inner: Inner = True) -> IpFrame | None:
    """The packet of a frame of this link type (as pcap numbers them); None: no IP in it."""
    return read_layer(data, link_layers.LINKTYPES.get(linktype), inner=inner)


def read_layer(data: bytes, layer: Layer | None, *, inner: Inner = True) -> IpFrame | None:
    """The packet of bytes that begin with this layer."""
    walk = LayerWalk(data)
    try:
        for _ in range(MOST_LAYERS):
            if layer is None or (layer in INNER and not _enters(walk.frame, inner)):
                break
            layer = LAYERS[layer](walk)
    except (struct.error, IndexError):
        pass  # cut short: what was read until here stands
    return walk.frame


def _enters(outer: IpFrame | None, inner: Inner) -> bool:
    return inner if isinstance(inner, bool) else outer is not None and inner(outer)


def between(networks: Iterable[IPv4Network | IPv6Network]) -> Inner:
    """Look into tunnels whose two ends are in these networks: nobody else's say who sent what.

    >>> between([])
    False
    """
    known = [
        (prefix.version, int(prefix.network_address), int(prefix.netmask)) for prefix in networks
    ]
    if not known:
        return False  # the kernels know this answer, and need ask nobody

    def has(family: int, address: int) -> bool:
        return any(family == kind and address & mask == net for kind, net, mask in known)

    return lambda outer: has(outer.family, outer.src) and has(outer.family, outer.dst)
