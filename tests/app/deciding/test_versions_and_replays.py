"""A version of the policy, a permission, a decision replayed: without a database."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from app.deciding.parts import DAY, Desk, action, decision, said
from aupkeep.app.deciding import permissions as permitting
from aupkeep.app.deciding import policy_versions as adopting
from aupkeep.app.deciding import replay as replaying
from aupkeep.model.action import Limiting
from aupkeep.model.adopted_policy import AdoptedPolicy
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Missing
from aupkeep.model.permission import Permission
from aupkeep.model.ruling import TraceStep
from aupkeep.notify.statement_words import statement_text
from casework import scenes
from casework.scenes import CASE, HOUR, KARI, NOW
from notify.letters import notice
from notify.test_statement_words import STATEMENT

# Versions of the policy


def test_a_version_is_written_before_it_decides(tmp_path, monkeypatch):
    """The first has a fixed id, so that two processes write one; a known one is not written."""
    desk = Desk(adopting, monkeypatch, tmp_path)
    pack = SimpleNamespace(digest="ab", id="p1", content=b"rules: []")
    desk.give("policy_in_force", pack)
    desk.give("policies.adopted", None)
    desk.keep("record_documents")
    assert adopting.adopted_policy(desk.context) is pack
    call = desk.journal.one()
    adopted = AdoptedPolicy(digest="ab", adopted_at=NOW)
    assert (call["rows"], call["seen"]) == ([adopted], [])
    (entry,) = call["entries"]
    assert entry.id == adopting.FIRST
    assert said(entry) == {
        "type": EntryType.POLICY_ADOPTED, "case": None, "by": "aupkeep",
        "policy": "ab", "pack": "p1", "content": "rules: []",
    }  # fmt: skip
    before = replace(adopted, digest="cd")
    desk.give("policies.adopted", before)
    adopting.adopted_policy(desk.context)
    call = desk.journal.one()
    assert (call["seen"], call["entries"][0].id != adopting.FIRST) == ([before], True)
    desk.give("policies.adopted", adopted)
    adopting.adopted_policy(desk.context)
    assert desk.journal.calls == []
    assert desk.calls["record_documents"] == [(desk.context, pack)] * 3
    desk.give("policies.adopted", None)
    desk.keep("record", Conflict("another process wrote it"))
    assert adopting.adopted_policy(desk.context) is pack


def test_an_old_version_is_found_by_its_hash(tmp_path, monkeypatch):
    desk, asked = Desk(adopting, monkeypatch, tmp_path), []
    payloads = [{"policy": "ab", "content": "old"}, {"policy": "cd", "content": "other"},
                {"policy": "ab", "content": "new"}]  # fmt: skip
    logged = [SimpleNamespace(entry=SimpleNamespace(payload=one)) for one in payloads]
    monkeypatch.setattr(adopting.log, "entries", lambda types: asked.append(types) or logged)
    monkeypatch.setattr(adopting, "pack_of", lambda content: f"pack of {content}")
    assert adopting.adopted_version("ab") == "pack of new"
    assert asked == [(EntryType.POLICY_ADOPTED,)]
    with pytest.raises(Missing) as caught:
        adopting.adopted_version("f" * 99)
    assert str(caught.value) == f"policy: expected a version adopted here, found {'f' * 64!r}"
    assert desk.journal.calls == []


# Permissions


def test_a_grant_takes_the_place_of_one_before(tmp_path, monkeypatch):
    desk = Desk(permitting, monkeypatch, tmp_path)
    desk.give("authorised", KARI)
    desk.give("customers.get", scenes.CUSTOMER)
    desk.give("recheck_effect", "recheck")
    old = Permission(id="o1", customer="c1", resource="vm1", kind=CASE.kind, until=NOW + HOUR,
                     by="ola", reasons="a test", granted_at=NOW - HOUR)  # fmt: skip
    words = {"person": "kari", "reasons": "a contract"}
    for before, rows in ((None, []), (old, [replace(old, revoked_at=NOW, revoked_by="kari")])):
        desk.give("permissions.covering", before)
        given = permitting.grant(desk.context, "c1/vm1", CASE.kind, NOW + DAY, **words)
        assert given == replace(
            old, id=given.id, until=NOW + DAY, by="kari", reasons="a contract", granted_at=NOW
        )
        call = desk.journal.one()
        assert call["rows"] == [*rows, given]
        assert (call["effects"], call["seen"]) == (["recheck"], [before] if before else [])
        assert said(call["entries"][0]) == {
            "type": EntryType.PERMISSION_CHANGED, "case": None, "by": "kari",
            "customer": "c1", "resource": "vm1", "granted": True, "kind": CASE.kind,
            "until": "2026-03-02T12:00:00Z", "reasons": "a contract",
        } | {"by": "kari"}  # fmt: skip
    permitting.revoke(desk.context, "c1/vm1", CASE.kind, person="kari", reasons="over")
    call = desk.journal.one()
    assert call["rows"] == [replace(old, revoked_at=NOW, revoked_by="kari")]
    assert call["seen"] == [old]
    assert said(call["entries"][0])["granted"] is False
    assert said(call["entries"][0])["reasons"] == "over"


# A whole decision replayed


def test_a_decision_replayed(tmp_path, monkeypatch):
    """Ruling, reasons and notices each; nobody knows of what was not kept."""
    desk = Desk(replaying, monkeypatch, tmp_path)
    step = TraceStep(rule="r", part="when", text="x", result=True)
    made = decision(trace=(step,))
    desk.give("decisions.get", made)
    desk.give("statements.get", STATEMENT)
    desk.give("actions.of_decision", [])
    desk.give("notices.of_case", [notice(decision="d1"), notice(id="n2", decision="d0")])
    desk.keep("_ruling_differences", ())
    desk.keep("_statement_differences", ())
    shown = replaying.replay_decision(desk.context, "d1")
    assert (shown.decision, shown.rule, shown.policy) == ("d1", "intrusion-block-port", "p1")
    assert (shown.facts, shown.same, shown.differs) == (made.facts.digest(), True, ())
    assert (shown.ruling, shown.statement) == (True, True)
    assert shown.why == "the same facts lead to the same ruling"
    assert [(one.notice, one.same) for one in shown.notices] == [("n1", None)]
    assert shown.words == {
        name: statement_text(STATEMENT, name, Limiting.NOT) for name in ("en", "nb")
    }
    assert desk.calls["_ruling_differences"] == [(made,)]
    assert desk.calls["_statement_differences"] == [(made, STATEMENT)]
    desk.give("_ruling_differences", ("trace",))
    desk.give("_statement_differences", ("statement: rule",))
    told = [notice(decision="d1", facts={"x": 1})]
    desk.give("notices.of_case", told)
    desk.give("_replay_notice", replaying.ReplayedNotice(notice="n1", kind="customer",
              language="nb", same=False))  # fmt: skip
    shown = replaying.replay_decision(desk.context, "d1")
    assert (shown.same, shown.ruling, shown.statement) == (False, False, False)
    assert shown.differs == ("trace", "statement: rule", "words of the customer notice")
    assert shown.why == "the ruling or its words differ"


@pytest.mark.parametrize("changes", [{"author": KARI}, {"reverses": "d0"}])
def test_what_no_rule_decided_has_no_ruling(tmp_path, monkeypatch, changes):
    """Without reasons kept with it nothing of it can be repeated."""
    desk = Desk(replaying, monkeypatch, tmp_path)
    desk.give("decisions.get", decision(**changes))
    desk.give("notices.of_case", [])
    desk.keep("_ruling_differences", ("x",))
    desk.keep("_statement_differences", ())
    desk.give("statements.get", STATEMENT)
    desk.give("actions.of_decision", [])
    shown = replaying.replay_decision(desk.context, "d1")
    assert (shown.ruling, shown.statement, shown.same) == (None, True, True)
    assert shown.why.endswith(": the same record leads to the same words")
    desk.give("statements.get", None)
    shown = replaying.replay_decision(desk.context, "d1")
    assert (shown.ruling, shown.statement, shown.same, shown.words) == (None, None, None, {})
    assert desk.calls["_ruling_differences"] == []
    desk.give("decisions.get", None)
    desk.give("retention.refuse_erased", None)
    with pytest.raises(Missing) as caught:
        replaying.replay_decision(desk.context, "q" * 99)
    assert str(caught.value) == f"decision: expected a known id, found {'q' * 60!r}"


@pytest.mark.parametrize(
    ("driver", "limiting"), [("nftables", Limiting.NOW), ("record", Limiting.NOT)]
)
def test_the_words_of_what_was_only_recorded(monkeypatch, driver, limiting):
    """What a driver took that changes nothing would be, and is not."""
    known = {STATEMENT.id: [action(driver=driver)]}
    monkeypatch.setattr(replaying.actions, "of_decision", known.get)
    assert replaying._words(STATEMENT) == {
        name: statement_text(STATEMENT, name, limiting) for name in ("en", "nb")
    }
