"""Every command and every form of the desk: who may give it, and that a name decides nothing.

`CHANGES` names each command that changes something, with the act of docs/roles.md that it is;
`READS` the others. Together they are the whole table of commands, so that a new one is placed.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import click
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.conftest import NOON, report
from aupkeep.app.access import shell
from aupkeep.app.enforcing import freeze
from aupkeep.cli.group import group
from aupkeep.evidence.checkpoint import show_key
from aupkeep.evidence.cosignature import Cosigner
from aupkeep.model.roles import StaffAct, StaffRole, bearers

WHY = ("--reasons", "so")
SAID = ("--reason", "so")
KEY = "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg="
SOON = f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%dT%H:%M:%SZ}"
UNTIL = ("--until", SOON)
WITNESS = Cosigner(
    "birch.example/witness", Ed25519PrivateKey.from_private_bytes(b"w" * 32).public_key()
)
LOG = show_key("aupkeep", WITNESS.key)
QUESTION = (
    b"From: eva@alder.example\r\nTo: abuse@aupkeep.example\r\nSubject: A scanner\r\n"
    b"Message-ID: <q1@alder.example>\r\n\r\nMay we run a scanner for a study? Is that allowed?\r\n"
)
LOAD = ("customers", "accept", "alder", "--version", "1", "--at", "2026-01-05")
R, S, D, G, U, P = (
    StaffAct.READ,
    StaffAct.SETTINGS,
    StaffAct.DECIDE,
    StaffAct.GRANT,
    StaffAct.UNDO,
    StaffAct.APPROVE,
)
CHANGES: dict[str, tuple[StaffAct, tuple[str, ...]]] = {
    "init": (S, ("--language", "nb")),
    "import mbox": (S, ("/dev/null",)),
    "import maildir": (S, ("/dev",)),
    "import jsonl": (S, ("/dev/null",)),
    "inventory own add": (S, ("203.0.113.0/24",)),
    "inventory import": (S, ("-",)),
    "inventory names import": (S, ("-",)),
    "inventory sync": (S, ()),
    "mailbox read": (S, ()),
    "inventory correct": (D, ("203.0.113.1", "--remove", *WHY)),
    "customers import": (S, ("-",)),
    "customers accept": (S, LOAD[2:]),
    "letter test": (D, ("{case}", "--to", "customer", "--subject", "s", "--text", "t")),
    "alert test": (S, ()),
    "alert ack": (U, ("019ca945",)),
    "customers mail": (D, ("alder", "--off", "vulnerability/cve", *WHY)),
    "customers unprotect": (G, ("alder", "protected", *WHY)),
    "feeds enable": (S, ("feodo",)),
    "feeds disable": (S, ("feodo",)),
    "feeds fetch": (D, ("feodo",)),
    "termination finish": (StaffAct.PROPOSE, ("{case}", "--customer", "alder", *WHY)),
    "case close": (D, ("{case}", "--outcome", "fixed", *WHY)),
    "case assign": (D, ("{case}",)),
    "case snooze": (D, ("{case}", "--for", "2h")),
    "case note": (D, ("{case}", "seen before")),
    "case probe": (D, ("{case}",)),
    "interception look": (StaffAct.PROPOSE, ("{action}", "--reason", "so")),
    "case reattribute": (D, ("{case}", *WHY)),
    "case appeal": (P, ("{case}", "granted", *WHY)),
    "case hand-over": (P, ("{case}", *WHY)),
    "decide": (D, ("{case}", "--measure", "inform", *WHY)),
    "letter send": (D, ("{case}", "--to", "customer", "--subject", "so", "--text", "so")),
    "letter more-time": (D, ("{case}", "--hours", "9", *WHY)),
    "approve": (P, ("{pending}",)),
    "undo": (U, ("{action}", *SAID)),
    "enforcement undo": (U, ("{action}", *SAID)),
    "enforcement apply": (U, ()),
    "enforcement probe": (S, ("main",)),
    "enforcement extend": (D, ("{action}", "--hours", "200", *SAID)),
    "done": (U, ("{action}", "--proof", "seen")),
    "inquiry answer": (D, ("{inquiry}", "--text", "yes")),
    "inquiry close": (D, ("{inquiry}", *SAID)),
    "inquiry grant": (D, ("{inquiry}", "alder/vm-1", "connection/port_scan", *UNTIL, *WHY)),
    "ticket open": (D, ("{case}",)),
    "ticket close": (D, ("T-2222-2222", *SAID)),
    "inbox read": (D, ("{report}",)),
    "inbox done": (D, ("{report}", *SAID)),
    "outbox replay": (S, ("{case}",)),
    "dead mend": (D, ("{report}", "1", "--text", "x")),
    "answer-read": (D, ("{case}",)),
    "permission add": (D, ("alder/vm-1", "connection/port_scan", *UNTIL, *WHY)),
    "permission remove": (D, ("alder/vm-1", "connection/ddos", *WHY)),
    "strike remove": (D, ("{strike}", *WHY)),
    "freeze": (U, SAID),
    "thaw": (G, SAID),
    "listen on": (U, SAID),
    "listen off": (G, SAID),
    "grant ask": (G, ("staff", "--days", "9", *WHY)),
    "grant approve": (G, ("{grant}",)),
    "grant revoke": (U, ("{grant}", *SAID)),
    "source warn": (D, ("{source}", *WHY)),
    "source slow": (D, ("{source}", "--days", "3", *WHY)),
    "source suspend": (D, ("{source}", "--days", "3", *WHY)),
    "source trust": (G, ("{source}", "--days", "3", *WHY)),
    "source restore": (D, ("{source}", *WHY)),
    "source judge": (D, ("{report}", "confirmed", *WHY)),
    "source resume": (D, ("{report}", *WHY)),
    "view save": (R, ("mine",)),
    "webhook add": (S, ("billing", "https://billing.example/hook")),
    **{f"webhook {it}": (S, ("billing",)) for it in ("test", "roll", "resume", "remove")},
    "webhook redeliver": (S, ("billing", "--since", "2026-01-01T00:00:00Z")),
    "absence set": (U, ("--from", "2026-12-24", "--to", "2026-12-31")),
    "absence end": (U, ()),
    "view change": (R, ("mine", "--name", "own")),
    "view delete": (R, ("own",)),
    "staff add": (S, ("bea@example.com", "--name", "Bea")),
    "staff role": (S, ("ada@example.com", "--role", "senior")),
    "staff language": (S, ("ada@example.com", "nb")),
    "staff map": (S, ("ada@example.com", "--unix-user", "ada")),
    "staff link": (S, ("ada@example.com",)),
    "staff unbind": (S, ("ada@example.com", *SAID)),
    "staff remove": (S, ("ada@example.com", *SAID)),
    "staff sessions": (S, ()),
    "staff end": (S, ("ada@example.com", *SAID)),
    "staff passkeys": (S, ("ada@example.com",)),
    "staff outside": (S, ("{pending}", "law@firm.example", "--name", "Law")),
    "agent key add": (S, ("edge", KEY, *SAID)),
    "agent key forget": (S, ("main", *SAID)),
    "token add": (S, ("feed",)),
    "token revoke": (S, ("feed",)),
    "settings set": (S, ("mail.sender", "abuse@fjord.example")),
    "keys rotate": (S, ("desired",)),
    "flows check": (D, ("{case}",)),
    "flows baseline accept": (G, ("udp-flood", "per_second", "3000", *WHY)),
    "flows baseline withdraw": (G, ("udp-flood", "per_second", *WHY)),
    "retention run": (StaffAct.RETENTION, ("--yes", *WHY)),
    "retention hold add": (StaffAct.RETENTION, ("{case}", *UNTIL, *WHY)),
    "retention hold end": (StaffAct.RETENTION, ("{hold}", *WHY)),
    "export": (StaffAct.JOURNAL, ("-",)),
    "backup": (S, ("{folder}/backup", "--plain")),
    "raw export": (S, ("{folder}/raws", "--since", "2026-01-01T00:00:00Z", "--plain")),
    "raw import": (S, ("{folder}/raws",)),
    "move": (S, ("--to", "sqlite")),
    "verify": (StaffAct.JOURNAL, ()),
    "journal list": (StaffAct.JOURNAL, ()),
    "journal show": (StaffAct.JOURNAL, ("0",)),
    "journal status": (StaffAct.JOURNAL, ()),
    "witness show": (StaffAct.JOURNAL, ()),
    "witness ask": (StaffAct.JOURNAL, ()),
    "witness add": (S, ("http://127.0.0.1:9/witness", WITNESS.show())),
    "witness add-log": (S, ("birch.example/journal", LOG)),
    "witness remove": (S, (WITNESS.name,)),
    "witness resume": (S, ("birch.example/journal", "--size", "0", *WHY)),
    "witness forget": (S, ("birch.example/journal", *WHY)),
}
READS = {
    "interception list",
    "parse",
    "reporters",
    "reporters test",
    "reporters check",
    "feeds show",
    "feeds copy",
    "feeds test",
    "feeds",
    "search",
    "who",
    "inventory own list",
    "inventory names list",
    "inventory sources",
    "mailbox list",
    "inventory doctor",
    "customers show",
    "alert list",
    "alert channels",
    "customers list",
    "customers accepted",
    "letter drafts",
    "letter preview",
    "case list",
    "view list",
    "absence list",
    *(f"webhook {it}" for it in ("list", "events")),
    "case show",
    "inbox",
    "inbox show",
    "inbox list",
    "dead list",
    "outbox list",
    "dead show",
    "decision replay",
    "decision statement",
    "permission list",
    "strike list",
    "grant list",
    "grant show",
    "listen report",
    "inquiry list",
    "ticket list",
    "inquiry show",
    "notice list",
    "notice show",
    "statistics",
    "settings list",
    "policy show",
    "policy check",
    "policy facts",
    "policy documents",
    "policy eval",
    "enforcement hits",
    *(f"enforcement {it}" for it in ("plan", "list", "drivers", "targets", "drift", "verify")),
    "why",
    "services",
    "termination list",
    "termination show",
    "keys list",
    "source list",
    "source show",
    "staff list",
    "token list",
    "agent key list",
    "doctor",
    "retention show",
    "retention hold list",
    "settings",
    *(f"setup {it}" for it in ("systemd", "monitoring", "exporter", "completion", "man", "roles")),
    "flows decode",
    "flows replay",
    "flows exporters",
    "flows hits",
    "flows show",
    "flows top",
    "flows explain",
    "flows baseline",
}
# A process runs with the rights of who starts it; `ingest` takes in a report, as a mail does.
OWN_RIGHTS = {
    "demo",
    "lab up",
    "lab attack",
    "lab show",
    "lab down",
    "up",
    "web",
    "worker",
    "mailin",
    "flowd",
    "agent",
    "ingest",
    "restore",
} | {
    "bgp",
    "agent key show",  # by who can read the agent's folder
    "signer",
    "signer take",
    "signer remember",
    "signer rotate",  # by who can read its folder
}


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Every command below this one that does something by itself, by its words."""
    if not isinstance(command, click.Group):
        yield " ".join(path)
        return
    if path and command.invoke_without_command:
        yield " ".join(path)
    context = click.Context(command)
    for name in command.list_commands(context):
        below = command.get_command(context, name)
        assert below is not None
        yield from commands(below, (*path, name))


def test_every_command_is_placed():
    """A new command is one that changes something, with its act, or one that only reads."""
    known = set(commands(group))
    assert known == set(CHANGES) | READS | OWN_RIGHTS
    assert not set(CHANGES) & (READS | OWN_RIGHTS)


@pytest.fixture
def words(aupkeep):
    """A desk with a case, an action by hand and a decision that waits: the words of commands."""
    aupkeep("listen", "off", "--reason", "a test")
    aupkeep("inventory", "own", "add", "203.0.113.0/24")
    rows = b"address,customer,resource,from,until\n203.0.113.1,alder,vm-1,2026-01-01T00:00:00Z,\n"
    aupkeep("inventory", "import", "-", given=rows)
    customers = b"customer,name,tags\nalder,Alder,protected\n"
    aupkeep("customers", "import", "-", given=customers)
    aupkeep("staff", "add", "ada@example.com", "--name", "Ada", "--role", "auditor")
    aupkeep("token", "add", "feed")
    aupkeep("agent", "key", "add", "main", KEY, *SAID)
    permitted = ("alder/vm-1", "connection/ddos", *UNTIL, *WHY)
    aupkeep("permission", "add", *permitted)
    (told,) = aupkeep("ingest", "-", given=report("203.0.113.1", NOON)).value
    (case,) = told["cases"]
    limits = ("--measure", "suspend-resource", "--hours", "24", "--cause", "own-act", *WHY)
    made = aupkeep("decide", case, *limits).value
    asked = aupkeep("decide", case, "--measure", "suspend-account", "--hours", "24", *WHY).value
    return {
        "{case}": case,
        "{report}": told["report"],
        "{source}": aupkeep("source", "list", "--unproven").value[0]["source"],
        "{action}": made["actions"][0],
        "{pending}": asked["decision"],
        "{inquiry}": asked_of(aupkeep),
        "{strike}": aupkeep("strike", "list").value[0]["id"],
        "{grant}": aupkeep("grant", "ask", "staff", "--days", "9", *WHY).value["grant"],
        "{hold}": aupkeep("retention", "hold", "add", "--customer", "alder", *UNTIL, *WHY).value[
            "hold"
        ],
    }


def asked_of(aupkeep) -> str:
    """The reference of what somebody asks."""
    aupkeep("ingest", "-", given=QUESTION)
    return str(aupkeep("inquiry", "list").value[0]["reference"])


def entries(aupkeep) -> int:
    """How many entries the journal has."""
    return int(aupkeep("verify", "--offline").value["entries"])


def run(aupkeep, name, words):
    """One command with its words filled in."""
    return aupkeep(*name.split(), *(words.get(word, word) for word in CHANGES[name][1]), given=b"")


def become(monkeypatch, user):
    """The commands from here on are this user's of the machine."""
    for module in (shell, freeze):
        monkeypatch.setattr(module, "unix_user", lambda: user)


@pytest.mark.parametrize("runner", ["here"], indirect=True)  # a process has its own user
def test_invariant_15_a_user_who_is_nobody_changes_nothing(aupkeep, words, monkeypatch):
    """No command that changes anything is taken from who is nobody of the desk."""
    before = entries(aupkeep)
    become(monkeypatch, "ghost")
    taken = {name: run(aupkeep, name, words).code for name in CHANGES}
    assert {name for name, code in taken.items() if code != 6} == set()
    monkeypatch.undo()
    assert entries(aupkeep) == before


@pytest.mark.parametrize("runner", ["here"], indirect=True)
def test_each_command_asks_for_the_act_of_the_table(aupkeep, words, monkeypatch):
    """An auditor, who changes nothing but views of their own, is told which roles each takes."""
    aupkeep("staff", "map", "ada@example.com", "--unix-user", "ada")
    before = entries(aupkeep)
    become(monkeypatch, "ada")
    wrong = {}
    for name, (act, _) in CHANGES.items():
        told = run(aupkeep, name, words)
        refusal = f"{act} takes {' or '.join(bearers(act))}"
        allowed = StaffRole.AUDITOR in bearers(act)
        if told.code != 6 * (not allowed) or not (allowed or refusal in told.err):
            wrong[name] = told.code, told.err[:150]
    assert wrong == {}
    monkeypatch.undo()
    assert entries(aupkeep) == before + 4, "who asks for an export is written down; three of views"


def test_what_a_command_changes_stands_in_the_journal(aupkeep, words):
    """Each leaves at least one entry; a setting with its value and who set it."""
    given = {
        "inventory names import": b"name,address,customer,resource,from,until\n"
        b"shop.example,203.0.113.1,alder,shop,2026-01-01T00:00:00Z,\n",
        "customers import": b"customer,name\nbirch,Birch\n",
        "inventory import": b"address,customer,resource,from,until\n"
        b"203.0.113.2,alder,vm-2,2026-01-01T00:00:00Z,\n",
    }
    plain = (
        *("settings set", "customers accept", "customers unprotect", "feeds enable"),
        *("feeds disable", "permission add", "permission remove", "strike remove", "freeze"),
        *("staff add", "staff role", "staff link", "staff remove", "staff outside", "thaw"),
        *("agent key add", "agent key forget", "token add"),
        *("token revoke", "keys rotate", "flows baseline accept", "flows baseline withdraw"),
        *("witness add", "witness add-log", "witness remove"),
        *("done", "undo", "case close", "retention hold add", "retention hold end", *given),
    )
    words, silent = words | {"feed": "feed2"}, []
    for name in plain:
        before = entries(aupkeep)
        told = aupkeep(
            *name.split(),
            *(words.get(word, word) for word in CHANGES[name][1]),
            given=given.get(name, b""),
        )
        if told.code or entries(aupkeep) == before:
            silent.append((name, told.code, told.err[:150]))
    assert silent == []
