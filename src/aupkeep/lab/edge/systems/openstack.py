"""A region of OpenStack, which takes half an hour: a stage of the night has it."""

from aupkeep.lab.edge.system import elsewhere
from aupkeep.model.ladder import Measure

SYSTEM = elsewhere(
    "openstack",
    driver="openstack",
    says="a machine that attacks others, suspended in OpenStack",
    kind="connection/infected_host",
    measure=Measure.SUSPEND_RESOURCE,
    why=(
        "not in the lab: a region takes 6 minutes to install and its own namespace to run. "
        "'just openstack' starts the real one and runs the driver on it (as root; Debian: "
        "apt-get install mariadb-server rabbitmq-server openvswitch-switch qemu-system-x86; "
        "the rest from PyPI)"
    ),
)
