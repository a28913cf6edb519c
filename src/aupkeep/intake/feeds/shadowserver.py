"""Shadowserver's reports API: which reports there are of the last days, and each of them once.

    [feeds.shadowserver]
    reports = ["customer"]        # names of report lists; all where it says none
    types = ["scan_adb"]          # report types; all where it says none

The key is `APIKEY:SECRET`. A request is a POST of JSON that holds the key, with the HMAC-SHA256 of
exactly these bytes under the secret in the header `HMAC2`. `reports/list` names reports with id,
type and file; `reports/download` gives one by its id. Where the publisher serves reports at links
instead, `downloads` is the address before the id, such as `https://dl.shadowserver.org/`.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from aupkeep.intake.feed import (
    HOUR,
    MEBI,
    Feed,
    FeedRequest,
    FetchContext,
    FetchedList,
    FetchLimits,
    ListedItem,
    Options,
    ParsedRow,
)
from aupkeep.intake.formats import strict_json
from aupkeep.intake.formats.table_rows import TableRow
from aupkeep.intake.mail.mail import MailPart, PartRole
from aupkeep.intake.parser import Remark
from aupkeep.intake.shadowserver.open_report import open_report
from aupkeep.intake.shadowserver.reports import read_rows
from aupkeep.model.errors import Invalid, Unreadable
from aupkeep.model.finding import Finding
from aupkeep.model.origin import Origin, OriginChannel

LIST = "reports-list"
FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")  # a file's name that names no folder
ID = re.compile(r"[A-Za-z0-9_-]{1,200}")
MOST_LISTED = 10_000
NOBODY = Origin(OriginChannel.OTHER, "")  # the feed says whose word it is


def plan(context: FetchContext) -> Sequence[FeedRequest]:
    """Ask which reports there are of the last days. Raises `Invalid` for a key that is not two."""
    first = context.now.date() - timedelta(days=context.options["days"])
    asked: dict[str, Any] = {"date": f"{first}:{context.now.date()}"}
    if context.options["reports"]:
        asked["reports"] = list(context.options["reports"])
    return [_post(LIST, "reports/list", asked, context)]


def follow(request: FeedRequest, data: bytes, context: FetchContext) -> Sequence[FeedRequest]:
    """Each listed report not kept yet. Raises `Unreadable` for an answer that is no list."""
    if request.name != LIST:
        return ()
    listed = strict_json.load(data.decode("utf-8", "replace"))
    if isinstance(listed, dict) and "error" in listed:
        raise Unreadable(f"reports/list: expected reports, found: {str(listed['error'])[:200]}")
    if not isinstance(listed, list) or not all(isinstance(entry, dict) for entry in listed):
        raise Unreadable(f"reports/list: expected a list of reports, found {str(listed)[:60]!r}")
    wanted = frozenset(context.options["types"])
    requests = []
    for entry in listed[:MOST_LISTED]:
        name, number = str(entry.get("file", "")), str(entry.get("id", ""))
        if not FILE.fullmatch(name) or not ID.fullmatch(number) or name in context.kept:
            continue
        if not wanted or entry.get("type") in wanted:
            requests.append(_download(name, number, context))
    return requests


def _download(name: str, number: str, context: FetchContext) -> FeedRequest:
    if context.options["downloads"]:
        return FeedRequest(name, f"{context.options['downloads']}{number}")
    return _post(name, "reports/download", {"id": number}, context)


def _post(name: str, call: str, asked: Mapping[str, Any], context: FetchContext) -> FeedRequest:
    """A signed request; the key is in its body and its header, neither of which is ever shown."""
    key, colon, secret = context.key.partition(":")
    if not (key and colon and secret):
        raise Invalid("feed key: expected APIKEY:SECRET, found no colon with text on both sides")
    body = json.dumps({**asked, "apikey": key}).encode("ascii")
    sign = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    headers = {"HMAC2": sign, "Content-Type": "application/json"}
    return FeedRequest(name, f"{context.options['api']}{call}", "POST", body, headers)


def parse(copy: FetchedList, options: Options) -> Iterator[ParsedRow]:
    """The rows of one report. Raises `Unreadable` for what is no report."""
    del options
    opened = open_report(MailPart(text=copy.text, place=PartRole.DATA, name=copy.name))
    if opened is None:
        raise Unreadable(f"report: expected columns of one, found {copy.text[:60]!r}")
    yield from map(Remark, opened.match.remarks)
    for row, said in read_rows(opened, source=NOBODY, maker="", part=0):
        for item in said:
            yield _item(row, item) if isinstance(item, Finding) else item


def _item(row: TableRow, finding: Finding) -> ListedItem:
    subject = finding.subject
    account = (subject.account or "").rpartition("@")[2]
    return ListedItem(
        row=row.number,
        where=str(subject.address or subject.url or subject.domain or account),
        kind=finding.kind,
        text=row.text,
        role=finding.role,
        rsit=finding.rsit,
        port=str(subject.port or ""),
        finding=finding,
    )


FEED = Feed(
    name="shadowserver",
    version=1,
    title="Shadowserver reports",
    origin="shadowserver",
    terms="The Shadowserver Foundation: free, about your own networks, to those it has enrolled",
    parse=parse,
    plan=plan,
    follow=follow,
    listing=lambda request: request.name == LIST,
    every=6 * HOUR,
    again=HOUR,
    needs=("key",),
    options={
        "api": "https://transform.shadowserver.org/api2/",
        "downloads": "",
        "reports": (),
        "types": (),
        "days": 2,
    },
    limits=FetchLimits(size=64 * MEBI, unpacked=64 * MEBI, seconds=600.0, requests=200),
)
