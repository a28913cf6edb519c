"""libvirt's domains by virsh: the real one with its test driver, and answers that are none."""

import shutil
from datetime import UTC, datetime

import pytest

from aupkeep.inventory.http_client import HttpClient
from aupkeep.inventory.sources import libvirt
from aupkeep.inventory.standing_source import SourceOptions
from aupkeep.inventory.virsh import Virsh, read_xml
from aupkeep.model.errors import Invalid, Unavailable, Unreadable

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
UUIDS = [f"6695eb01-f6a4-8304-79aa-97f2502e193{n}" for n in range(2)]
DOMAIN = """<domain type='test' xmlns:test='http://libvirt.org/schemas/domain/test/1.0'>{run}<name>{name}</name><uuid>{uuid}</uuid><memory>8192</memory>
<os><type>hvm</type></os><metadata>{metadata}</metadata><devices>
<interface type='network'><source network='default'/><filterref filter='clean-traffic'>
<parameter name='IP' value='{address}'/></filterref></interface></devices></domain>"""
RUNNING, PAUSED = 1, 3
NODE = """<node>{}<network><name>default</name><bridge name='virbr0'/>
<ip address='198.51.100.1' netmask='255.255.255.0'><dhcp>
<range start='198.51.100.128' end='198.51.100.253'/></dhcp></ip></network></node>"""


def look(**options: object):
    """One look."""
    known = SourceOptions(name="kvm", customers={"c-1": "kari"}, options=options)
    return libvirt.SOURCE.open(known, HttpClient("http://localhost/"))(NOON)


@pytest.mark.nightly("processes")
def test_the_real_virsh(tmp_path):
    """The test driver's domains with what their XML and its DHCP server say of them.

    One that is suspended, perhaps by a measure of ours, holds its lease all the same.
    """
    if shutil.which("virsh") is None:
        pytest.skip("no virsh here (apt-get install libvirt-clients)")
    holder = '<a:holder xmlns:a="https://aupkeep.example/holder" customer="c-1"/>'
    domains = [
        DOMAIN.format(
            name=f"d{n}",
            uuid=uuid,
            metadata=what,
            address=f"203.0.113.{n + 7}",
            run=f"<test:runstate>{(PAUSED, RUNNING)[n]}</test:runstate>",
        )
        for n, (uuid, what) in enumerate(zip(UUIDS, (holder, ""), strict=True))
    ]
    (tmp_path / "node.xml").write_text(NODE.format("".join(domains)))
    reading = look(uri=f"test://{tmp_path}/node.xml")
    said = {(str(x.prefix), x.customer, x.resource) for x in reading.rows if "113" in str(x.prefix)}
    assert said == {
        ("203.0.113.7/32", "kari", f"domain:{UUIDS[0]}"),
        ("203.0.113.8/32", "", f"domain:{UUIDS[1]}"),
    }
    leases = {x.customer for x in reading.rows if str(x.prefix).startswith("198.51.100.")}
    assert leases == {"kari", ""}
    assert reading.unmapped == {UUIDS[1]}
    with pytest.raises(Unavailable, match="virsh list"):
        look(uri=f"test://{tmp_path}/none.xml")


def test_a_domain_that_is_suspended_holds_its_lease(tmp_path):
    """Else a measure that suspends it would be lifted, since nobody held its address."""
    command = tmp_path / "virsh"
    command.write_text(
        "#!/bin/sh\nshift 4\ncase $1-$2 in\n"
        f"list---state-running) ;;\nlist-*) echo {UUIDS[0]} ;;\n"
        f'dumpxml-*) echo "<domain><devices/></domain>" ;;\n'
        "domifaddr-*) echo ' vnet0  52:54:00:00:00:01  ipv4  203.0.113.9/24' ;;\nesac\n"
    )
    command.chmod(0o700)
    assert [str(x.prefix) for x in look(virsh=str(command)).rows] == ["203.0.113.9/32"]


@pytest.mark.parametrize(
    ("script", "error"),
    [
        ("exit 3", Unavailable),
        ("echo not-a-uuid", Unreadable),
        (f"test $5 = list && echo {UUIDS[0]} || echo '<a/>'", Unreadable),
        (f"test $5 = list && echo {UUIDS[0]} || echo '<domain>'", Unreadable),
    ],
)
def test_an_answer_that_is_none(tmp_path, script, error):
    """No part of a look counts when one of its answers does not."""
    command = tmp_path / "virsh"
    command.write_text(f"#!/bin/sh\n{script}\n")
    command.chmod(0o700)
    with pytest.raises(error):
        look(virsh=str(command))


def test_no_command():
    """A machine without virsh says so."""
    with pytest.raises(Unavailable, match="FileNotFoundError"):
        look(virsh="/nowhere/virsh")


@pytest.mark.parametrize("uri", ["", "-c", "qemu", "qemu:///system\n--x"])
def test_no_connection(uri):
    """What is no URI is refused before anything runs."""
    with pytest.raises(Invalid, match="option uri"):
        Virsh(uri)


@pytest.mark.parametrize(
    "text", ["", "<a>", "<!DOCTYPE a><a/>", "<a>" * 100, "<a>" + "<b/>" * 30_000 + "</a>"]
)
def test_xml_that_is_not_read(text):
    """Broken, with a document type, too deep or too long."""
    with pytest.raises(Unreadable):
        read_xml(text)
