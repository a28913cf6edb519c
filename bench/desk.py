"""The desk's pages on SQLite at 100,000 cases and 1,000,000 claims: queries and server time.

`python bench/desk.py [CASES] [--home FOLDER] [-v]` fills a home of its own (some minutes; a folder
that is named is kept and used again), asks each page many times as one who is signed in, and prints
the median, the 95th percentile (wall and CPU milliseconds) and how many queries a page takes; `-v`
shows the slowest queries.
"""

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aupkeep.app.context import AppContext

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CASES = 100_000
CLAIMS_EACH = 10
CUSTOMERS = 20_000
ROUNDS = 20
PERSON = "kari@desk.example"
KINDS = (
    ("connection/login_attack", "intrusion"),
    ("connection/port_scan", "intrusion"),
    ("content/phishing", "deceit"),
    ("messaging/spam", "spam"),
    ("vulnerability/open_service", "secure"),
)
STATES = ("open",) * 25 + ("waiting",) * 15 + ("answered",) * 2 + ("closed",) * 58
PAGES = (
    "/queue",
    "/queue?view=all",
    "/queue?view=all&source=mail%3Acert.example",
    "/queue?view=all&source=mail%3Anobody.example",
    "/queue?view=all&assignee=nobody",
    "/search?q=10.0.3.9",
    "/search?q=10.1.0.0%2F16",
    "/search?q=10.0.0.0%2F8",
    "/search?q=host-77.birch.example",
    "/search?q=https%3A%2F%2Fhost-77.birch.example%2Fid",
    "/search?q=Customer%20777",
    "/search?q=C-00777",
    "/search?q=AAAA-0042",
    "/search?q=vm-4242",
    "/search?q=mail-77%40reporter.example",
    "/search?q=nothing-like-it",
    "/customers",
    "/customers?q=77",
    "/customers/C-00777",
    "/addresses/10.0.3.9",
)


def main(cases: int, home: str, rounds: int, *, verbose: bool) -> None:
    """Fill, ask, print."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["AUPKEEP_HOME"] = home or folder
        from aupkeep.app.context import bind, open_context

        context = replace(open_context(), now=lambda: NOW)
        bind(context)
        from aupkeep.store import customers

        began = time.perf_counter()
        if not customers.count():
            _fill(context, cases)
            print(f"filled in {time.perf_counter() - began:.0f} s: {cases:,} cases")
        _ask(rounds, verbose=verbose)


def _ask(rounds: int, *, verbose: bool) -> None:
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from aupkeep.app.access.staff import sign_in_link
    from aupkeep.app.context import bound

    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    link = sign_in_link(bound(), PERSON).link.split("/")[-2]
    client.post(f"/sign-in/{link}/")
    print(f"{'page':52} {'queries':>7} {'p50':>6} {'p95':>6} {'cpu95':>6} {'kB':>6}  (ms)")
    for page in PAGES:
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(page)
        queries = captured.captured_queries
        if answer.status_code != 200:
            print(f"{page:52} {answer.status_code}")
            continue
        if verbose:
            for query in sorted(queries, key=lambda x: -float(x["time"]))[:4]:
                print("   ", query["time"], query["sql"][-200:])
        walls, cpus = [], []
        for _ in range(rounds):
            wall, cpu = time.perf_counter(), time.process_time()
            client.get(page)
            walls.append((time.perf_counter() - wall) * 1000)
            cpus.append((time.process_time() - cpu) * 1000)
        p95, cpu95 = (statistics.quantiles(some, n=20)[-1] for some in (walls, cpus))
        print(
            f"{page:52} {len(queries):7} {statistics.median(walls):6.0f} {p95:6.0f} {cpu95:6.0f}"
            f" {len(answer.content) / 1000:6.0f}"
        )


def _fill(context: "AppContext", cases: int) -> None:
    """Rows as the store writes them, by statements of many."""
    from aupkeep.app.access.staff import add_person
    from aupkeep.app.inventory.own_space import declare_space
    from aupkeep.model.actor import SYSTEM
    from aupkeep.model.customer import Contact, Customer
    from aupkeep.model.holding import Assignment
    from aupkeep.model.roles import ROLES

    add_person(context, PERSON, "Kari", "en", roles=ROLES)
    declare_space(context, "10.0.0.0/8", "main", by=SYSTEM)
    draw = random.Random(16)
    _write(
        Customer(
            id=f"C-{n:05}",
            name=f"Customer {n} AS",
            external_id=f"X{n}",
            contacts=(Contact(address=f"abuse@c{n}.example"),),
        )
        for n in range(CUSTOMERS)
    )
    _write(
        Assignment(
            id=f"a{n:07}",
            site="main",
            prefix=ip_network(int(ip_address("10.0.0.0")) + n),
            customer=f"C-{n % CUSTOMERS:05}",
            resource=f"vm-{n}",
            start=NOW - timedelta(days=400),
            end=None,
            known_from=NOW - timedelta(days=400),
        )
        for n in range(cases)
    )
    for step in range(0, cases, 2000):
        _some_cases(range(step, min(step + 2000, cases)), draw)


def _some_cases(numbers: range, draw: random.Random) -> None:
    _write([row for n in numbers for row in _one_case(n, draw)])


def _one_case(n: int, draw: random.Random) -> Iterator[object]:
    from aupkeep.model.case import Case, CaseState, Incident, Outcome
    from aupkeep.model.ladder import Evidence

    kind, clause = draw.choice(KINDS)
    state = CaseState(draw.choice(STATES))
    opened = NOW - timedelta(minutes=draw.randrange(60 * 24 * 90))
    about = {"kind": kind, "customer": f"C-{n % CUSTOMERS:05}", "resource": f"vm-{n}"}
    yield Case(
        id=f"k{n:07}",
        reference=f"{_letters(n // 10_000)}-{n % 10_000:04}",
        clause=clause,
        state=state,
        level=Evidence(draw.randrange(3)),
        opened_at=opened,
        changed_at=opened,
        deadline_at=opened + timedelta(days=3) if state is CaseState.WAITING else None,
        events=draw.randrange(1, 4000),
        outcome=Outcome.FIXED if state is CaseState.CLOSED else None,
        **about,
    )
    yield Incident(
        id=f"i{n:07}",
        case=f"k{n:07}",
        first_at=opened,
        last_at=opened,
        events=CLAIMS_EACH,
        sources=("mail:cert.example",),
        level=Evidence.E2,
        **about,
    )
    for claim in range(CLAIMS_EACH):
        yield _claim(n, claim, kind, opened)


def _claim(n: int, number: int, kind: str, at: datetime) -> object:
    from aupkeep.model.case import Claim
    from aupkeep.model.finding import Finding, Role
    from aupkeep.model.holding import Held
    from aupkeep.model.origin import Origin, OriginChannel
    from aupkeep.model.subject import Subject

    url = f"https://host-{n % 5000}.birch.example/id/{number}" if "phish" in kind else None
    address = ip_address(int(ip_address("10.0.0.0")) + n)
    return Claim(
        id=f"c{n:07}{number}",
        report=None,
        finding=Finding(
            kind=kind,
            rsit="intrusion-attempts/login-attempts",
            role=Role.OFFENDER,
            subject=Subject(address=address, port=22, url=url),
            at=at,
            exact=1.0,
            source=Origin(OriginChannel.MAIL, "cert.example"),
            confidence=0.9,
        ),
        held=Held(
            customer=f"C-{n % CUSTOMERS:05}",
            resource=f"vm-{n}",
            assignment=f"a{n:07}",
            start=NOW - timedelta(days=400),
            end=None,
        ),
        at=at,
        incident=f"i{n:07}",
    )


def _letters(number: int) -> str:
    return "".join(chr(65 + number // 26**place % 26) for place in (3, 2, 1, 0))


def _write(records: Iterator[object] | list[object]) -> None:
    from django.db import transaction

    from aupkeep.store import case_sources
    from aupkeep.store.guard import writing
    from aupkeep.store.tables import TABLES

    grouped: dict[type, list[object]] = {}
    for record in records:
        grouped.setdefault(type(record), []).append(record)
    with writing(), transaction.atomic():
        for kind, table in TABLES.items():
            for start in range(0, len(grouped.get(kind, [])), 2000):
                some = grouped[kind][start : start + 2000]
                table.write(some)
                case_sources.keep(some)


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("cases", nargs="?", type=int, default=CASES)
    asked.add_argument("--home", default="")
    asked.add_argument("-v", action="store_true")
    asked.add_argument("--rounds", type=int, default=ROUNDS)
    given = asked.parse_args()
    main(given.cases, given.home, given.rounds, verbose=given.v)
