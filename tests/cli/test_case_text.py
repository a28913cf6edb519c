"""A case in a terminal: sections with what a person asks, nothing of Python's own notation."""

from aupkeep.cli.case_text import case_lines

CLAIM = {
    "at": "2026-03-01T10:11:12Z",
    "exact": 1.0,
    "subject": "192.0.2.5:40022",
    "role": "offender",
    "transport": "tcp",
    "details": {"tag": "ssh"},
    "source": "mail:cert.example",
    "confidence": 0.9,
    "holder": {"customer": "alder", "resource": "vm-1"},
    "assignment": "a1",
    "line": "sshd[991]: Failed password for root from 192.0.2.5 port 40022",
    "offsets": {"address": [0, 1, 9]},
}
DECISION = {
    "decision": "d2",
    "clause": "intrusion",
    "measure": "lift",
    "level": "L0",
    "evidence": "E1",
    "author": "ada",
    "automatic": False,
    "approvers": ["bo"],
    "starts": "2026-03-01T12:00:00Z",
    "ends": None,
    "reasons": "mended",
    "rule": "person",
    "policy": "p",
    "reverses": "d1",
}
ACTION = {
    "action": "a9",
    "driver": "nftables",
    "measure": "block-destination",
    "address": "192.0.2.5",
    "protocol": None,
    "port": None,
    "destination": "198.51.100.7",
    "note": None,
    "until": "2026-03-01T16:00:00Z",
    "state": "applied",
    "proof": None,
}
CASE = {
    "reference": "K7QF-2M9X",
    "deadline": None,
    "evidence": [CLAIM],
    "decisions": [DECISION],
    "actions": [ACTION, {**ACTION, "protocol": "udp", "destination": None}],
    "answers": [{"answer": "1", "kind": "fixed", "text": "a\n\nb", "at": "now", "read": None}],
    "notices": [
        {"kind": "customer", "party": "customer", "title": "t", "sent": None, "failure": "550 no"}
    ],
    "timeline": [],
}


def test_sections_say_who_what_and_when():
    lines = list(case_lines(CASE))
    text = "\n".join(lines)
    assert lines[0] == "case  K7QF-2M9X"
    assert "± 1 s  192.0.2.5:40022  offender  mail:cert.example  0.9         alder/vm-1" in text
    assert f"      {CLAIM['line']}" in lines
    assert "      tag ssh" in lines
    assert "ada and bo" in text
    assert "decision d2, which undoes d1" in text
    assert "Close one destination  192.0.2.5  to 198.51.100.7  2026-03-01 16:00:00 UTC" in text
    assert "Close one destination  192.0.2.5  udp              2026-03-01 16:00:00 UTC" in text
    assert "unread" in text
    assert "failed: 550 no" in text
    assert not set("{}'") & set(text)


def test_the_head_is_in_words_and_without_empty_rows():
    """No field's own name, no line that says nothing; who is not here is said of their case."""
    gone = {"assignee": "bea@aupkeep.example", "assignee_away": True, "evidence_after": None}
    ended = {"state": "closed", "outcome": "fixed", "level": "E1", "evidence_count": 1}
    lines = list(case_lines({**CASE, **gone, **ended}, ["Termination of vm-1"]))
    assert lines[: lines.index("EVIDENCE (1)")] == [
        "case         K7QF-2M9X",
        "state        closed: fixed",
        "works on it  bea@aupkeep.example (not here: anybody may take it)",
        "evidence     E1",
        "",
        "Termination of vm-1",
        "",
    ]


def test_sections_without_content_are_left_out():
    text = "\n".join(case_lines({**CASE, "actions": []}))
    assert "EVIDENCE (1)" in text
    assert "ACTIONS" not in text
    assert "TIMELINE" not in text


def test_what_was_only_recorded_is_not_lifted():
    """An undone measure of a driver that carries nothing out was never in force."""
    undone = {**ACTION, "driver": "record", "state": "lifted", "proof": "no longer wanted"}
    text = "\n".join(case_lines({**CASE, "actions": [undone]}))
    assert "recorded only, withdrawn  Close one destination" in text
