"""A reseller's program: the cases below it, forwards, answers; never who reported."""

import json
from datetime import datetime, timedelta

import pytest
from click.testing import CliRunner
from django.test import Client

from app.conftest import NOON, furnish, report, with_settings
from app.steps import arrive
from aupkeep.app.access.tokens import add_reseller_token, add_token
from aupkeep.app.deciding.answers import next_once
from aupkeep.app.inventory.imports import import_customers
from aupkeep.app.notice_proofs import case_proof
from aupkeep.cli.group import group
from aupkeep.model.errors import Invalid, Missing
from aupkeep.model.notice import Party
from aupkeep.store import cases, customers, notices
from aupkeep.store.guard import writing
from aupkeep.store.models import CaseRow
from enrol import signed_in

TREE = b"""customer,name,contact,role,language,parent,since
forest,Forest,desk@forest.example,abuse-desk,en,,2024-01-01
grove,Grove Hosting,desk@grove.example,abuse-desk,en,forest,2024-01-01
alder,Alder,noc@alder.example,abuse,nb,grove,2024-01-01
birch,Birch,noc@birch.example,abuse,nb,,2024-01-01
meadow,Meadow,desk@meadow.example,abuse-desk,en,,2024-01-01
"""
ROOT = "/api/v1/reseller/cases"


class Program:
    """A reseller's own program, with its token."""

    def __init__(self, desk, name: str, customer: str) -> None:
        token = add_reseller_token(desk, name, customer, days=9)
        self.bearer = {"Authorization": f"Bearer {token.token}"}

    def get(self, path: str):
        answer = Client().get(path, headers=self.bearer)
        return answer.status_code, answer.json()

    def post(self, path: str, **said: object):
        answer = Client().post(path, said, "application/json", headers=self.bearer)
        return answer.status_code, answer.json()


@pytest.fixture
def desk(pages):
    furnished = furnish(pages)
    import_customers(furnished, TREE)
    return furnished


@pytest.fixture
def case(desk):
    """A case of alder, which is held below grove, which is held below forest."""
    (opened,) = arrive(desk, report("203.0.113.10", NOON - timedelta(minutes=5)))
    return opened


def test_cases_of_the_subtree_and_no_sibling(desk, case):
    """Who is above sees it, at any height; a sibling's program hears that there is no such case."""
    grove, forest = Program(desk, "g", "grove"), Program(desk, "f", "forest")
    meadow = Program(desk, "m", "meadow")
    for program in (grove, forest):
        (line,) = program.get(ROOT)[1]
        assert (line["reference"], line["customer"]) == (case.reference, "alder")
        status, shown = program.get(f"{ROOT}/{case.reference}")
        assert (status, shown["clause"]) == (200, case.clause)
        (forward,) = program.get(f"{ROOT}/{case.reference}/forwards")[1]
        assert forward["report"]["source_identifier"] == "203.0.113.10"
    assert meadow.get(ROOT) == (200, [])
    for path in (f"{ROOT}/{case.reference}", f"{ROOT}/{case.reference}/forwards",
                 f"{ROOT}?after={case.reference}", f"{ROOT}/{case.id}"):  # fmt: skip
        assert meadow.get(path)[0] in (400, 404), path
    status, fault = meadow.get(f"{ROOT}/{case.reference}")
    assert fault["detail"] == meadow.get(f"{ROOT}/2222-2222")[1]["detail"].replace(
        "2222-2222", case.reference
    )
    once = next_once(desk, case)
    answer = meadow.post(f"{ROOT}/{case.reference}/answers", kind="fixed", text="", once=once)
    assert answer[0] == 404
    assert cases.answers(case.id) == []


def test_its_token_opens_nothing_else_and_others_not_this(desk, case):
    grove = Program(desk, "g", "grove")
    for path in ("cases", f"cases/{case.reference}", "customers/alder", "sources", "search?q=alder",
                 "outbox", "statistics", "journal", "addresses/203.0.113.10"):  # fmt: skip
        assert grove.get(f"/api/v1/{path}")[0] == 403, path
    token = add_token(desk, "c", trusted=False, scopes=("case", "audit"), days=9)
    bearer = {"Authorization": f"Bearer {token.token}"}
    assert Client().get(ROOT, headers=bearer).status_code == 403
    with pytest.raises(Invalid, match="alone"):
        add_token(desk, "r", trusted=False, scopes=("case", "reseller"), days=9)
    with pytest.raises(Missing):
        add_reseller_token(desk, "r", "nobody", days=9)


def test_invariant_10_no_word_leads_to_who_reported(desk, case):
    """Neither in the list, the case, nor the forwards."""
    grove = Program(desk, "g", "grove")
    said = json.dumps([
        grove.get(path)[1]
        for path in (ROOT, f"{ROOT}/{case.reference}", f"{ROOT}/{case.reference}/forwards")
    ])  # fmt: skip
    assert "203.0.113.10" in said
    for word in ("cert.example", "Night shift", "soc@"):
        assert word not in said


def test_its_deadline_ends_before_ours(desk, case):
    """After three quarters of the time that the customer has with us."""
    ours = cases.get(case.id).deadline_at
    (line,) = Program(desk, "g", "grove").get(ROOT)[1]
    theirs = datetime.fromisoformat(line["deadline"])
    assert NOON < theirs < ours
    assert abs((ours - theirs) / ((ours - NOON) / 4) - 1) < 0.001
    (forward,) = (one for one in notices.of_case(case.id) if one.party is Party.RESELLER)
    assert "Please answer before 2026-03-02 06:00" in forward.text


def test_its_answer_stops_a_step_and_proves_no_notice(desk, case):
    """Once for each look; the desk reads who said it, the customer too; an appeal is not theirs."""
    grove, path = Program(desk, "g", "grove"), f"{ROOT}/{case.reference}"
    once = grove.get(path)[1]["once"]
    for wrong in ({"kind": "appeal"}, {"once": ""}, {"text": "x" * 10_001}):
        said = {"kind": "fixed", "text": "patched", "once": once} | wrong
        assert grove.post(f"{path}/answers", **said)[0] == 422
    said = {"kind": "fixed", "text": "patched today", "once": once}
    status, answer = grove.post(f"{path}/answers", **said)
    assert (status, answer["reseller"], answer["text"]) == (200, "grove", "patched today")
    assert grove.post(f"{path}/answers", **said)[0] == 409
    (kept,) = cases.answers(case.id)
    assert kept.reseller == "grove"
    assert cases.get(case.id).state == "answered"
    told = [notice for notice in notices.of_case(case.id) if notice.party is Party.CUSTOMER]
    assert case_proof(case.id, [kept], told, desk.now()).proven_at is None
    shown = signed_in(desk, "ada").get(f"/case/{case.reference}").content.decode()
    assert "said for the customer by its reseller grove" in shown
    (token,) = {part.split("/")[0] for notice in told for part in notice.text.split("/c/")[1:]}
    page = Client().get(f"/c/{token}/?language=en").content.decode()
    assert "said for you by your reseller" in page
    (above,) = Program(desk, "f", "forest").get(path)[1]["answers"]
    assert (above["reseller"], above["text"]) == (None, ""), "words go to the desk alone"


def test_who_moves_to_another_reseller_is_gone_at_once(desk, case):
    grove, meadow = Program(desk, "g", "grove"), Program(desk, "m", "meadow")
    import_customers(desk, b"customer,parent\nalder,meadow\n")
    assert grove.get(ROOT) == (200, [])
    assert grove.get(f"{ROOT}/{case.reference}")[0] == 404
    assert [line["reference"] for line in meadow.get(ROOT)[1]] == [case.reference]


def test_nobody_comes_to_stand_above_themselves(desk, case):
    """Not by a file with both, nor by one that closes a ring with what is known; it is told."""
    ring = import_customers(desk, b"customer,parent\nforest,alder\npine,pine\n")
    assert [(row.row, row.reason) for row in ring.dead] == [
        (2, "parent: expected nobody above themselves, found 'alder' below forest"),
        (3, "parent: expected nobody above themselves, found 'pine' below pine"),
    ]
    assert (customers.get("forest").parent, customers.get("pine")) == (None, None)


def test_what_the_law_forbids_to_look_at_is_shown_to_no_reseller(desk, case):
    """Even where somebody was told of it: such a case goes another way."""
    grove = Program(desk, "g", "grove")
    assert len(grove.get(ROOT)[1]) == 1
    with writing():
        CaseRow.objects.update(kind="content/csam")
    assert grove.get(ROOT) == (200, [])
    assert grove.get(f"{ROOT}/{case.reference}")[0] == 404


def test_before_anybody_is_told_there_is_no_case(pages):
    """While the install listens no reseller hears of what is only claimed."""
    desk = furnish(with_settings(pages, provider={"listen": True}))
    import_customers(desk, TREE)
    (case,) = arrive(desk, report("203.0.113.10", NOON - timedelta(minutes=5)))
    grove = Program(desk, "g", "grove")
    assert grove.get(ROOT) == (200, [])
    assert grove.get(f"{ROOT}/{case.reference}")[0] == 404


def test_an_operator_makes_the_token_by_command(desk, case, monkeypatch):
    from aupkeep.app.access.unix_users import map_user

    map_user(desk, "ada", None)
    monkeypatch.setattr("aupkeep.cli.acting.open_context", lambda: desk)
    run = CliRunner().invoke
    words = ["token", "add", "grove", "--scope", "reseller", "--customer"]
    made = run(group, [*words, "grove", "-o", "json"])
    bearer = {"Authorization": f"Bearer {json.loads(made.output)['token']}"}
    assert len(Client().get(ROOT, headers=bearer).json()) == 1
    assert run(group, [*words, "grove", "--trusted"]).exit_code == 2
    assert '"customer": "grove"' in run(group, ["token", "list", "-o", "json"]).output
    assert ">grove</a>" in signed_in(desk, "ada").get("/people").content.decode()
