"""Flags are switches and nothing else; what an older version kept in them has tables."""

import ast
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

import aupkeep
from aupkeep.model.adopted_policy import AdoptedPolicy
from aupkeep.model.approval import Approval
from aupkeep.model.clearance import Clearance
from aupkeep.model.flag import Flag
from aupkeep.model.idempotency_key import IdempotencyKey
from aupkeep.model.ladder import Cause, Measure
from aupkeep.model.origin import parse_origin
from aupkeep.model.permission import Permission
from aupkeep.model.threshold import Threshold
from aupkeep.store.legacy_flags import records_of

ROOT = Path(aupkeep.__file__).parent
SWITCHES = {
    "app/enforcing/listen.py": "whether anything leaves this install",
    "app/enforcing/freeze.py": "whether automation stands still on every machine",
    "app/feeds/subscriptions.py": "whether a feed is fetched",
    "app/witnesses/resume.py": "whether we cosign others' checkpoints",
}
READ_AGAIN = {"store/legacy_flags.py", "store/migrations/0011_agreed.py"}  # those of an old version
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
MOMENT = "2026-04-01T00:00:00Z"
UNTIL = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.mark.slow
def test_flags_are_made_for_switches_alone():
    """The modules that make a flag are those of the switches; state gets a record and a table."""
    makers = {
        path.relative_to(ROOT).as_posix()
        for path in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"Flag", "flag.Flag"}
    }
    assert makers - READ_AGAIN == set(SWITCHES)


def flag(name, value):
    """A flag of an older version; what is no text was JSON."""
    text = value if isinstance(value, str) else json.dumps(value)
    return Flag(name=name, value=text, changed_at=AT)


GIVEN = {"kind": "connection/port_scan", "until": MOMENT, "by": "ada", "reasons": "a contract"}
PERMISSION = Permission(
    id="", customer="alder", resource="vm/a", kind="connection/port_scan", until=UNTIL, by="ada",
    reasons="a contract",
)  # fmt: skip
CLEARANCE = Clearance(
    id="",
    customer="alder",
    resource="vm-a",
    source=parse_origin("detector:x"),
    until=UNTIL,
    by="ada",
)
THRESHOLD = Threshold(id="", detector="udp-flood", threshold="per_second", value=3000.0, words="w")
ASKED = {
    "id": "w1", "measure": "suspend-account", "hours": None, "reasons": "r", "cause": "unknown",
    "by": "ada", "at": MOMENT,
}  # fmt: skip
APPROVAL = Approval(
    id="w1", case="k1", measure=Measure.SUSPEND_ACCOUNT, hours=None, reasons="r",
    cause=Cause.UNKNOWN, by="ada", at=UNTIL,
)  # fmt: skip


@pytest.mark.parametrize(
    ("old", "records"),
    [
        (flag("permitted:alder/vm/a", [GIVEN]), [PERMISSION]),
        (
            flag(
                "cleared:alder/vm-a",
                [{"source": "detector:x", "until": "2026-04-01T00:00:00+00:00", "by": "ada"}],
            ),
            [CLEARANCE],
        ),
        (flag("pending:k1", [ASKED]), [APPROVAL]),
        (flag("pending:k1", []), []),
        (
            flag(
                "flows:thresholds",
                [{"detector": "udp-flood", "threshold": "per_second", "value": 3000, "words": "w"}],
            ),
            [THRESHOLD],
        ),
        (flag("policy", "ab12"), [AdoptedPolicy(digest="ab12", adopted_at=AT)]),
        (flag("idempotency-key:cd34", "ef56"), [IdempotencyKey(id="cd34", digest="ef56", at=AT)]),
        (flag("listen", "on"), []),
        (flag("feed:openphish", "off"), []),
    ],
)
def test_a_flag_of_an_older_version_is_read(old, records):
    """Each kind of flag becomes its records, a switch becomes none."""
    made = records_of(old, lambda name: False)
    assert made == records_of(old, lambda name: False)
    assert [unnamed(one) for one in made] == [unnamed(one) for one in records]


def unnamed(record):
    """A record without the id that is made for it, where one is."""
    fields = {name: getattr(record, name) for name in type(record).__dataclass_fields__}
    made = isinstance(record, Permission | Clearance | Threshold)
    return type(record), fields | ({"id": ""} if made else {})


def test_records_of_one_flag_have_ids_of_their_own():
    """Two permissions of a resource are two rows."""
    made = records_of(flag("permitted:a/b", [GIVEN, {**GIVEN, "kind": "spam/spam"}]))
    assert len({one.id for one in made}) == 2


def test_a_customer_with_a_slash_is_found():
    """Where a name can be cut in several places, the customer that exists is meant."""
    (made,) = records_of(flag("permitted:a/b/vm", [GIVEN]), lambda name: name == "a/b")
    assert (made.customer, made.resource) == ("a/b", "vm")
