# ruff: noqa: E402 - the home is chosen before Django reads its settings
"""The signer with many decisions: its start, a state with a measure of each, its memory.

Run `python bench/signer.py [DECISIONS]`. On a home of its own, on SQLite; times are of one CPU.
"""

import dataclasses
import json
import os
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

os.environ["AUPKEEP_HOME"] = tempfile.mkdtemp(prefix="aupkeep-bench-")

from aupkeep.app.context import open_context
from aupkeep.config.home import Home

CONTEXT = open_context()

from aupkeep.app.journal import entry, record
from aupkeep.app.signing.set_up import take_keys
from aupkeep.app.signing.signer import Signer
from aupkeep.enforcement.desired import VALID_FOR, DesiredState, plain_state
from aupkeep.model.action import Action
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.case import Case, CaseState
from aupkeep.model.customer import Customer
from aupkeep.model.decision import Decision, Scope, Versions
from aupkeep.model.entry import EntryType
from aupkeep.model.facts import Facts, canonical
from aupkeep.model.ladder import Cause, Evidence, Level, Measure, Standard

FACTS = Facts({f"case.fact_{number}": number for number in range(60)})
SNAPSHOT = json.loads(FACTS.snapshot())
VERSIONS = Versions(detector="arf/1", rule="intrusion-1", policy="ab" * 32, attribution="a1")
RULE = Actor(kind=ActorKind.RULE, id="intrusion-1@abab", name="intrusion-1")
NOW = datetime.now(UTC)


def decided(number: int) -> tuple[Case, Decision, Action]:
    """A case with a block of one port, decided by a rule."""
    scope = Scope(
        customer="c1",
        resource=f"vm-{number}",
        address=ip_address(0xC6336400 + number),
        protocol="tcp",
        port=22,
    )
    case = Case(
        id=f"k{number}", reference=f"R{number:08}", customer="c1", resource=f"vm-{number}",
        clause="intrusion", kind="connection/login_attack", state=CaseState.OPEN,
        level=Evidence.E2, opened_at=NOW, changed_at=NOW, events=1, cause=Cause.UNKNOWN,
    )  # fmt: skip
    decision = Decision(
        id=f"019ca945-0a00-7c1e-a9ca-{number:012}", case=case.id, clause="intrusion",
        clause_text="You must not. " * 20, document="AUP", document_version="3",
        standard=Standard.PLAIN_CONDUCT, evidence=Evidence.E2, level=Level.L3,
        measure=Measure.BLOCK_PORT, scope=scope, starts=NOW, ends=NOW + timedelta(days=1),
        author=RULE, approvers=(), reasons="logins", facts=FACTS, trace=(), versions=VERSIONS,
    )  # fmt: skip
    action = Action(
        id=f"019ca945-0a01-7c1e-a9ca-{number:012}", decision=decision.id, case=case.id,
        reference=case.reference, driver="nftables", target="main", level=Level.L3,
        measure=Measure.BLOCK_PORT, scope=scope, starts=NOW, until=NOW + timedelta(days=1),
        versions=VERSIONS, automatic=True, changed_at=NOW,
    )  # fmt: skip
    return case, decision, action


def memory() -> float:
    """MiB that this process has, as Linux proc(5) says."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / (1 << 20)


def main() -> None:
    """Decide, start the signer, sign a state with every measure."""
    count = int(sys.argv[1]) if sys.argv[1:] else 10_000
    came = entry(CONTEXT, EntryType.CUSTOMERS_IMPORTED, RULE, {})
    record(CONTEXT, came, rows=[Customer(id="c1", name="A")])
    actions = []
    for number in range(count):
        case, decision, action = decided(number)
        payload = {"decision": decision.id, "level": "L3", "snapshot": SNAPSHOT}
        made = entry(CONTEXT, EntryType.DECISION_MADE, RULE, payload, case=case.id)
        record(CONTEXT, made, rows=[case, decision, action])
        actions.append(dataclasses.replace(action, changed_at=None))
    own = Home(Path(os.environ["AUPKEEP_HOME"]) / "own")
    take_keys(CONTEXT, own)
    before, start = memory(), time.process_time()
    signer = Signer(CONTEXT, own)
    signer.sign_new()
    walked = time.process_time() - start
    learnt = memory() - before
    for word in ("first", "next"):
        at = datetime.now(UTC)
        state = DesiredState(
            target="main", serial=int(at.timestamp() * 1000), made_at=at,
            valid_until=at + VALID_FOR, actions=tuple(actions),
        )  # fmt: skip
        data = canonical(plain_state(state))
        start = time.process_time()
        signer.sign_state(data)
        print(f"{word} state with {count} measures: {time.process_time() - start:.2f} s")
    grown = memory() - before
    print(f"start: {walked:.2f} s; memory +{learnt:.0f} MiB, after both states +{grown:.0f} MiB")


if __name__ == "__main__":
    main()
