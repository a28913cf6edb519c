"""docs/drivers.md is what the drivers declare: measures, ends, read-back, effect, who can undo it.

`AUPKEEP_ACCEPT=1 pytest tests/gates/test_drivers_listed.py` writes the page anew.
"""

import os
import pkgutil
import re
from importlib import import_module
from pathlib import Path

from aupkeep.enforcement import drivers
from aupkeep.enforcement.driver import Capabilities
from aupkeep.enforcement.registry import known_drivers
from aupkeep.model.ladder import LEVELS, MEASURES, PEOPLE_NEEDED, RESTRICTING, Measure

UNDONE = """
*In part*: whom it limits can undo it there by rights of their own; it is put back and told at the
next step.

The table of measures (`model.ladder`), by which the gate, the policy, agents and drivers go:
"""
TEST = re.compile(r"`([\w/]+\.py)::(test_\w+)`")
MODULES = tuple(pkgutil.iter_modules(drivers.__path__))
PAGE = Path("docs/drivers.md")
HEAD = """\
# Drivers

What each driver declares of itself, written from the code. `aupkeep enforcement drivers` shows the
same on a machine, with what the machine lacks. [Enforcement](enforcement.md) says how each works,
[adding a driver](adding/driver.md) how to write one.
"""
BY_PORTS = {x for x, entry in MEASURES.items() if entry.ports or "port" in entry.needs}
SUITES = {  # driver → where its suite is, and on what it runs; else tests/enforcement/test_NAME.py
    "bgp": ("bgp/test_contract.py", "ExaBGP with BIRD, at night with FRR too"),
    "ceph-rgw": ("buckets/test_ceph_rgw.py", "Debian's gateway, at night"),
    "dns-update": ("zones/test_dns_update.py", "BIND, at night"),
    "haproxy": ("maps/test_pages.py", "HAProxy, at night"),
    "libvirt": ("libvirt/test_contract.py", "a double, at night virsh with libvirt's test driver"),
    "nftables": ("test_nftables.py", "the kernel"),
    "nginx": ("maps/test_pages.py", "nginx, at night"),
    "octavia": ("openstack/test_octavia.py", "Octavia and Keystone from PyPI, at night"),
    "openstack": (
        "openstack/test_contract.py",
        "a double, at night Keystone, Nova (a fake hypervisor), Glance and Neutron from PyPI",
    ),
    "postfix": ("maps/test_postfix.py", "Postfix, at night"),
    "record": ("test_record.py", "its file"),
    "rpz": ("maps/test_rpz.py", "unbound and BIND, at night"),
    "s3": ("buckets/test_s3.py", "moto's server, and Ceph's gateway, at night"),
    "webhook": ("test_webhook.py", "a receiver that checks every signature"),
}
ROWS = (
    ("what it changes", lambda able: able.system),
    (
        "limits anybody",
        lambda able: "yes" if able.enforces else "no: it writes down what it would do",
    ),
    (
        "what it did is read back",
        lambda able: "yes" if able.reads_back else "where it can be asked; else it is announced",
    ),
    ("how its effect is seen", lambda able: able.effect),
    ("what its contract suite runs on", lambda able: suite_of(able.driver)[1]),
    ("another home's measures in its system are known", lambda able: able.tells_homes),
    (
        "what it set is found with its agent's folder lost",
        lambda able: "yes" if able.finds_own else "no: a person looks",
    ),
    (
        "of what it stops by ports, later fragments",
        lambda able: (
            ("stopped too" if able.late_fragments else "pass") if able.measures & BY_PORTS else ""
        ),
    ),
    (
        "its system ends a measure by itself",
        lambda able: (
            "yes, with the agent dead too"
            if able.ends_by_itself
            else "no: the agent lifts it, late where it is away"
        ),
    ),
)


def test_the_page_is_what_drivers_declare():
    """Each driver of the package, each measure, each word."""
    modules = (import_module(f"{drivers.__name__}.{x.name}") for x in MODULES)
    shipped = sorted((module.DRIVER.able for module in modules), key=lambda able: able.driver)
    assert {able.driver for able in shipped} <= set(known_drivers())
    page = HEAD + table(shipped)
    if os.environ.get("AUPKEEP_ACCEPT"):
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page


def suite_of(driver: str) -> tuple[str, str]:
    """The file of a driver's contract suite, and on what it runs."""
    return SUITES.get(driver, (f"test_{driver.replace('-', '_')}.py", "its own system"))


def test_each_driver_has_its_contract_suite():
    """The whole suite, in a file of its tests."""
    for module in MODULES:
        file, _ = suite_of(import_module(f"{drivers.__name__}.{module.name}").DRIVER.able.driver)
        assert "(Contract):" in Path("tests/enforcement", file).read_text("utf-8"), file


def table(shipped: list[Capabilities]) -> str:
    """Both tables of the page."""
    names = [f"`{able.driver}` {able.version}" for able in shipped]
    lines = ["", f"| | {' | '.join(names)} |", "|---" * (len(shipped) + 1) + "|"]
    lines += [f"| {name} | {' | '.join(say(able) for able in shipped)} |" for name, say in ROWS]
    names = [f"`{able.driver}`" for able in shipped]
    lines += ["", f"| measure | {' | '.join(names)} |", "|---" * (len(shipped) + 1) + "|"]
    wanted = [measure for measure in Measure if measure in RESTRICTING]
    for measure in wanted:
        cells = [_cell(measure, able) for able in shipped]
        lines.append(f"| {measure} ({LEVELS[measure].name}) | {' | '.join(cells)} |")
    lines += [UNDONE, "| measure | what it does | named by | packets | taken by |"]
    lines.append("|---" * 5 + "|")
    for measure in wanted:
        entry = MEASURES[measure]
        named = ", ".join(entry.needs) or "the resource or account"
        cells = [entry.does, named, f"what {entry.way}" if entry.way else "", _takers(measure)]
        lines.append(f"| {measure} | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def _cell(measure: Measure, able: Capabilities) -> str:
    """Whether a driver carries a measure, and its holder can lift it there."""
    if measure not in able.measures:
        return ""
    return "in part" if measure in able.undoable else "yes"


def _takers(measure: Measure) -> str:
    people = PEOPLE_NEEDED.get(LEVELS[measure], 1)
    if people > 1:
        return "two people"
    return "a rule, or a person" if MEASURES[measure].scopes else "a person"


def test_each_complaint_leads_to_a_test_that_is_there():
    """The six of docs/enforcement.md name tests by file and name."""
    named = TEST.findall(Path("docs/enforcement.md").read_text(encoding="utf-8"))
    assert len(named) >= 6
    for file, name in named:
        assert f"\ndef {name}(" in Path(file).read_text(encoding="utf-8"), f"{file}::{name}"
