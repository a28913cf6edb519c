"""An isolation of two addresses, of which one goes to the next customer: the other stands."""

from datetime import datetime, timedelta

import pytest
from click.testing import CliRunner
from django.test import Client

from app.conftest import NOON, report
from app.steps import arrive, enforce, look_at_clocks, told, work
from aupkeep.app.access.links import make_link
from aupkeep.app.access.unix_users import map_user
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.inventory.own_space import declare_space
from aupkeep.app.journal import entry, record
from aupkeep.app.proof.verify import verify_home
from aupkeep.cli.group import group
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.link import LinkKind
from aupkeep.store import actions, decisions, notices

SIX = "2001:db8:5:1::/64"
HEAD = "address,customer,resource,from,until\n"
pytestmark = pytest.mark.both


@pytest.fixture
def desk(pages, furnished, monkeypatch, tmp_path):
    """Alder's machine has an IPv4 address and an IPv6 assignment; commands reach the desk."""
    map_user(pages, "ada", None)
    monkeypatch.setattr("aupkeep.cli.acting.open_context", lambda: pages)
    declare_space(pages, "2001:db8::/32", "main")
    assign(pages, tmp_path, f"{SIX},alder,vm-a,2026-01-01T00:00:00Z,")
    return pages


def assign(desk, folder, *rows: str) -> None:
    """By `aupkeep inventory import`; then the worker's turn."""
    path = folder / "rows.csv"
    path.write_text(HEAD + "\n".join(rows) + "\n")
    done = CliRunner().invoke(group, ["inventory", "import", str(path)])
    assert done.exit_code == 0, done.output
    work(desk)


def shown(desk, case, language: str) -> str:
    """The customer's page."""
    token, link = make_link(desk, LinkKind.CUSTOMER, "noc@alder.example", case=case.id)
    made = entry(desk, EntryType.LINK_MADE, SYSTEM, {"link": link.id}, case=case.id)
    record(desk, made, rows=[link])
    return Client().get(f"/c/{token}/?language={language}").content.decode()


def by_address(case) -> dict[str, str]:
    """State of each part, by its network or address."""
    return {str(x.scope.network or x.scope.address): x.state for x in actions.of_case(case.id)}


def written(case) -> tuple[int, int]:
    """How many notices and decisions the case has."""
    return len(notices.of_case(case.id)), len(decisions.of_case(case.id))


def time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


@pytest.fixture
def case(desk):
    """Both cut off, by ada."""
    (case,) = arrive(desk, report("203.0.113.10", NOON - timedelta(minutes=5)))
    decide_case(desk, case.reference, people=("ada",), reasons="x", measure="isolate", hours=48)
    enforce(desk)
    assert by_address(case) == {"203.0.113.10": "applied", SIX: "applied"}
    return case


def give_away(desk, folder, now, *more: str) -> None:
    """Two hours later: the IPv4 address has been birch's for ten minutes."""
    now.at += timedelta(hours=2)
    at = time(now.at - timedelta(minutes=10))
    went = f"203.0.113.10,alder,vm-a,2026-03-01T11:00:00Z,{at}"
    assign(desk, folder, went, f"203.0.113.10,birch,vm-n,{at},", *more)
    enforce(desk)


def test_the_part_that_went_is_lifted_and_the_rest_stands(desk, case, now, tmp_path):
    """Birch, who has the address, is free at the next turn; what is alder's stays cut off."""
    before = written(case)
    give_away(desk, tmp_path, now)
    assert by_address(case) == {"203.0.113.10": "lifted", SIX: "applied"}
    assert written(case) == before
    (why,) = [x["why"] for x in told(case, EntryType.CASE_CHANGED) if "a part" in x.get("why", "")]
    assert "203.0.113.10 on main" in why
    assert why.endswith("the rest stands")
    assert verify_home(desk).ok


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("is cut off", "Lifted:</strong> 203.0.113.10 was cut off", "1 of 2 parts")),
        ("nb", ("er koblet", "Opphevet:</strong> 203.0.113.10 var koblet", "1 av 2 deler")),
    ],
)
def test_the_page_names_what_stands_alone_as_limited(desk, case, now, tmp_path, language, words):
    """The address that is another's by now is told as lifted, nowhere as cut off."""
    stands, lifted, parts = words
    give_away(desk, tmp_path, now)
    page = shown(desk, case, language)
    assert f"<strong>{SIX} {stands}" in page
    assert lifted in page
    assert page.count(parts) == 2
    assert f"203.0.113.10 {stands}" not in page


def test_the_rest_goes_with_its_own_holding(desk, case, now, tmp_path):
    """The same import says when the IPv6 ends: the rest ends then, and one letter says so."""
    ends = now.at + timedelta(hours=5)
    give_away(desk, tmp_path, now, f"{SIX},alder,vm-a,2026-01-01T00:00:00Z,{time(ends)}")
    (rest,) = [x for x in actions.of_case(case.id) if x.state == "applied"]
    assert rest.until <= ends
    letters, _ = written(case)
    now.at += timedelta(hours=4)
    look_at_clocks(desk)
    enforce(desk)
    assert set(by_address(case).values()) <= {"lifted", "expired"}
    assert written(case)[0] == letters + 1
    assert verify_home(desk).ok
