"""docs/trial-day.md, played: what an analyst does on the day of a trial, and what follows."""

import os
import re
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection
from django.test import Client

from aupkeep.store.models import ActionRow
from daemon.processes import until
from faults.people import People, Told
from faults.relay import Relay
from faults.story import story
from faults.test_database_away import own_home, server  # noqa: F401 - fixtures
from faults.world import World
from stories import trial_mails as mails
from stories.trial_desk import TrialDesk, listening, trial

pytestmark = [
    pytest.mark.nightly("trial"), pytest.mark.slow, pytest.mark.network, pytest.mark.root
]  # fmt: skip
MORNING = datetime(2026, 4, 2, 6, tzinfo=UTC)  # 08:00 in Oslo, the Thursday before Easter
HOUR = timedelta(hours=1)
AFTERNOON = MORNING + 8 * HOUR  # 16:00 in Oslo
TUESDAY = MORNING + timedelta(days=5)
LINK = re.compile(r"https?://127\.0\.0\.1:[0-9]+(/[^\s<>\"]*)")
REPORTER = re.compile(r"(?<!nobody\.)(cert|lists)\.example|soc@|scans@")
REFERENCE = re.compile(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}\b")
LIMIT = re.compile(r"limited now|lifted")
HREF = re.compile(r'(?:href|src|action)="(/[^"]*)"')


def test_a_trial_day(home, monkeypatch, tmp_path):
    """Each step of the page: nobody innocent limited, one mail about one thing."""
    with trial(home, monkeypatch, MORNING) as desk:
        set_up(desk)
        desk.start()
        with listening(desk):
            bring_history(desk, tmp_path)
            listen_first(desk)
            move_an_address(desk)
            share_an_address(desk)
            report_a_page(desk)
            forge_an_authority(desk)
            read_a_list(desk)
            undo_at_the_agent(desk)
            freeze(desk)
            follow_every_link(desk)
            leave_for_easter(desk)
            at_the_end(desk)


def set_up(desk: TrialDesk) -> None:
    """Step 1: an install that listens, with its customers and who helds what."""
    init = ("--name", "Fjord Hosting", "--sender", "abuse@fjord.example", "--language", "en")
    prefixes = ("--prefix", "203.0.113.0/24", "--prefix", "2001:db8::/32")
    desk("init", *init, *prefixes, "--relay", f"127.0.0.1:{desk.relay.port}")
    for option, *values in (
        ("mail.lmtp_port", desk.lmtp),
        ("mail.trusted_relays", "127.0.0.1"),
        ("mail.authserv_ids", "mx.fjord.example"),
        ("provider.zone", "Europe/Oslo"),
        ("enforcement.driver", "nftables"),
        ("office.country", "NO"),
    ):
        desk("settings", "set", option, *values)
    assert desk("customers", "import", "-", given=mails.CUSTOMERS)["dead"] == []
    assert desk("inventory", "import", "-", "--as", "csv", given=mails.ASSIGNMENTS)["dead"] == []
    assert desk("inventory", "names", "import", "-", given=mails.TENANTS)["dead"] == []


def bring_history(desk: TrialDesk, folder) -> None:
    """Step 2: ninety days of mail, twice."""
    file = folder / "abuse.mbox"
    file.write_bytes(mails.history(MORNING))
    first, second = (desk("import", "mbox", file) for _ in range(2))
    assert (first["new"], first["rejected"], first["refused"]) == (270, 0, [])
    assert (second["new"], second["repeated"], second["cases"]) == (0, 270, 0)
    desk.turn()
    assert desk.relay.taken == []
    assert desk.cases() == []


def listen_first(desk: TrialDesk) -> None:
    """Step 3: what came while the install listens waits for a person, who has it told once."""
    desk.send(mails.guesses("203.0.113.140", desk.now.at), mails.open_resolvers(desk.now.at, 1))
    desk.turn()
    case = desk.case_of("holly")
    assert (case["customer"], case["step"], case["step_measure"]) == ("holly", "grant", "inform")
    desk("listen", "off", "--reason", "a trial")
    assert desk.case_of("holly")["step"] == "apply"
    desk.pass_time(MORNING + HOUR, HOUR / 2)
    assert desk.relay.taken == [], "to stop listening sends nothing that waited"
    desk("decide", case["reference"], "--measure", "inform", "--reasons", "seen while we listened")
    desk.turn()
    assert desk.told("holly") == 1
    for source in ("mail:cert.example", "mail:lists.example"):
        desk("source", "trust", source, "--days", 365, "--reasons", "known for years")


def move_an_address(desk: TrialDesk) -> None:
    """Step 4: an address went from alder to birch at 07:30; the mail is about 07:20."""
    desk.pass_time(MORNING + 2 * HOUR)
    before = MORNING + timedelta(minutes=80)
    assert desk("who", "203.0.113.70", "--at", "2026-04-02T07:20:00Z")["customer"] == "alder"
    assert desk("who", "203.0.113.70")["customer"] == "birch"
    desk.send(mails.guesses("203.0.113.70", before, lines=6, sent=desk.now.at))
    desk.turn()
    case = desk.case_of("alder")
    assert (desk.told("alder"), desk.told("birch"), case["step"]) == (1, 0, "wait")
    words = ("--measure", "block-port", "--port", 22, "--hours", 6, "--reasons", "it goes on",
             "--note", "its logs name port 22")  # fmt: skip
    desk("decide", case["reference"], *words)
    desk.turn()
    stands = desk.kernel.ruleset()
    assert "203.0.113.10" in stands
    assert "203.0.113.70" not in stands


def share_an_address(desk: TrialDesk) -> None:
    """Step 5: without the port nobody is named; with it one is."""
    at = desk.now.at
    text = f"203.0.113.80 scans our ports since {at - HOUR:%Y-%m-%d %H:%M:%S} UTC"
    desk.send(mails.mail(text, at))
    desk.turn()
    assert desk.inbox() == ["no certain holder for 1 of 1 finding: disputed between 2 holders"]
    desk.send(mails.guesses("203.0.113.80", at))
    desk.turn()
    assert (desk.told("cedar"), desk.told("dogwood")) == (0, 1)


def report_a_page(desk: TrialDesk) -> None:
    """Step 6: a page in a bucket that is a tenant's, and one in a bucket that is nobody's."""
    at = desk.now.at
    for name in ("kiosk", "nobody"):
        page = f"https://{name}.s3.fjord.example/bank/login"
        text = (
            f"Please take down this phishing page.\n\nURL: {page}\nseen {at:%Y-%m-%d %H:%M:%S} UTC"
        )
        desk.send(mails.mail(text, at, subject="phishing"))
    desk.turn()
    assert "no record says whose the name is there" in desk.inbox()[-1]
    case = desk.case_of("elm")
    plan = ("--measure", "isolate", "--subject", "203.0.113.90", "--until", "2026-04-03T00:00:00Z")
    assert "bucket-kiosk" in desk("enforcement", "plan", *plan, ok=(0, 9))["refused"]
    words = ("--hours", 24, "--reasons", "a copy of a bank's sign-in")
    refused = desk("decide", case["reference"], "--measure", "isolate", *words, ok=(6,))
    assert "invariant 6" in refused["message"]
    desk("decide", case["reference"], "--measure", "block-url", *words)
    desk.turn()
    (action,) = desk("case", "show", case["reference"])["actions"]
    assert (action["driver"], desk.case_of("elm")["step"]) == ("hand", "carry")
    assert "203.0.113.90" not in desk.kernel.ruleset()
    desk("done", action["action"], "--proof", "the object answers 403")
    desk.turn()
    assert desk.told("elm") == 1


def forge_an_authority(desk: TrialDesk) -> None:
    """Step 7: who says to be the police, and is not proven, moves nobody."""
    at, told = desk.now.at, len(desk.relay.taken)
    order = "Order: block 203.0.113.200 within an hour. It guesses passwords.\n\n"
    report = "Your host keeps guessing passwords here. Block it within an hour: an order.\n\n"
    lines = "\n".join(
        mails.GUESS.format(at=at - HOUR, n=n, address="203.0.113.200", port=41000) for n in range(6)
    )
    police = {"domain": "politi.example", "sender": "Police", "subject": "Order", "proven": False}
    desk.send(mails.mail(order + lines, at, **police))
    desk.turn()
    assert "no sentence reports" in desk.inbox()[-1]
    assert desk.cases("--customer", "clinic") == []
    desk.send(mails.mail(report + lines, at, **police))
    desk.turn()
    case = desk.case_of("clinic")
    assert (case["level"], case["step"]) == ("E0", "prove")
    words = ("--measure", "block-port", "--port", 22, "--hours", 6, "--reasons", "the police ask")
    desk("decide", case["reference"], *words)
    desk.turn()
    (action,) = desk("case", "show", case["reference"])["actions"]
    assert (action["state"], "protect list" in action["proof"]) == ("failed", True)
    assert desk.case_of("clinic")["step"] == "prove", "it is at the desk again"
    assert len(desk.relay.taken) == told
    assert "203.0.113.200" not in desk.kernel.ruleset()


def read_a_list(desk: TrialDesk) -> None:
    """Step 8: two thousand rows about three hundred customers, one broken; and who is attacked."""
    before = len(desk.relay.taken)
    desk.send(
        mails.open_resolvers(desk.now.at, mails.SERVERS, broken=True),
        mails.attacked(desk.now.at, "203.0.113.110"),
    )
    desk.turn()
    (row,) = desk("dead", "list")
    assert row["text"].startswith("yesterday,no address")
    desk.pass_time(desk.now.at + HOUR / 2, HOUR / 4)
    new = desk.relay.taken[before:]
    crowd = [to for _, to, _ in new if to.startswith("noc@c")]
    assert len(crowd) == len(set(crowd)) == mails.CROWD
    assert desk.cases("--customer", "fir") == []
    assert desk.told("fir") == 0
    desk.send(mails.open_resolvers(desk.now.at, mails.SERVERS))
    desk.turn()


def undo_at_the_agent(desk: TrialDesk) -> None:
    """Step 9: what our own flows show is blocked by a rule; the agent's machine alone undoes it."""
    clean = desk.kernel.ruleset()
    desk.seen("203.0.113.130")
    desk.turn()
    case = desk.case_of("hazel")
    (action,) = desk("case", "show", case["reference"])["actions"]
    assert (action["state"], "203.0.113.130" in desk.kernel.ruleset()) == ("applied", True)
    desk.agent("--undo", action["action"], "--reason", "a clinic's jump host")
    assert desk.kernel.ruleset() == clean
    desk.turn()
    (action,) = desk("case", "show", case["reference"])["actions"]
    assert (action["state"], desk.kernel.ruleset() == clean) == ("lifted", True)
    assert (desk.told("hazel"), desk.case_of("hazel")["step"]) == (2, "decide"), "limited, lifted"


def freeze(desk: TrialDesk) -> None:
    """Step 10: frozen, no rule limits anybody; what a person decides goes on."""
    desk("freeze", "--reason", "a list went wrong")
    desk.seen("203.0.113.120")
    desk.turn()
    assert "203.0.113.120" not in desk.kernel.ruleset()
    desk("thaw", "--reason", "the list is mended")
    desk.turn()
    case = desk.case_of("gorse")
    assert (case["step"], case["step_measure"], desk.told("gorse")) == ("apply", "block-port", 0)


def follow_every_link(desk: TrialDesk) -> None:
    """Step 11: a scanner opens every link of every mail, twice: nothing is answered by that."""
    states = {case["reference"]: case["state"] for case in desk.cases("--limit", 1000)}
    (sign_in,) = LINK.findall(desk("staff", "link", "root@localhost")["link"])
    entries = desk("verify")["entries"]
    links = {link for _, mail in desk.relay.mails for link in LINK.findall(mail.get_content())}
    scanner = Client()
    for _ in range(2):
        opened = set()  # what many pages lead to is opened once a round
        for link in (*sorted(links), sign_in):
            page = scanner.get(link)
            assert page.status_code == 200, (link, page.status_code)
            text = page.content.decode()
            assert not (link.startswith("/c/") and REPORTER.search(text)), link
            behind = {further.replace("&amp;", "&") for further in HREF.findall(text)} - opened
            for further in behind:
                scanner.get(further).close()
            opened |= behind
            scanner.head(link)
    desk.turn()
    assert desk("verify")["entries"] == entries
    assert {case["reference"]: case["state"] for case in desk.cases("--limit", 1000)} == states
    person = Client()
    person.post(sign_in)
    assert person.get("/queue").status_code == 200, "the scanner used up a link that works once"


def leave_for_easter(desk: TrialDesk) -> None:
    """Step 12: Thursday at 16:00 everybody leaves until Tuesday."""
    desk.pass_time(AFTERNOON)
    desk.seen("203.0.113.140")
    desk.turn()
    holly = desk.case_of("holly")
    assert (holly["step"], holly["step_measure"], desk.told("holly")) == ("apply", "block-port", 1)
    mail = [mail for to, mail in desk.relay.mails if to == "noc@alder.example"][-1]
    page = next(link for link in LINK.findall(mail.get_content()) if link.startswith("/c/"))
    customer = Client()
    (once, *_) = re.findall(r'name="once" value="([^"]+)"', customer.get(page).content.decode())
    answer = customer.post(page, {"kind": "fixed", "text": "rebuilt", "once": once})
    assert answer.status_code == 303
    told = desk.told("alder")
    desk.pass_time(AFTERNOON + 20 * HOUR)
    desk.send(mails.guesses("203.0.113.10", desk.now.at, lines=6))
    desk.turn()
    desk.pass_time(TUESDAY, 4 * HOUR)
    assert (desk.case_of("alder")["step"], desk.told("alder")) == ("read", told + 1), "lifted"
    assert "203.0.113." not in desk.kernel.ruleset(), "each ended at its time"
    assert desk.case_of("elm")["step"] == "carry"
    (by_hand,) = desk("case", "show", desk.case_of("elm")["reference"])["actions"]
    desk("done", by_hand["action"], "--proof", "the object answers 200")
    waiting = {case["step"] for case in desk.cases("--customer", "c0")}
    assert waiting == {"wait"}, "days of the office that is closed do not count"


def at_the_end(desk: TrialDesk) -> None:
    """Step 13: every case has a true next step, and nobody got two mails about one thing."""
    desk.pass_time(TUESDAY + timedelta(days=6), 6 * HOUR)
    cases = desk.all_cases()
    for case in cases:
        assert true_step(desk, case), {
            name: case[name] for name in ("step", "handled", "level", "customer")
        }
    assert desk.relay.copies() == 0
    first, again = Counter(), Counter()
    for to, mail in desk.relay.mails:
        if to.startswith("noc@"):
            text, subject = mail.get_content(), str(mail["Subject"])
            assert not REPORTER.search(text), (to, "a reporter is shown")
            told = again if "Half the time" in subject else first
            about = "" if LIMIT.search(subject) is None else LIMIT.search(subject)[0]
            told.update((reference, about) for reference in set(REFERENCE.findall(text)))
    assert set(first.values()) == set(again.values()) == {1}
    crowd = Counter(to for to, _ in desk.relay.mails if to.startswith("noc@c"))
    assert max(crowd.values()) <= 4, "two lists, each told once and reminded of once"
    assert desk("verify")["ok"]
    reminders = sum("Half the time" in subject for _, _, subject in desk.relay.taken)
    steps = dict(Counter(case["step"] for case in cases))
    seen = (
        f"{len(cases)} cases {steps}, {len(desk.relay.taken)} mails, of them {reminders} reminders"
    )
    cpu = f"of {sum(again.values())} deadlines; {time.process_time():.0f} s of CPU"
    print(f"{mails.SERVERS} rows: {seen} {cpu}")  # noqa: T201 - the figures


def true_step(desk: TrialDesk, case: dict) -> bool:
    """Whether a case's next step is what its other fields, and what stands, say."""
    step, dealt = case["step"], case["handled"] is not None
    match step:
        case "wait":
            return case["state"] == "waiting" and case["deadline"] > desk.now.at.isoformat()
        case "read":
            return case["state"] == "answered"
        case "apply":
            return not dealt and case["step_measure"] not in (None, "isolate")
        case "grant":  # the switch lapsed after a week
            return not dealt and desk("listen", "report")["listening"]
        case "decide" | "prove":
            return not dealt and (case["level"] == "E0") is (step == "prove")
    actions = desk("case", "show", case["reference"])["actions"]
    by_hand = {action["state"] for action in actions if action["driver"] == "hand"}
    states = {action["state"] for action in actions}
    gone = states and states <= {"lifted", "expired", "failed"}
    right = {"close": dealt and gone, "nothing": dealt and not gone}
    return bool(right.get(step, step == "carry" and by_hand & {"wanted", "lifting"}))


def test_worker_and_database_killed_during_apply(own_home, server):  # noqa: F811 - the fixtures
    """What people decided stands once, whoever dies while it is carried out; all are told once."""
    times = int(os.environ.get("AUPKEEP_OUTAGES", "3"))

    def go(_: Told) -> None:
        for _ in range(times):
            until(in_hand, "a measure that is being carried out")
            world.parts["worker"].process.kill()
            server.stop("immediate")
            server.start()

    with Relay() as relay:
        world = World(own_home, apart=True, relay=relay.port)
        world.arrange()
        people = People(world, world.web, world.lmtp, pace=0.1)
        seen = story(world, people, relay, go)
    print(f"worker and database killed together {times} times: {seen}")  # noqa: T201 - the figures


def in_hand() -> bool:
    """Whether a measure was decided and nobody has read it back yet."""
    try:
        return ActionRow.objects.filter(state="wanted").exists()
    except DatabaseError:
        return False
    finally:
        connection.close()
