"""The queue and the inbox keep up: 304 for little, and nothing moves under who looks at it."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import aupkeep.web
from app.conftest import NOON
from app.steps import guess, post
from aupkeep.app.access.sessions import IDLE
from aupkeep.app.deciding.case_work import assign, note
from aupkeep.model.case import CaseState
from aupkeep.store import case_filter
from aupkeep.store.case_filter import CaseFilter
from web.conftest import Guest
from web.seed_cases import KARI
from web.seeded import Seeded, text_of

FEW = 3  # queries of a list that is as it was
TURN = 16_000  # milliseconds, one turn and a little


def again(client: Client, path: str, mark: str) -> tuple[int, int]:
    """The status of asking for a page with its mark, and how many queries that took."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(path, headers={"If-None-Match": mark, "Aupkeep-Live": "1"})
    return answer.status_code, len(queries)


@pytest.mark.parametrize("path", ["/queue", "/queue?view=all&assignee=nobody", "/inbox"])
def test_a_list_that_is_as_it_was_costs_little(path: str, seeded: Seeded, kari: Client):
    """304 in three queries; an entry of any kind, or five minutes, and it is the page again."""
    mark = kari.get(path)["ETag"]
    status, queries = again(kari, path, mark)
    assert (status, queries <= FEW) == (304, True)
    other = "/queue?view=closed"
    assert again(kari, other, mark)[0] == 200, "each address has its own mark"
    case = next(it for it in case_filter.page(CaseFilter(), limit=50) if it.state is CaseState.OPEN)
    note(seeded.context, case.reference, person=KARI.id, text="seen before")
    assert again(kari, path, mark)[0] == 200
    mark = kari.get(path)["ETag"]
    seeded.clock.at += timedelta(minutes=5)
    assert again(kari, path, mark)[0] == 200


def test_who_is_out_gets_nothing_for_a_mark(seeded: Seeded, kari: Client):
    mark = kari.get("/queue")["ETag"]
    assert again(Client(), "/queue", mark)[0] == 302


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(seeded: Seeded, kari: Client):
    """A tab left open asks for hours; its person has done nothing, and the session ends."""
    for _ in range(4):
        seeded.clock.at += IDLE / 3
        status, _ = again(kari, "/queue", "")
    assert status == 302


def test_each_person_has_lists_stand_still(seeded: Seeded, kari: Client):
    assert 'live.js" defer' in text_of(kari, "/queue")
    assert kari.post("/account/keys", {"live": "off"}).status_code == 302
    assert "live.js" not in text_of(kari, "/queue") + text_of(kari, "/inbox")
    assert "keys.js" in text_of(kari, "/queue"), "the keys are as they were"
    kari.post("/account/keys", {"live": "on"})
    assert "live.js" in text_of(kari, "/inbox")


def test_the_script_asks_its_own_page_alone():
    text = (Path(aupkeep.web.__path__[0]) / "static/aupkeep/live.js").read_text("utf-8")
    assert re.findall(r"fetch\((.*?),", text) == ["location.href"]
    for word in ("innerHTML", "outerHTML", "eval(", "Storage", "cookie", "document.write"):
        assert word not in text, word


@pytest.mark.browser
def test_nothing_moves_under_who_looks(seeded: Seeded, guest: Callable[..., Guest]):
    """A row changes where it stands, the one in the hand waits, a new one is told, then shown."""
    tab = guest()
    tab.page.clock.install()
    tab.sign_in()
    tab.go("/queue?view=all")
    page, rows = tab.page, tab.page.locator("[data-row]")
    before = rows.evaluate_all("rows => rows.map(row => row.dataset.row)")
    held, other = [
        it.reference
        for it in case_filter.page(CaseFilter(), limit=50)
        if it.state is CaseState.OPEN
    ][:2]
    page.locator(f'[data-row="{other}"] input').check()
    page.mouse.move(0, 0)
    page.locator(f'[data-row="{held}"] a').first.focus()
    page.evaluate("window.same = document.activeElement")
    for reference in (held, other):
        assign(seeded.context, reference, person=KARI.id, to=KARI.id)
    post(seeded.context, guess("203.0.113.24", NOON + timedelta(minutes=20)), weigh=False)
    page.clock.run_for(TURN)
    line = page.locator("[data-told]")
    line.wait_for(state="visible")
    assert line.inner_text() == "1 new, 1 changed: show"
    assert rows.evaluate_all("rows => rows.map(row => row.dataset.row)") == before
    assert page.evaluate("document.activeElement === window.same")
    assert page.locator(f'[data-row="{other}"]').inner_text().endswith("Kari Nordby")
    assert page.locator(f'[data-row="{other}"] input').is_checked()
    assert not page.locator(f'[data-row="{held}"]').inner_text().endswith("Kari Nordby")
    line.get_by_role("button").click()
    assert rows.count() == len(before) + 1
    assert not line.is_visible()
    assert page.locator(f'[data-row="{other}"] input').is_checked()
    assert page.locator(f'[data-row="{held}"]').inner_text().endswith("Kari Nordby")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate(
        "Object.defineProperty(document, 'hidden', {value: true}),"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    page.clock.run_for(4 * TURN)
    assert asked == []
