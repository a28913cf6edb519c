"""A Ceph Object Gateway with monitor and disk, which takes minutes: a stage of the night has it."""

from aupkeep.lab.edge.system import elsewhere
from aupkeep.model.ladder import Measure

SYSTEM = elsewhere(
    "ceph",
    driver="ceph-rgw",
    says="an account whose objects deceive, suspended at the gateway",
    kind="content/phishing",
    measure=Measure.SUSPEND_ACCOUNT,
    why=(
        "not in the lab: a gateway needs a monitor, a disk and minutes of their own. "
        "'just nightly content' starts the real ones and runs the driver on them (as root; "
        "Debian: apt-get install ceph-mon ceph-osd radosgw)"
    ),
)
