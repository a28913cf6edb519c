"""A report that comes as a file is known by the file's name, from the shell and from the API."""

import pytest

from app.conftest import NOON
from app.steps import follow
from aupkeep.app.ingest import ingest_files
from aupkeep.app.receiving.receive import RawEnvelope, receive
from aupkeep.model.finding import Role
from aupkeep.model.raw import Channel, Raw, media_named
from aupkeep.store import raws, reports

NAME = "2026-03-01-event4_ddos_participant-asn.csv"
TABLE = (
    b"timestamp,dst_ip,src_ip,src_asn,src_geo,dst_network,attack,duration\n"
    b"2026-03-01 11:50:00,192.0.2.1,203.0.113.10,64512,ZZ,192.0.2.1/32,atk0,30\n"
)


def roles(raw):
    """Role of each finding of what was read of a raw."""
    [report] = reports.by_raw(raw)
    return [finding.role for finding in report.reading.findings]


def test_a_file_from_the_shell_keeps_its_name(furnished):
    """By its name the row is one finding; by its columns alone it could be three types."""
    [told] = ingest_files(furnished, [(f"/var/spool/{NAME}", TABLE)], key=None, at_once=True)
    assert raws.get(told.raw).name == NAME
    assert roles(told.raw) == [Role.OFFENDER]


def test_a_file_from_the_api_keeps_its_name(furnished):
    """The media type's own parameter names it."""
    media = media_named("text/csv", NAME)
    envelope = RawEnvelope(channel=Channel.API, media_type=media, token="ci")
    receipt = receive(furnished, TABLE, envelope)
    follow(furnished, receipt.raw)
    assert roles(receipt.raw) == [Role.OFFENDER]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("", ""),
        ("a.csv", "a.csv"),
        ("/etc/../a.csv", "a.csv"),
        ('a"; x="b.csv', "a; x=b.csv"),
        ("a\r\nb\u202e.csv", "ab.csv"),
        ("x" * 300, "x" * 120),
    ],
)
def test_a_name_can_be_nothing_but_a_name(name, kept):
    """No folder, no quote, nothing that hides, and not for ever."""
    media = media_named("text/csv", name)
    raw = Raw(id="r", digest="", size=0, channel=Channel.FILE, received_at=NOON, media_type=media)
    assert (raw.kind, raw.name) == ("text/csv", kept)
