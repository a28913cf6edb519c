"""Several cases at once: the preview, the act, and what is left out of it."""

import re

from django.test import Client

from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.case_work import assign
from aupkeep.model.case import CaseState, Outcome
from aupkeep.store import log
from aupkeep.store.models import CaseRow
from web.seed_cases import KARI, OLA
from web.seeded import Seeded


def marks(text: str) -> list[str]:
    """The marks of the cases that an act would change."""
    return re.findall(r'name="seen" value="([^"]+)"', text)


def look(client: Client, act: str, *references: str) -> str:
    """The preview of an act."""
    answer = client.post("/queue/chosen", {"act": act, "case": references})
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def test_the_look_before_touches_nothing(seeded: Seeded, kari: Client):
    """It names each effect, what is left out and why; the queue has the boxes."""
    case = find_case(seeded.keys["case"])
    closed = CaseRow.objects.filter(state="closed").first()
    assert f'value="{case.reference}"' in kari.get("/queue?view=all").content.decode()
    before = log.size()
    text = look(kari, "close", case.reference, closed.reference, "NONE-SUCH")
    assert "it is closed" in text
    assert text.count("Left out:") == 2
    assert [mark.partition("|")[0] for mark in marks(text)] == [case.reference]
    assert log.size() == before


def test_cases_are_closed_and_one_that_changed_is_left_out(seeded: Seeded, kari: Client):
    """Each by its own road, with the reasons; sent again it finds nothing to do."""
    first, second = find_case(seeded.keys["case"]), find_case(seeded.keys["acted"])
    seen = marks(look(kari, "rest", first.reference, second.reference)) + marks(
        look(kari, "close", first.reference)
    )
    chosen = [mark for mark in dict.fromkeys(seen) if mark.startswith(first.reference)]
    words = {"act": "close", "seen": chosen, "outcome": "no-action", "reasons": "a test network"}
    assert kari.post("/queue/chosen", {**words, "outcome": "imported"}).status_code == 422
    assert kari.post("/queue/chosen", {**words, "reasons": " "}).status_code == 422
    stale = {**words, "seen": [f"{first.reference}|as it was"]}
    said = kari.post("/queue/chosen", stale).content.decode()
    assert "the case has changed since you looked" in said
    assign(seeded.context, first.reference, person=OLA.id, to=OLA.id)
    assert f"{OLA.id} works on it" in kari.post("/queue/chosen", words).content.decode()
    assert find_case(first.id).state is not CaseState.CLOSED
    assign(seeded.context, first.reference, person=OLA.id, to=None)
    fresh = {**words, "seen": marks(look(kari, "close", first.reference))}
    assert "Left out" not in kari.post("/queue/chosen", fresh).content.decode()
    closed = find_case(first.id)
    assert (closed.state, closed.outcome) == (CaseState.CLOSED, Outcome.NO_ACTION)
    again = kari.post("/queue/chosen", fresh).content.decode()
    assert "Left out:</strong> the case has changed since you looked (Case closed by Kari" in again


def test_the_look_before_says_that_the_end_is_told(seeded: Seeded, kari: Client):
    """The customer was asked for an answer by a day, and so hears of any end."""
    assert "it is closed, and its customer is told" in look(kari, "close", seeded.keys["case"])


def test_cases_are_taken_and_a_colleagues_stays_theirs(seeded: Seeded, kari: Client):
    first, second = find_case(seeded.keys["case"]), find_case(seeded.keys["acted"])
    assign(seeded.context, second.reference, person=OLA.id, to=OLA.id)
    text = look(kari, "take", first.reference, second.reference)
    assert f"{OLA.id} works on it" in text
    kari.post("/queue/chosen", {"act": "take", "seen": marks(text)})
    assert find_case(first.id).assignee == KARI.id
    assert find_case(second.id).assignee == OLA.id


def test_an_act_that_is_none_is_refused(seeded: Seeded, kari: Client):
    """No act, nothing ticked, too many: said, and nothing changes."""
    case, before = find_case(seeded.keys["case"]), log.size()
    many = [f"AAAA-{number:04d}" for number in range(101)]
    for words in (
        {"act": "decide", "case": [case.reference]},
        {"act": "close", "case": []},
        {"act": "close", "case": many},
    ):
        assert kari.post("/queue/chosen", words).status_code == 422
    assert log.size() == before
