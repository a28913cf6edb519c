"""Who reaches what: every page and every operation of the API, for every kind of caller.

The rows come from the addresses and the OpenAPI document, the cells from asking; `docs/callers.md`
holds the table. `AUPKEEP_ACCEPT=1 pytest --tier nightly:pages tests/web/test_callers.py` rewrites
it. The rules below it are written by hand: no rewriting makes a wrong cell right.
"""

import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from django.db import connections
from django.test import Client
from django.urls import URLPattern, get_resolver

from aupkeep.api.router import api
from aupkeep.app.access.staff import add_person, sign_in_link
from aupkeep.app.access.tokens import RESELLER, SCOPES, add_reseller_token, add_token
from aupkeep.config.home import Home
from aupkeep.model.filing import Matter
from aupkeep.model.roles import ROLES
from enrol import signed_in
from web.seed_cases import KARI, seen_of
from web.seed_lists import GOOD_ROW
from web.seeded import Seeded
from web.test_pages import GRANTED, WANTED

pytestmark = pytest.mark.nightly("pages")
PAGE = Path(__file__).parents[2] / "docs" / "callers.md"
OPENED, SIGN_IN, REFUSED, ABSENT, NO_METHOD = "yes", "sign in", "no", "absent", "-"
PLAIN_SCOPES = tuple(scope for scope in SCOPES if scope not in ("approve", RESELLER))
SIBLING = "reseller of another"
TOKENS = (*PLAIN_SCOPES, "approve", "agent of another", RESELLER, SIBLING)
CALLERS = ("nobody", "customer", *map(str, ROLES), *TOKENS)
FILL = {
    "case": {"reference": "{case}"},
    "approve": {"reference": "{acted}"},
    "undo": {"reference": "{acted}"},
    "read": {"reference": "{acted}"},
    "write": {"reference": "{acted}"},
    "grant": {"key": "{grant}"},
    "grant-give": {"key": "{grant}"},
    "grant-revoke": {"key": "{grant}"},
    "inquiry": {"key": "{inquiry}"},
    "inquiry-answer": {"key": "{inquiry}"},
    "inquiry-close": {"key": "{inquiry}"},
    "inquiry-permit": {"key": "{inquiry}"},
    "source": {"key": "{slow}"},
    "source-step": {"key": "{slow}"},
    "source-judge": {"key": "{slow}"},
    "customer": {"token": "{customer}"},
    "reporter": {"token": "{reporter}"},
    "sign-in-link": {"token": "LINK"},
    "": {
        "reference": "{case}",
        "key": "{rows}",
        "token": "{customer}",
        "exhibit": "none",
        "action": "{action}",
        "subject": "203.0.113.70",
    },
    "customer-record": {"key": "birch"},
}
EXAMPLES = {
    "grant": "none",
    "form": "csv",
    "matter": Matter.SPAM.value,
    "target": "main",
    "notice": "{notice}",
    "effect": "none",
    "index": "3",
    "switch": "listen",
    "name": "mail:cert.example",
    "subject": "203.0.113.70",
}
BODIES = {
    "approve": {"pending": "{pending}", "approval": "yes"},
    "undo": {"action": "{action}", "undo": "wrong machine"},
    "close": {"outcome": "fixed", "closing": "it is quiet"},
    "read": {"answer": "{answer}"},
    "case-assign": {"to": "me"},
    "case-snooze": {"rest": "2"},
    "case-note": {"note": "seen before"},
    "inbox-done": {"reason": "asked the reporter"},
    "inbox-mend": {"number": "1", "text": GOOD_ROW},
    "source-step": {"step": "suspend", "days": "30", "reasons": "it went on"},
    "source-judge": {"report": "{report}", "said": "refuted", "why": "a test of theirs"},
    "decide": {
        "measure": "limit-smtp",
        "hours": "24",
        "reasons": "212 failed logins",
        "cause": "unknown",
        "seen": "{seen}",
    },
    "inquiry-answer": {"answer": "Yes, under conditions."},
    "inquiry-close": {"why": "asked twice"},
    "inquiry-permit": GRANTED,
    "permission-grant": GRANTED,
    "grant-ask": WANTED,
    "grant-revoke": {"why": "noise"},
    "permission-revoke": {"resource": "birch/vm-d", "kind": "messaging/spam", "why": "over"},
    "people-away": {"first": "2026-03-02", "last": "2026-03-03"},
    "people-back": {"absence": "ola@aupkeep.example"},
    "people-end": {"address": "ola@aupkeep.example", "why": "left a browser open"},
    "people-roles": {"address": "ola@aupkeep.example", "role": "analyst"},
    "people-token": {"name": "report"},
    "language": {"language": "en"},
    "switch": {"why": "a look first"},
    "judge": {"judgement": "refused", "judging": "it holds", "answer": "{answer}"},
    "hand-over": {"handing": "I am away", "answer": "{answer}", "to": ""},
    "finish": {"whose": "alder", "ending": "nothing was mended"},
    "reattribute": {"reattribution": "the record was wrong"},
}
OUTSIDE = re.compile(r"/(c|r|alert|report|sign-in|sign-out|healthz|metrics|witness|\.well-known)\b")


@dataclass(frozen=True)
class Door:
    """A method of an address; `path` as it is asked, `shown` as its row says."""

    method: str
    shown: str
    path: str
    body: dict[str, str]


def doors(seeded: Seeded) -> Iterator[Door]:
    """Every one there is."""
    seeded.keys["seen"] = seen_of(seeded.context, seeded.keys["case"])
    for pattern in get_resolver("aupkeep.web.urls").url_patterns:
        assert isinstance(pattern, URLPattern)
        name, shown = pattern.name or "", f"/{pattern.pattern}"
        filled = FILL[""] | EXAMPLES | FILL.get(name, {})
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda part, filled=filled: filled[part[1]], shown)
        for method in ("GET", "POST"):
            yield Door(method, shown, seeded.at(path), seeded.filled(BODIES.get(name, {})))
    for path, methods in api.get_openapi_schema()["paths"].items():
        below = "/reseller/" in path
        named = seeded.keys["acted" if below else "case"]
        filled = EXAMPLES | {"reference": named, "customer": "birch"}
        asked = re.sub(r"\{(\w+)\}", lambda part, filled=filled: filled.get(part[1], "none"), path)
        for method in methods:
            body = {"kind": "fixed", "once": "none"} if below and method == "post" else {}
            yield Door(method.upper(), path, asked, body)


def outcome(client: Client, door: Door, token: str = "") -> str:
    """What asking gives, in a word."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if door.path.startswith("/api/"):
        said = json.dumps(door.body).encode() if door.body else b""
        media = "application/json" if said else "message/rfc822"
        answer = client.generic(door.method, door.path, said, content_type=media, headers=headers)
    else:
        call = client.get if door.method == "GET" else client.post
        answer = call(door.path, door.body, headers=headers, follow=door.path == "/")
    assert answer.status_code < 500, (door, answer.content[:200])
    if door.path == "/" and ("/sign-in", 302) in answer.redirect_chain:
        return SIGN_IN
    if answer.status_code in (301, 302, 303) and answer["Location"] == "/sign-in":
        return OPENED if door.path.startswith("/sign-") else SIGN_IN
    by_code = {401: REFUSED, 403: REFUSED, 405: NO_METHOD}
    if answer.status_code == 404 and not door.path.startswith("/api/"):
        return ABSENT
    if answer.status_code == 404 and "/reseller/" in door.path:
        return ABSENT  # as for what does not exist
    return by_code.get(answer.status_code, OPENED)


class Snapshot:
    """The database as it was: what a cell changed is taken back, so that order plays no part."""

    def __init__(self, home: Home) -> None:
        self._database, self._kept = home.database, home.path / "kept"
        connections.close_all()  # the last one that closes empties the write-ahead log
        shutil.copy(self._database, self._kept)

    def restore(self) -> None:
        """Put it back."""
        connections.close_all()
        shutil.copy(self._kept, self._database)


def callers(seeded: Seeded) -> dict[str, tuple[Client, str]]:
    """A browser and a token for each."""
    context = seeded.context
    found = {"nobody": (Client(), ""), "customer": (Client(), "")}
    found["customer"][0].get(seeded.at("/c/{customer}/"))
    for role in ROLES:
        address = f"{role}@aupkeep.example"
        add_person(context, address, role.title(), "en", roles=(role,))
        found[str(role)] = signed_in(context, address), ""
    for scope in PLAIN_SCOPES:
        made = add_token(context, scope, trusted=True, scopes=(scope,), days=9)
        found[scope] = Client(), made.token
    own = add_token(
        context, "own", trusted=False, scopes=("approve",), days=9, person="senior@aupkeep.example"
    )
    other = add_token(
        context, "other", trusted=False, scopes=("agent",), days=9, target="elsewhere"
    )
    theirs = add_reseller_token(context, RESELLER, "birch", days=9)
    sibling = add_reseller_token(context, SIBLING, "alder", days=9)
    return found | {
        "approve": (Client(), own.token),
        "agent of another": (Client(), other.token),
        RESELLER: (Client(), theirs.token),
        SIBLING: (Client(), sibling.token),
    }


@pytest.fixture
def cells(seeded: Seeded) -> dict[tuple[str, str], dict[str, str]]:
    """Row → caller → outcome; rows that a method does not have are left out."""
    asking = callers(seeded)
    assert set(asking) == set(CALLERS)
    before = Snapshot(seeded.context.home)
    table: dict[tuple[str, str], dict[str, str]] = {}
    for door in doors(seeded):
        row = {}
        for name in CALLERS:
            row[name] = outcome(*_fresh(seeded, asking[name], door))
            if door.method != "GET" and row[name] == OPENED:
                before.restore()
        if set(row.values()) != {NO_METHOD}:
            table[door.shown, door.method] = row
    return table


def _fresh(seeded: Seeded, caller: tuple[Client, str], door: Door) -> tuple[Client, Door, str]:
    """The caller as before the last cell, and a link to sign in by that nobody has used."""
    client = Client()
    client.cookies.load({name: part.value for name, part in caller[0].cookies.items()})
    path = door.path
    if "LINK" in path:
        path = path.replace("LINK", sign_in_link(seeded.context, KARI.id).link.split("/")[-2])
    return client, replace(door, path=path), caller[1]


def written(cells: dict[tuple[str, str], dict[str, str]]) -> str:
    """The page."""
    lines = [
        "# Who reaches what",
        "",
        "Every page and every operation of the API, for every kind of caller, as asked of a real",
        "install. *Customer* is whoever opened a link to a case before. A page whose address holds",
        "a link's token is opened by the token, whoever has it. *yes*: the door opens, and what",
        "stands behind it may still be refused by [roles](roles.md); *sign in*: led to that page;",
        "*no*: 401 or 403. `tests/web/test_callers.py` asks each cell and rewrites this page.",
        "",
        f"| | | {' | '.join(CALLERS)} |",
        f"|{'---|' * (len(CALLERS) + 2)}",
    ]
    for (shown, method), row in sorted(cells.items()):
        lines.append(f"| `{shown}` | {method} | {' | '.join(row[name] for name in CALLERS)} |")
    return "\n".join(lines) + "\n"


def test_every_cell_is_as_documented(cells):
    """The table of the page, cell by cell."""
    page = written(cells)
    if os.environ.get("AUPKEEP_ACCEPT"):
        PAGE.write_text(page, "utf-8")
    assert PAGE.read_text("utf-8") == page


ENDS = ("/undo", ":switch>", ":key>/revoke")  # what stops something
OWN = ("/people/away", "/people/back")  # of one's own days


def test_no_door_opens_to_who_has_no_business_there(cells):
    """The rules, whatever the page says."""
    assert len(cells) > 60
    for (shown, method), row in cells.items():
        where = f"{method} {shown}"
        if shown.startswith("/api/"):
            opened = {name for name, cell in row.items() if cell == OPENED}
            public = shown.startswith("/api/v1/notices")
            if "/reseller/cases/" in shown:
                assert (row[RESELLER], row[SIBLING]) == (OPENED, ABSENT), where
            opened -= {SIBLING} if RESELLER in opened else set()
            assert public or (opened <= set(TOKENS) and len(opened) <= 1), where
        elif not OUTSIDE.match(shown):
            strangers = {row[name] for name in ("nobody", "customer", *TOKENS)}
            assert OPENED not in strangers, where
            if method == "POST" and not shown.startswith(("/account", "/queue/views")):  # own
                assert row["auditor"] != OPENED, where
                assert row["noc"] != OPENED or shown.endswith((*ENDS, *OWN)), where
