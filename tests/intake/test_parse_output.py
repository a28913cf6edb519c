"""One line of `aupkeep parse`: only its own fields, absent values null, each place true."""

import json

from aupkeep.intake.parse_output import parsed_file
from aupkeep.intake.reading import read
from aupkeep.model.as_json import as_json

SSH = b"""\
From: soc@cert.example
To: abuse@aupkeep.example
Subject: attack
Content-Type: text/plain

Your host 203.0.113.7:41822 attacked our server 198.51.100.9:22, see https://evil.example/login
"""
TOLD = {
    "Version": "3",
    "ReporterInfo": {"ReporterOrg": "CERT", "ReporterOrgDomain": "cert.example",
                     "ReporterOrgEmail": "soc@cert.example"},
    "Disclosure": True,
    "Report": {"ReportClass": "Activity", "ReportType": "LoginAttack",
               "Date": "2026-03-01T12:00:00Z",
               "SourceIp": "2001:DB8::7", "SourcePort": 41822, "DestinationPort": 22},
}  # fmt: skip


def lines(data, name):
    """The objects printed for some bytes, and the text their places point into."""
    return [
        (as_json(parsed_file(one, reading)), reading.parts) for one, reading in read(data, name)
    ]


def test_places_are_those_of_fields_the_line_has():
    """No place of a value that is not in the object, and each text is the value."""
    for line, parts in lines(SSH, "x.eml"):
        assert line["findings"]
        for found in line["findings"]:
            for name, (part, start, end) in found["offsets"].items():
                assert str(found[name]) in (parts[part][start:end], found["at"])


def test_no_time_is_no_exactness():
    """Without a time nothing is said about how exact it is."""
    for line, _ in lines(SSH, "x.eml"):
        assert {(one["at"], one["exact"]) for one in line["findings"]} == {(None, None)}


def test_every_value_of_a_xarf_report_has_its_place():
    """A port stands in the text as much as its address does, however that is spelt."""
    ((line, (text,)),) = lines(json.dumps(TOLD).encode(), "x.json")
    (found,) = line["findings"]
    shown = {name: text[start:end] for name, (_, start, end) in found["offsets"].items()}
    assert shown == {"address": "2001:DB8::7", "port": "41822", "at": "2026-03-01T12:00:00Z"}


def test_the_host_of_a_url_stands_in_it():
    """A domain that only the URL names has its place there."""
    letter = SSH.replace(b"attack\n", b"DMCA notice\n").partition(b"\n\n")[0]
    body = b"\n\nI own the copyright in my photos, and this page infringes it. Please take down\n"
    ((line, parts),) = lines(letter + body + b"https://shop.example/photos\n", "x.eml")
    (found,) = line["findings"]
    part, start, end = found["offsets"]["domain"]
    assert (found["domain"], parts[part][start:end]) == ("shop.example", "shop.example")
