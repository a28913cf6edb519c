"""Facts for a notice of each kind, complete and of the right types."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from ipaddress import ip_address

from aupkeep.model.alert import Severity
from aupkeep.model.case import Judgement, Outcome
from aupkeep.model.decision import Scope
from aupkeep.model.ladder import Evidence, Measure, Standard
from aupkeep.model.notice import Notice, NoticeKind, Party
from aupkeep.model.source import Lane

AT = datetime(2026, 3, 1, 9, 12, 4, tzinfo=UTC)
OSLO = timezone(timedelta(hours=1), "CET")
CLAUSE = "You may not access or use data, systems or networks without permission — nor try to."
SCOPE = Scope(
    customer="kari", resource="web-1", address=ip_address("203.0.113.7"), protocol="tcp", port=22
)
FLOOD = replace(SCOPE, protocol="udp", port=53)
HEAD = {
    "provider": "Example Hosting",
    "desk": "Abuse desk",
    "local": OSLO,
    "link": "https://abuse.example/c/token",
}
ABOUT = HEAD | {"reference": "K7QF-2M9X", "resource": "web-1", "subject": "203.0.113.7:22"}
FACTS = {
    NoticeKind.CUSTOMER: ABOUT
    | {
        "kind": "connection/login_attack",
        "reported": True,
        "measured": False,
        "first_at": AT,
        "last_at": AT + timedelta(hours=15),
        "events": 312,
        "evidence": ("Failed password from 203.0.113.7 port 40022",),
        "clause_title": "Intrusion",
        "clause_text": CLAUSE,
        "document": "Acceptable Use Policy",
        "document_version": "2026-01",
        "why": ("The resource tries to guess passwords.",),
        "reasons": "It went on after you had answered.",
        "standard": Standard.PLAIN_CONDUCT,
        "evidence_level": Evidence.E2,
        "statement": "Where         everywhere",
        "measure": Measure.BLOCK_PORT,
        "scope": SCOPE,
        "until": AT + timedelta(days=1),
        "deadline": AT + timedelta(days=2),
        "automatic": False,
    },
    NoticeKind.PROTECTION: ABOUT
    | {
        "kind": "protection/inbound_ddos",
        "first_at": AT,
        "last_at": AT + timedelta(minutes=9),
        "evidence": ("203.0.113.7, from 2026-03-01T09:12:04Z: UDP at a rate of attacks",),
        "measure": Measure.BLOCK_INBOUND,
        "scope": FLOOD,
        "reasons": "You asked for it.",
        "statement": "Where         everywhere",
        "until": AT + timedelta(hours=4),
        "offered": "",
        "offered_leaves": "",
        "automatic": False,
    },
    NoticeKind.DIGEST: {name: value for name, value in HEAD.items() if name != "link"}
    | {
        "reference": "K7QF-2M9X",
        "count": 2,
        "deadline": AT + timedelta(days=3),
        "sections": [
            {
                "noun": "open service",
                "seen": "offers a service that others misuse",
                "rule": "Acceptable Use Policy, 2026-01",
                "clause_title": "Security",
                "clause": ["Keep it secure."],
                "fix": "Close the port.",
                "items": [
                    {
                        "reference": "K7QF-2M9X",
                        "resource": "web-1",
                        "subject": "203.0.113.7:53",
                        "events": 2,
                        "first": "2026-03-01",
                        "last": "2026-03-02",
                        "evidence": ["203.0.113.7 answers"],
                        "deadline": "2026-03-04",
                        "link": "https://abuse.example/c/token",
                    }
                ],
            }
        ],
    },
    NoticeKind.LETTER: HEAD
    | {
        "reference": "K7QF-2M9X",
        "heading": "A question",
        "body": "Which host runs that job?\n\nPlease look.",
        "to_customer": True,
    },
    NoticeKind.REMINDER: HEAD
    | {
        "reference": "K7QF-2M9X",
        "resource": "vm-101",
        "kind": "connection/login_attack",
        "told_at": AT,
        "deadline": AT + timedelta(days=1),
    },
    NoticeKind.ENDING: HEAD
    | {
        "reference": "K7QF-2M9X",
        "resource": "vm-101",
        "told_at": AT,
        "held_until": AT + timedelta(days=30),
        "until": AT + timedelta(days=37),
    },
    NoticeKind.LIFTED: ABOUT
    | {
        "measure": Measure.BLOCK_PORT,
        "scope": SCOPE,
        "lifted_at": AT,
        "expired": False,
        "mistaken": False,
        "unjudged": False,
        "left": False,
        "remaining": (),
    },
    NoticeKind.CLOSED: HEAD
    | {
        "reference": "K7QF-2M9X",
        "resource": "web-1",
        "outcome": Outcome.NOT_ABUSE,
        "clears": True,
        "closed_at": AT,
    },
    NoticeKind.APPEAL: HEAD
    | {
        "reference": "K7QF-2M9X",
        "resource": "web-1",
        "appealed_at": AT,
        "judgement": Judgement.REFUSED,
        "judged_at": AT + timedelta(days=1),
        "reasons": "The log shows it.",
        "lifts": False,
    },
    NoticeKind.RECEIPT: HEAD | {"reference": "R2QF-2M9X", "received_at": AT, "read": True},
    NoticeKind.OUTCOME: HEAD
    | {
        "reference": "R2QF-2M9X",
        "outcome": Outcome.FIXED,
        "limited": True,
        "closed_at": AT,
        "rules": ("Access without permission",),
        "automatic": True,
    },
    NoticeKind.INQUIRY: {name: value for name, value in HEAD.items() if name != "link"}
    | {"reference": "Q-R2QF-2M9X", "asked_at": AT, "answer": "Yes, until the end of May."},
    NoticeKind.WARNING: HEAD
    | {
        "reference": "R2QF-2M9X",
        "days": 90,
        "notices": 14,
        "unfounded": 11,
        "examples": ("R-2345-6789  2026-03-01 09:12:04 UTC",),
        "reasons": "The log lines in them are about addresses that were not in use.",
    },
    NoticeKind.LANE: HEAD
    | {
        "reference": "R2QF-2M9X",
        "lane": Lane.SUSPENDED,
        "until": AT,
        "reasons": "Five more came after the warning, about addresses that were not in use.",
    },
    NoticeKind.FILED: HEAD
    | {
        "reference": "N-R2QF-2M9X",
        "received_at": AT,
        "confirm": "https://abuse.example/report/confirm/token",
        "until": AT + timedelta(days=14),
    },
    NoticeKind.FORWARD: {name: value for name, value in ABOUT.items() if name != "link"}
    | {"deadline": AT}
    | {
        "kind": "connection/login_attack",
        "first_at": AT,
        "last_at": AT + timedelta(hours=15),
        "events": 312,
        "evidence": ("Failed password from 203.0.113.7 port 40022",),
        "machine": True,
    },
    NoticeKind.SIGN_IN: HEAD | {"until": AT},
    NoticeKind.PASSKEY: HEAD | {"added": False, "name": "phone", "by": "Ada Solberg", "left": 0},
    NoticeKind.TICKET: HEAD
    | {
        "reference": "T-R2QF-2M9X",
        "about": "K7QF-2M9X",
        "subject": "SSH from 203.0.113.7",
        "note": "They called us about it.",
        "form": "attached",
        "raw": "019ca945-0a00-70fd-a992-eff114ce3369",
    },
    NoticeKind.ALERT: HEAD
    | {
        "severity": Severity.HIGH,
        "what": "case K7QF-2M9X (Denial of service, P1) is open and nobody decided",
        "raised_at": AT,
        "number": "019ca945-0a00-70fd-a992-eff114ce3369",
    },
    NoticeKind.BREAK_GLASS: HEAD
    | {
        "reference": "K7QF-2M9X",
        "what": "suspend-account (L6)",
        "by": "Ada Solberg",
        "hours": 12,
        "number": "019ca945-0a00-70fd-a992-eff114ce3369",
        "reasons": "It floods a hospital, and no colleague answers.",
    },
}


def notice(**more: object):
    """A notice about web-1 with anything replaced."""
    values = {
        "id": "n1",
        "kind": NoticeKind.CUSTOMER,
        "party": Party.CUSTOMER,
        "case": "c1",
        "decision": "d1",
        "recipient": "drift@kari.example",
        "language": "nb",
        "title": "Svar innen onsdag: web-1 prøver å gjette passord",
        "text": "Hei,\n\nDette gjelder web-1.\n",
        "message_id": "<n1@aupkeep.example>",
        "made_at": AT,
    }
    return Notice(**(values | more))
