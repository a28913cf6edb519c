"""A grant asked for, given, replaced and revoked: what is refused, and what is written of each."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from app.deciding.parts import Desk, said
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.deciding import grants as granting
from aupkeep.app.deciding.grants import WantedGrant
from aupkeep.model.actor import Actor
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Forbidden, Invalid, Missing
from aupkeep.model.grant import ALL, Grant, GrantKind, GrantScope
from aupkeep.model.ladder import Level
from aupkeep.model.roles import StaffAct
from aupkeep.policy.pack import Status
from casework.scenes import KARI, NOW, OLA

DAY = timedelta(days=1)
FOUND = "grant: expected one that waits, found it"
EVERYBODY = {"scope": GrantScope.ALL}
NEEDED = {
    GrantKind.STAFF: {},
    GrantKind.RECEIPTS: {},
    GrantKind.NOTICES: {"rule": ALL, **EVERYBODY},
    GrantKind.PEOPLE: {"target": "edge", **EVERYBODY},
    GrantKind.ACT: {"rule": "limit", "target": "edge", "ceiling": 2, **EVERYBODY},
    GrantKind.EVERYTHING: {},
}
RULES = [
    SimpleNamespace(id="limit", status=Status.LIVE, level=Level.L3),
    SimpleNamespace(id="trial", status=Status.SHADOW, level=Level.L3),
    SimpleNamespace(id="tell", status=Status.LIVE, level=Level.L2),
    SimpleNamespace(id="draft", status=Status.DRAFT, level=Level.L3),
    SimpleNamespace(id="gone", status=Status.RETIRED, level=Level.L1),
]
LIVE = Grant(
    id="g1",
    kind=GrantKind.NOTICES,
    rule=ALL,
    starts=NOW - DAY,
    until=NOW + DAY,
    asked_by="kari",
    asked_at=NOW - 2 * DAY,
    reasons="so",
    granted_by="ola",
    granted_at=NOW - DAY,
)
WAITS = replace(LIVE, id="g2", granted_by=None, granted_at=None)
REVOKED = replace(LIVE, revoked_by="kari", revoked_at=NOW)


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """Kari and Ola are two; the policy has rules of each status."""
    desk = Desk(granting, monkeypatch, tmp_path)
    desk.asked = []

    def authorised(person, act) -> Actor:
        desk.asked.append((person, act))
        return {"kari": KARI, "ola": OLA}[person]

    monkeypatch.setattr(granting, "authorised", authorised)
    desk.give("is_alone", value=False)
    desk.give("policy_in_force", SimpleNamespace(rules=RULES))
    desk.give("grants.get", None)
    return desk


def wanted(kind=GrantKind.ACT, **changes):
    """What is needed for a kind, changed as asked."""
    given = {"kind": kind, "until": NOW + 9 * DAY, "reasons": " so ", **NEEDED[kind]}
    return WantedGrant(**(given | changes))


def refusal(desk, asked, error=Invalid, **more):
    with pytest.raises(error) as caught:
        granting.draft_grant(desk.context, asked, "kari", **more)
    return str(caught.value)


@pytest.mark.parametrize("kind", GrantKind)
def test_each_kind_has_what_it_needs_and_no_more(desk, kind):
    """The draft is what was asked for, by whoever asked, now."""
    made = granting.draft_grant(desk.context, wanted(kind), "kari")
    needed = {"target": ALL} if kind is GrantKind.EVERYTHING else NEEDED[kind]
    assert made == Grant(
        id=made.id,
        kind=kind,
        starts=NOW,
        until=NOW + 9 * DAY,
        asked_by="kari",
        asked_at=NOW,
        reasons="so",
        **needed,
    )
    assert len(made.id) == 36


@pytest.mark.parametrize(
    ("starts", "until", "good"),
    [
        (None, NOW, False),
        (None, NOW + timedelta(seconds=1), True),
        (None, NOW + 92 * DAY, True),
        (None, NOW + 92 * DAY + timedelta(seconds=1), False),
        (NOW + DAY, NOW + DAY, False),
        (NOW + DAY, NOW + 2 * DAY, True),
        (NOW - DAY, NOW, False),
        (NOW - DAY, NOW + DAY, True),
    ],
)
def test_it_ends_after_its_start_and_within_three_months(desk, starts, until, good):
    asked = wanted(starts=starts, until=until)
    if good:
        made = granting.draft_grant(desk.context, asked, "kari")
        assert (made.starts, made.until) == (starts or NOW, until)
    else:
        said_ = refusal(desk, asked)
        assert said_.startswith(
            "until: expected a time within 92 days from now and after the start, found 2026-"
        )


def test_a_trial_is_a_week(desk):
    """Everything at once, for seven days and no longer."""
    made = granting.ask_everything(desk.context, "kari", "a trial")
    assert (made.kind, made.until, made.target) == (GrantKind.EVERYTHING, NOW + 7 * DAY, ALL)
    longer = wanted(GrantKind.EVERYTHING)
    assert "within 7 days" in refusal(desk, longer, longest=granting.TRIAL)
    assert desk.asked == [("kari", StaffAct.GRANT)] * 3
    with pytest.raises(Invalid, match="within 7 days"):
        granting.ask_grant(desk.context, longer, "kari", longest=granting.TRIAL)


RULED = "rule: expected one of limit, trial, found "
TOLD = "rule: expected all, or one of tell, found "
WHERE = "target: expected one of edge, people, all, found "
PREFIX = "prefix: expected one such as 192.0.2.0/24, found "
VALUE = "expected its value, and none for all, found"


@pytest.mark.parametrize(
    ("kind", "changes", "reason"),
    [
        (GrantKind.ACT, {"reasons": " "}, "reasons: expected why, found nothing"),
        (GrantKind.ACT, {"share": 0}, "share: expected 1 to 100 percent of the cases, found 0"),
        (GrantKind.ACT, {"share": 101}, "share: expected 1 to 100 percent of the cases, found 101"),
        (GrantKind.ACT, {"rule": ""}, f"{RULED}''"),
        (GrantKind.ACT, {"rule": ALL}, f"{RULED}'all'"),
        (GrantKind.ACT, {"rule": "tell"}, f"{RULED}'tell'"),
        (GrantKind.ACT, {"rule": "draft"}, f"{RULED}'draft'"),
        (GrantKind.ACT, {"rule": "x" * 99}, f"{RULED}{'x' * 60!r}"),
        (GrantKind.NOTICES, {"rule": ""}, f"{TOLD}''"),
        (GrantKind.NOTICES, {"rule": "limit"}, f"{TOLD}'limit'"),
        (GrantKind.NOTICES, {"rule": "gone"}, f"{TOLD}'gone'"),
        (GrantKind.PEOPLE, {"rule": "x" * 99},
         f"rule: expected none for people, found {'x' * 60!r}"),
        (GrantKind.STAFF, {"rule": ALL}, "rule: expected none for staff, found 'all'"),
        (GrantKind.ACT, {"target": ""}, f"{WHERE}''"),
        (GrantKind.PEOPLE, {"target": "x" * 99}, f"{WHERE}{'x' * 60!r}"),
        (GrantKind.NOTICES, {"target": "edge"}, "target: expected none for notices, found 'edge'"),
        (GrantKind.STAFF, {"target": "x" * 99},
         f"target: expected none for staff, found {'x' * 60!r}"),
        (GrantKind.ACT, {"ceiling": None},
         "ceiling: expected how many a day a rule may do at most, found nothing"),
        (GrantKind.ACT, {"ceiling": 0}, "ceiling: expected 1 to 1000 a day, found 0"),
        (GrantKind.NOTICES, {"ceiling": 1001}, "ceiling: expected 1 to 1000 a day, found 1001"),
        (GrantKind.PEOPLE, {"ceiling": 5}, "ceiling: expected none for people, found 5"),
        (GrantKind.ACT, {"scope": None},
         "scope: expected all, or a prefix, a tier or a tag, found nothing"),
        (GrantKind.ACT, {"value": " gold "}, f"all: {VALUE} 'gold'"),
        (GrantKind.ACT, {"scope": GrantScope.TIER, "value": " "}, f"tier: {VALUE} nothing"),
        (GrantKind.ACT, {"value": "x" * 99}, f"all: {VALUE} {'x' * 60!r}"),
        (GrantKind.ACT, {"scope": GrantScope.PREFIX, "value": "x" * 99}, f"{PREFIX}{'x' * 60!r}"),
        (GrantKind.ACT, {"scope": GrantScope.PREFIX, "value": "192.0.2.1/24"},
         f"{PREFIX}'192.0.2.1/24'"),
        (GrantKind.STAFF, {"scope": GrantScope.TAG}, "scope: expected none for staff, found tag"),
    ],
)  # fmt: skip
def test_a_blank_or_a_word_too_many_is_refused(desk, kind, changes, reason):
    """Word for word; nothing is taken for everything that was not said."""
    assert refusal(desk, wanted(kind, **changes)) == reason


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        (GrantKind.ACT, {"rule": "trial"}),
        (GrantKind.ACT, {"target": ALL}),
        (GrantKind.ACT, {"target": "people"}),
        (GrantKind.ACT, {"ceiling": 1}),
        (GrantKind.ACT, {"ceiling": 1000}),
        (GrantKind.ACT, {"share": 1}),
        (GrantKind.ACT, {"share": 100}),
        (GrantKind.NOTICES, {"rule": "tell", "ceiling": 7}),
        (GrantKind.NOTICES, {"ceiling": None}),
        (GrantKind.PEOPLE, {"scope": GrantScope.PREFIX, "value": " 192.0.2.0/24 "}),
        (GrantKind.PEOPLE, {"scope": GrantScope.TIER, "value": " gold "}),
        (GrantKind.PEOPLE, {"scope": GrantScope.TAG, "value": "friend"}),
    ],
)
def test_what_stands_just_inside_is_taken(desk, kind, changes):
    """As it was said, without blanks around it."""
    made = granting.draft_grant(desk.context, wanted(kind, **changes), "kari")
    for name, value in changes.items():
        assert getattr(made, name) == (value.strip() if name == "value" else value)


def test_a_kind_without_a_scope_is_about_everybody(desk):
    """Also where that is said."""
    made = granting.draft_grant(desk.context, wanted(GrantKind.STAFF, **EVERYBODY), "kari")
    assert (made.scope, made.value) == (GrantScope.ALL, "")


def test_without_rules_none_can_be_named(desk):
    desk.give("policy_in_force", SimpleNamespace(rules=[]))
    assert refusal(desk, wanted()) == "rule: expected one of none, found 'limit'"


CONTENT = {
    "kind": "act",
    "rule": "limit",
    "target": "edge",
    "scope": "all",
    "value": "",
    "ceiling": 2,
    "share": 100,
    "starts": "2026-03-01T12:00:00Z",
    "until": "2026-03-10T12:00:00Z",
    "reasons": "so",
}


@pytest.mark.parametrize("alone", [False, True])
def test_what_is_asked_waits_for_a_second_person(desk, alone):
    """One who is alone gives it at once, and the journal says so."""
    desk.give("is_alone", value=alone)
    made = granting.ask_grant(desk.context, wanted(), "kari")
    call = desk.journal.one()
    common = {"case": None, "by": "kari", "grant": made.id, **CONTENT, "replaces": None}
    entries = [said(entry) for entry in call["entries"]]
    assert [item.pop("by") for item in entries] == ["kari"] * len(entries)
    payload = call["entries"][0].payload
    assert payload["by"] == "kari"
    del common["by"]
    asked = common | {"type": EntryType.GRANT_ASKED}
    given = common | {"type": EntryType.GRANT_GIVEN, "second": None, "alone": True}
    assert entries == [asked, *([given] if alone else [])]
    assert call["rows"] == [made]
    assert (made.granted_by, made.granted_at) == (None, NOW if alone else None)
    assert call["seen"] == []


def test_a_second_person_gives_it(desk):
    """It is live, and a row that somebody changed meanwhile is not overwritten."""
    desk.give("grants.get", WAITS)
    given = granting.give_grant(desk.context, "g2", person="ola")
    assert given == replace(WAITS, granted_by="ola", granted_at=NOW)
    call = desk.journal.one()
    assert (call["rows"], call["seen"]) == ([given], [WAITS])
    (entry,) = call["entries"]
    assert (entry.type, entry.actor) == (EntryType.GRANT_GIVEN, OLA)
    assert (entry.payload["second"], entry.payload["alone"]) == ("ola", False)
    assert desk.asked == [("ola", StaffAct.GRANT), ("kari", StaffAct.GRANT)]


@pytest.mark.parametrize(
    ("grant", "error", "reason"),
    [
        (None, Missing, f"grant: expected a known id, found {'g' * 60!r}"),
        (LIVE, Conflict, f"{FOUND} live, given by ola at {LIVE.granted_at:%Y-%m-%d %H:%M} UTC"),
        (replace(WAITS, until=NOW), Conflict, f"{FOUND} ended"),
        (REVOKED, Conflict, f"{FOUND} revoked, by kari at {NOW:%Y-%m-%d %H:%M} UTC"),
        (
            replace(WAITS, asked_by="ola"),
            Forbidden,
            "refused (invariant 2): who asked for a grant does not give it",
        ),
        (replace(WAITS, behind=("ola",)), Forbidden, None),
    ],
)
def test_what_cannot_be_given(desk, grant, error, reason):
    """Unknown, given, over, one's own, or asked for by a token that one made."""
    desk.give("grants.get", grant)
    with pytest.raises(error) as caught:
        granting.give_grant(desk.context, "g" * 99, person="ola")
    assert reason in {None, str(caught.value)}
    assert reason or str(caught.value).startswith("refused (invariant 15): ")
    assert desk.journal.calls == []


@pytest.mark.parametrize("grant", [LIVE, WAITS, replace(LIVE, starts=NOW + DAY / 2)])
def test_whoever_may_freeze_ends_it(desk, grant):
    """Live, waiting or to come; a reason is written."""
    desk.give("grants.get", grant)
    ended = granting.revoke_grant(desk.context, grant.id, person="kari", reason=" too loud ")
    assert ended == replace(grant, revoked_by="kari", revoked_at=NOW, revoked_why="too loud")
    call = desk.journal.one()
    assert (call["rows"], call["seen"]) == ([ended], [grant])
    assert said(call["entries"][0]) == {
        "type": EntryType.GRANT_REVOKED,
        "case": None,
        "by": "kari",
        "grant": grant.id,
        "kind": "notices",
        "rule": ALL,
        "why": " too loud ",
    }
    assert desk.asked == [("kari", StaffAct.UNDO)]


@pytest.mark.parametrize("state", ["ended", "revoked"])
def test_what_is_over_is_not_ended_again(desk, state):
    desk.give("grants.get", replace(LIVE, **{"until" if state == "ended" else "revoked_at": NOW}))
    with pytest.raises(Conflict) as caught:
        granting.revoke_grant(desk.context, "g1", person="kari", reason="so")
    assert str(caught.value) == f"grant: expected one that is not over, found it {state}"
    with pytest.raises(Invalid) as caught:
        granting.revoke_grant(desk.context, "g1", person="kari", reason=" ")
    assert str(caught.value) == "reason: expected why it ends, found nothing"


def test_the_switch_ends_all(desk):
    """Each that is not over, in one set of changes."""
    desk.give("grants.open_ones", [LIVE, WAITS])
    changes = ChangeSet()
    ended = granting.revoke_all(desk.context, KARI, "silence", changes)
    assert [grant.revoked_why for grant in ended] == ["silence"] * 2
    assert (changes.rows, changes.seen) == (ended, [LIVE, WAITS])


NEXT = {"rule": ALL, "replaces": "g1"}
OVER = "replaces: expected a grant that is live, found it ended"


def test_one_that_replaces_another_ends_it(desk):
    """In the moment in which it is given, and not before."""
    desk.give("grants.get", LIVE)
    made = granting.ask_grant(desk.context, wanted(GrantKind.NOTICES, **NEXT), "kari")
    call = desk.journal.one()
    assert (call["rows"], len(call["entries"])) == ([made], 1)
    known = {made.id: made, "g1": LIVE}
    desk._monkeypatch.setattr(granting.grants, "get", known.get)
    given = granting.give_grant(desk.context, made.id, person="ola")
    call = desk.journal.one()
    ended = replace(LIVE, revoked_by="ola", revoked_at=NOW, revoked_why=f"replaced by {made.id}")
    assert (call["rows"], call["seen"]) == ([given, ended], [made, LIVE])


@pytest.mark.parametrize(
    ("before", "error", "reason"),
    [
        (None, Missing, "grant: expected a known id, found 'g1'"),
        (
            replace(LIVE, kind=GrantKind.ACT),
            Invalid,
            "replaces: expected a grant of the same kind and rule, found g1",
        ),
        (
            replace(LIVE, rule="tell"),
            Invalid,
            "replaces: expected a grant of the same kind and rule, found g1",
        ),
        (WAITS, Conflict, "replaces: expected a grant that is live, found it waiting"),
        (replace(LIVE, until=NOW), Conflict, OVER),
        (replace(LIVE, starts=NOW + DAY / 2), None, ""),
    ],
)
def test_only_what_is_live_or_to_come_is_replaced(desk, before, error, reason):
    """Of the same kind and rule."""
    desk.give("grants.get", before)
    asked = wanted(GrantKind.NOTICES, **NEXT)
    if error is None:
        assert granting.draft_grant(desk.context, asked, "kari").replaces == "g1"
    else:
        assert refusal(desk, asked, error) == reason


def test_whoever_made_the_token_is_written_behind_who_asked(desk, monkeypatch):
    """The maker goes on to `with_makers`, when asked for and when given."""
    seen = []

    def with_makers(context, actor, maker=None) -> Actor:
        seen.append((context is desk.context and actor.id, maker))
        return replace(actor, behind=("ada",) if maker else ())

    monkeypatch.setattr(granting, "with_makers", with_makers)
    monkeypatch.setattr(granting, "second_person", lambda c, who, _at, by: with_makers(c, who, by))
    made = granting.ask_grant(desk.context, wanted(), "kari", maker="m1")
    assert made.behind == ("ada",)
    trial = granting.ask_everything(desk.context, "kari", "so", "m2")
    assert trial.behind == ("ada",)
    desk.give("grants.get", WAITS)
    granting.give_grant(desk.context, "g2", person="ola", maker="m3")
    assert seen == [("kari", "m1"), ("kari", "m2"), ("ola", "m3"), ("kari", None)]
