"""`/metrics`: for whom, in which form; the shipped rules and dashboard name what is there."""

import json
import re
from importlib.resources import files

import pytest
from django.test import Client
from ruamel.yaml import YAML

from app.conftest import with_settings
from aupkeep.app.access.tokens import NewToken, add_token
from aupkeep.app.context import bind
from aupkeep.model.actor import SYSTEM

LINE = re.compile(r'(aupkeep_[a-z_]+)(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? -?[0-9.e+]+')
SHIPPED = files("aupkeep.daemon").joinpath("monitoring")


def exposed(client: Client, **headers: str) -> str:
    """What a scrape gets."""
    answer = client.get("/metrics", **headers)
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"].startswith("application/openmetrics-text; version=1.0.0")
    return answer.content.decode()


def names_of(text: str) -> set[str]:
    """The names of samples that may be asked for."""
    endings = {"counter": "_total", "info": "_info", "gauge": ""}
    found = re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE)
    return {f"{name}{endings[kind]}" for name, kind in found}


def _token(seeded, scope: str) -> NewToken:
    return add_token(seeded.context, scope, trusted=False, scopes=(scope,), days=1, by=SYSTEM)


@pytest.fixture
def scraping(seeded) -> dict[str, str]:
    """The headers of a token with the scope `metrics`."""
    made = _token(seeded, "metrics")
    return {"HTTP_AUTHORIZATION": f"Bearer {made.token}"}


def test_figures_are_for_a_token_of_their_own(seeded, scraping):
    """No session, no other scope and no address opens it by itself."""
    assert exposed(Client(), **scraping).endswith("# EOF\n")
    other = _token(seeded, "audit")
    for said in ("", f"Bearer {other.token}", "Bearer x", "Basic x"):
        answer = Client().get("/metrics", HTTP_AUTHORIZATION=said)
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


def test_this_machine_may_ask_where_the_settings_let_it(seeded):
    """What a proxy hands on is the world's, also where the proxy is on this machine."""
    bind(with_settings(seeded.context, web={"metrics_loopback": True}))
    assert exposed(Client(), REMOTE_ADDR="127.0.0.1")
    for more in ({"REMOTE_ADDR": "198.51.100.1"},
                 {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "198.51.100.1"}):  # fmt: skip
        assert Client().get("/metrics", **more).status_code == 401


def test_each_line_is_openmetrics_and_names_nobody(seeded, scraping):
    text = exposed(Client(), **scraping)
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    names = names_of(text)
    assert {line.partition(" ")[0].partition("{")[0] for line in lines} <= names
    assert re.search(r'^aupkeep_cases\{state="open"\} [1-9]', text, re.MULTILINE)
    assert re.search(r"^aupkeep_journal_entries_total [1-9]", text, re.MULTILINE)
    for secret in ("alder", "203.0.113", "@"):
        assert secret not in text


def test_the_shipped_rules_and_dashboard_name_what_is_exposed(seeded, scraping):
    """A rule about a figure nobody exposes is silent for ever."""
    names = names_of(exposed(Client(), **scraping))
    rules = YAML(typ="safe").load(SHIPPED.joinpath("aupkeep-alerts.yml").read_text("utf-8"))
    board = json.loads(SHIPPED.joinpath("aupkeep-dashboard.json").read_text("utf-8"))
    asked = [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    asked += [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    assert len(asked) > 30
    named = {name for text in asked for name in re.findall(r"\baupkeep_\w+", text)}
    assert named - names == set()
    labels = set(re.findall(r"\$labels\.(\w+)", SHIPPED.joinpath("aupkeep-alerts.yml").read_text()))
    assert labels <= {"target", "mailbox", "feed", "inventory_source", "exporter"}
