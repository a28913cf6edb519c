"""Commands in the search box: a page or a form by its name, of a case by its reference too.

`> people` opens the page, `> close K7QF-2M9X` the form on the case; nothing is done before its
button is pressed. A text without `>` shows the commands that it names beside what it finds.
"""

import re
from dataclasses import dataclass

from aupkeep.app.pages.layout.page import Person
from aupkeep.model.roles import StaffAct
from aupkeep.notify.measurements import Language
from aupkeep.store import cases

MARK = ">"
SHORTEST = 3  # characters of a text without `>` that may name a command
MOST = 40  # characters of a text that is looked at
REFERENCE = re.compile(r"[a-z0-9]{4}-[a-z0-9]{4}")  # of a case, in small letters
READ, DECIDE, UNDO = StaffAct.READ, StaffAct.DECIDE, StaffAct.UNDO


@dataclass(frozen=True, slots=True)
class Command:
    """What it is called, and where it is: a path of ours without its first slash."""

    title: str
    place: str


PLACES: tuple[tuple[str, StaffAct, str, str], ...] = (
    ("queue", READ, "Queue", "Kø"),
    ("queue?view=all&assignee=me", READ, "Queue: mine", "Kø: mine"),
    ("queue/views", READ, "Saved views", "Lagrede visninger"),
    ("inbox", StaffAct.SEE_REPORTERS, "Inbox", "Innboks"),
    ("inquiries", READ, "Inquiries", "Spørsmål"),
    ("enforcement", READ, "In force: undo", "I kraft: opphev"),
    ("customers", READ, "Customers", "Kunder"),
    ("notices?state=failed", READ, "Notices that failed", "Varsler som ikke kom fram"),
    ("notices", READ, "Notices", "Varsler"),
    ("permissions", READ, "Permissions", "Tillatelser"),
    ("grants", READ, "Grants", "Fullmakter"),
    ("sources", StaffAct.SEE_REPORTERS, "Sources", "Kilder"),
    ("feeds", READ, "Feeds", "Lister"),
    ("flows", READ, "Flows", "Trafikk"),
    ("policy", READ, "Policy", "Regler"),
    ("statistics", READ, "Statistics", "Statistikk"),
    ("journal", StaffAct.JOURNAL, "Journal", "Journal"),
    ("people", READ, "People", "Personer"),
    ("people#away", UNDO, "I am away: absence", "Jeg er borte: fravær"),
    ("settings", READ, "Settings", "Innstillinger"),
    ("settings/freeze", UNDO, "Freeze all automatic measures", "Frys alle tiltak"),
    ("settings/thaw", StaffAct.GRANT, "Thaw", "Tø opp"),
    ("account", READ, "Account: language, passkeys, sessions", "Konto: språk, nøkler, økter"),
)
OF_A_CASE: tuple[tuple[str, StaffAct, str, str], ...] = (
    ("case/{case}", READ, "Open {case}", "Åpne {case}"),
    ("case/{case}#decide-heading", DECIDE, "Decide {case}", "Avgjør {case}"),
    ("case/{case}#closing", DECIDE, "Close {case}", "Lukk {case}"),
    ("case/{case}#whose-case", DECIDE, "Take, assign, rest {case}", "Ta, tildel, hvil {case}"),
    ("case/{case}#work-note", DECIDE, "Note on {case}", "Notat på {case}"),
    ("case/{case}/write", DECIDE, "Reply, write a letter: {case}", "Svar, skriv brev: {case}"),
    ("journal?case={case}", StaffAct.JOURNAL, "Journal of {case}", "Journal for {case}"),
)


def is_command(typed: str) -> bool:
    """Whether a text is a command and nothing to look for."""
    return typed.strip().startswith(MARK)


def commands_for(person: Person, typed: str, language: Language) -> tuple[Command, ...]:
    """The commands that a text names and this person may give; all of them for `>` alone."""
    text = typed.strip()
    words = text.removeprefix(MARK).casefold().split() if len(text) <= MOST else []
    if not is_command(text) and len("".join(words)) < SHORTEST:
        return ()
    asked = [word for word in words if REFERENCE.fullmatch(word)] if is_command(text) else []
    known = cases.by_reference(asked[0]) if asked else None
    case = known.reference if known else ""
    left = [word for word in words if word.upper() != case]
    number = 1 + (language == "nb")
    return tuple(
        Command(row[1 + number].format(case=case), row[0].format(case=case))
        for row in (OF_A_CASE if case else PLACES)
        if person.may(row[1]) and all(_names(row[2:], word) for word in left)
    )


def _names(titles: tuple[str, ...], word: str) -> bool:
    """Whether a word of a title, in either language, begins so."""
    parts = " ".join(titles).casefold().replace(":", " ").replace(",", " ").split()
    return any(part.startswith(word) for part in parts)
