"""The queue drains: what is dealt with leaves it, each case says what is next, two people agree."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from app.conftest import NOON
from app.steps import guess, post
from aupkeep.app.deciding.case_list import list_cases
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.enforcing.listen import set_listening
from aupkeep.model.case import CaseState
from aupkeep.model.roles import StaffRole
from aupkeep.store import case_filter, cases
from aupkeep.store.busy_cases import hours_of
from aupkeep.store.case_filter import CaseFilter
from web.seeded import Seeded, text_of
from web.test_search import guest

MOST_QUERIES = 12  # of the queue, once the bar is known


def shown(client: Client, query: str = "") -> set[str]:
    """The references on a page of the queue."""
    text = text_of(client, f"/queue{query}")
    return set(re.findall(r'<td class="c-case"><a class="ds-link mono" href="/case/([^"]+)"', text))


def test_what_was_dealt_with_needs_nobody(seeded: Seeded, kari: Client):
    """A person blocks: the case leaves the queue with a true step; new evidence brings it back."""
    (case,) = post(seeded.context, guess("203.0.113.24", NOON + timedelta(minutes=20)), weigh=False)
    assert case.reference in shown(kari)
    page = text_of(kari, f"/case/{case.reference}")
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    block = {"measure": "block-port", "hours": "4", "reasons": "it goes on", "cause": "unknown"}
    assert kari.post(f"/case/{case.reference}/decide", {**block, "seen": seen}).status_code == 303
    assert case.reference not in shown(kari)
    text = text_of(kari, "/queue?view=handled")
    assert case.reference in text
    assert "Nothing: it ends by itself at 2026-03-01 16:30" in text
    (line,) = [row for row in list_cases(seeded.context) if row.reference == case.reference]
    assert (line.step.value, line.handled is not None) == ("nothing", True)


def test_the_bar_counts_what_the_queue_shows(seeded: Seeded, kari: Client):
    waiting = re.search(r'Queue <span class="ds-badge-like">(\d+)<', text_of(kari, "/queue"))
    assert int(waiting[1]) == len(shown(kari))


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("customer=birch", True),
        ("customer=nobody-at-all", False),
        ("address=203.0.113.0/24", True),
        ("address=198.51.100.1", False),
        ("kind=connection/login_attack", True),
        ("evidence=E5", False),
        ("age=0m", True),
        ("age=900d", False),
        ("assignee=nobody", True),
        ("assignee=me", False),
        ("sort=oldest", True),
    ],
)
def test_a_filter_is_the_same_for_page_and_program(
    query: str,
    holds: bool,  # noqa: FBT001 - a table's column
    seeded: Seeded,
    kari: Client,
):
    name, _, value = query.partition("=")
    on_page = shown(kari, f"?view=all&{query}")
    assert bool(on_page) is holds
    if name != "sort" and value != "me":
        assert on_page == {row.reference for row in list_cases(seeded.context, {name: value})}
    if not holds:
        text = text_of(kari, f"/queue?view=all&{query}")
        assert "No case is like that" in text
        assert re.search(rf"Without <strong>{name}</strong> .*: [1-9]\d* cases?", text)


@pytest.mark.parametrize("query", ["view=x", "clause=x", "sort=x", "age=soon", "address=birch"])
def test_a_filter_that_is_none_is_refused(query: str, seeded: Seeded, kari: Client):
    assert kari.get(f"/queue?{query}").status_code == 422


@pytest.mark.parametrize("listens", [False, True])
def test_a_page_of_the_queue_takes_few_questions(seeded: Seeded, kari: Client, *, listens: bool):
    """Also where the install listens, and what a case needs depends on its grants."""
    set_listening(seeded.context, wanted=listens, reason="a test", person="kari@aupkeep.example")
    text_of(kari, "/queue")
    with CaptureQueriesContext(connection) as queries:
        assert shown(kari)
    assert len(queries) <= MOST_QUERIES


def test_of_two_who_take_a_case_the_second_is_told(seeded: Seeded, kari: Client):
    """Nothing is overwritten: the second reads whose it is, and may take it over by name."""
    lena = guest(seeded, "lena@desk.example", StaffRole.ANALYST)
    case = next(it for it in case_filter.page(CaseFilter(), limit=50) if it.state is CaseState.OPEN)
    path = f"/case/{case.reference}"
    assert kari.post(f"{path}/assign", {"to": "me", "over": ""}).status_code == 303
    late = lena.post(f"{path}/assign", {"to": "me", "over": ""})
    assert late.status_code == 412
    assert "kari@aupkeep.example does" in late.content.decode()
    assert find_case(case.reference).assignee == "kari@aupkeep.example"
    assert case.reference in shown(kari, "?view=all&assignee=me")
    assert case.reference not in shown(lena, "?view=all&assignee=nobody")
    over = {"to": "me", "over": "kari@aupkeep.example"}
    assert lena.post(f"{path}/assign", over).status_code == 303
    assert "lena@desk.example works on it" in text_of(kari, path)
    assert seeded.written().count("case-assigned") == 2


def test_a_case_rests_until_something_new_comes(seeded: Seeded, kari: Client):
    at = NOON + timedelta(minutes=20)
    (case,) = post(seeded.context, guess("203.0.113.24", at), weigh=False)
    assert kari.post(f"/case/{case.reference}/snooze", {"rest": "24"}).status_code == 303
    assert case.reference not in shown(kari)
    assert case.reference in shown(kari, "?view=all")
    assert kari.post(f"/case/{case.reference}/snooze", {"rest": "9999"}).status_code == 422
    post(seeded.context, guess("203.0.113.24", at + timedelta(minutes=5)), weigh=False)
    assert case.reference in shown(kari)


def test_a_note_is_for_colleagues_alone(seeded: Seeded, kari: Client):
    """It stands on the timeline, leads to the next case, and the accused never reads it."""
    path = seeded.at("/case/{case}")
    noted = kari.post(f"{path}/note", {"note": "the same kit as in June"})
    assert noted.status_code == 303
    text = text_of(kari, path)
    assert "the same kit as in June" in text
    assert 'rel="next" href="/case/' in text
    assert "the same kit" not in text_of(Client(), seeded.at("/c/{customer}/"))
    assert kari.post(f"{path}/note", {"note": " "}).status_code == 422


def test_the_next_case_opens_for_who_wants_it(seeded: Seeded, kari: Client):
    """Off by itself; switched on, a closing leads to the next case, a note does not."""
    path, closed = seeded.at("/case/{case}"), {"outcome": "fixed", "closing": "quiet"}
    following = re.search(r'rel="next" href="/case/([^"]+)"', text_of(kari, path))[1]
    kari.post("/account/keys", {"next": "on"})
    assert kari.post(f"{path}/note", {"note": "so"})["Location"] == f"{path}?done=noted"
    there = kari.post(f"{path}/close", closed)["Location"]
    assert there == f"/case/{following}?done=closed&of={seeded.keys['case']}"
    text = text_of(kari, there)
    assert f'href="{path}">{seeded.keys["case"]}</a> closed. This is the next case.' in text
    kari.post("/account/keys", {"next": "off"})
    other = f"/case/{following}"
    assert kari.post(f"{other}/snooze", {"rest": "2"})["Location"] == f"{other}?done=rests"


def test_a_row_draws_its_last_day(seeded: Seeded, kari: Client):
    """Bars by the hour with their number in words; what nothing is said of has none."""
    at = NOON + timedelta(minutes=20)
    (case,) = post(seeded.context, guess("203.0.113.24", at), weigh=False)
    post(seeded.context, guess("203.0.113.24", at - timedelta(hours=3)), weigh=False)
    row = text_of(kari, "/queue").partition(f'data-row="{case.reference}"')[2].partition("</tr>")[0]
    drawn = re.search(r'aria-label="(\d+) claims about.*?<path d="(M[^"]+v[^"]+)"', row)
    number, path = drawn.groups()
    claims = cases.claims(find_case(case.reference).id)
    assert int(number) == len(claims) >= 2
    assert path.count("M") == len({claim.at.replace(minute=0, second=0) for claim in claims})
    assert "M70.5 16v" in path, "this hour is the last one"
    later = seeded.clock.at + timedelta(days=2)
    assert hours_of([case.id], later) == {}
