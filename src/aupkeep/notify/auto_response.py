"""Whether an automatic mail may go out: two machines must never write to each other for ever.

RFC 3834 section 2 says which messages get no automatic answer. A receipt is sent only when

- the message has a sender that is an address, not a null one, and not one of ours
- the sender is not a daemon, a list's own address or a no-reply address
- it does not say that it is automatic, bulk, of a list, or that it wants no answer
- it has not passed through us before
- that address got none in the last 24 hours
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from aupkeep.model.errors import Invalid
from aupkeep.notify.mailbox import parse_mailbox

DAEMONS = re.compile(
    r"mailer-daemon|postmaster|daemon|nobody|bounces?([+-].*)?|"
    r"owner-.*|.*-owner|.*-request|.*-bounces?|"
    r"(do[-_.]?)?not?[-_.]?reply([+-].*)?"
)  # RFC 3834 section 2, and what senders that read nothing call themselves
BULK = ("bulk", "junk", "list")
SUPPRESS = ("all", "autoreply", "oof")  # MS-OXCMAIL section 2.2.3.2.14
MACHINE_REPORTS = ("delivery-status", "disposition-notification")  # RFC 3464, RFC 8098
DAY = timedelta(hours=24)


def may_answer(
    headers: Mapping[str, str], sender: str | None, *, own: Collection[str] = ()
) -> str | None:
    """Why no automatic answer may go to `sender`, in one sentence; None when it may.

    `headers` are the received message's, in any case; `sender` its envelope sender, or From where
    there was no envelope; `own` the addresses of this desk.
    """
    given = defaultdict[str, str](str)
    given.update({name.lower(): " ".join(text.split()).lower() for name, text in headers.items()})
    return _of_sender(sender, own) or _of_headers(given, own)


def within_limit(
    recent: Iterable[datetime], at: datetime, *, limit: int = 1, window: timedelta = DAY
) -> bool:
    """True when fewer than `limit` automatic mails went to the address within the window.

    `recent` are the moments of earlier ones; a moment after `at` counts too, since clocks step.
    """
    return sum(moment > at - window for moment in recent) < limit


def _of_sender(sender: str | None, own: Collection[str]) -> str | None:
    text = (sender or "").strip().removeprefix("<").removesuffix(">")
    if not text:
        return "the sender is null (RFC 3834 section 2)"
    try:
        local, _, domain = parse_mailbox(text).lower().rpartition("@")
    except Invalid:
        return "the sender is no plain mail address"
    if f"{local}@{domain}" in {address.lower() for address in own}:
        return "the sender is one of our own addresses"
    if DAEMONS.fullmatch(local):
        return "the sender is a daemon, a list or reads no mail"
    return None


def _of_headers(given: defaultdict[str, str], own: Collection[str]) -> str | None:
    return next((reason for said, reason in _signs(given, own) if said), None)


def _signs(given: defaultdict[str, str], own: Collection[str]) -> Iterator[tuple[bool, str]]:
    """Each sign that no answer is wanted: whether the headers show it, and its name."""
    automatic = (given["auto-submitted"] or "no").partition(";")[0].strip() != "no"
    yield automatic, "it says it was sent automatically (RFC 3834 section 5)"
    yield given["precedence"] in BULK, "it says it is bulk or list mail"
    listed = any(name.startswith("list-") for name in given)
    yield listed, "it came through a mailing list (RFC 2919, RFC 2369)"
    wishes = {part.strip() for part in given["x-auto-response-suppress"].split(",")}
    yield bool(wishes.intersection(SUPPRESS)), "it asks for no automatic answer"
    yield given["return-path"] == "<>", "its return path is null (RFC 3834 section 2)"
    passed = any(address.lower() in given["x-loop"] for address in own)
    yield passed, "it has passed through us before"
    report = any(f"report-type={kind}" in _unquoted(given) for kind in MACHINE_REPORTS)
    yield report, "it is a delivery report"


def _unquoted(given: defaultdict[str, str]) -> str:
    return given["content-type"].replace('"', "").replace(" ", "")
