"""Files taken in from the command line: received, and read at once as the worker would."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from aupkeep.app.context import AppContext
from aupkeep.app.deciding.consider import consider
from aupkeep.app.inventory.own_space import own_space
from aupkeep.app.reading.read import read_raw
from aupkeep.app.reading.shadowserver_schema import schema_file
from aupkeep.app.receiving.receive import RawEnvelope, receive
from aupkeep.intake.auth.dns_resolver import resolver
from aupkeep.intake.input_format import split_mails
from aupkeep.intake.sandbox.pool import SandboxPool
from aupkeep.model.errors import Invalid
from aupkeep.model.raw import Channel, media_named
from aupkeep.model.report import ReadingOutcome
from aupkeep.store import cases


@dataclass(frozen=True, slots=True)
class ReadRaw:
    """What a raw led to: its first report, how reading ended, why, and its cases by reference."""

    report: str | None = None
    outcome: ReadingOutcome | None = None
    reason: str | None = None
    cases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IngestedFile:
    """A file taken in; `report` and `outcome` are None where the worker has still to read it."""

    file: str
    raw: str
    report: str | None
    repeated: bool
    outcome: ReadingOutcome | None
    reason: str | None
    cases: tuple[str, ...]


def ingest_files(
    context: AppContext,
    files: list[tuple[str, bytes]],
    *,
    key: str | None,
    at_once: bool,
    site: str | None = None,
) -> list[IngestedFile]:
    """Take in files; with `at_once` read them here too, as the worker would.

    Each mail of an mbox is received on its own, as `file!2`; `site` is where what they say was
    seen. Raises `Invalid` when several mails would share the `key`, and for a site without space.
    """
    if site is not None and all(space.site != site for space in own_space()):
        raise Invalid(f"site: expected one with own space, found {site[:60]!r}")
    ingested: list[IngestedFile] = []
    members = [member for name, data in files for member in split_mails(data, name)]
    if key and len(members) > 1:
        raise Invalid(f"key: expected one report that it names, found {len(members)}")
    with raw_reader(context) as read:
        for name, data in members:
            media = "application/json" if data.lstrip()[:1] in (b"{", b"[") else "message/rfc822"
            named = media_named(media, name)
            envelope = RawEnvelope(channel=Channel.FILE, media_type=named, key=key, site=site)
            receipt = receive(context, data, envelope)
            done = read(receipt.raw) if at_once else ReadRaw()
            ingested.append(
                IngestedFile(
                    file=name,
                    raw=receipt.raw,
                    report=done.report,
                    repeated=receipt.repeated,
                    outcome=done.outcome,
                    reason=done.reason,
                    cases=done.cases,
                )
            )
    return ingested


@contextmanager
def raw_reader(context: AppContext) -> Iterator[Callable[[str], ReadRaw]]:
    """A function that reads a raw now, in a sandbox, and considers the cases it led to."""
    lookup = resolver(context.settings.mail.nameservers)
    with SandboxPool(size=1, schema=schema_file(context.home, context.settings)) as pool:

        def read(raw: str) -> ReadRaw:
            reports = read_raw(context, raw, pool.read, lookup)
            known = {case.id: case for report in reports for case in cases.of_report(report.id)}
            for case in known.values():
                consider(context, case.id)
            reasons = [report.inbox_reason or report.reading.reason for report in reports]
            return ReadRaw(
                report=reports[0].id if reports else None,
                outcome=reports[0].reading.outcome if reports else None,
                reason=next((reason for reason in reasons if reason), None),
                cases=tuple(case.reference for case in known.values()),
            )

        yield read
