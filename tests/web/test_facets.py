"""A count beside a value is the number of cases that its link shows."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aupkeep.app.deciding.case_work import assign
from aupkeep.app.inventory.imports import import_assignments
from aupkeep.app.inventory.own_space import declare_space
from aupkeep.app.pages.queue import facets
from aupkeep.model.case import CaseState
from aupkeep.model.roles import StaffRole
from aupkeep.store import case_filter
from aupkeep.store.case_filter import CaseFilter
from web.seed_cases import KARI
from web.seeded import Seeded, text_of
from web.test_queue import MOST_QUERIES, shown
from web.test_search import guest

LINK = re.compile(r'<a href="\?([^"]+)"[^>]*><span>([^<]*)</span> <span>([\d,]+)</span></a>')
CROSS = " \N{MULTIPLICATION SIGN}"  # behind the value in force
NAMES = ["clause", "kind", "evidence", "assignee", "proposal", "source", "customer"]


def links(text: str) -> list[tuple[str, str, int]]:
    """Query, title and count of each value beside the states."""
    nav = text.partition('<nav class="facets"')[2].partition("</nav>")[0]
    behind = nav.partition('id="facet-')[2]
    return [
        (query.replace("&amp;", "&"), title, int(count.replace(",", "")))
        for query, title, count in LINK.findall(behind)
    ]


@pytest.mark.parametrize("query", ["view=all", "view=all&evidence=E2", "view=all&assignee=me"])
def test_each_count_is_what_its_link_shows(query: str, seeded: Seeded, kari: Client):
    case = next(it for it in case_filter.page(CaseFilter(), limit=50) if it.state is CaseState.OPEN)
    assign(seeded.context, case.reference, person=KARI.id, to=KARI.id)
    found = links(text_of(kari, f"/queue?{query}"))
    assert len(found) > 7
    for where, title, count in found:
        if not title.endswith(CROSS):
            assert len(shown(kari, f"?{where}")) == count, (where, title)


def test_every_filter_of_few_values_has_its_counts(seeded: Seeded, kari: Client):
    """A value in force is there with the way out, and the others keep their own counts."""
    text = text_of(kari, "/queue?view=all")
    assert set(re.findall(r'<h2 id="facet-(\w+)"', text)) == set(NAMES)
    narrowed = text_of(kari, "/queue?view=all&kind=connection/login_attack&sort=oldest")
    kinds = {title: query for query, title, _ in links(narrowed)}
    (current,) = [title for title in kinds if title.endswith(CROSS)]
    assert kinds[current] == "view=all&sort=oldest"
    assert len(links(narrowed)) < len(links(text)) + 2


def test_sites_are_a_filter_where_there_are_several(seeded: Seeded, kari: Client):
    """With one site there is nothing to choose; a second one and a machine there make it."""
    assert 'id="facet-site"' not in text_of(kari, "/queue?view=all")
    case = case_filter.page(CaseFilter(), limit=1)[0]
    declare_space(seeded.context, "10.9.0.0/16", "oslo")
    held = f"10.9.0.7,{case.customer},{case.resource},2026-01-01T00:00:00Z,,oslo"
    columns = "address,customer,resource,from,until,site"
    import_assignments(seeded.context, f"{columns}\n{held}\n".encode(), "csv")
    found = {title: (query, count) for query, title, count in links(text_of(kari, "/queue"))}
    query, count = found["oslo"]
    assert query == "view=open&site=oslo"
    assert len(shown(kari, f"?{query}")) == count > 0
    assert '<input type="hidden" name="site" value="oslo">' in text_of(kari, f"/queue?{query}")
    assert len(shown(kari, "?view=all&site=oslo")) < len(shown(kari, "?view=all"))


@pytest.mark.parametrize(
    "query", ["", "view=all", "view=closed", "view=all&source=mail:cert.example&evidence=E1"]
)
def test_counts_take_two_questions(query: str, seeded: Seeded, kari: Client):
    text_of(kari, "/queue")
    with CaptureQueriesContext(connection) as queries:
        text_of(kari, f"/queue?{query}")
    assert len(queries) <= MOST_QUERIES


def test_invariant_10_who_may_not_know_has_no_filter_by_source(seeded: Seeded, kari: Client):
    """Neither the values nor a list narrowed by one tell an operator who reported."""
    otto = guest(seeded, "otto@desk.example", StaffRole.OPERATOR)
    assert 'id="facet-source"' in text_of(kari, "/queue?view=all")
    text = text_of(otto, "/queue?view=all")
    assert 'id="facet-source"' not in text
    assert "cert.example" not in text
    assert otto.get("/queue?view=all&source=mail:cert.example").status_code == 403


def test_what_was_not_counted_is_said(seeded: Seeded, kari: Client, monkeypatch):
    """Of more cases than are looked at the heading says how many were."""
    assert "most urgent</span></h2>" not in text_of(kari, "/queue?view=all")
    monkeypatch.setattr(facets, "COUNTED", 3)
    text = text_of(kari, "/queue?view=all")
    for name in NAMES:
        (heading,) = re.findall(rf'<h2 id="facet-{name}">(.*?)</h2>', text)
        assert ("most urgent" in heading) is (name in {"proposal", "source", "customer"}), name
