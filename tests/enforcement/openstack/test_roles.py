"""The roles that are shipped can do what the driver does and nothing else, whoever has them."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from aupkeep.enforcement import openstack
from enforcement.openstack.cloud import Cloud
from enforcement.openstack.moves import MOVES, make_move, names_of

pytestmark = pytest.mark.network
ROLES = Path(openstack.__file__).parent / "roles"
NAMES = {  # of the moves that the actor's role is there for; "take its groups off" changes a port
    "raise the port",
    "lower the port",
    "take its groups off",
    "take a policy off",
    "name the port",
    "unlock",
    "lock",
    "lock and unlock",
    "start",
    "stop",
    "unpause",
    "pause",
}
READS = {
    "os_compute_api:os-instance-actions:list",
    "os_compute_api:servers:detail",
    "os_compute_api:servers:detail:get_all_tenants",
    "os_compute_api:servers:index",
    "os_compute_api:servers:index:get_all_tenants",
    "os_compute_api:servers:show",
    "get_port",
    "get_floatingip",
}
ACTS = {
    "os_compute_api:os-lock-server:lock",
    "os_compute_api:os-lock-server:unlock",
    "os_compute_api:os-lock-server:unlock:unlock_override",
    "os_compute_api:os-pause-server:pause",
    "os_compute_api:os-pause-server:unpause",
    "os_compute_api:servers:start",
    "os_compute_api:servers:stop",
    "update_port",
}
NEVER = (
    "delete the machine",
    "force its deletion",
    "rebuild",
    "rescue",
    "resize",
    "shelve",
    "reboot",
    "migrate",
    "evacuate",
    "reset its state",
    "open a console",
    "read its console",
    "take an image",
    "back it up",
    "change its password",
    "dump",
    "set metadata",
    "name the machine",
    "delete the port",
    "detach its port",
    "bind the port",
    "enable the project",
    "make a project",
)


@pytest.mark.parametrize("who", ["actor", "reader"])
def test_a_stolen_credential_does_no_more_than_its_role(cloud: Cloud, who: str):
    """Every move of the customer's list, by the thief: the role's own, or 403."""
    machine = cloud.machines[0]
    names = names_of(cloud, machine)
    answers = {name: make_move(cloud, move, names, who) for name, move in MOVES.items()}
    through = {name for name, status in answers.items() if status < 300}
    assert through <= (NAMES if who == "actor" else set())
    assert ("lock" in through) == (who == "actor")
    assert [name for name in NEVER if answers[name] != 403] == []


def walked(role: str) -> set[str]:
    """The rules of three services, as they register them, that a role alone is let through."""
    python = Path(os.environ["AUPKEEP_OPENSTACK"]) / "venv/bin/python"
    words = [str(python), "-W", "ignore", str(Path(__file__).parent / "policy_walk.py")]
    done = subprocess.run([*words, str(ROLES), role], capture_output=True, text=True, check=True)
    return {name for rules in json.loads(done.stdout).values() for name in rules}


@pytest.mark.nightly("openstack")
@pytest.mark.skipif(not os.environ.get("AUPKEEP_OPENSTACK"), reason="no OpenStack here")
def test_no_rule_of_a_service_is_open_to_the_roles_by_mistake():
    """Nova shows others' machines only to administrators: each rule of theirs is closed again."""
    everybody = walked("none-at-all")
    assert walked("aupkeep-actor") - everybody == READS | ACTS
    assert walked("aupkeep-reader") - everybody == READS | {"get_network", "get_subnet"}
    assert walked("aupkeep-accounts") - everybody == set()
    images = {"get_image", "get_members", "deactivate", "reactivate"}
    assert walked("aupkeep-images") - everybody == images
    assert walked("aupkeep-addresses") - everybody == {"update_floatingip"}
