"""Every restriction carries its reasons, before it stands, in both languages and for a program."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from app.conftest import JUST_NOW, NOON, report
from app.steps import arrive, enforce, guess, post
from aupkeep.app.deciding.consider import consider
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.policy_versions import adopted_policy
from aupkeep.app.deciding.undo import undo_action
from aupkeep.app.enforcing.by_hand import confirm_by_hand
from aupkeep.app.inventory.imports import import_customers
from aupkeep.app.pages.customer.load import customer_page
from aupkeep.app.policies import sample_files
from aupkeep.app.proof.verify import verify_home
from aupkeep.model.action import ActionState, Limiting
from aupkeep.model.as_json import as_json
from aupkeep.model.errors import Forbidden
from aupkeep.model.statement import Ground, SourceKind
from aupkeep.notify.statement_words import statement_rows, worded
from aupkeep.store import actions, cases, decisions, notices, statements

FIELDS = {  # Regulation (EU) 2022/2065, Article 17(3)
    *("restriction", "territory", "duration", "facts", "source", "automation", "ground"),
    *("clause", "document", "acceptance", "standard", "evidence", "redress"),
}


def own_pack(context, **texts: str):
    """The operator's own pack: the sample with texts replaced."""
    context.home.policy.mkdir(exist_ok=True)
    for name, data in sample_files().items():
        text = data.decode()
        for old, new in texts.items():
            text = text.replace(old, new)
        (context.home.policy / name).write_text(text)


def test_a_rules_block_has_its_statement_before_it_stands(furnished):
    """A rule closes a port: the statement is there with the decision, before any agent acted."""
    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    (action,) = actions.of_case(case.id)
    statement = statements.get(action.decision)
    assert action.state.value == "wanted"
    assert statement.source is SourceKind.OWN
    assert (statement.automated_detection, statement.automated_decision) == (True, True)
    assert statement.ground is Ground.CONTRACTUAL
    for language in ("en", "nb"):
        rows = dict(statement_rows(statement, language, Limiting.NOT))
        assert set(rows) >= FIELDS, FIELDS - set(rows)
        assert rows["why"]
    told = json.loads(json.dumps(as_json(worded(statement, []))))
    assert told["clause"]["text"] == decisions.get(action.decision).clause_text
    assert told["words"]["nb"]["territory"].startswith("overalt")
    assert verify_home(furnished).ok


def test_the_notice_says_it_once_the_block_stands(furnished):
    """The mail of the block carries the conditions, standard, evidence and the statement."""
    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    enforce(furnished)
    (notice,) = [one for one in notices.of_case(case.id) if one.kind.value == "customer"]
    for words in ("Disse vilkårene er oppfylt", "Regelen krever", "artikkel 17", "Grunnlag"):
        assert words in notice.text
    assert "Varighet" in notice.text


def test_the_persons_reasons_are_in_the_notice_without_the_reporter(furnished):
    """What the person wrote reaches the customer; the reporter's name and address do not."""
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW))
    reasons = "It went on after the first word; soc@cert.example saw it from 198.51.100.9."
    made = decide_case(
        furnished,
        case.reference,
        people=("ada",),
        reasons=reasons,
        measure="suspend-resource",
        hours=24,
    )
    statement = statements.get(made.decision)
    confirm_by_hand(furnished, made.actions[0], proof="it is off", person="ada")
    (notice,) = [one for one in notices.of_case(case.id) if one.decision == made.decision]
    for text in (notice.text, statement.reasons, json.dumps(as_json(worded(statement, [])))):
        assert "It went on after the first word" in text
        assert "cert.example" not in text
        assert "198.51.100.9" not in text
    assert statement.source is SourceKind.NOTICE
    assert not statement.automated_decision


def test_times_are_told_in_the_customers_zone_too(furnished):
    """A customer in Oslo reads 13:00 CET beside 12:00 UTC."""
    import_customers(
        furnished,
        b"customer,name,contact,language,zone\nalder,Alder,noc@alder.example,nb,Europe/Oslo\n",
    )
    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    enforce(furnished)
    (notice,) = [one for one in notices.of_case(case.id) if one.kind.value == "customer"]
    assert "2026-03-01 11:55:00 UTC (12:55:00 CET)" in notice.text


def test_a_zone_that_does_not_exist_is_a_dead_row(furnished):
    """The row is shown with the reason; the customer keeps what it had."""
    result = import_customers(furnished, b"customer,zone\nalder,Europe/Atlantis\n")
    assert "IANA" in result.dead[0].reason


def test_the_clause_is_quoted_as_it_stood_at_the_act(furnished):
    """An act in February is judged by February's words, though the decision is made in March."""
    own_pack(furnished, **{'version: "1"': 'version: "1"\n  effective: 2026-01-01'})
    adopted_policy(furnished)
    own_pack(
        furnished,
        **{
            'version: "1"': 'version: "2"\n  effective: 2026-03-01T11:58:00Z',
            "Do not enter, probe or use": "Never enter, probe or use",
        },
    )
    adopted_policy(furnished)
    (before,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    (first,) = statements.of_case(before.id)
    assert (first.clause.version, first.clause.in_force) == ("1", True)
    assert first.clause.text.startswith("Do not enter")
    (after,) = post(furnished, guess("203.0.113.70", NOON - timedelta(seconds=30)))
    second = statements.of_case(after.id)[-1]
    assert (second.clause.version, second.clause.effective_from) == (
        "2",
        datetime(2026, 3, 1, 11, 58, tzinfo=UTC),
    )
    assert second.clause.text.startswith("Never enter")
    made = decisions.get(first.id)
    assert (made.document_version, made.clause_text) == (first.clause.version, first.clause.text)


def test_what_is_in_force_is_not_taken_out_of_force_by_a_date_to_come(furnished):
    """The same words dated next month are in force until then; others give way to them."""
    adopted_policy(furnished)
    own_pack(furnished, **{'version: "1"': 'version: "1"\n  effective: 2026-04-01'})
    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    first = statements.of_case(case.id)[0]
    assert (first.clause.version, first.clause.in_force) == ("1", True)
    later = {'version: "1"': 'version: "2"\n  effective: 2026-04-01', "Do not enter": "Never enter"}
    own_pack(furnished, **later)
    (other,) = post(furnished, guess("203.0.113.70", NOON - timedelta(seconds=30)))
    second = statements.of_case(other.id)[0]
    assert (second.clause.version, second.clause.in_force) == ("1", True)
    assert second.clause.text.startswith("Do not enter")


def test_nothing_rests_on_words_that_take_effect_later(furnished):
    """A first document dated next month: a rule and a person are told from when it holds."""
    own_pack(furnished, **{'version: "1"': 'version: "1"\n  effective: 2026-04-01'})
    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    assert decisions.of_case(case.id) == []
    wish = {"measure": "block-port", "hours": 4, "reasons": "it goes on"}
    with pytest.raises(Forbidden, match="takes effect at 2026-04-01 00:00 UTC"):
        decide_case(furnished, case.reference, people=("ada",), **wish)
    assert decide_case(furnished, case.reference, people=("ada",), measure="record", reasons="so")


def test_an_act_before_every_version_on_record_is_said_to_be_one(furnished):
    """No version was in force by our records: the statement says so and claims nothing else."""
    own_pack(furnished, **{'version: "1"': 'version: "1"\n  effective: 2026-03-01T11:59:00Z'})
    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    (statement,) = statements.of_case(case.id)
    assert not statement.clause.in_force
    assert (
        "none in force when it was done"
        in dict(statement_rows(statement, "en", Limiting.NOT))["document"]
    )


def test_consider_writes_no_version_twice(furnished):
    """A version is recorded once, however often a case is looked at; a rollback holds from then."""
    from aupkeep.store import policy_documents

    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    consider(furnished, case.id)
    assert [doc.version for doc in policy_documents.all()] == ["1"]
    own_pack(furnished, **{'version: "1"': 'version: "2"'})
    consider(furnished, case.id)
    consider(furnished, case.id)
    own_pack(furnished)
    consider(furnished, case.id)
    consider(furnished, case.id)
    versions = [(doc.version, doc.effective_from is None) for doc in policy_documents.all()]
    assert versions == [("1", True), ("2", False), ("1", False)]
    assert as_json(cases.get(case.id))


def test_a_policy_that_does_not_load_keeps_nothing_limited(furnished):
    """With a broken pack a person still lifts, the move of an address still lifts, pages open."""
    (first,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    enforce(furnished)
    (notice,) = [one for one in notices.of_case(first.id) if one.kind.value == "customer"]
    own_pack(furnished, **{"rules:": "rulez:"})
    (action,) = actions.of_case(first.id)
    undo_action(furnished, action.id, reason="it was fixed", person="ada")
    enforce(furnished)
    assert [one.state for one in actions.of_case(first.id)] == [ActionState.LIFTED]
    lifted = statements.of_case(first.id)[-1]
    assert (lifted.reverses, lifted.clause.text) == (
        action.decision,
        statements.get(action.decision).clause.text,
    )
    token = notice.text.partition("/c/")[2].partition("/")[0]
    assert customer_page(furnished, token, "en").clause.title == "Access without permission"
