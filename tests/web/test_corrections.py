"""The case page after the record of its holder was corrected."""

from django.test import Client

from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.correct import correct_by_words
from aupkeep.model.case import CaseState
from aupkeep.store import cases
from web.seeded import Seeded


def test_corrections_stand_on_the_case_page_and_are_settled_there(seeded: Seeded, kari: Client):
    """The page says what no longer counts; the button moves the evidence, with a reason."""
    case = find_case(seeded.keys["case"])
    claim = cases.claims(case.id)[0]
    correct_by_words(
        seeded.context,
        claim.held.assignment,
        {"customer": "clinic", "resource": "vm-k"},
        person="kari@aupkeep.example",
        reasons="the lease was typed wrongly",
    )
    path = seeded.at("/case/{case}")
    text = kari.get(path).content.decode()
    assert "The record of the holder was corrected" in text
    assert "the lease was typed wrongly" in text
    blank = kari.post(f"{path}/reattribute", {"reattribution": " "})
    assert (blank.status_code, "Write why" in blank.content.decode()) == (422, True)
    done = kari.post(f"{path}/reattribute", {"reattribution": "as the lease says"})
    assert done["Location"] == f"{path}?done=reattributed"
    assert "clinic/vm-k held it then" in kari.get(path).content.decode()
    assert find_case(case.reference).state is CaseState.CLOSED
    assert [other.resource for other in cases.of_customer("clinic")] == ["vm-k"]
