"""A subject claims no more than is known, says when something is blocked, and owns our errors."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.conftest import JUST_NOW, report
from app.steps import arrive, enforce, guess, look_at_clocks, post
from aupkeep.app.context import bind
from aupkeep.app.deciding.close import close_by_reference
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.undo import undo_action
from aupkeep.app.enforcing.by_hand import confirm_by_hand
from aupkeep.app.journal import entry, record
from aupkeep.app.notifying.closed_notice import closed_notice
from aupkeep.app.notifying.statements import case_statements
from aupkeep.model.action import ActionState, Limiting, limiting
from aupkeep.model.actor import SYSTEM
from aupkeep.model.case import Case, Outcome
from aupkeep.model.entry import EntryType
from aupkeep.model.notice import NoticeKind
from aupkeep.store import actions, notices
from enrol import signed_in


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
def test_invariant_14_subjects_say_what_is_known(
    furnished, address, subject, limited, wrong, sorry
):
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


def test_invariant_14_what_we_measured_is_called_measured(furnished):
    """Without a report from outside nobody says that there was one."""
    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    decide_case(
        furnished, case.reference, people=("ada",), reasons="look at it", measure="inform-deadline"
    )
    letter = letters(case, NoticeKind.CUSTOMER)[-1]
    assert "Våre målinger av vm-a viser passordgjetting" in letter.title
    assert "Våre egne målinger viser at\nvm-a prøver å gjette passord." in letter.text


def test_invariant_14_no_abuse_is_an_error_of_ours_and_mended_is_not(furnished):
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


def test_invariant_14_what_a_person_does_by_hand_is_told_once_it_is_done(furnished):
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


def test_invariant_14_what_never_stood_is_not_lifted(furnished):
    """Undone before anybody did it: no letter says that it was limited, or is free again."""
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW))
    by_hand = decide(furnished, case, "suspend-resource", hours=24)
    early = decide(furnished, case, "block-port", hours=4)
    before = len(notices.of_case(case.id))
    for action in (by_hand, early):
        undo_action(furnished, action, reason="not theirs", person="ada")
    confirm_by_hand(furnished, by_hand, proof="it was never off", person="ada")
    enforce(furnished)
    for action in (by_hand, early):
        assert actions.get(action).state is ActionState.LIFTED, action
        assert not actions.get(action).took_effect, action
    assert len(notices.of_case(case.id)) == before
    assert limiting(actions.of_case(case.id)) is Limiting.NOT


def test_invariant_14_words_follow_what_became_of_it(furnished):
    """Decided: it would be; read back: it is; gone: it was."""
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW))
    action = decide(furnished, case, "block-port", hours=4)

    def restriction() -> tuple[str, str]:
        (stated,) = [x for x in case_statements(case.id) if x.id == actions.get(action).decision]
        return stated.words["en"]["restriction"], stated.words["nb"]["restriction"]

    assert "would be blocked" in restriction()[0]
    enforce(furnished)
    assert "is blocked. Everything else works" in restriction()[0]
    assert "er sperret" in restriction()[1]
    undo_action(furnished, action, reason="mended", person="ada")
    enforce(furnished)
    assert restriction()[0].endswith("was blocked.")
    assert restriction()[1].endswith("var sperret.")


def test_a_failed_action_says_what_failed_and_why(furnished):
    """The host is protected by the system itself: no "would be" and nothing read back of it."""
    (case,) = arrive(furnished, report("203.0.113.200", JUST_NOW))
    decide(furnished, case, "block-port", hours=4)
    enforce(furnished)
    (action,) = actions.of_case(case.id)
    assert action.state is ActionState.FAILED
    bind(furnished)
    client = signed_in(furnished, "ada@aupkeep.example")
    english = client.get(f"/case/{case.reference}").content.decode().partition('id="deeds"')[2]
    deeds = english.partition("</section>")[0]
    assert "Failed: it was not seen in force. Wanted:</strong>" in deeds
    assert "is blocked" in deeds
    assert f'Why it failed:</p><pre class="source proof">{action.proof}' in deeds
    client.post("/account/language", {"language": "nb"})
    bokmal = client.get(f"/case/{case.reference}").content.decode().partition('id="deeds"')[2]
    assert "Mislyktes: Det er ikke sett i kraft. Ønsket:</strong>" in bokmal
    assert "Hvorfor det mislyktes:</p>" in bokmal
    for wrong in ("would be", "Read back:", "ville blitt", "Lest tilbake:"):
        assert wrong not in deeds, wrong
        assert wrong not in bokmal.partition("</section>")[0], wrong


def test_invariant_14_free_is_who_nothing_limits_any_more(furnished):
    """One of two measures ends: the letter says what still holds. The last one ends: free."""
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW))
    narrow = decide(furnished, case, "block-port", hours=4)
    wide = decide(furnished, case, "isolate", hours=4)
    enforce(furnished)
    undo_action(furnished, narrow, reason="enough", person="ada")
    enforce(furnished)
    (partly,) = letters(case, NoticeKind.LIFTED)
    assert "ett tiltak er over, andre gjelder fortsatt" in partly.title
    assert "er ikke lenger begrenset" not in partly.text
    assert "Dette gjelder fortsatt:\n\n203.0.113.10 er koblet fra nettet." in partly.text
    undo_action(furnished, wide, reason="enough", person="ada")
    enforce(furnished)
    last = letters(case, NoticeKind.LIFTED)[-1]
    assert "begrensningen er opphevet" in last.title
    assert "er ikke lenger begrenset i denne saken" in last.text


def test_invariant_14_nobody_is_freed_while_another_decision_keeps_it_up(furnished, now):
    """The harm goes on and the block is decided anew: its first time ends without a letter."""
    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    enforce(furnished)
    (first,) = actions.of_case(case.id)
    now.at = first.until - timedelta(minutes=20)
    post(furnished, guess("203.0.113.10", now.at - timedelta(minutes=1)), weigh=False)
    look_at_clocks(furnished)
    enforce(furnished)
    now.at = first.until + timedelta(minutes=3)
    enforce(furnished)
    states = [action.state for action in actions.of_case(case.id)]
    assert states == [ActionState.EXPIRED, ActionState.APPLIED]
    assert letters(case, NoticeKind.LIFTED) == []
    now.at = actions.of_case(case.id)[-1].until + timedelta(minutes=3)
    enforce(furnished)
    (lifted,) = letters(case, NoticeKind.LIFTED)
    assert "er ikke lenger begrenset i denne saken" in lifted.text


CLEARED = "Ingenting av dette legges deg til last."


@pytest.mark.parametrize(("outcome", "said"), [("not-abuse", CLEARED), ("fixed", "Det er rettet.")])
def test_who_was_asked_hears_that_the_case_is_closed(furnished, outcome, said):
    """No deadline seems to run on."""
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW))
    assert case.deadline_at is not None
    close_by_reference(furnished, case.reference, outcome, "looked into", "ada")
    (letter,) = letters(case, NoticeKind.CLOSED)
    assert letter.title == f"vm-a: saken er lukket ({case.reference})"
    assert said in letter.text


@pytest.mark.parametrize(
    ("sent", "outcome"), [(True, "not-abuse"), (True, "fixed"), (False, "fixed")]
)
def test_who_was_only_informed_hears_of_it_where_they_did_nothing(furnished, sent, outcome):
    """Nobody hears of the end of what they never read: it waited for their digest."""
    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    words = {"people": ("ada",), "reasons": "seen", "measure": "inform"}
    decide_case(furnished, case.reference, **words)
    (gathered,) = letters(case, NoticeKind.CUSTOMER)
    if sent:
        left = replace(gathered, within="", sent_at=furnished.now())
        record(furnished, entry(furnished, EntryType.NOTICE_SENT, SYSTEM, {}), rows=[left])
    told = closed_notice(furnished, case, Outcome(outcome)).rows
    assert bool(told) is (sent and outcome == "not-abuse")


def test_of_a_case_that_nobody_was_told_of_no_end_is_told(furnished):
    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    assert letters(case, NoticeKind.CUSTOMER) == []
    close_by_reference(furnished, case.reference, "not-abuse", "ours", "ada")
    assert letters(case, NoticeKind.CLOSED) == []
