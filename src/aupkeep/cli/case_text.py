"""A case as a person reads it in a terminal: what it is about, who said what, what was done."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from aupkeep.cli.field_words import in_words
from aupkeep.cli.output import listing, moment, pairs, table
from aupkeep.model.action import became
from aupkeep.model.as_json import as_json
from aupkeep.model.counted import counted
from aupkeep.model.entry import EntryType
from aupkeep.model.moments import parse_moment

if TYPE_CHECKING:
    from aupkeep.app.deciding.case_list import ListedCase

Row = dict[str, Any]
Cells = Callable[[Row], list[object]]
MEASURE_WORDS = {"state": "desk.state"}


def case_lines(case: Row, termination: Iterable[str] = ()) -> Iterator[str]:
    """The lines of `app.deciding.case_records.show_case`; what is empty is left out.

    `termination` is the hold before the end of its service, in lines.
    """
    said = {title: _said(name, case) for name, title in HEAD.items()}
    yield from pairs({title: value for title, value in said.items() if value != ""})
    hold = list(termination)
    yield from ["", *hold] if hold else ()
    for name, head, cells, below in SECTIONS:
        rows = case.get(name) or []
        if not rows:
            continue
        yield ""
        yield f"{name.upper()} ({len(rows)})"
        lines = list(table(head, [cells(row) for row in rows], ""))
        yield f"  {lines[0]}"
        for row, line in zip(rows, lines[1:], strict=True):
            yield f"  {line}"
            yield from (f"      {text}" for text in below(row) if text)


def customer_lines(customer: Row) -> Iterator[str]:
    """The lines of `app.pages.customers.record.customer_record`, likewise."""
    yield from pairs({k: v for k, v in customer.items() if k not in LISTS and v is not False})
    for name, head in LISTS.items():
        rows = customer.get(name) or []
        if rows:
            rows = [_reach(row) for row in rows] if name == "notices" else rows
            yield ""
            yield f"{name.upper()} ({len(rows)})"
            yield from (f"  {line}" for line in listing(head, rows, "", WORDS.get(name, {})))


def listed_line(listed: "ListedCase") -> Row:
    """A line of the list: the next step as the queue says it, and who works on it and is away."""
    row: Row = as_json(listed)
    row["step"] = _step(row)
    return row | ({"assignee": f"{listed.assignee} (away)"} if listed.assignee_away else {})


def _step(case: Row) -> str:
    """The next step of a case as the queue says it."""
    from aupkeep.app.deciding.next_step import NextStep, StepOf, step_words
    from aupkeep.app.pages.labels import measure_words

    until = parse_moment(case["step_until"]) if case.get("step_until") else None
    measure = case.get("step_measure")
    title = measure_words(measure) if measure else ""
    step = StepOf(
        step=NextStep(case["step"]),
        until=until,
        why=case.get("step_why", ""),
        by=case.get("step_by"),
    )
    return step_words(step, "en", title)


LISTS = {
    "open": ["reference", "state", "kind", "level", "resource", "events", "changed"],
    "measures": ["measure", "subject", "target", "state", "until", "case"],
    "resources": ["resource", "address", "since"],
    "history": ["address", "resource", "since", "until", "source"],
    "notices": ["made", "case", "title", "sent"],
    "permissions": ["resource", "kind", "until", "revoked_at"],
    "strikes": ["reference", "tier", "cause", "until", "removed_at"],
    "closed": ["reference", "outcome", "kind", "resource", "changed"],
}
WORDS = {
    "open": {"state": "desk.state"},
    "measures": {"state": "desk.state"},
    "closed": {"outcome": "desk.outcome"},
}


def _reach(row: Row) -> Row:
    """A notice with how far it came where it was not sent."""
    return {**row, "sent": row["sent"] or (f"not: {row['failure']}" if row["failure"] else "waits")}


HEAD = {
    "reference": "case",
    "state": "state",
    "step": "next step",
    "assignee": "works on it",
    "kind": "kind",
    "clause": "clause",
    "level": "evidence",
    "customer": "customer",
    "resource": "resource",
    "events": "events",
    "opened": "opened",
    "changed": "last change",
    "deadline": "answer due",
    "snoozed_until": "rests until",
    "handled": "dealt with",
    "protection": "note",
}


def _said(name: str, case: Row) -> object:
    """A field as a person reads it; "" for nothing to say."""
    if name == "step":
        return _step(case) if case.get("step") else ""
    value = in_words(name, case.get(name) or "", {"state": "desk.state"})
    if name == "state" and case.get("outcome"):
        return f"{value}: {in_words('outcome', case['outcome'], {'outcome': 'desk.outcome'})}"
    every = case.get("evidence_count", 0)
    stands = case.get("standing_count", every)
    if name == "level" and stands < every:
        return f"{case['standing_level']}: {stands} of {every} claims stand"
    if name == "assignee" and case.get("assignee_away"):
        return f"{value} (not here: anybody may take it)"
    return value


def _claim(row: Row) -> list[object]:
    exact = "" if row["at"] is None else f"± {row['exact']:g} s" if row["exact"] else "exact"
    holder = f"{row['holder']['customer']}/{row['holder']['resource']}"
    return [
        row["at"] or "not stated",
        exact,
        row["subject"],
        row["role"],
        row["source"],
        row["confidence"],
        holder,
    ]


def _claim_below(row: Row) -> list[str]:
    details = ", ".join(f"{name} {value}" for name, value in row["details"].items())
    why, gone = row.get("joined") or {}, row.get("withdrawn") or ""
    when = f", {moment(row['withdrawn_at'])}" if row.get("withdrawn_at") else ""
    back = f"stands no more: {gone}{when}" if gone else ""
    return [back, str(row["line"] or ""), details, why["words"] if why.get("first") else ""]


def _decision(row: Row) -> list[object]:
    people = [row["author"], *row["approvers"]]
    by = f"rule {row['rule']}" if row["automatic"] else " and ".join(people)
    measure = in_words("measure", row["measure"])
    return [row["starts"], measure, row["level"], row["evidence"], by, row["ends"]]


def _decision_below(row: Row) -> list[str]:
    return [row["reasons"], f"decision {row['decision']}" + _undone(row)]


def _undone(row: Row) -> str:
    return f", which undoes {row['reverses']}" if row["reverses"] else ""


def _waiting(row: Row) -> list[object]:
    what = "refuse the appeal" if row["judges"] else in_words("measure", row["measure"])
    return [row["at"], what, row["level"], row["hours"], row["by"]]


def _waiting_below(row: Row) -> list[str]:
    return [row["reasons"], f"a colleague: aupkeep approve {row['decision']}"]


def _action(row: Row) -> list[object]:
    service = f"{row['protocol']}/{row['port']}" if row["port"] is not None else row["protocol"]
    other = f"to {row['destination']}" if row["destination"] else None
    aim = " ".join(filter(None, [service, other]))
    where = row.get("prefix") or row["address"]
    where = f"{where} ports {row['source_ports']}" if row.get("source_ports") else where
    where = row.get("account") or row.get("url") or row.get("name") or where
    target = f"{row['target']} ({row['driver']})" if row.get("target") else row["driver"]
    state = in_words("state", became(row["state"], row["driver"], row["proof"]), MEASURE_WORDS)
    return [state, in_words("measure", row["measure"]), where, aim, row["until"], target]


def _action_below(row: Row) -> list[str]:
    return [row["note"] or "", row["proof"] or "", f"action {row['action']}"]


def _answer(row: Row) -> list[object]:
    by = row.get("reseller")
    kind = in_words("kind", row["kind"], {"kind": "answer"})
    return [row["at"], f"{kind} (by {by})" if by else kind, row["read"] or "unread"]


def _answer_below(row: Row) -> list[str]:
    return [line for line in str(row["text"]).splitlines() if line.strip()]


def _notice(row: Row) -> list[object]:
    state = row["failure"] and f"failed: {row['failure']}"
    kind = in_words("kind", row["kind"], {"kind": "ntc.kind"})
    return [row["sent"] or state or "waits", row["party"], kind, row["title"]]


def _notice_below(row: Row) -> list[str]:
    return [row.get("proof") or ""]


def _correction(row: Row) -> list[object]:
    doubted = f"{len(row['doubted'])} of {counted(len(row['claims']), 'claim')}"
    return [row["at"], doubted, row["settled"] or "waits: aupkeep case reattribute"]


def _correction_below(row: Row) -> list[str]:
    rested = f"{counted(len(row['decisions']), 'decision')} and "
    rested += f"{counted(len(row['notices']), 'notice')} rested on it"
    return [row["why"], f"assignment {row['assignment']}: {rested}"]


def _entry(row: Row) -> list[object]:
    from aupkeep.app.pages.labels import entry_words

    return [row["index"], row["at"], entry_words(EntryType(row["type"])), row["by"]]


def _entry_below(row: Row) -> list[str]:
    return [row.get("why") or ""]


SECTIONS: tuple[tuple[str, list[str], Cells, Callable[[Row], list[str]]], ...] = (
    (
        "corrections",
        ["at", "count no more", "what came of them"],
        _correction,
        _correction_below,
    ),
    (
        "evidence",
        ["at", "", "subject", "role", "said by", "confidence", "held then by"],
        _claim,
        _claim_below,
    ),
    (
        "decisions",
        ["from", "measure", "level", "evidence", "decided by", "ends"],
        _decision,
        _decision_below,
    ),
    (
        "waiting",
        ["asked", "measure", "level", "hours", "by"],
        _waiting,
        _waiting_below,
    ),
    (
        "actions",
        ["state", "measure", "on", "of it", "until", "target"],
        _action,
        _action_below,
    ),
    ("answers", ["at", "answer", "read"], _answer, _answer_below),
    ("notices", ["sent", "to", "kind", "title"], _notice, _notice_below),
    ("timeline", ["entry", "at", "what", "by"], _entry, _entry_below),
)
