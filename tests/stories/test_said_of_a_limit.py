"""A subject claims no more than is known, says when something is blocked, and owns our errors."""

from datetime import timedelta

import pytest

from app.conftest import NOON, report
from app.steps import arrive, enforce, guess, post
from aupkeep.app.deciding.close import close_by_reference
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.undo import undo_action
from aupkeep.app.enforcing.by_hand import confirm_by_hand
from aupkeep.model.case import Case
from aupkeep.model.notice import NoticeKind
from aupkeep.store import actions, notices

JUST_NOW = NOON - timedelta(minutes=5)


def letters(case: Case, kind: NoticeKind):
    """The notices of a kind about a case, in order."""
    return [one for one in notices.of_case(case.id) if one.kind is kind]


def decide(context, case, measure, **more):
    """A person decides; the action of it."""
    made = decide_case(
        context, case.reference, people=("ada",), reasons="it goes on", measure=measure, **more
    )
    return made.actions[0]


@pytest.mark.parametrize(
    ("address", "subject", "limited", "wrong", "sorry"),
    [
        (
            "203.0.113.10",
            "Melding om vm-a: passordgjetting",
            "vm-a er begrenset nå: passordgjetting",
            "vm-a: opphevet fordi avgjørelsen vår var feil",
            "Vi beklager",
        ),
        (
            "203.0.113.12",
            "Report about vm-d: password guessing",
            "vm-d is limited now: password guessing",
            "vm-d: lifted because our decision was wrong",
            "We are sorry",
        ),
    ],
)
def test_subjects_say_what_is_known(furnished, address, subject, limited, wrong, sorry):
    """A report is called a report; a block that was read back is; an error of ours too."""
    from aupkeep.app.inventory.imports import import_assignments

    rows = b"address,customer,resource,from,until\n203.0.113.12,birch,vm-d,2026-01-01T00:00:00Z,\n"
    import_assignments(furnished, rows, "csv")
    (case,) = arrive(furnished, report(address, JUST_NOW))
    (first,) = letters(case, NoticeKind.CUSTOMER)
    assert first.title.endswith(f"{subject} ({case.reference})")
    action = decide(furnished, case, "block-port", hours=4)
    assert len(letters(case, NoticeKind.CUSTOMER)) == 1, "nothing stands yet"
    enforce(furnished)
    second = letters(case, NoticeKind.CUSTOMER)[1]
    assert limited in second.title
    undo_action(furnished, action, reason="not theirs", person="ada", mistaken=True)
    enforce(furnished)
    (lifted,) = letters(case, NoticeKind.LIFTED)
    assert lifted.title == f"{wrong} ({case.reference})"
    assert sorry in lifted.text


def test_what_we_measured_is_called_measured(furnished):
    """Without a report from outside nobody says that there was one."""
    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    decide_case(
        furnished, case.reference, people=("ada",), reasons="look at it", measure="inform-deadline"
    )
    letter = letters(case, NoticeKind.CUSTOMER)[-1]
    assert "Våre målinger av vm-a viser passordgjetting" in letter.title
    assert "Våre egne målinger viser at\nvm-a prøver å gjette passord." in letter.text


def test_no_abuse_is_an_error_of_ours_and_mended_is_not(furnished):
    """Closing as "not abuse" apologises; a lift because it is mended thanks."""
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW))
    action = decide(furnished, case, "block-port", hours=4)
    enforce(furnished)
    undo_action(furnished, action, reason="mended", person="ada")
    enforce(furnished)
    decide(furnished, case, "block-port", hours=4)
    enforce(furnished)
    close_by_reference(furnished, case.reference, "not-abuse", "a permitted test", "ada")
    enforce(furnished)
    mended, wrong = letters(case, NoticeKind.LIFTED)
    assert "begrensningen er opphevet" in mended.title
    assert "avgjørelsen vår var feil" in wrong.title


def test_what_a_person_does_by_hand_is_told_once_it_is_done(furnished):
    """A suspension that nobody has carried out is not said to be one."""
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW))
    before = len(letters(case, NoticeKind.CUSTOMER))
    action = decide(furnished, case, "suspend-resource", hours=24)
    assert actions.get(action).driver == "hand"
    assert len(letters(case, NoticeKind.CUSTOMER)) == before
    confirm_by_hand(furnished, action, proof="the panel shows it off", person="ada")
    letter = letters(case, NoticeKind.CUSTOMER)[-1]
    assert "vm-a er satt på vent." in letter.text
    assert "vm-a er begrenset nå" in letter.title
