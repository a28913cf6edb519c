"""Filters a list in a process of its own, with limits: a list is bytes from strangers.

`filter_in_worker` starts `python -m aupkeep.intake.sandbox.feed_worker`, gives it the list on
standard input and gets what matters on standard output. The child has no database, no key and, once
it reads, no file and no socket; it is ended when it takes more memory or time than a list may.
Fetches are rare, so it is started for each list and not kept.
"""

import json
import os
import resource
import subprocess
import sys
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from aupkeep.intake.feed import FetchedList, ListedItem, feeds
from aupkeep.intake.feed_client.filter import FilteredList, ListHit, filter_list
from aupkeep.intake.feed_client.own_prefixes import OwnPrefixes
from aupkeep.intake.feed_client.subscription import Subscription, subscribe
from aupkeep.intake.sandbox.reading_json import reading_from_json, reading_to_json
from aupkeep.intake.sandbox.worker import limit_memory, load_all, shut
from aupkeep.model.errors import AupkeepError, Invalid, Unreadable
from aupkeep.model.finding import Role
from aupkeep.model.origin import Origin, OriginChannel
from aupkeep.model.report import Reading, ReadingOutcome, RejectedRow
from aupkeep.model.subject import parse_address

MEMORY, CPU, WALL = 2 << 30, 60, 180.0  # bytes; seconds; 64 MiB of short rows take 0.7 GiB and 12 s
MOST_ANSWER = 256 << 20  # bytes
ENDED = "list: expected it read within {cpu} s and {memory} MiB; its reader ended: {why}"
LONGEST = 200  # characters of why
SOURCE = Origin(OriginChannel.FEED, "box")
TEXTS = ("where", "kind", "text", "at", "since", "rsit", "address", "port", "target_port")


def filter_in_worker(
    feed: Subscription,
    copy: FetchedList,
    ours: OwnPrefixes,
    *,
    names: bool,
    schema: Path | None = None,
) -> FilteredList:
    """Filter a list as `filter.filter_list` does, in a worker process. Raises `Unreadable`.

    With `names` rows that list only a name are told too. `schema` teaches Shadowserver's new types.
    """
    head = {
        "name": feed.name,
        "values": dict(feed.values),
        "copy": copy.name,
        "own": [str(prefix) for prefix in ours.prefixes],
        "names": names,
        "schema": str(schema or ""),
    }
    words = [sys.executable, "-m", "aupkeep.intake.sandbox.feed_worker", str(MEMORY), str(CPU)]
    env = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "LC_ALL": "C.UTF-8"}
    sent = json.dumps(head).encode() + b"\n" + copy.data
    try:
        done = subprocess.run(  # noqa: S603 - our own module by our own interpreter
            words, input=sent, capture_output=True, env=env, cwd="/", timeout=WALL, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable(_ended(f"{WALL:g} s were over")) from error
    if done.returncode or len(done.stdout) > MOST_ANSWER:
        last = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise Unreadable(_ended(f"status {done.returncode} {last[:LONGEST]}".strip()))
    return _read(done.stdout)


def _ended(why: str) -> str:
    return ENDED.format(cpu=CPU, memory=MEMORY >> 20, why=why)


def _read(answer: bytes) -> FilteredList:
    """The worker's answer as a record, each value checked. Raises `Unreadable`."""
    try:
        document = json.loads(answer)
        if "unreadable" in document:
            raise Unreadable(str(document["unreadable"])[:500])
        return FilteredList(
            seen=int(document["seen"]),
            foreign=int(document["foreign"]),
            dead_count=int(document["dead_count"]),
            dead=[RejectedRow(row=int(row), reason=str(why)) for row, why in document["dead"]],
            remarks=[str(remark) for remark in document["remarks"]],
            ours=[_hit(hit) for hit in document["ours"]],
            named=[_hit(hit) for hit in document["named"]],
            wide=[(_item(item), ip_network(prefix)) for item, prefix in document["wide"]],
        )
    except (KeyError, TypeError, ValueError, AttributeError, Invalid) as error:
        raise Unreadable(
            f"list: expected what a sandbox worker says, found {type(error).__name__}"
        ) from error


def _hit(fields: dict[str, Any]) -> ListHit:
    address = parse_address(fields["address"]) if fields["address"] else None
    host = fields["host"]
    if host is not None and not isinstance(host, str):
        raise Invalid("host: expected text")
    return ListHit(_item(fields["item"]), address=address, host=host)


def _item(fields: dict[str, Any]) -> ListedItem:
    """An item again, each field of its type."""
    texts = {name: fields[name] for name in TEXTS}
    details = fields["details"]
    values = (*texts.values(), *(details or {}), *(details or {}).values())
    if not all(isinstance(value, str) for value in values):
        raise Invalid("item: expected text")
    return ListedItem(
        row=int(fields["row"]),
        role=Role(fields["role"]) if fields["role"] else None,
        transport=str(fields["transport"]) if fields["transport"] else None,
        events=int(fields["events"]),
        confidence=float(fields["confidence"]),
        details=details,
        finding=reading_from_json(fields["finding"]).findings[0] if fields["finding"] else None,
        **texts,
    )


def main() -> None:
    """The child: take the limits, then read the head and the list from standard input."""
    seconds = int(sys.argv[2])
    limit_memory(int(sys.argv[1]))
    head = json.loads(sys.stdin.buffer.readline())
    feeds()  # found and imported now: later no module can be loaded
    load_all(head["schema"])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    shut()
    sys.stdout.buffer.write(json.dumps(_answer(head, sys.stdin.buffer.read())).encode())


def _answer(head: dict[str, Any], data: bytes) -> dict[str, Any]:
    try:
        subscription = subscribe(head["name"], head["values"])
        ours = OwnPrefixes(ip_network(prefix) for prefix in head["own"])
        listed = filter_list(
            subscription.feed, FetchedList(head["copy"], data), subscription.options, ours
        )
    except AupkeepError as error:
        return {"unreadable": str(error)}
    return {
        "seen": listed.seen,
        "foreign": listed.foreign,
        "dead_count": listed.dead_count,
        "dead": [[dead.row, dead.reason] for dead in listed.dead],
        "remarks": listed.remarks,
        "ours": [_hit_json(list_hit) for list_hit in listed.ours],
        "named": [_hit_json(list_hit) for list_hit in listed.named] if head["names"] else [],
        "wide": [[_item_json(item), str(prefix)] for item, prefix in listed.wide],
    }


def _hit_json(hit: ListHit) -> dict[str, Any]:
    address = str(hit.address) if hit.address else None
    return {"item": _item_json(hit.item), "address": address, "host": hit.host}


def _item_json(item: ListedItem) -> dict[str, Any]:
    fields = item._asdict()
    if item.finding is not None:
        bare = replace(item.finding, source=SOURCE, offsets={})  # the pool sets both
        fields["finding"] = reading_to_json(
            Reading(outcome=ReadingOutcome.PARSED, findings=(bare,))
        )
    return {**fields, "details": dict(item.details) if item.details else None}


if __name__ == "__main__":
    main()
