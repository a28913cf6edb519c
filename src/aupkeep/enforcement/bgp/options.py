"""What a target of the driver `bgp` is told in the settings, and ExaBGP's configuration made of it.

No neighbor has graceful restart: when ExaBGP dies every route is withdrawn, and none stands that
nobody holds. The configuration is written anew at each start.
"""

import os
import pwd
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

from aupkeep.config.secrets import opened
from aupkeep.enforcement.bgp.peer_table import READERS
from aupkeep.enforcement.bgp.route import RouteKind
from aupkeep.model.errors import Invalid
from aupkeep.model.holding import Network
from aupkeep.model.subject import Address

FLOWS = 50  # flow routes to a peer; some drop the session, and every route with it, above that
MAX_AS = (1 << 32) - 1  # RFC 6793
USER = re.compile(r"[a-z_][a-z0-9_-]{0,31}")
PASSWORD = re.compile(r"[!-:<-z|~]{1,80}")  # RFC 2385: 80 bytes; no quotes, ; { } of ExaBGP's own


@dataclass(frozen=True, slots=True, kw_only=True)
class BgpPeer:
    """One router that is told. `read` is a command that reads its table back, as words."""

    address: Address
    provider: int  # its autonomous system
    local: Address
    families: frozenset[RouteKind]
    reader: str  # a name of READERS, "" = its table is not read
    read: tuple[str, ...]
    password: str  # of TCP MD5 (RFC 2385), or a reference to it
    hops: int  # 0 = it is directly connected


@dataclass(frozen=True, slots=True, kw_only=True)
class BgpSettings:
    """The options of a target; `folder` holds the socket, the routes and the configuration."""

    own: tuple[Network, ...]
    provider: int
    router_id: Address
    next_hop: str
    next_hop6: str
    peers: tuple[BgpPeer, ...]
    folder: Path
    users: tuple[str, ...]
    flows: int
    probe: Address | None

    def hop(self, *, six: bool) -> str:
        """The next hop of a blackhole."""
        return self.next_hop6 if six else self.next_hop

    @property
    def socket(self) -> Path:
        """Where the holder of the routes listens."""
        return self.folder / "socket"

    def peers_of(self, kind: RouteKind) -> tuple[BgpPeer, ...]:
        """The peers that are told of such routes."""
        return tuple(peer for peer in self.peers if kind in peer.families)


NAMES = (*(x.name for x in fields(BgpSettings) if x.name not in ("provider", "router_id")),
         "as", "router_id")  # fmt: skip
PEER_NAMES = ("address", "as", "local", "families", "reader", "read", "password", "hops")


def read_options(options: Mapping[str, Any], folder: Path) -> BgpSettings:
    """The options as they are typed; `folder` is the agent's own. Raises `Invalid`."""
    _known(options, NAMES, "option")
    settings = BgpSettings(
        own=tuple(_prefix(text) for text in _texts(options, "own")),
        provider=_number(options, "as", MAX_AS),
        router_id=_address(options, "router_id"),
        next_hop=_hop(options, "next_hop"),
        next_hop6=_hop(options, "next_hop6"),
        peers=tuple(_peer(row) for row in options.get("peers", ())),
        folder=Path(str(options.get("folder") or folder / "bgp")),
        users=_texts(options, "users"),
        flows=_number(options, "flows", FLOWS, FLOWS),
        probe=_address(options, "probe") if options.get("probe") else None,
    )
    if not settings.own or not settings.peers:
        raise Invalid("options own and peers: expected at least one of each, found none")
    if bad := [name for name in settings.users if not USER.fullmatch(name)]:
        raise Invalid(f"option users: expected names of users, found {bad[0][:40]!r}")
    if len({peer.address for peer in settings.peers}) < len(settings.peers):
        raise Invalid("option peers: expected each address once")
    return settings


def _peer(row: object) -> BgpPeer:
    if not isinstance(row, Mapping):
        raise Invalid("option peers: expected tables [[enforcement.targets.options.peers]]")
    _known(row, PEER_NAMES, "option of a peer")
    kinds = {kind.value: kind for kind in RouteKind}
    families = _texts(row, "families") or tuple(kinds)
    reader, read = str(row.get("reader", "")), _texts(row, "read")
    if not set(families) <= set(kinds):
        raise Invalid(f"option families: expected {', '.join(kinds)}, found {families[0][:40]!r}")
    if reader not in ("", *READERS) or bool(reader) is not bool(read):
        raise Invalid(f"options reader and read: expected {', '.join(READERS)} and its command")
    return BgpPeer(
        address=_address(row, "address"),
        provider=_number(row, "as", MAX_AS),
        local=_address(row, "local"),
        families=frozenset(kinds[name] for name in families),
        reader=reader,
        read=read,
        password=str(row.get("password", "")),
        hops=_number(row, "hops", 255, 0),
    )


def _known(given: Mapping[str, Any], names: tuple[str, ...], what: str) -> None:
    if unknown := sorted(set(given) - set(names)):
        raise Invalid(f"{what}: expected {', '.join(names)}, found {unknown[0][:40]!r}")


def _texts(given: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = given.get(name, ())
    if not isinstance(value, list | tuple) or not all(isinstance(text, str) for text in value):
        raise Invalid(f"option {name}: expected a list of texts")
    return tuple(value)


def _number(given: Mapping[str, Any], name: str, most: int, default: int | None = None) -> int:
    value = given.get(name, default)
    if type(value) is not int or not (default == 0 or value) or not 0 <= value <= most:
        raise Invalid(f"option {name}: expected a whole number up to {most}, found {value!r:.40}")
    return value


def _address(given: Mapping[str, Any], name: str) -> Address:
    try:
        return ip_address(str(given.get(name, "")))
    except ValueError as error:
        raise Invalid(f"option {name}: expected an address, found: {error}") from error


def _prefix(text: str) -> Network:
    try:
        return ip_network(text)
    except ValueError as error:
        raise Invalid(f"option own: expected a prefix, found: {error}") from error


def _hop(given: Mapping[str, Any], name: str) -> str:
    """An address, or `self`: the address that the session has."""
    return str(_address(given, name)) if given.get(name, "self") != "self" else "self"


def exabgp_conf(settings: BgpSettings, program: str) -> str:
    """ExaBGP's configuration with `program` as its process. Raises `Invalid` for a bad password."""
    text = f"process aupkeep {{\n  run {program};\n  encoder json;\n}}\n"
    for peer in settings.peers:
        families = [
            f"    {version} {'unicast' if kind is RouteKind.BLACKHOLE else 'flow'};"
            for kind in sorted(peer.families)
            for version in ("ipv4", "ipv6")
        ]
        more = [f"  outgoing-ttl {peer.hops};"] if peer.hops else []
        if peer.password:
            more.append(f"  md5-password {_password(peer)};")
        text += "\n".join(
            [
                f"neighbor {peer.address} {{",
                f"  router-id {settings.router_id};",
                f"  local-address {peer.local};",
                f"  local-as {settings.provider};",
                f"  peer-as {peer.provider};",
                "  hold-time 30;",
                *more,
                "  capability {\n    graceful-restart disable;\n    route-refresh enable;\n  }",
                "  family {",
                *families,
                "  }",
                "  api {\n    processes [ aupkeep ];\n    neighbor-changes;\n  }\n}\n",
            ]
        )
    return text


def _password(peer: BgpPeer) -> str:
    """Raises `Invalid`, which never repeats it."""
    password = str(opened("password", peer.password, f"peer {peer.address}"))
    if not PASSWORD.fullmatch(password):
        raise Invalid(f"peer {peer.address}: expected a password of 1 to 80 letters and digits")
    return password


def exabgp_environment() -> dict[str, str]:
    """ExaBGP's own settings: no control but by its process, no port, the user it is started as."""
    return {
        "exabgp_daemon_user": pwd.getpwuid(os.geteuid()).pw_name,
        "exabgp_daemon_drop": "false",
        "exabgp_daemon_umask": "0o077",
        "exabgp_api_cli": "false",
        "exabgp_api_chunk": "100",
        "exabgp_api_ack": "true",
        "exabgp_api_respawn": "true",
        "exabgp_tcp_bind": "",
        "exabgp_log_level": "WARNING",
    }
