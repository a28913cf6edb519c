"""A case as records, replayed and masked: what is computed from rows, without a database."""

from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_address

import pytest

from app.deciding.parts import DAY, action, bare_context, decision, ruling
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.deciding import appeals, case_records, reattribute, replay, retell, undo
from aupkeep.app.deciding.masked_case import MASK, _masked
from aupkeep.app.notifying.statements import explained
from aupkeep.model.action import ActionState
from aupkeep.model.approval import Approval
from aupkeep.model.case import AnswerKind, CaseState
from aupkeep.model.customer import Contact
from aupkeep.model.decision import PortRange
from aupkeep.model.errors import Forbidden, Invalid
from aupkeep.model.finding import Offset
from aupkeep.model.holding import Candidate, Disputed, NotOurs, Unknown
from aupkeep.model.ladder import Cause, Measure
from aupkeep.model.made_by import MadeBy
from aupkeep.model.notice import NoticeKind
from aupkeep.model.ruling import TraceStep
from aupkeep.model.statement import StatedClause
from aupkeep.notify.fact_record import dump_facts
from aupkeep.notify.render import render
from aupkeep.store import actions, decisions, notices
from casework import scenes
from casework.scenes import ADDRESS, CASE, HELD, NOW, PEER
from notify.letters import FACTS, notice
from notify.test_statement_words import STATEMENT


def test_a_decision_as_a_record():
    made = decision(approvers=(scenes.KARI, scenes.OLA), reverses="d0")
    shown = case_records._decision(made)
    assert (shown.decision, shown.reverses, shown.approvers) == ("d1", "d0", ("kari", "ola"))
    assert (shown.measure, shown.level, shown.evidence) == (made.measure, "L3", made.evidence.name)
    assert (shown.author, shown.automatic) == (made.author.id, True)
    assert (shown.clause, shown.reasons) == (made.clause, made.reasons)
    assert (shown.starts, shown.ends) == (NOW, NOW + DAY)
    assert (shown.rule, shown.policy) == ("intrusion-block-port", "p1")


def test_an_action_as_a_record():
    """What narrows it is shown, and nothing where it is not narrowed."""
    scope = replace(
        decision().scope,
        destination=PEER,
        note="why",
        source_ports=PortRange(10, 19),
        account="kari",
        url="https://shop.example/x",
        name="shop.example",
    )
    shown = case_records._action(action(scope=scope, proof="read back"))
    assert (shown.action, shown.decision) == ("a1", "d1")
    assert (shown.driver, shown.target, shown.measure) == ("nftables", "edge", Measure.BLOCK_PORT)
    assert (shown.address, shown.protocol, shown.port) == (ADDRESS, "tcp", 22)
    assert (shown.destination, shown.note, shown.source_ports) == (PEER, "why", "10-19")
    assert (shown.until, shown.state, shown.proof) == (NOW + DAY, ActionState.WANTED, "read back")
    assert (shown.account, shown.url, shown.name) == (
        "kari",
        "https://shop.example/x",
        "shop.example",
    )
    assert shown.prefix is None
    six = replace(decision().scope, address=ip_address("2001:db8::7"), prefix_length=64)
    shown = case_records._action(action(scope=six))
    assert (shown.prefix, shown.source_ports) == ("2001:db8::/64", None)


def test_evidence_as_a_record():
    """A claim without a time of its own has no exactness, one without a report no line."""
    claim = scenes.claim(transport="udp", details={"a": "b"}, offsets={"at": Offset(0, 1, 2)})
    shown = case_records._evidence(claim, None)
    assert (shown.at, shown.exact, shown.received, shown.line) == (
        NOW - scenes.HOUR,
        1.0,
        None,
        None,
    )
    assert (shown.transport, shown.details, shown.offsets) == ("udp", {"a": "b"}, {"at": (0, 1, 2)})
    assert (shown.subject, shown.source) == (str(ADDRESS), "mail:reporter.example")
    assert (shown.role, shown.confidence) == (claim.finding.role, 0.9)
    assert (shown.holder.customer, shown.holder.resource) == ("c1", "vm1")
    assert shown.assignment == HELD.assignment
    timeless = replace(claim, finding=replace(claim.finding, at=None))
    assert case_records._evidence(timeless, None).exact is None
    masked = _masked(shown)
    assert (masked.source, masked.line, masked.details, masked.offsets) == (MASK, None, {}, {})
    assert (masked.subject, masked.at) == (shown.subject, shown.at)
    for ours in ("detector:logins", "telemetry:flows"):
        own = replace(shown, source=ours)
        assert _masked(own) == own


def test_a_notice_as_a_record():
    sent = notice(sent_at=NOW, failure="no such user")
    shown = case_records._notice(sent, {sent.id: "not proven: it came back"})
    assert shown.proof == "not proven: it came back"
    assert (shown.kind, shown.party, shown.title) == (sent.kind, sent.party, sent.title)
    assert (shown.sent, shown.failure) == (NOW, "no such user")
    assert case_records._notice(sent, {}).proof is None


def test_an_answer_as_a_record():
    """Who gave it for the customer is named."""
    given = replace(scenes.answer("w1"), reseller="r1", read_at=NOW)
    shown = case_records._answer(given)
    assert (shown.answer, shown.kind, shown.text) == ("w1", given.kind, given.text)
    assert (shown.at, shown.read, shown.reseller) == (given.at, NOW, "r1")


# Replay


def stated(made, **changes):
    """The statement that this decision bears out."""
    clause = replace(
        STATEMENT.clause,
        id=made.clause,
        text=made.clause_text,
        document=made.document,
        version=made.document_version,
    )
    own = {name: getattr(made, name) for name in replay.FIELDS}
    values = own | {
        "automated_decision": made.automatic,
        "clause": clause,
        "rule": made.versions.rule,
        "policy": made.versions.policy,
        "why": explained(made),
    }
    return replace(STATEMENT, **(values | changes))


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"measure": Measure.ISOLATE}, "measure"),
        ({"level": STATEMENT.level + 1}, "level"),
        ({"starts": NOW + DAY}, "starts"),
        ({"ends": None}, "ends"),
        ({"standard": "x"}, "standard"),
        ({"evidence": STATEMENT.evidence + 1}, "evidence"),
        ({"reverses": "d0"}, "reverses"),
        ({"automated_decision": False}, "author"),
        ({"rule": "x"}, "rule"),
        ({"policy": "x"}, "policy"),
        ({"why": {}}, "conditions"),
        ("id", "clause"),
        ("text", "clause text"),
        ("document", "document"),
        ("version", "document version"),
    ],
)
def test_each_part_of_the_reasons_is_borne_out(changes, name):
    """A statement that was changed anywhere is told by the part that differs."""
    step = TraceStep(rule="intrusion-block-port", part="when", text="case.events >= 1",
                     result=True, read=(("case.events", 2),))  # fmt: skip
    made = decision(trace=(step,))
    assert replay._statement_differences(made, stated(made)) == ()
    if isinstance(changes, str):
        clause = replace(stated(made).clause, **{changes: "other"})
        assert isinstance(clause, StatedClause)
        changes = {"clause": clause}
    assert replay._statement_differences(made, stated(made, **changes)) == (f"statement: {name}",)


def test_each_part_of_a_ruling_is_compared(monkeypatch):
    made = decision()
    same = ruling(made.measure, clause=made.clause, trace=made.trace)
    other = ruling(Measure.ISOLATE, clause="spam", trace=(TraceStep(
        rule="r", part="when", text="x", result=True),))  # fmt: skip
    stricter = replace(other, rule="another")
    monkeypatch.setattr(replay, "adopted_version", lambda digest: digest)
    for rulings, expected in (
        ([stricter, same], ()),
        ([stricter], ("rule intrusion-block-port does not speak",)),
        (
            [other],
            (
                "clause: expected intrusion, found spam",
                "measure: expected block-port, found isolate",
                f"level: expected {made.level}, found {other.level}",
                "trace",
            ),
        ),
    ):
        asked = []
        monkeypatch.setattr(
            replay.engine, "rulings", lambda *given, r=rulings, a=asked: a.append(given) or r
        )
        assert replay._ruling_differences(made) == expected
        assert asked == [("p1", made.facts)]


def test_why_a_replay_says_what_it_says():
    made = decision()

    def why(*differs: str, by_rule=False, repeated=True, **changes: object) -> str:
        one = replace(made, **changes)
        return replay._why(one, differs, by_rule=by_rule, repeated=repeated)

    assert why("x", by_rule=True) == "the ruling or its words differ"
    assert why(by_rule=True) == "the same facts lead to the same ruling"
    assert why(repeated=False) == "a person decided; no rule did, and no reasons were kept with it"
    words = "the same record leads to the same words"
    assert (why(), why(reverses="d0")) == (f"a person's decision: {words}", f"a lift: {words}")


def test_a_notice_is_told_again_from_its_facts():
    """The same title and text, or not; where facts were not kept or do not do, nobody knows."""
    facts = {**FACTS[NoticeKind.REMINDER], "local": None}
    words = render(NoticeKind.REMINDER, "nb", facts)
    kept = notice(
        kind=NoticeKind.REMINDER,
        language="no",
        title=words.title,
        text=words.text,
        facts=dump_facts(facts),
    )
    told = replay._replay_notice(kept)
    assert (told.notice, told.kind, told.language, told.same) == ("n1", "reminder", "nb", True)
    assert replay._replay_notice(replace(kept, title="x")).same is False
    assert replay._replay_notice(replace(kept, text="x")).same is False
    assert replay._replay_notice(replace(kept, facts={})).same is None
    assert replay._replay_notice(replace(kept, facts={"link": "x"})).same is None


# Appeals


def test_an_appeal_is_one_persons_to_judge():
    mine = replace(scenes.answer(kind=AnswerKind.APPEAL), assigned_to="kari")
    appeals.check_judge(mine, "kari")
    with pytest.raises(Forbidden) as caught:
        appeals.check_judge(mine, "ola")
    assert str(caught.value) == "refused (invariant 2): this appeal is kari's to read and judge"
    with pytest.raises(Forbidden) as caught:
        appeals.check_judge(replace(mine, assigned_to=None), "kari")
    assert str(caught.value) == (
        "refused (invariant 2): nobody here had no part in the decision; "
        "what nobody judges within 72 hours steps down by itself"
    )


def test_a_second_person_judges_no_appeal_by_any_other_decision():
    approval = Approval(id="p1", case="case1", measure=Measure.ISOLATE, hours=2, reasons="x",
                        cause=Cause.UNKNOWN, by="kari", at=NOW)  # fmt: skip
    changes = appeals.judgement_beside(None, CASE, approval, scenes.OLA)
    assert changes == ChangeSet()


# Who held it, by the records of today


def test_where_a_claim_goes_in_words():
    candidate = Candidate(customer="c", resource="r", assignment="a", start=NOW, end=None)
    words = {
        HELD: "c1/vm1 held it then",
        Disputed(candidates=(candidate, candidate)): "2 may have held it then",
        NotOurs(): "it was not ours then",
        Unknown(): "nobody on record held it then",
    }
    for holding, said in words.items():
        assert reattribute._words(holding) == said
        assert reattribute._holder(holding) == (("c1", "vm1") if holding is HELD else None)
    moved = [scenes.claim("1"), scenes.claim("2")]
    assert reattribute._unjoined(moved, ChangeSet(rows=[moved[0], CASE])) == [moved[1]]


# A notice that nobody got


def test_what_failed_has_a_way_now():
    """Another address, or a relay that takes mail again where it was the relay's fault."""
    contact = Contact(address="noc@c1.example")
    failed = notice(recipient="noc@c1.example", failure="mail to the relay: refused")
    asked = []

    def answers(said) -> Callable[[], bool]:
        return lambda: asked.append(said) or said

    assert retell._mended(replace(failed, recipient="old@c1.example"), contact, answers(False))
    assert asked == []
    assert retell._mended(failed, contact, answers(True))
    assert not retell._mended(failed, contact, answers(False))
    asked.clear()
    for failure in ("550 no such user", None):
        assert not retell._mended(replace(failed, failure=failure), contact, answers(True))
    assert asked == []


@pytest.mark.parametrize(
    ("made", "case", "told", "expected"),
    [
        ([], CASE, [], None),
        ([decision(Measure.INFORM, ends=None)], CASE, [], "d1"),
        ([decision(Measure.RECORD)], CASE, [], None),
        ([decision(Measure.INFORM)], replace(CASE, state=CaseState.CLOSED), [], None),
        ([decision(Measure.INFORM, ends=NOW)], CASE, [], None),
        ([decision(Measure.INFORM, reverses="d0")], CASE, [], None),
        (
            [decision(Measure.INFORM), decision(Measure.RECORD, id="d2", reverses="d1")],
            CASE,
            [],
            None,
        ),
        ([decision(Measure.INFORM), decision(Measure.INFORM, id="d2")], CASE, [], "d2"),
        ([decision(Measure.INFORM)], CASE, [notice(decision="d1")], None),
        ([decision(Measure.INFORM)], CASE, [notice(decision="d1", failure="x")], "d1"),
        ([decision(Measure.INFORM)], CASE, [notice(decision="d0")], "d1"),
        (
            [decision(Measure.INFORM)],
            CASE,
            [notice(decision="d1", kind=NoticeKind.PROTECTION)],
            None,
        ),
        ([decision(Measure.INFORM)], CASE, [notice(decision="d1", kind=NoticeKind.LIFTED)], "d1"),
    ],
)
def test_who_is_owed_a_word(tmp_path, monkeypatch, made, case, told, expected):
    """The newest decision that stands, where nothing about it reached anybody."""
    monkeypatch.setattr(decisions, "of_case", lambda _: made)
    monkeypatch.setattr(notices, "of_case", {CASE.id: told}.get)
    owed = retell.untold_decision(bare_context(tmp_path), case)
    assert (owed and owed.id) == expected


@pytest.mark.parametrize(
    ("states", "owed"),
    [([], False), ([ActionState.WANTED], False), ([ActionState.WANTED, ActionState.APPLIED], True)],
)
def test_a_limit_is_told_once_it_stands(monkeypatch, states, owed):
    found = [action(state=state) for state in states]
    monkeypatch.setattr(actions, "of_decision", lambda name: found if name == "d1" else [])
    assert retell._owed(decision()) is owed
    assert retell._owed(decision(Measure.INFORM_DEADLINE))


# Undoing


def test_a_version_is_named_by_the_beginning_of_its_hash():
    """Eight digits; fewer could be two versions."""
    assert MadeBy(rule="r", policy="0123ABCD").words == "rule r, policy 0123ABCD"
    assert not MadeBy(automatic=True)
    with pytest.raises(Invalid) as caught:
        MadeBy(policy="0123abc")
    assert str(caught.value) == "policy: expected at least 8 digits of its hash, found '0123abc'"


def test_one_whose_decision_is_gone_says_so(monkeypatch):
    monkeypatch.setattr(decisions, "get", lambda _: None)
    tried = undo._undo(None, action(), "x", scenes.KARI, mistaken=False)
    lift = undo._version_lift(action(), tried)
    assert (lift.error, lift.lifted_by) == ("action a1: its decision is gone", None)
    assert (lift.action, lift.state, lift.case) == ("a1", ActionState.WANTED, CASE.reference)
    assert (lift.rule, lift.policy, lift.until) == ("intrusion-block-port", "p1", NOW + DAY)
    assert lift.measure is Measure.BLOCK_PORT
