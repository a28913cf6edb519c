"""Views that people name: who has which, under which name, and what is written of a change."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from app.deciding.parts import Desk
from aupkeep.app.deciding import case_views, save_views
from aupkeep.app.deciding.case_views import ListedView
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Forbidden, Invalid, Missing
from aupkeep.model.roles import StaffAct
from aupkeep.model.saved_view import SavedView
from casework.scenes import NOW

KARI, OLA = (SimpleNamespace(id=f"s-{name}", address=f"{name}@desk.example", active=True)
             for name in ("kari", "ola"))  # fmt: skip
MINE = SavedView(id="v1", owner="s-kari", name="spam", query="view=open&kind=spam", made_at=NOW)
THEIRS = replace(MINE, id="v2", owner="s-ola", shared=True, query="view=all")
SOURCE = replace(MINE, id="v3", name="noisy", query="view=open&source=x%40y.example")
SHOWN = ListedView(
    view="v1", name="spam", query="view=open&kind=spam", shared=False, mine=True, owner=KARI.address
)


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """Kari's: a view of her own and one that Ola shares, of the same name."""
    made = Desk(save_views, monkeypatch, tmp_path)
    made.views = Desk(case_views, monkeypatch, tmp_path)
    made.give("staff.all", [KARI, OLA])
    made.give("staff.by_address", KARI)
    made.views.give("saved_views.seen_by", [THEIRS, MINE])
    made.give("person_of", KARI)
    made.give("actor_for", Actor(kind=ActorKind.PERSON, id=KARI.address))
    made.give("sees_reporters", value=True)
    made.views.give("sees_reporters", value=True)
    made.keep("authorised", KARI)
    made.keep("read_filter")
    return made


def words(error, act, *given: object, **more: object):
    """Of a refusal; nothing is written then."""
    with pytest.raises(error) as caught:
        act(*given, **more)
    return str(caught.value)


def test_the_query_of_a_view():
    """Words in their order, without blanks; the usual view and sort are not repeated."""
    asked = {"sort": "age", "kind": " spam ", "view": "all", "clause": " ", "other": "x"}
    assert case_views.view_query(asked) == "view=all&kind=spam&sort=age"
    assert case_views.view_query({"view": " ", "sort": "urgency"}) == "view=open"
    assert case_views.view_query({"sort": "urgency2"}) == "view=open&sort=urgency2"


def test_what_a_person_sees(desk):
    """One that names a reporter is not for whoever may not know who reported."""
    desk.views.give("saved_views.seen_by", [MINE, SOURCE])
    assert case_views.views_for("kari") == [MINE, SOURCE]
    desk.views.give("sees_reporters", value=False)
    assert case_views.views_for("kari") == [MINE]
    assert case_views.views_for(None) == [MINE, SOURCE]
    desk.views.give("saved_views.seen_by", [MINE])
    assert case_views.views_for("kari") == [MINE]


def test_the_list(desk):
    """Whose each is, and whether one may change it; of one who left no address is known."""
    theirs = ListedView(
        view="v2", name="spam", query="view=all", shared=True, mine=False, owner=OLA.address
    )
    assert case_views.list_views("KARI@desk.example") == [theirs, SHOWN]
    assert [x.mine for x in case_views.list_views(None)] == [False, False]
    desk.give("staff.all", [KARI])
    assert [x.owner for x in case_views.list_views("kari@desk.example")] == ["", KARI.address]


def test_the_words_of_a_name(desk):
    """One's own first, then a shared one, then one of ours."""
    own, shared = {"view": "open", "kind": "spam"}, {"view": "all"}
    assert case_views.words_of_view("spam", "kari") == own
    desk.give("staff.by_address", OLA)
    assert case_views.words_of_view("spam", "ola") == shared
    assert case_views.words_of_view("spam", None) == shared
    assert case_views.words_of_view("handled", "kari") == {"view": "handled"}
    desk.views.give("saved_views.seen_by", [replace(THEIRS, name="handled")])
    assert case_views.words_of_view("handled", "kari") == shared
    assert words(Missing, case_views.words_of_view, "x" * 70, "kari") == (
        f"view: expected the name of a view (aupkeep view list), found {'x' * 60!r}"
    )
    desk.views.give("saved_views.seen_by", [MINE, THEIRS])
    desk.give("staff.by_address", None)
    assert case_views.words_of_view("spam", "gone") == own


@pytest.mark.usefixtures("desk")
def test_what_is_asked_within_a_view():
    """What is asked beside the name counts; blanks say nothing."""
    asked = {"kind": "scan", "clause": " ", "age": "7d"}
    assert case_views.in_view("", asked, "kari") == {"kind": "scan", "age": "7d"}
    assert case_views.in_view("spam", asked, "kari") == {
        "view": "open",
        "kind": "scan",
        "age": "7d",
    }


def written(desk):
    """The view that was written, what it was before, and what the entry says."""
    call = desk.journal.one()
    (entry,) = call["entries"]
    assert (entry.type, entry.actor.id) == (EntryType.VIEW_CHANGED, KARI.address)
    (view,) = call["rows"]
    assert (entry.payload["staff"], entry.payload["view"]) == ("s-kari", view.id)
    assert entry.payload["shared"] is view.shared
    return view, call["seen"], entry.payload["change"]


def test_a_view_is_saved(desk):
    """A new one has an id, an owner and a time; whoever reads the queue may."""
    listed = save_views.save_view(
        desk.context, "  big \n fish ", {"customer": "c1", "sort": "oldest"}, person="kari"
    )
    view, seen, change = written(desk)
    assert view.id
    assert (view.owner, view.name, view.made_at, view.shared) == ("s-kari", "big fish", NOW, False)
    assert (view.query, seen, change) == ("view=open&customer=c1&sort=oldest", [], "saved")
    assert (listed.view, listed.name, listed.query) == (view.id, "big fish", view.query)
    assert (listed.mine, listed.owner, listed.shared) == (True, KARI.address, False)
    assert desk.calls["authorised"] == [("kari", StaffAct.READ)]
    ((context, asked, person),) = desk.calls["read_filter"]
    assert (context, person) == (desk.context, "kari")
    assert asked == {**dict.fromkeys(case_views.WORDS, ""), "customer": "c1", "sort": "oldest"}


def test_a_view_of_the_same_name_is_changed(desk):
    """It keeps its id; to share one takes whoever decides cases."""
    desk.views.give("saved_views.seen_by", [MINE])
    save_views.save_view(desk.context, "spam", {}, person="kari", shared=True)
    view, seen, change = written(desk)
    assert view == replace(MINE, query="view=open", shared=True)
    assert (seen, change) == ([MINE], "saved")
    assert desk.calls["authorised"] == [("kari", StaffAct.DECIDE)]


@pytest.mark.parametrize(
    ("name", "asked", "error", "said"),
    [
        (" ", {}, Invalid, "name: expected 1 to 60 characters"),
        ("x" * 61, {}, Invalid, "name: expected 1 to 60 characters"),
        ("a\x1bb", {}, Invalid, "name: expected 1 to 60 characters"),
        (
            "open",
            {},
            Invalid,
            (
                "name: expected another than open, answered, waiting, handled, all, closed, "
                "which are ours"
            ),
        ),
        ("x", {"sort": "s" * 50}, Invalid, None),
    ],
)
def test_a_view_that_is_refused(desk, name, asked, error, said):
    """In words, and nothing is written."""
    sorts = ", ".join(save_views.SORTS)
    said = said or f"sort: expected one of {sorts}, found {'s' * 40!r}"
    assert words(error, save_views.save_view, desk.context, name, asked, person="kari") == said
    assert desk.journal.calls == []


def test_a_name_has_as_many_characters(desk):
    save_views.save_view(desk.context, "x" * 60, {"sort": "urgency"}, person="kari")
    assert written(desk)[0].name == "x" * 60


def test_so_many_views_of_one_person(desk):
    """One more is refused; one of them may be changed, and what others share does not count."""
    many = [replace(MINE, id=f"m{n}", name=f"n{n}") for n in range(50)]
    desk.views.give("saved_views.seen_by", [*many, THEIRS])
    said = words(Conflict, save_views.save_view, desk.context, "new", {}, person="kari")
    assert said == "views: expected at most 50 of one person; delete one first"
    save_views.save_view(desk.context, "n7", {}, person="kari")
    assert written(desk)[0].id == "m7"
    desk.views.give("saved_views.seen_by", [*many[:49], THEIRS, replace(THEIRS, id="v9", name="y")])
    save_views.save_view(desk.context, "new", {}, person="kari")
    assert written(desk)[0].name == "new"


IN_USE = "view spam: expected a new name, found one that is in use"


@pytest.mark.parametrize(
    ("others", "shared", "refused"),
    [
        ([THEIRS], True, True),
        ([THEIRS], False, False),
        ([replace(THEIRS, shared=False)], True, False),
        ([replace(THEIRS, name="other")], True, False),
        ([replace(MINE, id="v9")], False, True),
    ],
)
def test_a_name_that_is_in_use(desk, others, shared, refused):
    """By another of one's own, or where both are shared."""
    desk.views.give("saved_views.seen_by", [MINE, *others])
    if refused:
        said = words(
            Conflict, save_views.change_view, desk.context, "v1", person="kari", shared=shared
        )
        assert said == IN_USE
        assert desk.journal.calls == []
    else:
        save_views.change_view(desk.context, "v1", person="kari", shared=shared)
        assert written(desk)[0] == replace(MINE, shared=shared)


def test_a_view_is_changed(desk):
    """Its name, whether it is shared, or neither; by its id or its name."""
    desk.views.give("saved_views.seen_by", [THEIRS, MINE])
    listed = save_views.change_view(desk.context, "spam", person="kari", name=" new  name ")
    view, seen, change = written(desk)
    assert (view, seen, change) == (replace(MINE, name="new name"), [MINE], "changed")
    assert (listed.name, listed.mine) == ("new name", True)
    assert desk.calls["authorised"] == [("kari", StaffAct.READ)]
    save_views.change_view(desk.context, "v1", person="kari")
    assert written(desk)[0] == MINE
    save_views.change_view(desk.context, "v1", person="kari", name="other", shared=True)
    assert written(desk)[0] == replace(MINE, name="other", shared=True)
    assert desk.calls["authorised"][-1] == ("kari", StaffAct.DECIDE)
    shared = replace(MINE, shared=True)
    desk.views.give("saved_views.seen_by", [shared])
    save_views.change_view(desk.context, "v1", person="kari", name="other")
    assert desk.calls["authorised"][-1] == ("kari", StaffAct.DECIDE)
    save_views.change_view(desk.context, "v1", person="kari", shared=False)
    assert desk.calls["authorised"][-1] == ("kari", StaffAct.READ)
    assert written_last(desk) == MINE


def written_last(desk):
    return desk.journal.calls[-1]["rows"][0]


def test_only_ones_own_are_changed(desk):
    """Another's, or one that is not there, is none of one's own."""
    for act in (save_views.change_view, save_views.delete_view):
        for named in ("v2", "y" * 70):
            said = words(Missing, act, desk.context, named, person="kari")
            assert said == (
                f"view: expected one of your own (aupkeep view list), found {named[:60]!r}"
            )


def test_a_view_is_deleted(desk):
    """Its name is then free, so nobody else's stands in the way."""
    desk.views.give("saved_views.seen_by", [replace(MINE, id="v9"), MINE, THEIRS])
    save_views.delete_view(desk.context, "v1", person="kari")
    view, seen, change = written(desk)
    assert (view, seen, change) == (replace(MINE, removed_at=NOW), [MINE], "deleted")
    assert desk.calls["authorised"] == [("kari", StaffAct.READ)]


def test_a_view_that_a_leaver_left_behind(desk):
    """Whoever may share deletes it, unless they have one of that name; it stays the leaver's."""
    desk.give("staff.all", [KARI, SimpleNamespace(**{**vars(OLA), "active": False})])
    assert case_views.is_left(THEIRS)
    assert not case_views.is_left(MINE)
    listed = save_views.delete_view(desk.context, "v2", person="kari")
    assert written(desk)[:2] == (replace(THEIRS, removed_at=NOW), [THEIRS])
    assert [act for _, act in desk.calls["authorised"]] == [StaffAct.READ, StaffAct.DECIDE]
    assert (listed.owner, listed.mine) == (OLA.address, False)
    save_views.delete_view(desk.context, "spam", person="kari")
    assert written(desk)[0] == replace(MINE, removed_at=NOW)
    desk.give("staff.all", [KARI])
    desk.views.give("saved_views.seen_by", [THEIRS])
    assert save_views.delete_view(desk.context, "spam", person="kari").owner == ""


def test_a_reporter_in_a_view_takes_who_may_know(desk):
    """Blanks name none."""
    desk.give("sees_reporters", value=False)
    given = {"person": "kari"}
    said = words(
        Forbidden, save_views.save_view, desk.context, "x", {"source": "a@x.example"}, **given
    )
    assert said == "source: your roles may not know who reported (docs/roles.md)"
    save_views.save_view(desk.context, "x", {"source": " "}, **given)
    assert written(desk)[0].query == "view=open"


def test_views_are_looked_for_as_a_person_sees_them(desk):
    """Whoever asks, and for a name of a view its owner by their address."""
    asked, knowing = [], []

    def seen_by(person) -> list[SavedView]:
        asked.append(person)
        return [MINE]

    def sees_reporters(person) -> bool:
        knowing.append(person)
        return True

    desk._monkeypatch.setattr(case_views.saved_views, "seen_by", seen_by)
    for room in (case_views, save_views):
        desk._monkeypatch.setattr(room, "sees_reporters", sees_reporters)
    case_views.list_views("kari")
    case_views.words_of_view("spam", "kari")
    assert asked == ["kari", "kari"]
    save_views.save_view(desk.context, "new", {"source": "a@x.example"}, person="kari")
    save_views.change_view(desk.context, "v1", person="kari", name="other")
    save_views.delete_view(desk.context, "v1", person="kari")
    assert set(asked) == {"kari", KARI.address}
    assert knowing == ["kari"]
    desk.views.give("saved_views.seen_by", [SOURCE])
    case_views.views_for("ola")
    assert knowing == ["kari", "ola"]
