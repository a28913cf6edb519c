"""A view of the queue under a name: the same for page, command and program, and its person's."""

import json

import pytest
from click.testing import CliRunner
from django.test import Client

from aupkeep.app.access.staff import change_roles, remove_person
from aupkeep.app.access.tokens import add_token
from aupkeep.app.access.unix_users import map_user
from aupkeep.app.deciding.case_list import list_cases
from aupkeep.app.deciding.case_views import list_views, words_of_view
from aupkeep.app.deciding.save_views import MOST, save_view
from aupkeep.cli.group import group
from aupkeep.model.errors import Conflict, Invalid, Missing
from aupkeep.model.roles import StaffRole
from web.seed_cases import KARI
from web.seeded import Seeded
from web.test_queue import shown
from web.test_search import guest, text_of

LOGINS = "view=all&kind=connection%2Flogin_attack&sort=oldest"
SAVED = {"name": "old logins", "query": LOGINS}


def command(*words: str) -> object:
    """What a command of Kari's shell says."""
    done = CliRunner().invoke(group, [*words, "-o", "json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_a_view_is_the_same_for_page_command_and_program(seeded: Seeded, kari: Client):
    """Saved on the page, listed by the command, read, renamed and deleted by the API."""
    map_user(seeded.context, KARI.id, None)
    own = add_token(
        seeded.context, "own", trusted=False, scopes=("approve", "case"), days=9, person=KARI.id
    )
    bearer = {"Authorization": f"Bearer {own.token}"}
    saved = kari.post("/queue/views", SAVED)
    assert (saved.status_code, saved["Location"]) == (303, f"/queue?{LOGINS}")
    text = text_of(kari, saved["Location"])
    assert f'href="?{LOGINS.replace("&", "&amp;")}" aria-current="true"><span>old logins<' in text
    there = shown(kari, f"?{LOGINS}")
    assert len(there) > 1
    listed = command("case", "list", "--view", "old logins")
    assert {row["reference"] for row in listed} == there
    answer = kari.get("/api/v1/cases?view=old%20logins", headers=bearer)
    assert [row["reference"] for row in answer.json()] == [row["reference"] for row in listed]
    fewer = command("case", "list", "--view", "old logins", "--customer", "nobody-at-all")
    assert fewer == []
    (view,) = kari.get("/api/v1/views", headers=bearer).json()
    assert (view["name"], view["query"], view["mine"]) == ("old logins", LOGINS, True)
    path = f"/api/v1/views/{view['view']}"
    renamed = kari.post(
        f"{path}/change", {"name": "logins"}, content_type="application/json", headers=bearer
    )
    assert renamed.json()["name"] == "logins"
    assert [row["name"] for row in command("view", "list")] == ["logins"]
    assert kari.delete(path, headers=bearer).status_code == 200
    assert command("view", "list") == []
    assert kari.delete(path, headers=bearer).status_code == 404
    assert seeded.written().count("view-changed") == 3


def test_a_command_and_a_program_save_one_too(seeded: Seeded, kari: Client):
    map_user(seeded.context, KARI.id, None)
    made = command("view", "save", "mine", "--of", "all", "--assignee", "me", "--shared")
    assert (made["query"], made["shared"]) == ("view=all&assignee=me", True)
    command("view", "change", "mine", "--name", "my own", "--own")
    assert "<span>my own</span>" in text_of(kari, "/queue")
    command("view", "delete", "my own")
    own = add_token(
        seeded.context, "own", trusted=False, scopes=("approve",), days=9, person=KARI.id
    )
    sent = {"name": "strong", "evidence": "E2"}
    bearer = {"Authorization": f"Bearer {own.token}"}
    posted = kari.post("/api/v1/views", sent, content_type="application/json", headers=bearer)
    assert posted.json()["query"] == "view=open&evidence=E2"


def test_a_shared_view_is_everybodys_to_read_and_its_persons_to_change(
    seeded: Seeded, kari: Client
):
    """`me` in it is who looks; a colleague neither renames nor deletes it."""
    shared = save_view(
        seeded.context, "ours", {"view": "all", "assignee": "me"}, person=KARI.id, shared=True
    )
    save_view(seeded.context, "secret plan", {"view": "all"}, person=KARI.id)
    lena = guest(seeded, "lena@desk.example", StaffRole.ANALYST)
    text = text_of(lena, "/queue")
    assert "<span>ours</span>" in text
    assert "secret plan" not in text + text_of(lena, "/queue/views")
    for act in ("change", "delete"):
        sent = lena.post(f"/queue/views/{shared.view}/{act}", {"name": "taken"})
        assert sent.status_code == 404
    with pytest.raises(Missing):
        words_of_view("secret plan", "lena@desk.example")
    again = lena.post("/queue/views", {"name": "ours", "query": "view=closed", "shared": "yes"})
    assert again.status_code == 409
    assert 'value="ours"' in again.content.decode(), "what was typed is kept"
    save_view(seeded.context, "ours", {"view": "closed"}, person="lena@desk.example")
    assert words_of_view("ours", "lena@desk.example") == {"view": "closed"}, "one's own comes first"
    assert words_of_view("ours", KARI.id) == {"view": "all", "assignee": "me"}


def test_who_decides_nothing_keeps_views_and_shares_none(seeded: Seeded, kari: Client):
    noor = guest(seeded, "noor@desk.example", StaffRole.AUDITOR)
    assert noor.post("/queue/views", SAVED).status_code == 303
    assert 'name="shared"' not in text_of(noor, "/queue")
    assert noor.post("/queue/views", SAVED | {"shared": "yes"}).status_code == 403


def test_invariant_10_a_shared_view_names_no_reporter_to_who_may_not_know(
    seeded: Seeded, kari: Client
):
    words = {"view": "all", "source": "mail:cert.example"}
    save_view(seeded.context, "of the CERT", words, person=KARI.id, shared=True)
    otto = guest(seeded, "otto@desk.example", StaffRole.OPERATOR)
    assert "of the CERT" in text_of(kari, "/queue/views")
    assert "cert" not in text_of(otto, "/queue/views").lower()
    assert "of the CERT" not in text_of(otto, "/queue")
    assert list_views("otto@desk.example") == []


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("", {}),
        ("x" * 61, {}),
        ("all", {}),
        ("x", {"view": "nothing"}),
        ("x", {"evidence": "E9"}),
        ("x", {"sort": "loudest"}),
    ],
)
def test_what_is_no_view_is_not_saved(name: str, asked: dict[str, str], seeded: Seeded):
    with pytest.raises(Invalid):
        save_view(seeded.context, name, asked, person=KARI.id)


def test_a_name_is_changed_by_saving_it_again(seeded: Seeded):
    save_view(seeded.context, "x", {"view": "closed"}, person=KARI.id)
    save_view(seeded.context, "x", {"view": "all"}, person=KARI.id)
    assert [view.query for view in list_views(KARI.id)] == ["view=all"]
    assert list_cases(seeded.context, words_of_view("x", KARI.id), person=KARI.id)


def test_nobody_keeps_views_without_end(seeded: Seeded, monkeypatch: pytest.MonkeyPatch):
    assert MOST > 1
    monkeypatch.setattr("aupkeep.app.deciding.save_views.MOST", 1)
    save_view(seeded.context, "x", {}, person=KARI.id)
    with pytest.raises(Conflict, match="at most 1"):
        save_view(seeded.context, "y", {}, person=KARI.id)


def test_a_view_names_nobody_for_whom_it_would_be_hidden(seeded: Seeded, kari: Client):
    """Kept, it could be neither seen nor deleted."""
    noc = guest(seeded, "noc@desk.example", StaffRole.NOC)
    sent = {"name": "of one", "query": "source=mail%3Areporter.example"}
    assert noc.post("/queue/views", sent).status_code == 403
    assert "view-changed" not in seeded.written()


def test_what_a_leaver_shared_is_deleted_by_who_may_share(seeded: Seeded, kari: Client):
    guest(seeded, "lena@desk.example", StaffRole.ANALYST)
    shared = save_view(seeded.context, "spam", {}, person="lena@desk.example", shared=True)
    path = f"/queue/views/{shared.view}/delete"
    assert kari.post(path).status_code == 404
    remove_person(seeded.context, "lena@desk.example", "left")
    noc = guest(seeded, "noc@desk.example", StaffRole.NOC)
    assert path not in text_of(noc, "/queue/views")
    assert noc.post(path).status_code == 403
    assert path in text_of(kari, "/queue/views")
    assert kari.post(path).status_code == 303
    assert "spam" not in text_of(kari, "/queue/views")


def test_who_may_share_no_more_renames_nothing_that_is_shared(seeded: Seeded, kari: Client):
    lena = guest(seeded, "lena@desk.example", StaffRole.ANALYST)
    shared = save_view(seeded.context, "spam", {}, person="lena@desk.example", shared=True)
    change_roles(seeded.context, "lena@desk.example", ["noc"])
    path = f"/queue/views/{shared.view}"
    assert lena.post(f"{path}/change", {"name": "x", "shared": "yes"}).status_code == 403
    assert lena.post(f"{path}/change", {"name": "x"}).status_code == 303
