"""Taking files in from the command line: received, and read at once as the worker would."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from aupkeep.app.context import AppContext
from aupkeep.app.deciding.consider import consider
from aupkeep.app.reading.read import read_raw
from aupkeep.app.reading.shadowserver_schema import schema_file
from aupkeep.app.receiving.receive import Envelope, receive
from aupkeep.intake.auth.dns_resolver import resolver
from aupkeep.intake.input_format import split_mails
from aupkeep.intake.sandbox.pool import SandboxPool
from aupkeep.model.errors import Invalid
from aupkeep.model.raw import Channel, media_named
from aupkeep.store import cases


def ingest_files(
    context: AppContext, files: list[tuple[str, bytes]], *, key: str | None, at_once: bool
) -> list[dict[str, Any]]:
    """Take in files; with `at_once` read them here too, as the worker would.

    Each mail of an mbox is received on its own, as `file!2`. The answer holds file, raw, repeated,
    and once read: outcome, reason, cases by reference. Raises `Invalid` when several things would
    share the `key`.
    """
    answers: list[dict[str, Any]] = []
    things = [one for name, data in files for one in split_mails(data, name)]
    if key and len(things) > 1:
        raise Invalid(f"key: expected one report that it names, found {len(things)}")
    with reading_hands(context) as read:
        for name, data in things:
            media = "application/json" if data.lstrip()[:1] in (b"{", b"[") else "message/rfc822"
            named = media_named(media, name)
            envelope = Envelope(channel=Channel.FILE, media_type=named, key=key)
            receipt = receive(context, data, envelope)
            told = {"file": name, "raw": receipt.raw, "repeated": receipt.repeated}
            done = read(receipt.raw) if at_once else {"outcome": None, "reason": None, "cases": []}
            answers.append({**told, **done})
    return answers


@contextmanager
def reading_hands(context: AppContext) -> Iterator[Callable[[str], dict[str, Any]]]:
    """Read raws here and now, in a box, and consider what they led to; for the command line."""
    lookup = resolver(context.settings.mail.nameservers)
    with SandboxPool(size=1, schema=schema_file(context.home, context.settings)) as box:

        def read(raw: str) -> dict[str, Any]:
            found = read_raw(context, raw, box.read, lookup)
            known = {case.id: case for one in found for case in cases.of_report(one.id)}
            for case in known.values():
                consider(context, case.id)
            reasons = [one.inbox_reason or one.reading.reason for one in found]
            return {
                "outcome": found[0].reading.outcome.value if found else None,
                "reason": next((reason for reason in reasons if reason), None),
                "cases": [case.reference for case in known.values()],
            }

        yield read
