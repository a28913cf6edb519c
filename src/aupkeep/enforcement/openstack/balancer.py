"""A page at a load balancer of Octavia: which listener serves it, and the L7 policy that stops it.

A policy is made off, gets its two rules, host and path, and is turned on last: one that stood with
a single rule would stop the whole site. Octavia takes one change of a load balancer at a time.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from aupkeep.enforcement.driver import HeldPlace
from aupkeep.enforcement.maps.exact_url import PORTS, ExactUrl
from aupkeep.enforcement.openstack.fields import Look
from aupkeep.enforcement.openstack.session import OpenStackSession
from aupkeep.model.added_field import ADDED_FIELD
from aupkeep.model.errors import DriverRefused, Unavailable

SERVICE = "load-balancer"
NAMED = re.compile(r"loadbalancer:(?:lb-)?([0-9A-Za-z-]{1,64})")  # Neutron's port says lb-ID
READS = {"http": "HTTP", "https": "TERMINATED_HTTPS"}  # listeners that read a page's request
DATAGRAMS = ("UDP", "SCTP")
TAG = "aupkeep"
MOST_NAMESAKES = 50  # of whom we write down the ids
REDIRECTED = 302  # nobody keeps it
POLICIES, RULES = "/lbaas/l7policies", "rules"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPage(HeldPlace):
    """One page at one listener; `policy` is our policy's id, "" before it was seen.

    `others` are the ids of policies that had our name before ours was made, with spaces.
    """

    listener: str
    host: str
    path: str
    policy: str = ""
    others: str = field(default="", metadata=ADDED_FIELD)

    @property
    def name(self) -> str:
        """What our policy is called; by its id it is known."""
        return f"aupkeep {self.action}"

    @property
    def rules(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Both rules, by type and value."""
        pairs = (("HOST_NAME", self.host), ("PATH", self.path))
        return {
            (kind, value): {"type": kind, "compare_type": "EQUAL_TO", "value": value}
            for kind, value in pairs
        }


def listener_of(look: Look, balancer: str, page: ExactUrl) -> tuple[str, str]:
    """The listener that reads requests for the page, and whose project it is.

    Raises `DriverRefused` where none does: there is none, or its TLS ends behind it.
    """
    resource = look.one(SERVICE, f"/lbaas/loadbalancers/{balancer}", "loadbalancer")
    if resource is None:
        raise DriverRefused(f"load balancer {balancer}: expected it there, found it gone")
    path = f"/lbaas/listeners?loadbalancer_id={balancer}&protocol_port={page.port}"
    rows = [x for x in look.rows(SERVICE, path, "listeners") if x["protocol"] not in DATAGRAMS]
    if not rows:
        raise DriverRefused(
            f"load balancer {balancer}: expected a listener at port {page.port}, found none"
        )
    protocol = str(rows[0]["protocol"])
    if protocol != READS[page.scheme]:
        raise DriverRefused(
            f"its listener at port {page.port} is {protocol}: it reads no page of {page.origin}; "
            "the next narrowest measure is block-name, then isolate"
        )
    return str(rows[0]["id"]), str(resource["project_id"])


def host_of(page: ExactUrl) -> str:
    """As a visitor's Host header has it (RFC 9110 section 7.2)."""
    usual = page.port == PORTS[page.scheme]
    return page.host if usual else f"{page.host}:{page.port}"


def policies_of(look: Look, listener: str) -> list[dict[str, Any]]:
    """All policies of a listener."""
    return look.rows(SERVICE, f"{POLICIES}?listener_id={listener}", "l7policies")


def ours(look: Look, held: HeldPage) -> list[dict[str, Any]]:
    """Our policy: by the id that was written down, whatever it is called by now.

    Before one was written down, as an agent that died then left it: what we alone would have made.
    """
    there = policies_of(look, held.listener)
    if held.policy:
        return [policy for policy in there if str(policy["id"]) == held.policy]
    return [policy for policy in there if _is_as_made(look, policy, held)]


def namesakes(look: Look, held: HeldPage) -> str:
    """The ids of the policies that somebody else gave the name of ours, with spaces."""
    there = policies_of(look, held.listener)
    ids = [str(policy["id"]) for policy in there if str(policy["name"]) == held.name]
    return " ".join([ident for ident in ids if ident != held.policy][:MOST_NAMESAKES])


def _is_as_made(look: Look, policy: Mapping[str, Any], held: HeldPage) -> bool:
    """Whether a policy bears our name and tag, is not another's, and has no rule but ours."""
    ident = str(policy["id"])
    named = str(policy["name"]) == held.name and TAG in (policy.get("tags") or ())
    if not named or ident in held.others.split():
        return False
    return all(_right(rule, held) for rule in _rules(look, ident))


def _wanted(held: HeldPage, block_page: str | None) -> dict[str, Any]:
    """What of a policy is compared and put right, but whether it is on."""
    if block_page is None:
        action = {"action": "REJECT"}
    else:
        action = {"action": "REDIRECT_TO_URL", "redirect_url": block_page}
    return {"name": held.name, **action}


def differences(
    look: Look, held: HeldPage, block_page: str | None, known: Collection[str] = ()
) -> Iterator[str]:
    """What of our policy is not as we want it, the most dangerous first; nothing where it is.

    `known` are the ids of all policies of ours, which may come before this one.
    """
    policy = next(iter(ours(look, held)), None)
    if policy is None:
        yield "no policy"
        return
    rules = _rules(look, policy["id"])
    if extra := [rule["id"] for rule in rules if not _right(rule, held)]:
        yield f"another rule {extra[0]}"
    for kind, _ in _missing(rules, held):
        yield f"no rule on {kind}"
    for name, want in _wanted(held, block_page).items():
        if policy.get(name) != want:
            yield f"another {name}"
    if block_page is not None and _behind(look, held, policy, known):
        yield "a policy of another before it"
    if not policy["admin_state_up"]:
        yield "it is off"
    if policy["provisioning_status"] != "ACTIVE":
        yield f"it is {policy['provisioning_status']}"


def put_right(
    session: OpenStackSession,
    held: HeldPage,
    block_page: str | None,
    words: Mapping[str, Any],
    known: Collection[str] = (),
) -> str:
    """Ask for the next change that brings our policy closer; what is still to be done, or "".

    Raises `DriverRefused`, `Pending` where the load balancer is busy, `Unavailable`.
    """
    look = Look(session)
    left = next(differences(look, held, block_page, known), "")
    policy = next(iter(ours(look, held)), None)
    wanted = _wanted(held, block_page)
    if policy is None:
        body = {**wanted, **words, "listener_id": held.listener, "position": 1, "tags": [TAG]}
        if block_page is not None:
            body["redirect_http_code"] = REDIRECTED
        _write(session, "POST", POLICIES, {"l7policy": {**body, "admin_state_up": False}})
        return left
    where = f"{POLICIES}/{policy['id']}"
    rules = _rules(look, policy["id"])
    extra = [rule["id"] for rule in rules if not _right(rule, held)]
    missing = _missing(rules, held)
    if policy["admin_state_up"] and (extra or missing):
        _write(session, "PUT", where, {"l7policy": {"admin_state_up": False}})
    elif extra:
        session.write("DELETE", SERVICE, f"{where}/{RULES}/{extra[0]}", None)
    elif missing:
        rule = held.rules[missing[0]]
        _write(session, "POST", f"{where}/{RULES}", {"rule": rule})
    elif any(policy.get(field) != want for field, want in wanted.items()):
        _write(session, "PUT", where, {"l7policy": wanted})
    elif block_page is not None and _behind(look, held, policy, known):
        _write(session, "PUT", where, {"l7policy": {"position": 1}})
    elif not policy["admin_state_up"]:
        _write(session, "PUT", where, {"l7policy": {"admin_state_up": True}})
    return left


def _write(session: OpenStackSession, method: str, path: str, body: object) -> None:
    if not session.write(method, SERVICE, path, body):
        raise Unavailable(f"{path}: expected it there, found it gone")


def _rules(look: Look, policy: str) -> list[dict[str, Any]]:
    return look.rows(SERVICE, f"{POLICIES}/{policy}/{RULES}", RULES)


def _right(rule: Mapping[str, Any], held: HeldPage) -> bool:
    """Whether a rule is one of ours, whole."""
    want = held.rules.get((str(rule["type"]), str(rule["value"])))
    same = want is not None and all(rule[field] == value for field, value in want.items())
    stays = rule["provisioning_status"] != "PENDING_DELETE"
    return same and stays and not rule["invert"] and bool(rule["admin_state_up"])


def _missing(rules: list[dict[str, Any]], held: HeldPage) -> list[tuple[str, str]]:
    there = {(str(rule["type"]), str(rule["value"])) for rule in rules if _right(rule, held)}
    return [pair for pair in held.rules if pair not in there]


def _behind(look: Look, held: HeldPage, policy: Mapping[str, Any], known: Collection[str]) -> bool:
    """Whether a policy of somebody else, who may call it as they like, is asked before ours."""
    before = [x for x in policies_of(look, held.listener) if x["position"] < policy["position"]]
    return any(str(x["id"]) not in known and not _is_elsewhere(look, x, held) for x in before)


def _is_elsewhere(look: Look, policy: Mapping[str, Any], held: HeldPage) -> bool:
    """Whether it is, as one of another home, for one other page, so that ours is asked too."""
    if not str(policy["name"]).startswith(f"{TAG} "):
        return False
    ours = {"HOST_NAME": held.host, "PATH": held.path}
    return any(
        rule["compare_type"] == "EQUAL_TO"
        and not rule["invert"]
        and ours.get(str(rule["type"]), rule["value"]) != rule["value"]
        for rule in _rules(look, policy["id"])
    )
