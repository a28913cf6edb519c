"""The inbox by the API: whole in pages, and closed to whoever may not see who reported."""

from app.conftest import JUST_NOW, report
from app.steps import arrive, guess, post
from aupkeep.app.access.staff import add_person
from aupkeep.app.access.tokens import add_token
from aupkeep.app.context import bound
from aupkeep.app.pages.inbox.load import REASONS
from aupkeep.app.reading.inbox import KINDS, list_inbox
from aupkeep.app.reading.read import inbox_done


def fill():
    """Two that wait and, the last to come, one that cannot."""
    arrive(bound(), report("203.0.113.99", JUST_NOW))
    post(bound(), guess("203.0.113.97", JUST_NOW))
    post(bound(), guess("203.0.113.98", JUST_NOW) | {"kind": "content/csam"})


def test_the_inbox_is_walked_to_its_end_though_items_leave_it(call):
    """One at a time, what cannot wait first; the one behind which is asked is taken out before."""
    fill()
    expected = [item.report for item in list_inbox(bound())]
    seen, place = [], "inbox?limit=1"
    while place:
        headers = {"Authorization": f"Bearer {call.secrets['case']}"}
        answer = call.client.get(f"/api/v1/{place}", headers=headers)
        seen += [item["report"] for item in answer.json()]
        if answer.json():
            inbox_done(bound(), seen[-1], "ada", "looked at")
        place = answer.headers.get("Link", "").partition(">")[0].removeprefix("</api/v1/")
    assert seen == expected
    assert len(seen) == 3


def test_the_inbox_is_filtered_as_its_page_is(call):
    """By the kind of reason, in pages too; an unknown kind is refused with those that there are."""
    fill()
    listed = call("GET", "inbox")[1]
    assert [item["kind"] for item in listed] == ["urgent", "holder", "holder"]
    held = call("GET", "inbox?reason=holder")[1]
    assert held == listed[1:]
    behind = call("GET", f"inbox?reason=holder&limit=1&after={held[0]['report']}")[1]
    assert behind == held[1:]
    assert call("GET", "inbox?reason=bounce") == (200, [])
    status, said = call("GET", "inbox?reason=lost")
    assert (status, "found 'lost'" in said["detail"]) == (422, True)
    assert set(KINDS) == set(REASONS) - {""}


def test_a_page_that_is_known_is_not_sent_again(call):
    """Until something of it changes; the list of cases likewise."""
    fill()
    for place in ("inbox", "cases"):
        headers = {"Authorization": f"Bearer {call.secrets['case']}"}
        first = call.client.get(f"/api/v1/{place}", headers=headers)
        again = headers | {"If-None-Match": first["ETag"]}
        assert call.client.get(f"/api/v1/{place}", headers=again).status_code == 304
        if place == "inbox":
            inbox_done(bound(), first.json()[0]["report"], "ada", "looked at")
            changed = call.client.get(f"/api/v1/{place}", headers=again)
            assert (changed.status_code, len(changed.json())) == (200, 2)


def test_a_cursor_of_nothing_is_refused(call):
    fill()
    for cursor in ("x", "", "019ca945-0000-7000-8000-000000000000"):
        assert call("GET", f"inbox?after={cursor}")[0] == 400


def test_an_item_is_shown_with_its_text(call):
    fill()
    first = call("GET", "inbox")[1][1]
    assert (first["reporter"], first["reason"][:10]) == ("soc@cert.example", "no certain")
    status, shown = call("GET", f"inbox/{first['report']}", token="case")
    assert (status, shown["reason"], len(shown["findings"])) == (200, first["reason"], 6)
    assert call("GET", "inbox/none")[0] == 404


def test_who_may_not_see_reporters_reads_no_inbox(call):
    """By a person's own token their roles count: of an operator none says who reported."""
    fill()
    assert call("GET", "inbox", token="report")[0] == 403
    for role, status in (("operator", 403), ("noc", 403), ("auditor", 403), ("analyst", 200)):
        address = f"{role}@desk.example"
        add_person(bound(), address, name=role, language="en", roles=[role])
        made = add_token(
            bound(), role, trusted=False, scopes=("approve", "case"), days=1, person=address
        )
        assert call("GET", "inbox", token=made.token)[0] == status, role
        (item, *_) = list_inbox(bound())
        assert call("GET", f"inbox/{item.report}", token=made.token)[0] == status, role
