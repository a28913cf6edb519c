"""Every form of the desk's pages, sent by somebody whose roles change nothing: nothing changes."""

from datetime import timedelta

from django.urls import get_resolver

from app.conftest import NOON, furnish, report
from app.steps import arrive
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.grants import WantedGrant, ask_grant
from aupkeep.model.grant import GrantKind
from aupkeep.model.inquiry import InquiryState
from aupkeep.store import inquiries, log, reports, sources
from enrol import enrol, signed_in
from web.seed_lists import QUESTION

OPEN = {"sign-in", "sign-in-sent", "sign-in-link", "sign-in-passkey", "sign-in-oidc",
        "sign-in-back", "sign-out"}  # nobody's yet  # fmt: skip
OWN = {
    "passkey-add",
    "passkey-name",
    "passkey-remove",
    "sessions-end",
    "keys",
    "language",
    "draft",
    "views",
    "view-change",
    "view-delete",
}  # one's own ways in, and one's own views
PUBLIC = {"alert", "customer", "customer-mail", "customer-test", "reporter"}
PUBLIC |= {"report", "report-form", "report-confirm"}
WORDS = {
    "measure": "inform",
    "cause": "unknown",
    "reasons": "so",
    "pending": "x",
    "approval": "so",
    "action": "x",
    "undo": "so",
    "outcome": "fixed",
    "closing": "so",
    "reattribution": "so",
    "answer": "x",
    "judgement": "granted",
    "judging": "so",
    "handing": "so",
    "reason": "so",
    "whose": "alder",
    "ending": "so",
    "number": "1",
    "to": "customer",
    "subject": "so",
    "act": "send",
    "text": "a,b",
    "step": "slow",
    "days": "3",
    "said": "confirmed",
    "why": "so",
    "rest": "2",
    "note": "so",
    "report": "x",
    "resource": "alder/vm-1",
    "kind": "connection/port_scan",
    "until": "2026-06-01",
    "address": "otto",
    "role": "operator",
    "name": "feed",
    "ticket": "so",
}
FORMS = {
    "decide": "/case/{case}/decide",
    "approve": "/case/{case}/approve",
    "judge": "/case/{case}/judge",
    "hand-over": "/case/{case}/hand-over",
    "undo": "/case/{case}/undo",
    "finish": "/case/{case}/finish",
    "close": "/case/{case}/close",
    "reattribute": "/case/{case}/reattribute",
    "case-assign": "/case/{case}/assign",
    "chosen": "/queue/chosen",
    "case-snooze": "/case/{case}/snooze",
    "case-note": "/case/{case}/note",
    "read": "/case/{case}/read",
    "case-probe": "/case/{case}/probe",
    "write": "/case/{case}/write",
    "inbox-done": "/inbox/{report}/done",
    "inbox-mend": "/inbox/{report}/mend",
    "inbox-ticket": "/inbox/{report}/ticket",
    "case-ticket": "/case/{case}/ticket",
    "source-step": "/sources/{source}/step",
    "source-judge": "/sources/{source}/judge",
    "inquiry-answer": "/inquiries/{inquiry}/answer",
    "inquiry-close": "/inquiries/{inquiry}/close",
    "inquiry-permit": "/inquiries/{inquiry}/permit",
    "permission-grant": "/permissions/grant",
    "grant-ask": "/grants/ask",
    "grant-give": "/grants/{grant}/give",
    "grant-revoke": "/grants/{grant}/revoke",
    "permission-revoke": "/permissions/revoke",
    "customer-record": "/customers/alder",
    "notice-retry": "/notices/x/retry",
    "people-away": "/people/away",
    "people-back": "/people/back",
    "people-end": "/people/end",
    "people-roles": "/people/roles",
    "people-token": "/people/token",
    "switch": "/settings/freeze",
}


def test_an_auditor_changes_nothing_on_any_page(pages):
    """Each form is refused, and the journal is as it was; every form of the desk is here."""
    desk = furnish(pages)
    enrol(desk, "otto", roles=["auditor"])
    (case,) = arrive(desk, report("203.0.113.10", NOON - timedelta(minutes=5)))
    limits = {"measure": "block-port", "hours": 4, "reasons": "it goes on"}
    (action,) = decide_case(desk, case.reference, people=("ada",), **limits).actions
    asked = decide_case(
        desk, case.reference, people=("ada",), **{**limits, "measure": "suspend-account"}
    )
    names, (source, *_) = get_resolver("aupkeep.web.urls"), sources.page(10, None, proven=True)
    arrive(desk, QUESTION)
    words = {
        "inquiry": inquiries.listed(InquiryState.OPEN, 1)[0].reference,
        "grant": ask_grant(
            desk,
            WantedGrant(kind=GrantKind.STAFF, until=NOON + timedelta(days=9), reasons="so"),
            "ada",
        ).id,
        "case": case.reference,
        "report": reports.of_case(case.id)[0].id,
        "source": source[0].id,
    }
    known = {str(name) for name in names.reverse_dict if isinstance(name, str)}
    reading = {"start", "queue", "case", "case-flows", "inbox", "inbox-item", "feeds", "flows"} | {
        "enforcement",
        "enforcement-undo",
    }
    reading |= {"grants", "grant"}
    reading |= {"inquiries", "inquiry", "notices", "notice", "permissions", "journal"}
    reading |= {"journal-entry", "people", "settings", "policy", "statistics"}
    reading |= {"search", "customers", "address"}
    reading |= {
        "sources",
        "source",
        "healthz",
        "metrics",
        "security-txt",
        "customer-logo",
        "customer-reasons",
        "account",
        "witness",
    }
    assert known == set(FORMS) | OPEN | OWN | PUBLIC | reading | {"witness"}
    client = signed_in(desk, "otto")
    page = client.get(f"/case/{case.reference}").content.decode()
    look = client.get(f"/enforcement/{action}/undo").content.decode()
    assert page.count("It may be undone by") == look.count("It may be undone by") == 1
    assert f'"/case/{case.reference}/undo"' not in page + look
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    given = {**WORDS, "action": action, "pending": asked.decision, "seen": seen}
    before = log.size()
    for name, path in FORMS.items():
        answer = client.post(path.format(**words), given)
        assert answer.status_code in (403, 404), (name, answer.status_code)
    assert log.size() == before
