"""Hostile inputs for every container, each made to a size in bytes; tests and bench share them."""

import json
from collections.abc import Callable

HEAD = "From: a@reporter.example\nSubject: report\nMIME-Version: 1.0\n"
SOURCE = "<Source><IP_Address>192.0.2.1</IP_Address><Port>1</Port></Source>"
FEEDBACK = (
    "Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b\n"
    "Content-Type: message/feedback-report\n\n"
)
INDICATOR = {
    "type": "indicator",
    "id": "indicator--5b7ab9dc-1e0f-4a49-9a1d-5d6f1d5a0001",
    "pattern_type": "stix",
    "valid_from": "2026-03-01T00:00:00Z",
    "pattern": "[ipv4-addr:value = '192.0.2.1']",
}
XARF3 = (
    '{"Version": "3", "ReporterInfo": {"ReporterOrg": "Org", "ReporterOrgDomain": "a.example",'
    ' "ReporterOrgEmail": "a@a.example"}, "Disclosure": true, "Report": {"ReportClass": "Activity",'
    ' "ReportType": "Spam", "Date": "2026-03-01T00:00:00Z", "SourceIp": "192.0.2.1", %s}}'
)


def fill(unit: str, size: int) -> str:
    """The unit, repeated to about that many characters."""
    return unit * (size // len(unit))


def xml(root: str, inside: str) -> str:
    return f"<{root}>{inside}</{root}>"


def mail(body: str, media: str = "text/plain") -> str:
    return f"{HEAD}Content-Type: {media}\n\n{body}"


def laughs(size: int) -> str:
    """Entities that mean entities (CWE-776)."""
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, max(2, size // 60)))
    return f'<!DOCTYPE x [<!ENTITY l0 "ha">{lines}]><Infringement>&l9;</Infringement>'


def records(size: int) -> str:
    """A list of JSON records."""
    return "[" + fill('{"ip":"192.0.2.1","type":"spam"},', size) + "{}]"


def stix(size: int) -> str:
    one = json.dumps(INDICATOR)
    many = ",".join([one] * (size // len(one)))
    return f'{{"type":"bundle","id":"bundle--1","objects":[{many}]}}'


def pattern(unit: str, size: int) -> str:
    return json.dumps({**INDICATOR, "pattern": "[" + fill(unit, size)})


def yaml(unit: str, size: int) -> str:
    head = "---\nReported-From: a@b.example\nCategory: abuse\nReport-Type: x\nSource: 192.0.2.1\n"
    return mail(head + fill(unit, size))


XML_CASES: dict[str, Callable[[int], str]] = {
    "ACNS open elements": lambda n: "<Infringement>" + fill("<a>", n),
    "ACNS of empty elements": lambda n: xml("Infringement", fill("<a/>", n)),
    "ACNS of sources": lambda n: xml("Infringement", fill(SOURCE, n)),
    "ACNS of items": lambda n: xml(
        "Infringement", SOURCE * 900 + xml("Content", fill("<Item><Title>a</Title></Item>", n))
    ),
    "ACNS billion laughs": laughs,
    "ACNS of documents": lambda n: fill(xml("Infringement", SOURCE), n),
    "ACNS openings only": lambda n: fill("<Infringement> ", n),
    "ACNS closings only": lambda n: "<Infringement>" + fill("</Infringement>", n),
    "ACNS huge attribute": lambda n: f'<Infringement a="{fill("x", n)}">{SOURCE}</Infringement>',
    "ACNS many attributes": lambda n: f"<Infringement {fill('a=1 ', n)}>{SOURCE}</Infringement>",
    "ACNS unclosed CDATA": lambda n: f"<Infringement><![CDATA[{fill('x', n)}",
    "ACNS unclosed comment": lambda n: f"<Infringement><!--{fill('-', n)}",
    "ACNS instructions": lambda n: xml("Infringement", fill("<?a b?>", n)),
    "ACNS bare ampersands": lambda n: xml("Infringement", SOURCE + fill("& ", n)),
    "ACNS escaped ampersands": lambda n: xml("Infringement", SOURCE + fill("&amp;", n)),
    "ACNS lonely brackets": lambda n: xml("Infringement", SOURCE + fill("< ", n)),
    "ACNS escaped twice": lambda n: "&amp;lt;Infringement&amp;gt;" + fill("&amp;amp;", n),
    "ACNS NUL bytes": lambda n: xml("Infringement", SOURCE + fill("\0", n)),
    "ACNS signed dashes": lambda n: (
        "-----BEGIN PGP SIGNED MESSAGE-----\n" + xml("Infringement", fill("- - -\n", n))
    ),
    "ACNS equal signs": lambda n: xml("Infringement", SOURCE + fill("=3D=\n", n)),
    "ACNS white space": lambda n: "<Infringement" + fill(" ", n),
    "IODEF of systems": lambda n: xml(
        "IODEF-Document",
        xml("Incident", xml("EventData", xml("Flow", fill(
            '<System category="source"><Address>192.0.2.1</Address></System>', n
        )))),
    ),
    "IODEF of incidents": lambda n: xml("IODEF-Document", fill("<Incident>   </Incident>", n)),
    "IODEF deep events": lambda n: "<IODEF-Document><Incident>" + fill("<EventData>", n),
    "DMARC of records": lambda n: xml(
        "feedback", "<policy_published/>" + fill("<record><row/></record>", n)
    ),
}  # fmt: skip
JSON_CASES: dict[str, Callable[[int], str]] = {
    "STIX of indicators": stix,
    "STIX of quotes": lambda n: pattern("'", n),
    "STIX of backslashes": lambda n: pattern("'\\\\", n),
    "STIX of brackets": lambda n: pattern("[[", n),
    "STIX of paths": lambda n: pattern("ipv4-addr:value IN ('1' ", n),
    "STIX deep": lambda n: '{"type": "bundle", "id": "bundle--1", "objects": ' + fill("[", n),
    "MISP of attributes": lambda n: (
        '{"Event":{"Attribute":[' + fill('{"type":"ip-src","to_ids":true,"value":"192.0.2.1"},', n)
        + "{}]}}"
    ),
    "records": records,
    "records of lists": lambda n: "[" + fill("[],", n) + '{"ip":"192.0.2.1"}]',
    "records of names": lambda n: "{" + fill('"k%d":{"a":[{}]},', n) + '"ip":"192.0.2.1"}',
    "records deep": lambda n: fill('{"data":', n) + '{"ip":"192.0.2.1"}',
    "records of lines": lambda n: fill('{"ip":"192.0.2.1"}\n', n),
    "records of numbers": lambda n: '{"ip":"192.0.2.1","n":[' + fill("1.5,", n) + "1]}",
    "records of surrogates": lambda n: '{"ip":"192.0.2.1","a":"' + fill("\\ud800", n) + '"}',
    "TLS report of policies": lambda n: (
        '{"report-id":"1","policies":[' + fill('{"policy":{"policy-domain":"a.example"}},', n)
        + "{}]}"
    ),
    "XARF 3 of samples": lambda n: XARF3 % ('"Samples": [' + fill("{},", n) + "{}]"),
    "XARF 3 of fields": lambda n: XARF3 % (fill('"ByteCount": "x", ', n) + '"a": 1'),
    "XARF 3 of ports": lambda n: XARF3 % ('"DestinationPort": [' + fill("22,", n) + "22]"),
    "XARF 3 long vector": lambda n: XARF3 % (
        '"CVSS": {"Version": "2", "Vector": "' + fill("AV:L/", n) + '"}'
    ),
    "XARF 3 long words": lambda n: XARF3 % ('"ReporterNotes": "' + fill("a.", n) + '"'),
    "XARF 3 long mail address": lambda n: XARF3 % ('"ToAddress": "' + fill("a@", n) + '"'),
}  # fmt: skip
TEXT_CASES: dict[str, Callable[[int], str]] = {
    "ARF of fields": lambda n: HEAD + FEEDBACK + fill("Source-IP: 192.0.2.1\n", n),
    "ARF of URIs": lambda n: (
        HEAD + FEEDBACK + "Feedback-Type: fraud\n" + fill("Reported-URI: http://a.example/\n", n)
    ),
    "ARF of hops": lambda n: (
        HEAD + FEEDBACK + "Feedback-Type: abuse\n--b\nContent-Type: text/rfc822-headers\n\n"
        + fill("Received: from a ([10.0.0.1]) by b; now\n", n)
    ),
    "X-ARF of lists": lambda n: yaml("Source: [1, 2, 3]\n", n),
    "X-ARF of documents": lambda n: yaml("---\nSource: 192.0.2.1\nCategory: x\n", n),
    "X-ARF of tags": lambda n: yaml("Date: " + "!!a " * 50 + "\n", n),
    "X-ARF one list": lambda n: yaml("Source: [", 9) + fill("1,", n) + "]\n",
    "X-ARF of quotes": lambda n: yaml("Port: '\"'\n", n),
    "X-ARF of URLs": lambda n: yaml("http://a.example/ [192.0.2.1]\n", n).replace(
        "Source: 192.0.2.1", "Source: http://a.example/"
    ),
    "pairs": lambda n: fill("srcip=192.0.2.1 type=spam\n", n),
    "pairs of equal signs": lambda n: "srcip=192.0.2.1 type=spam\n" + fill("=", n),
    "pairs on one line": lambda n: fill("srcip=192.0.2.1 type=spam ", n),
    "pairs of quotes": lambda n: "srcip=192.0.2.1 type=spam\n" + fill('a="', n),
}  # fmt: skip
CASES = {**XML_CASES, **JSON_CASES, **TEXT_CASES}
