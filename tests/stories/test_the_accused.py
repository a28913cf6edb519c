"""The accused sees values read as theirs and words of ours: no canary, in any cell of the matrix.

A cell is one container format, one kind of canary and one thing that the accused can reach: the
page and its refusals in both languages, the statements of reasons as JSON, every notice and letter
as it leaves, the forward to the reseller and what its program reads. `just test` walks the matrix
for every third format and a customer who reads English; the stage `accused` of the night walks what
is left of it.
"""

import base64
import binascii
import html
import re
from collections.abc import Iterator
from contextlib import suppress
from email import message_from_bytes, policy
from itertools import product
from urllib.parse import unquote

import pytest
from django.test import Client

from app.steps import arrive, enforce
from aupkeep.app.access.tokens import add_reseller_token
from aupkeep.app.deciding.answers import give_answer, next_once
from aupkeep.app.deciding.appeals import judge_appeal
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.close import close_by_reference
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.undo import undo_action
from aupkeep.app.enforcing.by_hand import confirm_by_hand
from aupkeep.app.inventory.imports import import_assignments, import_customers
from aupkeep.app.inventory.own_space import declare_space
from aupkeep.app.notifying.letters import Letter, send_letter
from aupkeep.app.pages.case.load import case_page
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.worker import EffectDispatcher
from aupkeep.model.case import AnswerKind, Judgement
from aupkeep.model.notice import NoticeKind, Party
from aupkeep.notify.mail import compose
from aupkeep.store import actions, cases, notices, outbox, reports
from stories.canaries import ACCUSED, CANARIES, containers

CONTAINERS = containers()
NARROW = {"messaging": {"measure": "limit-smtp"}, "content": {"measure": "block-url"}}
CODE = re.compile(r"[A-Za-z0-9+/=_-]{8,}")
WORDS = {canary: word.casefold() for canary, word in CANARIES.items()}
ADA = Person(id="ada@aupkeep.example", name="Ada")
SLICES = 6  # of the formats; the first is walked in every run
NIGHT = pytest.mark.nightly("accused")
PARTS = [
    pytest.param(language, number, id=f"{language}-{number}", marks=[NIGHT] * (place > 0))
    for place, (language, number) in enumerate(product(("en", "nb"), range(SLICES)))
]


def addresses() -> dict[str, str]:
    """Each container is about a machine of its own."""
    return {name: f"203.0.113.{number}" for number, name in enumerate(CONTAINERS, 60)}


@pytest.fixture
def desk(pages):
    """A desk whose customer reads English."""
    return settled(pages, "en")


def settled(pages, language):
    """A customer in one language, below a reseller, with a machine for each container."""
    declare_space(pages, "203.0.113.0/24", "main")
    import_customers(
        pages,
        b"customer,name,contact,role,language,parent,since\n"
        b"grove,Grove Hosting,desk@grove.example,abuse-desk,en,,2024-01-01\n"
        b"elm,Elm,noc@elm.example,abuse," + language.encode() + b",grove,2024-01-01\n",
    )
    rows = "".join(
        f"{address},elm,vm-{number},2026-01-01T00:00:00Z,\n"
        for number, address in enumerate(addresses().values())
    )
    import_assignments(pages, f"address,customer,resource,from,until\n{rows}".encode(), "csv")
    return pages


def readable(text: str) -> str:
    """A text with everything in it that a reader could decode."""
    decoded = [text, html.unescape(text), unquote(text)]
    decoded += [
        data.decode("utf-8", "ignore")
        for match in CODE.finditer(text)
        for data in _decoded(match[0])
    ]
    return "\n".join(decoded).casefold()


def _decoded(code: str) -> Iterator[bytes]:
    with suppress(binascii.Error):
        yield base64.b64decode(code + "=" * (-len(code) % 4))
    with suppress(ValueError):
        yield bytes.fromhex(code)


def mail_text(notice) -> str:
    """A notice as it leaves: its headers, its words, what is attached."""
    data = compose(notice, sender="abuse@aupkeep.example", sender_name="Abuse desk")
    mail = message_from_bytes(data, policy=policy.default)
    pieces = [f"{name}: {value}" for name, value in mail.items()]
    for part in mail.walk():
        pieces += [f"{name}: {value}" for name, value in part.items()]
        content = part.get_payload(decode=True)
        pieces.append(content.decode("utf-8", "replace") if content else "")
    return "\n".join([*pieces, data.decode("utf-8", "replace")])


def mails(case) -> dict[str, str]:
    """Every notice of a case to the accused side."""
    return {
        f"mail {notice.kind.value} {number}": mail_text(notice)
        for number, notice in enumerate(notices.of_case(case.id))
        if notice.party in (Party.CUSTOMER, Party.RESELLER)
    }


def served(link: str, stage: str) -> dict[str, str]:
    """The page of a link, its statements as JSON, its refusal of an answer, in both languages."""
    shown, client = {}, Client()
    reasons = client.get(f"/c/{link}/reasons.json")
    assert reasons.json(), "there is a statement of reasons"
    shown[f"reasons {stage}"] = reasons.content.decode()
    for language in ("en", "nb"):
        answer = client.get(f"/c/{link}/?language={language}")
        assert answer.status_code == 200
        headers = "\n".join(f"{name}: {value}" for name, value in answer.items())
        shown[f"page {stage} {language}"] = headers + answer.content.decode()
        if stage != "limited":
            continue
        wishes = client.post(f"/c/{link}/mail?language={language}", {"kinds": "x", "once": "x"})
        logo = client.get(f"/c/{link}/logo")
        shown[f"wishes {language}"] = f"{wishes.headers} {wishes.content.decode()}"
        shown[f"logo {language}"] = f"{logo.headers} {logo.content!r}"
        refused = client.post(
            f"/c/{link}/?language={language}", {"kind": "appeal", "appeal": "", "once": "x"}
        )
        shown[f"refusal {language}"] = refused.content.decode()
    return shown


def by_hand(context, case, seen) -> None:
    """What no driver carries is done, or undone, by a person."""
    for action in actions.of_case(case.id):
        if action.driver == "hand" and action.state in ("wanted", "lifting"):
            confirm_by_hand(context, action.id, proof=seen, person="ada")


def copied(case) -> str:
    """Reasons with every canary that the desk's page shows of the report, in prose."""
    (report, *_) = reports.of_case(case.id)
    shown = "\n".join((*report.reading.parts, *report.reading.headers.values())).casefold()
    words = [word for word in CANARIES.values() if word.casefold() in shown]
    assert words
    return f"The log of {CANARIES['reporter domain']} is clear: {', '.join(words)} (it goes on)."


def walked(context, case) -> dict[str, str]:
    """A person asks, limits, lifts and closes; whatever the accused could reach on the way.

    Their reasons and their note hold what they could copy from the report.
    """
    category, reasons = case.kind.partition("/")[0], copied(case)
    narrow = NARROW.get(category, {"measure": "limit-rate", "rate": 125_000})
    for choice in ({"measure": "inform-deadline"}, narrow | {"hours": 4, "note": reasons}):
        decide_case(context, case.reference, people=("ada",), reasons=reasons, **choice)
    for lease in outbox.lease(("remind",), context.now(), 60, 100, "test"):
        EffectDispatcher(context).do(lease)
    enforce(context)
    by_hand(context, case, "done")
    (link, *_) = re.findall(r"/c/([\w-]+)/", "\n".join(mails(case).values()))
    shown = served(link, "limited")
    for action in actions.of_case(case.id):
        undo_action(context, action.id, reason=f"{CANARIES['reporter name']} agrees", person="ada")
    enforce(context)
    by_hand(context, case, "undone")
    shown |= served(link, "lifted")
    close_by_reference(context, case.reference, "not-abuse", reasons, "ada")
    letter = Letter(
        party=Party.CUSTOMER, subject=f"To {CANARIES['victim host']}"[:70], text=reasons
    )
    send_letter(context, case.reference, letter, "ada")
    return shown | served(link, "closed") | mails(case) | above(context, case)


def above(context, case) -> dict[str, str]:
    """What the program of the reseller above reads of the case, and its refusals."""
    token = add_reseller_token(context, context.new_id(), "grove", days=9).token
    bearer, root = {"Authorization": f"Bearer {token}"}, "/api/v1/reseller/cases"
    client, one = Client(), f"{root}/{case.reference}"
    shown = {path: client.get(path, headers=bearer) for path in (root, one, f"{one}/forwards")}
    said = {"kind": "appeal", "text": "", "once": "x"}
    shown["refused"] = client.post(f"{one}/answers", said, "application/json", headers=bearer)
    assert [answer.status_code for answer in shown.values()][:3] == [200, 200, 200]
    return {f"reseller {path}": answer.content.decode() for path, answer in shown.items()}


@pytest.mark.parametrize(("language", "part"), PARTS)
def test_no_canary_reaches_the_accused(pages, language, part):
    """Thirty and more kinds in every format: none is in a page, a mail or what is attached."""
    desk, cells, leaks = settled(pages, language), 0, []
    for name, address in list(addresses().items())[part::SLICES]:
        opened = arrive(desk, CONTAINERS[name].replace(ACCUSED.encode(), address.encode()))
        assert opened, f"{name} opens a case about the accused"
        for sink, text in walked(desk, opened[0]).items():
            seen = readable(text)
            cells += len(WORDS)
            leaks += [(name, sink, canary) for canary, word in WORDS.items() if word in seen]
    assert not leaks
    assert len(WORDS) >= 30
    assert cells >= 18_000 // SLICES, cells


def test_the_analyst_sees_both_side_by_side(desk):
    """The case page has the line as it was sent, and beside it what the customer reads of it."""
    (case,) = arrive(desk, CONTAINERS["log of sshd"])
    (item,) = case_page(desk, ADA, case.reference).evidence
    sent = "".join(part.text for part in item.parts)
    assert CANARIES["user name"] in sent
    assert CANARIES["syslog host"] in sent
    assert item.accused_sees[0] == (
        "2026-03-01 11:50:00 UTC (± 1 s), 203.0.113.60, port 40022, to SSH: Password guessing"
    )


def test_the_mail_that_was_sent_can_be_found_in_the_senders_log(desk):
    """Of an ARF the accused reads Subject and Date of their own mail, its recipient hidden."""
    (case,) = arrive(desk, CONTAINERS["arf abuse"])
    (item,) = case_page(desk, ADA, case.reference).evidence
    assert item.accused_sees[1] == (
        "the mail: subject “Cheap things for …”, dated 2026-03-01 11:50:00 UTC"
    )


@pytest.mark.parametrize("name", ["log of sshd", "log of proftpd"])
def test_what_a_judge_writes_names_nobody(desk, name):
    """The outcome of an appeal, on the page and in the letter, is plain words without a canary."""
    mail = CONTAINERS[name].replace(ACCUSED.encode(), addresses()[name].encode())
    (case,) = arrive(desk, mail)
    decide_case(desk, case.reference, people=("ada",), measure="inform", reasons="It goes on.")
    (link, *_) = re.findall(r"/c/([\w-]+)/", "\n".join(mails(case).values()))
    once = next_once(desk, find_case(case.reference))
    give_answer(desk, link, AnswerKind.APPEAL, "not us", once)
    (answer,) = cases.answers(case.id)
    judge = answer.assigned_to
    reasons = f"{copied(case)} The password was guessed 40 times at 11:50:01 on 2026-03-01."
    judge_appeal(desk, case.reference, Judgement.GRANTED, person=judge, reasons=reasons)
    shown = mails(case) | served(link, "judged")
    seen = {sink: readable(text) for sink, text in shown.items()}
    leaks = [(sink, key) for sink, text in seen.items() for key, w in WORDS.items() if w in text]
    assert not leaks
    (letter,) = [x for x in notices.of_case(case.id) if x.kind is NoticeKind.APPEAL]
    told = " ".join(letter.text.split())
    assert "The password was guessed 40 times at 11:50:01 on 2026-03-01." in told
