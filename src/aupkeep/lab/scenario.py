"""The demo scenario: what the product promises, run with real parts, checked at each step.

`run_all(world, say)` walks all three. `say(title, detail)` is called after each step that held; a
step that does not hold raises `BrokenPromise` with what was expected and found. The demo and the
tests run the same code.
"""

import re
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from email.message import Message
from typing import Any

from aupkeep.lab.browser import Browser
from aupkeep.lab.mails import LabReporter, guessing_report
from aupkeep.lab.namespaces import ADDRESS
from aupkeep.lab.world import DESK, LabWorld

Say = Callable[[str, str], None]
A, B = str(ADDRESS["tenant-a"]), str(ADDRESS["tenant-b"])
CLINIC = "203.0.113.200"
QUIET = 1.0  # seconds without an attack connection: ten were due
CUSTOMERS = """\
customer,name,type,contact,role,language,brand,tier,parent,external_id,tags,since
alder,Alder Vev AS,business,drift@alder.example,abuse,nb,,,,,,2024-02-01T00:00:00Z
birch,Birch Data Ltd,business,abuse@birch.example,abuse,en,,,,,,2023-05-01T00:00:00Z
clinic,Fjord Clinic,business,it@clinic.example,abuse,en,,,,,protected,2022-01-01T00:00:00Z
"""
NOT_DONE = (
    "no attack ran",
    "no port was closed and no traffic was stopped: each measure is recorded, not enforced",
    "no notice said that anything is blocked",
    "no router was read back, before or after",
)
PEOPLE = ("ada@aupkeep.example", "Ada Analyst")


class BrokenPromise(AssertionError):
    """A promise that was not kept; the message says which."""


def require(condition: object, promise: str) -> None:
    """Go on if the promise holds."""
    if not condition:
        raise BrokenPromise(promise)


def not_done(world: LabWorld) -> tuple[str, ...]:
    """What this machine only recorded or left out; () where everything was done for real."""
    if world.why_recorded is None:
        return ()
    return NOT_DONE


def run_all(world: LabWorld, say: Say) -> None:
    """All steps, in order."""
    furnish(world, say)
    case = mail_case(world, say)
    forged_reports(world, say)
    telemetry_case(world, say, case)
    verify_journal(world, say)


def furnish(world: LabWorld, say: Say) -> None:
    """Customers, an address that moved from A to B an hour ago, one person at the desk."""
    moved = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    rows = [
        "address,port_from,port_to,customer,resource,from,until",
        f"{B},,,alder,vm-a,2026-01-01T00:00:00Z,{moved:%Y-%m-%dT%H:%M:%SZ}",
        f"{B},,,birch,vm-b,{moved:%Y-%m-%dT%H:%M:%SZ},",
        f"{A},,,alder,vm-a,{moved:%Y-%m-%dT%H:%M:%SZ},",
        f"{CLINIC},,,clinic,vm-c,2026-01-01T00:00:00Z,",
    ]
    customers, assignments = world.folder / "customers.csv", world.folder / "assignments.csv"
    customers.write_text(CUSTOMERS, "utf-8")
    assignments.write_text("\n".join(rows) + "\n", "utf-8")
    world.command("customers", "import", str(customers))
    world.command("inventory", "import", str(assignments))
    then = world.command("who", B, "--at", _stamp(moved - timedelta(minutes=30)))
    now = world.command("who", B, "--at", _stamp(moved + timedelta(minutes=30)))
    require(then["customer"] == "alder" and now["customer"] == "birch", "who held it then and now")
    world.command("staff", "add", PEOPLE[0], "--name", PEOPLE[1], "--me")
    say("An address moved", f"{B} was Alder's (vm-a) until an hour ago; now it is Birch's (vm-b)")


def mail_case(world: LabWorld, say: Say) -> dict[str, Any]:
    """One report, one case on who held it then, one person's decision, answered and undone."""
    before = world.wait(world.ruleset, "the agent's table") if world.scene else ""
    attack(world, say)
    cert = world.reporters[0]
    happened = datetime.now(UTC) - timedelta(hours=1, minutes=30)
    send(world, cert, B, happened, say)
    case = world.wait(lambda: find_case(world, "alder"), "the case on Alder")
    shown = world.command("case", "show", case["reference"])
    holders = {claim["holder"]["customer"] for claim in shown["evidence"]}
    require(holders == {"alder"}, f"the case stands on Alder alone, found {holders}")
    require(find_case(world, "birch") is None, "Birch, who holds the address now, is not blamed")
    require(shown["level"] == "E1", f"one authenticated reporter is E1, found {shown['level']}")
    proof = shown["evidence"][0]["assignment"]
    say("The case stands on Alder", f"case {case['reference']}, proven by assignment {proof[-12:]}")
    world.wait(lambda: mail_to(world, "drift@alder.example"), "Alder's first notice")
    limits = world.command("case", "show", case["reference"])["actions"]
    require(not limits, "at E1 no rule may limit anything")
    say("The rule only informs", "one reporter is E1: no rule may limit; a person must decide")
    action = decide_block(world, case["reference"], say)
    stopped(world, say)
    answer(world, case["reference"], say)
    lift(world, case["reference"], action, before, say)
    close(world, case["reference"], say)
    return case


def attack(world: LabWorld, say: Say) -> None:
    """Alder's machine begins to guess passwords, for real where there is a lab."""
    if world.scene is None:
        say("No lab here", f"{world.why_recorded}; measures are recorded, not enforced")
        return
    world.scene.attack()
    require(world.scene.wait_growing(), "the attack's connections reach the internet host")
    say("The attack is running", f"{A} opens SSH connections to the internet host")


def send(
    world: LabWorld, reporter: LabReporter, address: str, last: datetime, say: Say, lines: int = 12
) -> None:
    """A signed report goes through the exchanger into the desk by LMTP."""
    mail = reporter.sign(
        guessing_report(reporter, DESK, address, last, sent=datetime.now(UTC), lines=lines)
    )
    said = world.exchanger.hand_on(mail, reporter.address, DESK)
    require(said.startswith("250"), f"the desk takes the mail, said {said}")
    say("A report arrives by LMTP", f"{reporter.domain} reports {address}; {said[:60]}")


def decide_block(world: LabWorld, reference: str, say: Say) -> dict[str, Any]:
    """A person closes one port of one address; done when it was read back."""
    words = ("--measure", "block-port", "--hours", "24", "--as", PEOPLE[0])
    reasons = "SSH password guessing that goes on; the narrowest measure that stops it"
    world.command("decide", reference, *words, "--reasons", reasons)
    action = world.wait(lambda: action_in(world, reference, world.stands), "the block, read back")
    require((action["address"], action["port"]) == (A, 22), f"tcp/22 of {A} alone, found {action}")
    closed = "would be closed; recorded" if world.why_recorded else "is closed; read back"
    say("A person decides", f"tcp/22 from {A} {closed}: {str(action['proof'])[:70]}")
    return action


def stopped(world: LabWorld, say: Say) -> None:
    """The attack is gone; Alder's web and Birch go on."""
    if world.scene is None:
        return
    time.sleep(0.3)
    count = world.scene.attempts()
    time.sleep(QUIET)
    require(world.scene.attempts() == count, "the attack counter stands still")
    for tenant in ("tenant-a", "tenant-b"):
        require(world.scene.page(tenant), f"the web server of {tenant} still answers")
    say("The attack has stopped", f"{count} attempts, none since; both tenants' web pages answer")


def answer(world: LabWorld, reference: str, say: Say) -> None:
    """Alder reads the notice, opens the page, says "fixed"."""
    word = "" if world.why_recorded else "sperret"  # of what is only recorded no notice goes out
    mail = world.wait(
        lambda: mail_to(world, "drift@alder.example", holding=word), "the notice of the block"
    )
    if world.why_recorded:
        require("sperret" not in text_of(mail), "nobody is told of a block that was only recorded")
    browser = Browser()
    require(browser.open(link_in(mail)) == 200, "the customer's page opens without a login")  # noqa: PLR2004 - HTTP OK
    for secret in ("cert.example", "Example CERT", "soc@"):
        require(secret not in browser.page, f"the accused does not learn of the reporter: {secret}")
        require(secret not in text_of(mail), f"nor from the mail: {secret}")
    said = {"kind": "fixed", "text": "Passordet er byttet, skriptet er fjernet."}
    sent = browser.send(said, holding="once")
    require(sent == 200, f"the answer is taken, found status {sent}")  # noqa: PLR2004 - HTTP OK
    shown = world.command("case", "show", reference)
    require(shown["state"] == "answered", f"the case waits for a person, found {shown['state']}")
    say("Alder answers", "by the link in the notice: fixed. The reporter stays unknown to them")


def lift(world: LabWorld, reference: str, action: dict[str, Any], before: str, say: Say) -> None:
    """A person reads the answer and lifts; the router is as it was."""
    world.command("answer-read", reference, "--as", PEOPLE[0])
    world.command("undo", action["action"], "--reason", "fixed by Alder", "--as", PEOPLE[0])
    world.wait(lambda: action_in(world, reference, "lifted"), "the lift, read back")
    if world.scene is not None:
        require(world.scene.wait_growing(), "traffic to tcp/22 passes again")
        require(world.ruleset() == before, "the router's ruleset is byte for byte as before")
    if world.why_recorded:
        say("Lifted", "the recorded measure is gone from the record; no traffic was ever stopped")
        return
    say("Lifted", "traffic passes again; `nft -s list ruleset` is byte for byte as before")


def close(world: LabWorld, reference: str, say: Say) -> None:
    """The case closes as fixed; the reporter's page says so without a name."""
    words = ("--outcome", "fixed", "--reasons", "fixed by the customer", "--as", PEOPLE[0])
    world.command("case", "close", reference, *words)
    receipt = world.wait(
        lambda: mail_to(world, world.reporters[0].address), "the reporter's receipt"
    )
    browser = Browser()
    require(browser.open(link_in(receipt)) == 200, "the reporter's page opens")  # noqa: PLR2004 - HTTP OK
    for secret in ("Alder", "alder", "vm-a"):
        require(secret not in browser.page, f"the reporter does not learn whose it was: {secret}")
    require("It was fixed." in browser.text, "the reporter learns that it was fixed")
    say("The reporter is told", "the status page shows that it was fixed, and no name")


def forged_reports(world: LabWorld, say: Say) -> None:
    """Two mails that forge two reporters: no contact, no restriction."""
    forgers = (LabReporter("bank.example", "Bank"), LabReporter("cert.example", "Example CERT"))
    for forger in forgers:  # keys of their own, which nobody publishes
        send(world, forger, B, datetime.now(UTC) - timedelta(minutes=10), _quiet, lines=9)
    case = world.wait(lambda: find_case(world, "birch"), "the case of the forged mails")
    time.sleep(2 * QUIET)
    shown = world.command("case", "show", case["reference"])
    require(shown["level"] == "E0", f"forged mails stay an allegation, found {shown['level']}")
    require(not shown["actions"], "nothing is limited")
    require(not mail_to(world, "abuse@birch.example"), "Birch is not written to")
    for forger in forgers[:1]:
        require(not mail_to(world, forger.address), "whose name was forged is not written to")
    say("Two forged mails", "no proof, no contact, no restriction: both stay allegations (E0)")


def telemetry_case(world: LabWorld, say: Say, before: dict[str, Any]) -> None:
    """Our own telemetry and one authenticated report: E2, and the rule acts within its limits."""
    token = world.command("token", "add", "flows", "--trusted", "--scope", "finding")["token"]
    at = datetime.now(UTC)
    finding = {
        "kind": "connection/login_attack",
        "address": A,
        "at": _stamp(at),
        "count": 40,
        "target": {"address": str(ADDRESS["internet"]), "port": 22, "protocol": "tcp"},
    }
    status, said = world.post_finding(token, finding)
    require(status == 202, f"the finding is accepted, found {status} {said[:200]}")  # noqa: PLR2004 - HTTP Accepted
    send(world, world.reporters[1], A, at, _quiet, lines=6)
    case = world.wait(
        lambda: find_case(world, "alder", other_than=before["reference"]), "the second case"
    )
    action = world.wait(
        lambda: action_in(world, case["reference"], world.stands), "the rule's block"
    )
    shown = world.command("case", "show", case["reference"])
    limits = [decision for decision in shown["decisions"] if decision["level"] == "L3"]
    require(shown["level"] == "E2", f"telemetry and a report are E2, found {shown['level']}")
    require(limits and all(limit["automatic"] for limit in limits), "the rule decided alone")
    require((action["address"], action["port"]) == (A, 22), f"tcp/22 of {A} alone, found {action}")
    stopped(world, _quiet)
    closes = "would close" if world.why_recorded else "closes"
    rule = limits[0]["rule"]
    say("Telemetry and a report", f"E2: rule {rule} {closes} tcp/22 of {A} by itself")
    protected(world, say)


def protected(world: LabWorld, say: Say) -> None:
    """Limiting a protected host is refused, with the reason, whoever asks."""
    send(world, world.reporters[0], CLINIC, datetime.now(UTC) - timedelta(minutes=5), _quiet)
    case = world.wait(lambda: find_case(world, "clinic"), "the clinic's case")
    words = ("--measure", "block-port", "--hours", "1", "--as", PEOPLE[0])
    answer = world.command("decide", case["reference"], *words, "--reasons", "try", check=False)
    if "error" in answer:
        say("A protected host", f"refused: {answer['message'][:90]}")
        return
    action = world.wait(lambda: action_in(world, case["reference"], "failed"), "the refusal")
    require(
        "protect" in str(action["proof"]).lower(), f"the reason names it, found {action['proof']}"
    )
    say("A protected host", f"the driver refuses: {str(action['proof'])[:90]}")


def verify_journal(world: LabWorld, say: Say) -> None:
    """The journal proves itself; one changed byte is named."""
    whole = world.command("verify")
    require(whole["ok"], f"the journal holds, found {whole}")
    export = world.folder / "journal.jsonl"
    world.command("export", str(export))
    lines = export.read_bytes().splitlines(keepends=True)
    number = len(lines) // 2
    lines[number] = _flip(lines[number])
    export.write_bytes(b"".join(lines))
    answer = world.command("verify", str(export), check=False)
    require(answer["ok"] is False, "a changed byte is found")
    require(
        answer["first_bad"] == number - 1,
        f"entry {number - 1} is named, found {answer['first_bad']}",
    )
    say(
        "The journal proves it",
        f"{whole['entries']} entries hold; one changed byte in entry {number - 1} is named",
    )


def _flip(line: bytes) -> bytes:
    """The line with one character of its payload changed."""
    place = line.index(b'"payload":') + len(b'"payload":') + 4
    return line[:place] + (b"x" if line[place : place + 1] != b"x" else b"y") + line[place + 1 :]


def find_case(world: LabWorld, customer: str, other_than: str = "") -> dict[str, Any] | None:
    """The newest case of a customer."""
    rows: Iterable[dict[str, Any]] = world.read("cases", customer=customer)
    matching = [x for x in rows if x["reference"] != other_than]
    return matching[0] if matching else None


def action_in(world: LabWorld, reference: str, state: str) -> dict[str, Any] | None:
    """The first action of a case in that state."""
    rows: list[dict[str, Any]] = world.read(f"cases/{reference}")["actions"]
    return next((row for row in rows if row["state"] == state), None)


def mail_to(world: LabWorld, address: str, holding: str = "") -> Message | None:
    """The newest mail to an address that holds a word."""
    matching = [mail for mail in world.mailbox.to(address) if holding in text_of(mail)]
    return matching[-1] if matching else None


def text_of(mail: Message) -> str:
    """A mail's text."""
    payload = mail.get_payload(decode=True)
    return payload.decode("utf-8") if isinstance(payload, bytes) else ""


def link_in(mail: Message) -> str:
    """The first link of a mail."""
    match = re.search(r"http://\S+", text_of(mail))
    require(match, "the mail holds a link")
    return match[0] if match else ""


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _quiet(title: str, detail: str) -> None:
    """A step that is part of a larger one."""
    del title, detail
