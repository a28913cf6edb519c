"""The lazy group of commands, and the one place where errors become exit codes."""

import errno
import gc
import importlib
import json
import os
import sys
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, NoReturn

import click

from aupkeep import __version__
from aupkeep.model.errors import AupkeepError, Invalid, Strange, Unavailable
from aupkeep.model.whole_text import flaw

INTERRUPTED = 130
SEARCHES = 50_000, 20, 50  # a start makes few cycles: look for them less often than usual
JSON_FORMS = {"json", "jsonl"}
OUTPUT = ("-o", "--output")
HELP = ("-h", "--help")
ATTACHED = {f"-o{form}" for form in ("text", "table", "json", "jsonl", "yaml", "csv")}
ALSO = {"customer": "customers"}  # another spelling of a command
ELSEWHERE = {  # what the pages, or other programs, call it, and the command here
    "queue": "case list",
    "addresses": "who",
    "block": "decide",
    "unblock": "undo",
    "lift": "undo",
    "log": "journal list",
    "config": "settings",
    "status": "doctor",
    "users": "staff",
    "people": "staff",
    "rules": "policy",
    "reply": "letter send",
    "report": "ingest",
}
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS}  # the machine's trouble, not the words'
ADVICE = {
    errno.EADDRINUSE: "another program listens there (ss -lntup shows which); end it, or choose"
    " another port",
    errno.EADDRNOTAVAIL: "this machine has no such address (ip addr shows its own)",
    errno.EACCES: "the rights of this user do not reach; a port below 1024 takes"
    " CAP_NET_BIND_SERVICE",
}

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("demo:demo", "Show the whole road on this machine, then serve the console."),
    "init": ("init:init", "Set up this install: name, abuse address, relay, own prefixes."),
    "up": ("serve:up", "Run everything: pages, worker, mail in, agent, flows."),
    "ingest": ("intake:ingest", "Take in mails or reports from files or standard input."),
    "mailbox": ("mailbox:mailbox", "Mailboxes that are read by IMAP: list them, read one now."),
    "import": ("history:import_", "Take in another system's history: mbox, Maildir, JSON lines."),
    "parse": ("intake:parse", "Read files without a database and show what they say."),
    "reporters": ("reporters:reporters", "List who writes reports; test whose a mail is."),
    "feeds": ("feeds:feeds", "Lists we fetch: how they stand, on and off, fetch one now."),
    "search": ("search:search", "Look for an address, case, customer, URL, name, Message-ID."),
    "who": ("inventory:who", "Say who held an address at a moment."),
    "inventory": ("inventory:inventory", "Declare own space, import assignments."),
    "customers": ("inventory:customers", "Customers, their contacts, what they accepted."),
    "services": ("enforcement:services", "What a customer has, and what no driver reaches."),
    "case": ("case:case", "List cases and show one."),
    "view": ("view:view", "What the queue shows under a name: list, save, change, delete."),
    "inbox": ("inbox:inbox", "What waits for a person: list it, show one, take it out."),
    "inquiry": ("inquiry:inquiry", "What people ask us: list, show, answer, permit, close."),
    "ticket": ("ticket:ticket", "Mails handed over to the ticket system: list, open, close."),
    "dead": ("rejected:dead", "Show rows that could not be read; correct and read them again."),
    "outbox": ("outbox:outbox", "Show work that was given up; have it tried again."),
    "decide": ("case:decide", "Decide a case: a measure with reasons."),
    "approve": ("case:approve", "Be the second person of a decision that waits for one."),
    "letter": ("letter:letter", "Write to a customer or reporter; give a customer more time."),
    "undo": ("case:undo", "Lift an action, or all of one rule version, with a reason."),
    "termination": ("termination:termination", "Services held before their end: show, end one."),
    "done": ("case:done", "Confirm what no driver carries as done or undone by hand."),
    "decision": ("case:decision", "Replay a decision as it was; show its statement of reasons."),
    "notice": ("notice:notice", "What was written to whom, and how far it came."),
    "strike": ("strike:strike", "Breaches that count against a customer, until they expire."),
    "alert": ("alert:alert", "Alerts to who is on call: list, acknowledge, test."),
    "permission": ("permission:permission", "Let a resource do what others may not, for a time."),
    "grant": ("grant:grant", "What may leave while the install listens: ask, approve, revoke."),
    "answer-read": ("case:answer_read", "Mark a customer's answer as read."),
    "policy": ("policy:policy", "Check a policy, list its facts, evaluate it."),
    "enforcement": ("enforcement:enforcement", "What stands, what would, drivers and targets."),
    "why": ("enforcement:why", "Say why an address is limited: what, since when, by whom."),
    "interception": ("interception:interception", "What is diverted in transit; who looked."),
    "freeze": ("modes:freeze", "Stop all new automatic measures at once."),
    "thaw": ("modes:thaw", "Let automatic measures start again."),
    "listen": ("modes:listen", "Let nothing leave; show what each rule would have done."),
    "verify": ("journal:verify", "Prove the journal, or name its first bad entry."),
    "journal": ("journal_list:journal", "Read the journal: entries, one with its proof."),
    "statistics": ("statistics:statistics", "How the desk does: times, outcomes, what was wrong."),
    "witness": ("witness:witness", "Who cosigns our journal, and whose we cosign."),
    "export": ("journal:export", "Write the journal for somebody else to verify."),
    "retention": ("retention:retention", "What is due for erasure, erase it, legal holds."),
    "backup": ("backup:backup", "Write a backup while everything runs."),
    "restore": ("backup:restore", "Fill an empty home from a backup, and verify it."),
    "raw": ("raw:raw", "Carry what was received since a moment into another install."),
    "move": ("backup:move", "Copy the install into another database, and verify it."),
    "keys": ("journal:keys", "Show and rotate keys."),
    "source": ("source:source", "Who claims things: record, warning, slow lane, trust."),
    "webhook": ("webhook:webhook", "Programs told what happens to cases: list, add, test, remove."),
    "absence": ("absence:absence", "Who of the desk is away: list, set, end."),
    "staff": ("staff:staff", "Add and remove people, say what they may do, give them links."),
    "token": ("staff:token", "Make, list and revoke API tokens."),
    "doctor": ("doctor:doctor", "Say what is not set up, each with the command that fixes it."),
    "setup": ("setup:setup", "Units for systemd, roles, a shell's completion, the manual."),
    "settings": ("staff:settings", "Show the settings, set one, or write a file to start from."),
    "web": ("serve:web", "Serve the pages and the API."),
    "worker": ("serve:worker", "Run the outbox, the clocks and the reconciling."),
    "mailin": ("serve:mailin", "Take mail by LMTP, SMTP, Maildir and IMAP."),
    "flows": ("flows:flows", "What the traffic shows: read exports, follow them, explain."),
    "flowd": ("serve:flowd", "Hear routers' flow exports, watch them, tell the desk."),
    "signer": ("signer:signer", "Hold the signing keys apart, and sign."),
    "bgp": ("serve:bgp", "Hold routes and tell BGP peers of them, by ExaBGP."),
    "lab": ("lab:lab", "Attack a small internet on this machine: found, dropped, restored."),
    "agent": ("serve:agent", "Carry out a signed desired state on this machine."),
}

SECTIONS: dict[str, str] = {  # the first command of each section of the help, in the table's order
    "demo": "Start",
    "ingest": "Take in reports",
    "who": "Who holds what",
    "case": "Cases and decisions",
    "permission": "Policy and permissions",
    "strike": "Policy and permissions",
    "enforcement": "On the network",
    "verify": "Journal, proof, backup",
    "source": "People, sources, settings",
    "web": "Processes and traffic",
}


ONE_SPELLING = {  # of options: either is taken wherever one of them stands
    "reasons": "reason",
    "target-name": "target",
    "since": "from",
}


class LazyGroup(click.Group):
    """Loads a command when it is called, not when help lists it; `table` says where each lives."""

    table: Mapping[str, tuple[str, str]] = COMMANDS
    sections: Mapping[str, str] = SECTIONS

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, in the order a newcomer needs them."""
        del ctx
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the one command that was asked for."""
        del ctx
        cmd_name = ALSO.get(cmd_name, cmd_name)
        if cmd_name not in self.table:
            return None
        module, _, name = self.table[cmd_name][0].partition(":")
        command = getattr(importlib.import_module(f"aupkeep.cli.{module}"), name)
        if not isinstance(command, click.Command):
            raise TypeError(f"{module}:{name} is no command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table by its sections, without loading anything."""
        del ctx
        sections: dict[str, list[tuple[str, str]]] = {}
        title = "Commands"
        for name, (_, line) in self.table.items():
            title = self.sections.get(name, title)
            sections.setdefault(title, []).append((name, line))
        for title, rows in sections.items():
            with formatter.section(title):
                formatter.write_dl(rows)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As the parent; a word that is no command is answered with those that are near it."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = [ELSEWHERE[args[0]]] if self.table is COMMANDS and args[0] in ELSEWHERE else []
            near = near or get_close_matches(args[0], self.table, n=3)
            if not near or ctx.resilient_parsing:
                raise
            raise click.UsageError(
                f"{error.message} Did you mean {' or '.join(near)}?", ctx
            ) from error


@click.group(
    cls=LazyGroup,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "max_content_width": 100,
        "token_normalize_func": lambda word: ONE_SPELLING.get(word, word),
    },
    epilog="State lives under $AUPKEEP_HOME. Every command takes -o json; exit codes: docs/cli.md.",
)
@click.version_option(__version__, prog_name="aupkeep")
def group() -> None:
    """Aupkeep keeps a provider's acceptable use policy: from a report to a proven decision."""


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run a command; every error of ours is one line on standard error and its exit code."""
    given = _form_last(sys.argv[1:] if arguments is None else arguments)
    if arguments is None:  # a process of its own: what it writes is for its user alone
        os.umask(0o077)
        gc.set_threshold(*SEARCHES)
        if "AUPKEEP_SUPERVISOR" in os.environ:
            from aupkeep.config.supervised import end_with_supervisor

            end_with_supervisor()
    try:
        _refuse_broken(given)
        code: Any = group.main(given, prog_name="aupkeep", standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        _tell(_said(error), "usage", given, error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has gone; nothing is left to say
        sys.exit(0)
    except AupkeepError as error:
        _tell(str(error), type(error).__name__.lower(), given, error.exit_code)
    except OSError as error:
        _file(error, given)
    except _database_errors() as error:
        message = f"the database does not answer: {error}"
        _tell(message, Unavailable.__name__.lower(), given, Unavailable.exit_code)
    except _odd_value() as error:
        _tell(str(Strange(str(error))), Strange.__name__.lower(), given, Strange.exit_code)
    sys.exit(code if isinstance(code, int) else 0)


def _database_errors() -> tuple[type[Exception], ...]:
    """What a database that went away in the middle of a command raises."""
    database: Any = sys.modules.get("django.db")
    return (database.OperationalError, database.InterfaceError) if database else ()


def _odd_value() -> tuple[type[Exception], ...]:
    """What a value raises that a database has and we cannot hold, such as a time without an end."""
    database: Any = sys.modules.get("django.db")
    return (database.DataError,) if database else ()


def _refuse_broken(arguments: list[str]) -> None:
    """Raise `Invalid` for a word that is not UTF-8, unless it names a file that is there."""
    for word in arguments:
        if flaw(word) and not os.path.lexists(word):
            shown = word.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
            raise Invalid(f"arguments: expected UTF-8, found {shown[:60]!r}")


def _form_last(arguments: list[str]) -> list[str]:
    """The words with `-o FORM` and `--help` behind the others, where the command reads them."""
    rest: list[str] = []
    form: list[str] = []
    asks: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--":
            return [*rest, *form, *asks, word, *words]
        if word in OUTPUT and (value := next(words, None)) is not None:
            form = [word, value]
        elif word.startswith(tuple(f"{name}=" for name in OUTPUT)) or word in ATTACHED:
            form = [word]
        elif word in HELP:
            asks = [word]
        else:
            rest.append(word)
    return [*rest, *form, *asks]


def _said(error: click.ClickException) -> str:
    """What is wrong; after a mistake in the words of a command also where the right ones stand."""
    place = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else ""
    said = error.format_message()
    return f"{said.removesuffix('.')}; see {place} --help" if place else said


def _file(error: OSError, arguments: list[str]) -> NoReturn:
    """Say which file or address it was that the machine would not open, write or listen at."""
    kind = Unavailable if error.errno in FULL else Invalid
    where = f"{error.filename}: " if error.filename else ""
    advice = ADVICE.get(error.errno or 0, "")
    message = f"{where}expected to use it, found: {error.strerror or error}"
    message += f"; {advice}" if advice else ""
    _tell(message, kind.__name__.lower(), arguments, kind.exit_code)


def _tell(message: str, kind: str, arguments: list[str], code: int) -> NoReturn:
    """Say an error in words, or as JSON where JSON was asked for; then end."""
    as_json = any(word.rpartition("=")[2].removeprefix("-o") in JSON_FORMS for word in arguments)
    line = json.dumps({"error": kind, "message": message}) if as_json else f"aupkeep: {message}"
    click.echo(line, err=True)
    sys.exit(code)
