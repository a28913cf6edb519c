"""A customer says on their page that it is fixed and has it tested; the desk reads the answer."""

import re

import pytest
from django.test import Client

from app.conftest import furnish
from app.probing.conftest import open_service, probing
from app.steps import post, work
from aupkeep.app import context as bound_context
from aupkeep.app.access.links import make_link
from aupkeep.app.journal import entry, record
from aupkeep.app.proof.verify import verify_home
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.link import LinkKind
from aupkeep.store import log
from enrol import signed_in
from probes.beside import looked_up, refused, resolver

pytestmark = pytest.mark.network


@pytest.fixture
def desk(pages, monkeypatch):
    """A desk that may probe, bound to the pages; a customer may test twice an hour."""
    context = probing(furnish(pages), customer_an_hour=2)
    monkeypatch.setattr(bound_context, "_bound", [context])
    return context


def sent(client, page, path):
    """Send the page's form for a test; the answer."""
    body = client.get(page).content.decode()
    form = body.partition(f'action="{path}')[2]
    once = re.search('name="once" value="([^"]+)"', form)
    return client.post(f"{path}?language=en", {"once": once[1] if once else "none"})


def test_test_again_on_the_customer_s_page(desk, monkeypatch):
    """Still there, then fixed and tested again; the third test of an hour is told to wait."""
    (case,) = post(desk, open_service("203.0.113.10"))
    token, link = make_link(desk, LinkKind.CUSTOMER, "noc@alder.example", case=case.id)
    record(desk, entry(desk, EntryType.LINK_MADE, SYSTEM, {"link": link.id}), rows=[link])
    client, page, path = Client(), f"/c/{token}/?language=en", f"/c/{token}/test"

    with resolver(monkeypatch, looked_up):
        assert sent(client, page, path).status_code == 303
        assert "The test is under way" in client.get(page).content.decode()
        assert sent(client, page, path).status_code == 409
        work(desk, "probe")
    body = client.get(page).content.decode()
    assert "Still there:</strong> the name server at" in body
    assert "203.0.113.10</span>, port 53" in body

    with resolver(monkeypatch, refused):
        sent(client, page, path)
        work(desk, "probe")
    assert "Not there any more:" in client.get(page).content.decode()
    nb = client.get(f"/c/{token}/?language=nb").content.decode()
    assert "Ikke der lenger:</strong> navnetjeneren på" in nb
    size = log.size()
    answer = sent(client, page, path)
    assert (answer.status_code, log.size()) == (429, size)
    assert "You have tested often" in answer.content.decode()

    colleague = signed_in(desk, "ada")
    body = colleague.get(f"/case/{case.reference}").content.decode()
    assert body.count("the customer asked") == 2
    assert "the name server did not look up a name for us" in body
    assert verify_home(desk).ok


def test_a_colleague_presses_test_now(desk, monkeypatch):
    """The page offers it, says that it is under way, and shows what was seen."""
    (case,) = post(desk, open_service("203.0.113.10"))
    client, page = signed_in(desk, "ada"), f"/case/{case.reference}"
    assert "Test now" in client.get(page).content.decode()
    answer = client.post(f"{page}/probe", {"place": "203.0.113.10:22"})
    assert (answer.status_code, b"expected a place" in answer.content) == (403, True)
    with resolver(monkeypatch, looked_up):
        assert client.post(f"{page}/probe")["Location"].endswith("?done=probed")
        assert "Test again" not in client.get(page).content.decode()
        work(desk, "probe")
    body = client.get(page).content.decode()
    assert "still there</span>" in body
    assert "Test again" in body
