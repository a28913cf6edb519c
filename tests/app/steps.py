"""The desk's steps as the tests of this room take them."""

import json
from datetime import timedelta

from app import kernel
from aupkeep.app.deciding.appeals import look_at_appeals
from aupkeep.app.deciding.consider import consider
from aupkeep.app.deciding.deadlines import pass_deadlines
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.enforcing.agent_reports import take_reports
from aupkeep.app.enforcing.agent_run import AgentConfig, open_agent
from aupkeep.app.enforcing.desired_state import write_desired
from aupkeep.app.enforcing.expiry import end_measures
from aupkeep.app.enforcing.holding_recheck import recheck_measures
from aupkeep.app.journal import entry, record
from aupkeep.app.reading.read import read_raw
from aupkeep.app.receiving.receive import RawEnvelope, receive
from aupkeep.app.telemetry.findings.posted import receive_findings
from aupkeep.app.worker import EffectDispatcher
from aupkeep.config.keys import public_keys
from aupkeep.config.targets import TargetSettings
from aupkeep.intake.reading import read as reader
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.raw import Channel
from aupkeep.model.source import Source
from aupkeep.store import actions, cases, log, outbox, reports


def arrive(context, data, *, lookup=None, weigh=True):
    """Receive and read a mail from our exchanger; the cases it joined."""
    envelope = RawEnvelope(channel=Channel.LMTP, peer="127.0.0.1", sender="soc@cert.example")
    receipt = receive(context, data, envelope)
    return follow(context, receipt.raw, lookup=lookup, weigh=weigh)


def post(context, *rows: dict, weigh=True):
    """Post findings of our own telemetry and read them; the cases they joined."""
    receipt = receive_findings(context, json.dumps(rows).encode(), token="flows", key=None)
    return follow(context, receipt.raw, weigh=weigh)


def follow(context, raw, *, lookup=None, weigh=True):
    """Read a raw and consider the cases it joined."""
    read_raw(context, raw, reader, lookup)
    found = [case for one in reports.by_raw(raw) for case in cases.of_report(one.id)]
    for case in found if weigh else ():
        consider(context, case.id)
    return [cases.get(case.id) for case in found]


def guess(address, at, *, port=22, **more):
    """A finding: somebody guesses passwords from an address."""
    target = {"port": port, "protocol": "tcp"}
    kind = "connection/login_attack"
    return {"kind": kind, "address": address, "at": at.isoformat(), "target": target, **more}


def vouch(context, *keys: str):
    """These sources are trusted flaggers: what they say counts as that of who was right before."""
    now = context.now()
    rows = [
        Source(
            id=context.new_id(),
            key=key,
            first_at=now,
            trusted_until=now + timedelta(days=300),
            trusted_by="ada",
            trusted_reasons="known for years",
        )
        for key in keys
    ]
    record(
        context, entry(context, EntryType.SOURCE_CHANGED, SYSTEM, {"keys": list(keys)}), rows=rows
    )


def agent_of(context):
    """The agent beside the desk: of the kernel of these tests, else one that records."""
    if context.settings.enforcement.driver == kernel.NAME:
        return kernel.kernel_agent(context)
    return agent_for(context, TargetSettings(name="main", driver="record"))


def agent_for(context, target):
    """The agent of one target, beside the desk."""
    home = context.home
    keys = public_keys(home, "desired")
    where = AgentConfig(carries=target, folder=home.agent / target.name, keys=keys, home=home)
    return open_agent(where, context.now)


def enforce(context, agent=None):
    """One turn of the worker and of the agent; how many actions changed."""
    write_desired(context, "main")
    (agent or agent_of(context)).step()
    return take_reports(context)[0]


def enforce_at(context, *names: str):
    """One turn of the worker for every target, and of the agents of these."""
    targets = context.settings.enforcement.all_targets()
    for target in targets:
        write_desired(context, target.name)
    for target in targets:
        if target.name in names:
            agent_for(context, target).step()
    return take_reports(context)[0]


def work(context, *kinds: str):
    """Do what is due of these kinds of effects, as the worker does."""
    dispatcher = EffectDispatcher(context)
    for lease in outbox.lease(kinds or ("recheck", "enforce"), context.now(), 60, 100, "test"):
        dispatcher.do(lease)


def block_port(context, case, *, hours=4, reasons="x"):
    """Ada has the port of a case blocked for so many hours."""
    return decide_case(
        context, case.reference, people=("ada",), reasons=reasons, measure="block-port", hours=hours
    )


def told(case, kind):
    """The payloads of a case's entries of one type, in order."""
    return [one.entry.payload for one in log.entries(case.id, types=(kind,))]


def states(case):
    """The states of a case's actions."""
    return {action.state for action in actions.of_case(case.id)}


def states_by_people(case):
    """The states of what a person decided."""
    return {action.state for action in actions.of_case(case.id) if not action.automatic}


def look_at_clocks(context):
    """Deadlines, then measures that end: what the worker does every few seconds."""
    pass_deadlines(context)
    look_at_appeals(context)
    end_measures(context)
    recheck_measures(context)
