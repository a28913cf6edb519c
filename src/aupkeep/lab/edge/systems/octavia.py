"""Octavia with Keystone, which takes minutes: a stage of the night has it."""

from aupkeep.lab.edge.system import elsewhere
from aupkeep.model.ladder import Measure

SYSTEM = elsewhere(
    "octavia",
    driver="octavia",
    says="a page that steals passwords behind a load balancer",
    kind="content/phishing",
    measure=Measure.BLOCK_URL,
    why=(
        "not in the lab: Octavia and Keystone take 2 minutes to install and run apart. "
        "'just octavia' starts the real ones and runs the driver on them (as root; Debian: apt-get "
        "install mariadb-server haproxy; the rest from PyPI)"
    ),
)
