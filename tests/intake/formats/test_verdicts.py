"""What a record says of itself decides whom it accuses; what its peer wrote decides nothing."""

import csv
import io
import json
from email.message import EmailMessage

import pytest

from aupkeep.intake.reading import read
from aupkeep.model.finding import Role
from aupkeep.model.report import Reading

AT = "2026-03-01T11:00:00Z"
FIELDS = {"ip": "192.0.2.66", "category": "ssh brute force", "time": AT}
OTHER = {**FIELDS, "ip": "192.0.2.67"}


def mailed(body: str, media: str = "application/json") -> Reading:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@reporter.example", "abuse@p.example", "report"
    mail["Date"] = "Sun, 01 Mar 2026 12:00:00 +0000"
    kind, _, form = media.partition("/")
    if kind == "application":
        mail.set_content(body.encode(), kind, form)
    else:
        mail.set_content(body, form)
    [(_, reading)] = read(mail.as_bytes(), "x.eml")
    return reading


def accused(reading: Reading) -> list[str]:
    return [str(one.subject) for one in reading.findings if one.role is not Role.VICTIM]


NOBODY = [
    {"role": "target"}, {"role": "victim"}, {"side": "destination"}, {"role": "purple"},
    {"attacked": True}, {"is_victim": True}, {"direction": "inbound"}, {"direction": "incoming"},
    {"direction": "sideways"}, {"status": "protected"}, {"confirmed": False}, {"active": False},
    {"malicious": False}, {"is_malicious": "no"}, {"severity": "none"}, {"listed": False},
    {"abuseConfidenceScore": 0}, {"threat_score": "0.0"}, {"confidence": "0 %"},
    {"verdict": "benign"}, {"verdict": "purple"}, {"classification": "benign"},
    {"open": "no"}, {"result": "negative"}, {"list": "allow"}, {"list": "whitelist"},
    {"labels": "benign"}, {"allowed": True},
    {"permission": "granted by owner"}, {"requested_by": "owner"},
    {"type": "retraction"}, {"action": "delist"}, {"asks": "why was it blocked?"},
    {"service": "spam filter"}, {"reason": "approved pentest scanner"}, {"dry_run": True},
    {"status": "resolved"}, {"status": "closed"}, {"false_positive": 1}, {"retracted": "yes"},
    {"our_customer_asks": {}, "question": "why?"}, {"verdict": {"malicious": False}},
    {"type": "victim"}, {"ip_type": "victim"}, {"score": "0/100"}, {"scan_authorized": "yes"},
    {"remediated": True}, {"attacked_by": "198.51.100.9"}, {"kind": "delisting"},
    {"ticket": 4711, "state": "closed"}, {"incident": {"state": "closed"}},
    {"ticket_status": "closed"}, {"mode": "test"},
    {"is_brute_force": False}, {"Malicious": "FALSE"},
]  # fmt: skip


@pytest.mark.parametrize("more", NOBODY, ids=str)
def test_a_record_that_takes_itself_back_accuses_nobody(more):
    """In JSON, alone and beside one that accuses; a person is told of it."""
    alone = mailed(json.dumps({**FIELDS, **more}))
    assert not accused(alone)
    assert alone.reason or alone.findings
    both = mailed(json.dumps([{**FIELDS, **more}, OTHER]))
    assert accused(both) == ["192.0.2.67"]
    assert both.dead or len(both.findings) == 2


def flat_cases(cases):
    return [case for case in cases if not any(isinstance(value, dict) for value in case.values())]


@pytest.mark.parametrize("more", flat_cases(NOBODY), ids=str)
def test_a_row_that_takes_itself_back_accuses_nobody(more):
    """In a table, a line of pairs and XML as in JSON."""
    record = {name: str(value).lower() for name, value in {**FIELDS, **more}.items()}
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerows([record, record.values()])
    assert not accused(mailed(text.getvalue(), "text/csv"))
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in record.items())
    assert not accused(mailed(f'<?xml version="1.0"?><report>{inner}</report>', "text/xml"))


ACCUSING = [
    {"request": {"query": {"id": "1 union select", "test": "1"}}},
    {"http": {"args": {"test": "1", "status": "closed"}}}, {"headers": {"x_test": "1"}},
    {"params": {"malicious": "false", "role": "victim"}}, {"payload": {"attempts": "0"}},
    {"state": "CLOSED"}, {"result": "ok"}, {"action": "closed"}, {"tcp_state": "closed"},
    {"action": "blocked"}, {"action": "allowed"}, {"status": "200"}, {"status": "404"},
    {"status": "ongoing"}, {"state": "TIME_WAIT"}, {"severity": "low"}, {"verdict": "BLOCK"},
    {"malicious": True}, {"confirmed": "yes"}, {"active": 1}, {"abuseConfidenceScore": 90},
    {"role": "source"}, {"role": "attacker"}, {"direction": "outbound"}, {"list": "blocklist"},
    {"target": {"ip": "198.51.100.9", "role": "victim", "status": "protected"}},
    {"user": {"role": "admin"}}, {"service": "ssh"}, {"requested_url": "/?test=1"},
    {"malware": "none"}, {"is_phishing": False}, {"attacked": False}, {"allowed": False},
    {"reason": "unauthorized login"}, {"message": "test"}, {"query": "test"},
    {"dst_role": "victim", "dst_status": "protected"}, {"victim_status": "safe"},
    {"attachment_status": "removed"},
    {"connection_state": "closed"}, {"event": {"state": "closed"}},
    {"http": {"response": {"status": "closed"}}}, {"rule": {"name": "test"}}, {"valid": False},
    {"on_behalf_of": "a bank"}, {"authorization": "Basic x"}, {"permission": "0644"},
    {"comment": "benign, approved"}, {"position": 3}, {"disposition": "none"}, {"role": ""},
    {"requested_by": "a bank"}, {"action": "none"}, {"policy": "allow"},
    {"result": "authorized"}, {"outcome": "success"},
    {"request_query_test": "1"}, {"http.request.test": "1"}, {"user_agent": "benign"},
]  # fmt: skip


@pytest.mark.parametrize("more", ACCUSING, ids=str)
def test_what_the_peer_wrote_and_what_is_no_verdict_takes_nothing(more):
    """A TCP state, an answer of HTTP, another's role, or a name that the attacker chose."""
    reading = mailed(json.dumps([{**FIELDS, **more}, OTHER]))
    assert accused(reading) == ["192.0.2.66", "192.0.2.67"]


@pytest.mark.parametrize("more", flat_cases(ACCUSING), ids=str)
def test_a_row_with_such_columns_accuses(more):
    record = {name: str(value).lower() for name, value in {**FIELDS, **more}.items()}
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerows([record, record.values()])
    assert accused(mailed(text.getvalue(), "text/csv")) == ["192.0.2.66"]


@pytest.mark.parametrize("direction", ["inbound", "INGRESS", "to_server"])
def test_the_direction_of_who_is_named_as_the_source_is_its_readers(direction):
    record = {**FIELDS, "ip": None, "src_ip": "192.0.2.66", "direction": direction}
    assert accused(mailed(json.dumps(record))) == ["192.0.2.66"]


@pytest.mark.parametrize(
    "wrapper",
    [
        {"whitelist": [FIELDS]}, {"victims": [FIELDS]}, {"type": "retraction", "items": [FIELDS]},
        {"list": "allow", "entries": [FIELDS]}, {"training": [FIELDS]}, {"delisted": [FIELDS]},
        {"malicious": False, "hosts": [FIELDS]}, {"direction": "inbound", "attacks": [FIELDS]},
        {"whitelist": FIELDS}, {"attacked": FIELDS}, {"customers_attacked": [FIELDS]},
        {"resolved_incidents": [FIELDS]}, {"clean": [FIELDS]}, {"our_scanners": [FIELDS]},
        {"data": {**FIELDS, "event": {"status": "resolved"}}},
    ],
)  # fmt: skip
def test_what_the_list_says_its_records_say(wrapper):
    reading = mailed(json.dumps(wrapper))
    assert not accused(reading)


@pytest.mark.parametrize(
    "wrapper",
    [{"status": "OK", "data": [FIELDS]}, {"result": "ok", "attackers": [FIELDS]},
     {"blocklist": [FIELDS]},
     {"unresolved": [FIELDS]}, {"our_logs": [FIELDS]}, {"test": False, "events": [FIELDS]}],
)  # fmt: skip
def test_a_plain_list_takes_nothing(wrapper):
    assert accused(mailed(json.dumps(wrapper))) == ["192.0.2.66"]


INNER = f"<attack>ssh bruteforce</attack><time>{AT}</time>"
DOCUMENTS = [
    f'<report>{INNER}<ip role="victim">192.0.2.66</ip></report>',
    f"<report>{INNER}<attacked><ip>192.0.2.66</ip></attacked></report>",
    f'<blocklist action="remove"><entry><ip>192.0.2.66</ip>{INNER}</entry></blocklist>',
    f"<training><example><attacker>192.0.2.66</attacker>{INNER}</example></training>",
    f"<invoice><service>ddos protection</service><ip>192.0.2.66</ip><date>{AT}</date></invoice>",
    f"<report><category>no malware</category><ip>192.0.2.66</ip><time>{AT}</time></report>",
]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_document_that_takes_itself_back(document):
    assert not accused(mailed(f'<?xml version="1.0"?>{document}', "text/xml"))


@pytest.mark.parametrize(
    "document",
    [
        f"<report>{INNER}<ip>192.0.2.66</ip></report>",
        f'<report>{INNER}<ip role="source">192.0.2.66</ip></report>',
        f'<blocklist action="add"><entry><ip>192.0.2.66</ip>{INNER}</entry></blocklist>',
        f"<report>{INNER}<attacker><ip>192.0.2.66</ip></attacker><victim><ip>198.51.100.9</ip>\
</victim></report>",
    ],
)
def test_a_document_that_accuses(document):
    assert accused(mailed(f'<?xml version="1.0"?>{document}', "text/xml")) == ["192.0.2.66"]


@pytest.mark.parametrize(
    ("kind", "said"),
    [("malware", "none"), ("malware", "no"), ("category", "not spam"), ("category", "spam filter")],
)
def test_a_kind_is_named_affirmatively(kind, said):
    assert not accused(mailed(json.dumps({"ip": "192.0.2.66", kind: said, "time": AT})))


def test_a_malware_that_is_named_is_an_infection():
    [found] = mailed(json.dumps({"ip": "192.0.2.66", "malware": "purple", "time": AT})).findings
    assert found.kind == "connection/infected_host"


LETTER = "Your customers attack our servers, please stop them:\n\nip,{},category,timestamp\n{}\n"


def letter(column: str, cell: str) -> Reading:
    rows = [
        f"192.0.2.66,{cell},ssh brute force,{AT}",
        f"192.0.2.67,,ssh brute force,{AT}",
    ]
    return mailed(LETTER.format(column, "\n".join(rows)), "text/plain")


@pytest.mark.parametrize(
    ("column", "cell"),
    [("role", "victim"), ("role", "target"), ("status", "resolved"), ("malicious", "false"),
     ("verdict", "benign"), ("direction", "inbound"), ("test", "yes"), ("status", "closed")],
)  # fmt: skip
def test_a_row_of_a_letter_is_left_with_a_remark(column, cell):
    reading = letter(column, cell)
    assert accused(reading) == ["192.0.2.67"]
    assert "1 of its records" in (reading.reason or "")


@pytest.mark.parametrize(
    ("column", "cell"), [("state", "closed"), ("role", "attacker"), ("result", "ok")]
)
def test_a_row_of_a_letter_with_a_state_of_its_connection_accuses(column, cell):
    assert accused(letter(column, cell)) == ["192.0.2.66", "192.0.2.67"]


SUFFERED = [
    "These customers of yours were attacked by the botnet, please warn them.",
    "Your customers below are victims of an attack.",
    "The following hosts in your network have been targeted by a botnet.",
    "Disse kundene deres ble angrepet.",
]


@pytest.mark.parametrize("said", SUFFERED)
def test_a_list_of_who_suffered_accuses_nobody_by_itself(said):
    table = f"ip,category,timestamp\n192.0.2.66,ssh brute force,{AT}\n"
    reading = mailed(f"Hello, {said}\n\n{table}", "text/plain")
    assert all(one.words_alone for one in reading.findings)
    assert "who is attacked" in (reading.reason or "")


@pytest.mark.parametrize(
    "said",
    [
        "These servers of ours were attacked by your customers.",
        "Your server was hacked and attacks us.",
        "We were attacked by these customers of yours.",
    ],
)
def test_a_list_of_who_attacked_accuses(said):
    table = f"ip,category,timestamp\n192.0.2.66,ssh brute force,{AT}\n"
    reading = mailed(f"Hello, {said}\n\n{table}", "text/plain")
    assert [one.words_alone for one in reading.findings] == [False]


@pytest.mark.parametrize(
    "said",
    ["open resolver without restriction", "no authentication: vulnerable redis",
     "brute force caught by our spam filter", "SSH brute force protection triggered"],
)  # fmt: skip
def test_a_kind_that_holds_a_negation_is_one(said):
    assert accused(mailed(json.dumps({**FIELDS, "category": said}))) == ["192.0.2.66"]
