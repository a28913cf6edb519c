"""What a customer may try while their machine is held: calls of a member of their own project."""

from typing import Any, NamedTuple

from enforcement.openstack.cloud import Cloud, Machine


class Move(NamedTuple):
    """One call; `{…}` in path and body are what `names_of` knows."""

    method: str
    service: str
    path: str
    body: Any = None


def _verb(verb: str, more: object = None) -> Move:
    return Move("POST", "compute", "/servers/{machine}/action", {verb: more})


def _port(**change: object) -> Move:
    return Move("PUT", "network", "/ports/{port}", {"port": change})


NAMED = {"name": "x"}
MOVES: dict[str, Move] = {
    "raise the port": _port(admin_state_up=True),
    "lower the port": _port(admin_state_up=False),
    "take its groups off": _port(security_groups=[]),
    "take port security off": _port(port_security_enabled=False, security_groups=[]),
    "take a policy off": _port(qos_policy_id=None),
    "let it send as another": _port(allowed_address_pairs=[{"ip_address": "203.0.113.77"}]),
    "name the port": _port(name="mine", description="aupkeep case none"),
    "give the port to nobody": _port(device_id=""),
    "bind the port": _port(**{"binding:host_id": "cmp1"}),
    "give the port data": _port(data_plane_status="ACTIVE"),
    "tag the port": Move("PUT", "network", "/ports/{port}/tags/free"),
    "attach the floating IP": Move(
        "PUT", "network", "/floatingips/{floating}", {"floatingip": {"port_id": "{port}"}}
    ),
    "move the floating IP": Move(
        "PUT", "network", "/floatingips/{floating}", {"floatingip": {"port_id": "{other_port}"}}
    ),
    "attach a port": Move(
        "POST",
        "compute",
        "/servers/{machine}/os-interface",
        {"interfaceAttachment": {"port_id": "{free_port}"}},
    ),
    "detach its port": Move("DELETE", "compute", "/servers/{machine}/os-interface/{port}"),
    "claim a port for it": Move(
        "PUT", "network", "/ports/{free_port}", {"port": {"device_id": "{machine}"}}
    ),
    "unlock": _verb("unlock"),
    "lock": _verb("lock", {"locked_reason": "mine"}),
    "lock and unlock": _verb("unlock"),
    "start": _verb("os-start"),
    "stop": _verb("os-stop"),
    "unpause": _verb("unpause"),
    "pause": _verb("pause"),
    "resume": _verb("resume"),
    "suspend": _verb("suspend"),
    "reboot": _verb("reboot", {"type": "SOFT"}),
    "reboot hard": _verb("reboot", {"type": "HARD"}),
    "rebuild": _verb("rebuild", {"imageRef": "{image}"}),
    "rescue": _verb("rescue", {}),
    "unrescue": _verb("unrescue"),
    "shelve": _verb("shelve"),
    "shelve and offload": _verb("shelveOffload"),
    "unshelve": _verb("unshelve"),
    "resize": _verb("resize", {"flavorRef": "{flavor}"}),
    "confirm a resize": _verb("confirmResize"),
    "revert a resize": _verb("revertResize"),
    "take an image": _verb("createImage", NAMED),
    "back it up": _verb("createBackup", {**NAMED, "backup_type": "daily", "rotation": 1}),
    "change its password": _verb("changePassword", {"adminPass": "x"}),
    "add a group": _verb("addSecurityGroup", {"name": "default"}),
    "remove a group": _verb("removeSecurityGroup", {"name": "default"}),
    "read its console": _verb("os-getConsoleOutput", {}),
    "open a console": Move(
        "POST",
        "compute",
        "/servers/{machine}/remote-consoles",
        {"remote_console": {"protocol": "vnc", "type": "novnc"}},
    ),
    "reset its state": _verb("os-resetState", {"state": "active"}),
    "migrate": _verb("migrate"),
    "evacuate": _verb("evacuate", {}),
    "dump": _verb("trigger_crash_dump"),
    "force its deletion": _verb("forceDelete"),
    "restore": _verb("restore"),
    "name the machine": Move("PUT", "compute", "/servers/{machine}", {"server": NAMED}),
    "set metadata": Move(
        "POST", "compute", "/servers/{machine}/metadata", {"metadata": {"aupkeep": "released"}}
    ),
    "tag the machine": Move("PUT", "compute", "/servers/{machine}/tags/released"),
    "delete the machine": Move("DELETE", "compute", "/servers/{machine}"),
    "enable the project": Move(
        "PATCH", "identity", "/projects/{project}", {"project": {"enabled": True}}
    ),
    "make a project": Move("POST", "identity", "/projects", {"project": NAMED}),
    "delete the port": Move("DELETE", "network", "/ports/{port}"),
}
"""By name, the one that cannot be taken back last."""


def names_of(cloud: Cloud, machine: Machine) -> dict[str, str]:
    """What the moves are made with."""
    other = next(each for each in cloud.machines if each.id != machine.id)
    return {
        "machine": machine.id,
        "port": machine.port,
        "other_port": other.port,
        "free_port": cloud.free_port(),
        "floating": cloud.floating_ip(None),
        "project": cloud.project,
        "image": cloud.disk,
        "flavor": cloud.flavor,
    }


def make_move(cloud: Cloud, move: Move, names: dict[str, str], who: str = "customer") -> int:
    """Do it; the status."""
    path = move.path.format(**names)
    return cloud.call(who, move.method, move.service, path, _filled(move.body, names))[0]


def _filled(body: object, names: dict[str, str]) -> object:
    if isinstance(body, str):
        return names.get(body.strip("{}"), body) if body.startswith("{") else body
    if isinstance(body, dict):
        return {name: _filled(value, names) for name, value in body.items()}
    if isinstance(body, list):
        return [_filled(value, names) for value in body]
    return body
