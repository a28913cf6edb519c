"""Webhooks of a reseller, which hear of its own alone; and the doors by which all are made."""

import json
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client

from app.steps import work
from aupkeep.app.access.tokens import add_reseller_token, add_token
from aupkeep.app.access.unix_users import map_user
from aupkeep.app.deciding.close import close_by_reference
from aupkeep.app.webhooks.acts import add_webhook, desk_owner
from aupkeep.app.webhooks.standing import list_webhooks
from aupkeep.cli.group import group
from aupkeep.config.settings import load
from aupkeep.config.webhooks import WebhookSettings
from aupkeep.store import log
from stories.webhook_receiver import (
    check_signature,
    deliver,
    opened,
)

pytestmark = pytest.mark.network


@pytest.fixture
def desk(webhook_desk):
    """A desk whose webhooks may lie on this machine."""
    return webhook_desk


def test_a_reseller_hears_of_its_own_alone(desk, hooked, outgoing):
    """By its own token; nothing of others' cases and webhooks, nor of what only the desk sees."""
    desk_hook = add_webhook(desk, desk_owner("ada"), "billing", hooked.url + "/desk")
    programs = {
        name: {"Authorization": "Bearer " + add_reseller_token(desk, name, name, days=9).token}
        for name in ("grove", "meadow")
    }

    def ask(who: str, path: str = "", **said: object) -> tuple[int, Any]:
        client, head = Client(), programs[who]
        root = "/api/v1/reseller/webhooks"
        if said or path:
            answer = client.post(f"{root}{path}", said, "application/json", headers=head)
        else:
            answer = client.get(root, headers=head)
        return answer.status_code, answer.json()

    made = {who: ask(who, name="own", url=f"{hooked.url}/{who}") for who in programs}
    assert {status for status, _ in made.values()} == {200}
    status, said = ask("grove", name="x", url=hooked.url, events=["decision.made"])
    assert status == 422, said
    (shown,) = ask("grove")[1]
    assert (shown["name"], shown["customer"], "secret" in shown) == ("own", "grove", False)
    for other in (desk_hook.webhook, made["meadow"][1]["webhook"], "billing"):
        assert (
            ask(
                "grove",
                f"/{other}/remove",
            )[0]
            == 404
        )
    case = opened(desk)
    work(desk, "mail")
    close_by_reference(desk, case.reference, "no-action", "quiet", "ada")
    deliver(desk)
    secret = made["grove"][1]["secret"]
    lines = {it.customer: it for it in list_webhooks()}
    assert lines["grove"].told is not None
    assert lines["meadow"].told is None, "another reseller hears nothing"
    mine = [event for headers, event, body in hooked.got if _signed(headers, body, secret)]
    told = [event["type"] for event in mine]
    assert told == ["notice.sent", "notice.sent", "case.closed"], "the customer's and its own"
    assert (
        ask(
            "grove",
            "/own/test",
        )[1]["state"]
        == "good"
    )
    assert (
        ask(
            "grove",
            "/own/roll",
        )[1]["secret"]
        != secret
    )


def _signed(headers, body, secret) -> bool:
    try:
        check_signature(headers, body, secret)
    except AssertionError:
        return False
    return True


def test_by_api_and_command_with_a_persons_own_token(desk, hooked, monkeypatch):
    token = add_token(desk, "a", trusted=False, scopes=("approve",), days=9, person="ada")
    head = {"Authorization": f"Bearer {token.token}"}
    post = lambda path, **said: Client().post(  # noqa: E731 - one door, asked often
        f"/api/v1/webhooks{path}", said, "application/json", headers=head
    )
    made = post("", name="billing", url=hooked.url, events=["case.opened"])
    assert made.json()["secret"].startswith("whsec_")
    assert post("", name="billing", url=hooked.url).status_code == 409
    (shown,) = Client().get("/api/v1/webhooks", headers=head).json()
    assert (shown["name"], shown["state"], shown["made_by"]) == ("billing", "good", "ada")
    assert post("/billing/test").status_code == 200
    assert deliver(desk) == 1
    map_user(desk, "ada", None)
    monkeypatch.setattr("aupkeep.cli.acting.open_context", lambda: desk)
    run = CliRunner().invoke
    listed = run(group, ["webhook", "list", "-o", "json"])
    assert json.loads(listed.output)[0]["url"] == hooked.url
    assert "case.opened" in run(group, ["webhook", "events"]).output
    again = run(group, ["webhook", "redeliver", "billing", "--since", "2026-01-01T00:00:00Z"])
    assert again.exit_code == 0, again.output
    assert deliver(desk) == 1
    assert run(group, ["webhook", "resume", "billing", "--from-now"]).exit_code == 0
    assert "whsec_" in run(group, ["webhook", "roll", "billing"]).output
    assert run(group, ["webhook", "remove", "billing"]).exit_code == 0
    assert "No webhook" in run(group, ["webhook", "list"]).output
    whole = json.dumps([dict(it.entry.payload) for it in log.entries()])
    assert "whsec_" not in whole
    assert "/hook" not in whole, "the address may hold a secret of the receiver's"


def test_the_file_of_settings_names_hosts_inside(webhook_desk):
    """As an operator writes it: what is not named there is refused."""
    home = webhook_desk.home
    home.settings.write_text('[webhooks]\ninside = ["billing.internal.example"]\n')
    assert load(home).webhooks == WebhookSettings(inside=("billing.internal.example",))
