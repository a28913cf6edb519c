"""Reasons at every door: the desk's API, the customer's link, the case page."""

import re

from django.test import Client

from app.conftest import JUST_NOW, report
from app.steps import arrive, enforce, guess, post
from aupkeep.app.access.links import make_link
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.journal import entry, record
from aupkeep.app.pages.case.load import case_page
from aupkeep.app.pages.customer.load import customer_page
from aupkeep.app.pages.layout.page import Person
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.link import LinkKind
from aupkeep.store import notices, statements

ARTICLE_17 = {  # what each word of Article 17(3) is called in our JSON
    *("measure", "scope", "territory", "starts", "ends", "facts", "source"),
    *("automated_detection", "automated_decision", "ground", "clause", "redress"),
}


def test_the_same_statement_by_api_link_and_page(call, furnished):
    """One record: the desk's API, the customer's JSON and both pages say the same."""
    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    enforce(furnished)
    status, listed = call("GET", f"cases/{case.reference}/statements")
    assert status == 200
    assert set(listed[0]) >= ARTICLE_17
    (notice,) = [one for one in notices.of_case(case.id) if one.kind.value == "customer"]
    (path,) = set(re.findall(r"/c/[\w-]+/", notice.text))
    assert Client().get(f"{path}reasons.json").json() == listed
    page = Client().get(path, {"language": "nb"}).content.decode()
    assert "Begrunnelse" in page
    for words in listed[0]["words"]["nb"].values():
        shown = words.split("\n")[0][:30].replace("'", "&#x27;")
        assert shown in page, shown
    (stated,) = case_page(
        furnished, Person(id="ada", name="Ada"), case.reference
    ).reasons.statements
    assert dict(stated.rows)["Ground"] == listed[0]["words"]["en"]["ground"]


def test_a_link_of_nobody_opens_no_statement(call, furnished):
    """A wrong token is 404; a reporter's link is no customer's."""
    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    token, link = make_link(furnished, LinkKind.REPORTER, "x@y.example", case=case.id)
    record(furnished, entry(furnished, EntryType.LINK_MADE, SYSTEM, {}), rows=[link])
    for word in (token, "x" * 32):
        assert Client().get(f"/c/{word}/reasons.json").status_code == 404


def test_acceptance_stands_in_the_statement_and_on_the_case_page(call, furnished):
    """Imported by API: who, when and which text; beside the version that is applied."""
    csv = (
        b"customer,version,accepted_at,by\n"
        b"alder,1,2026-01-05T09:00:00Z,Ola Nordmann\n"
        b"nobody,1,2026-01-05T09:00:00Z,Ola\n"
    )
    status, result = call("PUT", "acceptances", csv, media="text/csv")
    assert (status, result["imported"], [row["row"] for row in result["dead"]]) == (200, 1, [3])
    assert call("PUT", "acceptances", csv, media="text/csv")[1]["unchanged"] == 1
    _, accepted = call("GET", "customers/alder/acceptances")
    assert (accepted[0]["by"], accepted[0]["known"]) == ("Ola Nordmann", True)
    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    statement = statements.of_case(case.id)[-1]
    assert statement.acceptance is not None
    assert (statement.acceptance.by, statement.acceptance.same) == ("Ola Nordmann", True)
    page = case_page(furnished, Person(id="ada", name="Ada"), case.reference)
    assert page.reasons.acceptances[0].by == "Ola Nordmann"


def test_an_acceptance_of_another_text_is_not_the_same(call, furnished):
    """The hash that was accepted is not that of the version applied: the statement says so."""
    head = "customer,version,accepted_at,by,hash"
    csv = f"{head}\nalder,1,2026-01-05,Ola,{'ab' * 32}\n"
    assert call("PUT", "acceptances", csv.encode(), media="text/csv")[1]["imported"] == 1
    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    statement = statements.of_case(case.id)[-1]
    assert statement.acceptance is not None
    assert not statement.acceptance.same


def test_the_customer_page_shows_times_in_the_customers_zone(furnished):
    """The page's zone is the customer's, else the provider's."""
    from aupkeep.app.inventory.imports import import_customers

    import_customers(furnished, b"customer,zone\nalder,Europe/Oslo\n")
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW))
    decide_case(furnished, case.reference, people=("ada",), reasons="x", measure="inform")
    token, link = make_link(furnished, LinkKind.CUSTOMER, "noc@alder.example", case=case.id)
    record(furnished, entry(furnished, EntryType.LINK_MADE, SYSTEM, {}), rows=[link])
    assert customer_page(furnished, token, "en").zone == "Europe/Oslo"
