"""Every driver behind every guard: what must not be done is never asked of it."""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from aupkeep.enforcement.driver import (
    Capabilities,
    DriverContext,
    DriverPlan,
    InstalledElement,
    Proof,
    by_place,
)
from aupkeep.enforcement.guard import DriverPlugin, GuardedDriver
from aupkeep.enforcement.options import TEXT
from aupkeep.enforcement.protect import NOTHING, read_protect
from aupkeep.enforcement.registry import known_drivers
from aupkeep.model.action import Action
from aupkeep.model.errors import DriverRefused, Invalid, Unavailable
from aupkeep.model.ladder import NEEDS, RESTRICTING, Level, Measure
from enforcement.orders import NOW, Clock, order, scope

SECRET = f"whsec_{base64.b64encode(b's' * 24).decode()}"
PAGES = {"map": "/run/aupkeep-test.map"}
OPTIONS: dict[str, dict[str, Any]] = {  # right ones; nothing is contacted
    "bgp": {
        "own": ["203.0.113.0/24", "2001:db8::/32"],
        "as": 64500,
        "router_id": "198.51.100.9",
        "peers": [{"address": "198.51.100.1", "as": 64501, "local": "198.51.100.2"}],
    },
    "dns-update": {
        "server": "127.0.0.1:53",
        "zones": ["shop.example"],
        "key_name": "k",
        "key_secret": "c2VjcmV0",
    },
    "haproxy": PAGES,
    "libvirt": {},
    "nftables": {},
    "nginx": PAGES,
    "openstack": {
        "auth_url": "https://cloud.example",
        "credential_id": "i",
        "credential_secret": "s",
    },
    "postfix": PAGES,
    "record": {},
    "rpz": PAGES,
    "s3": {
        "endpoint": "https://s3.provider.example",
        "access_key": "a",
        "secret_key": "s",
        "hosts": ["shop.example"],
    },
    "webhook": {"url": "https://billing.example", "secret": SECRET},
}
RESOURCES = {
    "libvirt": f"domain:{UUID(int=7)}",
    "openstack": "instance:7f3c0000-0000-0000-0000-000000000007",
}
URLS = {"s3": {"url": "https://shop.example/acme/login.html"}}
ANYTHING = Capabilities(
    driver="anything",
    version="1",
    measures=RESTRICTING,
    system="nobody's: it does whatever it is asked",
)


class Anything:
    """A driver of somebody who means no good: it checks nothing, and says yes to everything."""

    def __init__(self, context: DriverContext) -> None:
        del context
        self.touches: tuple[str, ...] = ()
        self.swapped: dict[str, Any] = {}

    def capabilities(self) -> Capabilities:
        return ANYTHING

    def prepare(self) -> tuple[str, ...]:
        return ()

    def place(self, action: Action) -> str:
        return f"{action.measure} {action.scope.address or action.scope.resource}"

    def plan(self, action: Action, replaced: InstalledElement | None) -> DriverPlan:
        del replaced
        plan = DriverPlan(action=action, place=self.place(action), ops=("do",))
        return replace(plan, touches=self.touches, **self.swapped)

    def apply(self, plan: DriverPlan) -> str:
        return f"did {plan.place}"

    def revert(self, place: str, action: str) -> str:
        return f"undid {place} {action}"

    def observe(self) -> tuple[InstalledElement, ...]:
        return ()

    def prove(self, action: Action) -> Proof:
        return Proof(seen=True, text="yes", at=action.starts)


class Watched:
    """A driver whose acts are counted, and done nowhere; `standing` is what its system holds."""

    def __init__(self, real: Any) -> None:  # noqa: ANN401 - any driver
        self.real, self.asked = real, list[str]()
        self.standing: dict[str, InstalledElement] = {}
        self.sees = True

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever it has
        if name in ("apply_all", "revert_all", "at"):
            raise AttributeError(name)
        return getattr(self.real, name)

    def plan(self, action: Action, replaced: InstalledElement | None) -> DriverPlan:
        self.asked.append("plan")
        return self.real.plan(action, replaced)

    def apply(self, plan: DriverPlan) -> str:
        self.asked.append("apply")
        if self.sees:
            there = element(plan.place, plan.action.id)
            self.standing[plan.place] = replace(there, rate=plan.action.scope.rate)
        return ""

    def revert(self, place: str, action: str) -> str:
        self.asked.append(f"revert {action}")
        if self.sees:
            del self.standing[place]
        return ""

    def observe(self) -> tuple[InstalledElement, ...]:
        return tuple(self.standing.values())


def element(place: str, action: str) -> InstalledElement:
    return InstalledElement(place=place, action=action, reference="K7QF-2M9X", expires=NOW)


PLUGINS = {**known_drivers(), "anything": DriverPlugin(able=ANYTHING, make=Anything)}
PLUGINS = {name: PLUGINS[name] for name in (*OPTIONS, "anything")}
PAIRS = [(name, one) for name, plugin in PLUGINS.items() for one in sorted(plugin.able.measures)]
CLOCK = Clock()


def opened(name: str, folder: Path, cap: int = 100) -> tuple[GuardedDriver, Watched]:
    """The guarded driver, and what stands in for its system."""
    options = OPTIONS.get(name, {})
    guard = PLUGINS[name].open(DriverContext(folder=folder, now=CLOCK, cap=cap, options=options))
    watched = Watched(guard.driver)
    guard.driver = watched  # type: ignore[assignment]
    return guard, watched


def right(name: str, measure: Measure) -> Action:
    """An action that this driver carries."""
    changes = URLS.get(name, {}) if measure is Measure.BLOCK_URL else {}
    aim = scope(measure, resource=RESOURCES.get(name, "vm-7"), **changes)
    aim = aim if NEEDS.get(measure) or name == "openstack" else replace(aim, address=None)
    return order(measure, driver=name, aim=aim, starts=NOW)


Change = Callable[[Action], Action]


@dataclass(frozen=True)
class Wrong:
    """What is wrong with an action, or what was written on the machine; None = not of this one."""

    words: str
    change: Callable[[Action], Action | None] = lambda action: action
    protect: Callable[[Action], Sequence[str]] = lambda action: ()
    file: tuple[str, str] | None = None


def aimed(**changes: object) -> Change:
    return lambda action: replace(action, scope=replace(action.scope, **changes))


def with_address(words: str, **more: Any) -> Wrong:  # noqa: ANN401 - fields of `Wrong`
    return Wrong(words, lambda x: x if x.scope.address else None, **more)


def lacking(action: Action) -> Action | None:
    needed = NEEDS.get(action.measure, ())
    return aimed(**{needed[-1]: None})(action) if needed else None


def beside(action: Action) -> Action | None:
    """The same with a field that its measure cannot narrow by."""
    needed = NEEDS.get(action.measure)
    field = (
        {"name": "a.example"} if needed and "name" not in needed else {"url": "https://a.example"}
    )
    return aimed(**field)(action) if needed else None


def a_rule_beyond(action: Action) -> Action | None:
    return replace(action, automatic=True) if action.level > Level.L4 else None


def lower(action: Action) -> Action:
    return replace(action, level=Level.L2)


GUARDS = {
    "protected address": with_address("protect list", protect=lambda x: [str(x.scope.address)]),
    "protected prefix": with_address("protect list", protect=lambda x: ["203.0.113.0/24"]),
    "protected resource": Wrong("protect list", protect=lambda x: [f"resource:{x.scope.resource}"]),
    "protected customer, by a rule": Wrong(
        "protect list|rule alone",
        lambda x: replace(x, automatic=True),
        protect=lambda x: ["customer:acme"],
    ),
    "unknown customer": Wrong("owner is unknown", aimed(customer=" ")),
    "unknown resource": Wrong("owner is unknown|expected", aimed(resource="")),
    "its own protect list": Wrong(
        "protect list", file=("protect", "customer:acme\nresource:vm-7\n")
    ),
    "a list nobody can read": Wrong("line 1", file=("protect", "not an address\n")),
    "outside own prefixes": with_address("own prefixes", file=("bounds", "prefix 192.0.2.0/24\n")),
    "bounds nobody can read": Wrong("line 1", file=("bounds", "prefix any\n")),
    "no host": Wrong(
        "one host", lambda x: aimed(address=ip_address("0.0.0.0"))(x) if x.scope.address else None
    ),
    "a whole assignment around IPv4": Wrong(
        "IPv6|assignment|touch more",
        lambda x: aimed(prefix_length=24)(x) if x.scope.address else None,
    ),
    "a field too few": Wrong("expected", lacking),
    "a field too many": Wrong("touch more than the scope", beside),
    "past": Wrong("in the future", lambda x: replace(x, starts=NOW - timedelta(1), until=NOW)),
    "too long": Wrong("days after the start", lambda x: replace(x, until=NOW + timedelta(days=91))),
    "ends before it starts": Wrong("days after", lambda x: replace(x, starts=NOW + timedelta(1))),
    "another level": Wrong("found L2|restricts nothing", lower),
    "a rule beyond L4": Wrong("a rule alone", a_rule_beyond),
    "another driver": Wrong("expected an action for", lambda x: replace(x, driver="other")),
    "another measure": Wrong(
        "cannot|restricts|expected|is L", lambda x: replace(x, measure=Measure.INFORM)
    ),
    "a blank version": Wrong(
        "a blank", lambda x: replace(x, versions=replace(x.versions, policy=" "))
    ),
    "an id that is a command": Wrong("letters, digits", lambda x: replace(x, id='x"; flush')),
    "a case that is a command": Wrong("letters, digits", lambda x: replace(x, reference="a\nb")),
}


@pytest.mark.parametrize(("name", "measure"), PAIRS)
def test_what_is_wrong_is_never_asked_of_a_driver(name: str, measure: Measure, tmp_path: Path):
    """Each driver, each measure, each guard: refused when planned, and when it is carried out."""
    action = right(name, measure)
    guard, watched = opened(name, tmp_path)
    plan = guard.plan(action, {})
    watched.asked.clear()
    tried = 0
    for what, wrong in GUARDS.items():
        changed = wrong.change(action)
        if changed is None:
            continue
        signed = read_protect(wrong.protect(action))
        if wrong.file:
            (tmp_path / wrong.file[0]).write_text(wrong.file[1])
        with pytest.raises(DriverRefused, match=wrong.words):
            guard.plan(changed, {}, signed)
        with pytest.raises(DriverRefused, match=wrong.words):
            guard.apply(replace(plan, action=changed, protect=signed))
        if wrong.file:
            (tmp_path / wrong.file[0]).unlink()
        assert watched.asked == [], what
        tried += 1
    assert tried >= 16
    guard.apply(guard.plan(action, {}))
    assert watched.asked == ["plan", "apply"]


@pytest.mark.parametrize("name", PLUGINS)
def test_what_stands_is_guarded(name: str, tmp_path: Path):
    """Over the cap, over a foreign element, and what another action set."""
    action = right(name, min(PLUGINS[name].able.measures))
    guard, watched = opened(name, tmp_path, cap=2)
    place = guard.place(action)
    full = by_place([element("one", "a-1"), element("two", "a-2")])
    with pytest.raises(DriverRefused, match="at most 2 standing"):
        guard.plan(action, full)
    foreign = element(place, "")
    with pytest.raises(DriverRefused, match="not ours"):
        guard.plan(action, {place: foreign})
    plan = guard.plan(action, {place: element(place, action.id), **full})
    watched.standing[place] = foreign
    with pytest.raises(DriverRefused, match="not ours"):
        guard.apply(plan)
    with pytest.raises(DriverRefused, match="another action: a foreign one"):
        guard.revert(place, action.id)
    watched.standing[place] = element(place, "a-1")
    with pytest.raises(DriverRefused, match="another action: a-1"):
        guard.revert(place, action.id)
    assert watched.asked == ["plan"]
    watched.standing.clear()
    gone = guard.revert(place, action.id)
    assert (gone.before, watched.asked) == (None, ["plan"])


@pytest.mark.parametrize("name", PLUGINS)
def test_what_is_not_seen_is_not_done(name: str, tmp_path: Path):
    """The guard reads back itself, whatever the driver says."""
    action = right(name, min(PLUGINS[name].able.measures))
    guard, watched = opened(name, tmp_path)
    plan = guard.plan(action, {})
    watched.sees = False
    with pytest.raises(Unavailable, match="expected to see it"):
        guard.apply(plan)
    watched.sees = True
    done = guard.apply(plan)
    assert (done.before, done.after) == (None, watched.standing[plan.place])
    assert action.id in done.proof
    watched.sees = False
    with pytest.raises(Unavailable, match="expected it gone"):
        guard.revert(plan.place, action.id)
    watched.sees = True
    assert guard.revert(plan.place, action.id).after is None


@pytest.mark.parametrize(
    ("swapped", "touches"),
    [
        ({"place": "elsewhere"}, ()),
        ({"action": order(Measure.ISOLATE, driver="anything", starts=NOW)}, ()),
        ({}, ("203.0.113.10", "203.0.113.11")),
    ],
)
def test_a_plan_of_something_else(
    swapped: Mapping[str, Any], touches: tuple[str, ...], tmp_path: Path
):
    """A driver that plans another action, another place or a wider reach is not let act."""
    guard, watched = opened("anything", tmp_path)
    watched.real.swapped, watched.real.touches = dict(swapped), touches
    with pytest.raises(DriverRefused, match=r"another's|more than its scope: 203.0.113.11"):
        guard.plan(right("anything", Measure.BLOCK_PORT), {}, NOTHING)
    assert "apply" not in watched.asked


def test_what_a_peer_takes_and_how_fast(tmp_path: Path):
    """Caps by kind of place, rates and prefixes that a driver declares are held for it."""
    guard, watched = opened("anything", tmp_path)
    own = (ip_network("203.0.113.0/29"),)
    able = replace(ANYTHING, most={"limit-rate": 1}, most_rate=1_000, own=own)
    watched.real.capabilities = lambda: able
    slow = right("anything", Measure.LIMIT_RATE)
    with pytest.raises(DriverRefused, match="at most 1000 bytes"):
        guard.plan(aimed(address=ip_address("203.0.113.1"))(slow), {})
    inside = aimed(rate=9, address=ip_address("203.0.113.1"))(slow)
    inside = replace(inside, level=Level.L4)
    with pytest.raises(DriverRefused, match="at most 1 standing measures of limit-rate"):
        guard.plan(inside, {"limit-rate 203.0.113.2": element("limit-rate 203.0.113.2", "a-1")})
    assert guard.plan(inside, {"isolate 203.0.113.2": element("isolate 203.0.113.2", "a-1")})
    with pytest.raises(DriverRefused, match=r"expected an address in 203.0.113.0/29"):
        guard.plan(aimed(rate=9)(replace(slow, level=Level.L4)), {})


@pytest.mark.parametrize("name", PLUGINS)
def test_wrong_options_of_every_driver(name: str, tmp_path: Path):
    """An unknown one, one too few, and each that has a form; no value is repeated."""
    plugin, given = PLUGINS[name], OPTIONS.get(name, {})
    wrongs = [({**given, "tabel": "x"}, "expected .*, found 'tabel'")]
    for option, form in plugin.options.items():
        if form.required:
            less = {key: value for key, value in given.items() if key != option}
            wrongs.append((less, f"option {option}: expected .*, found none"))
        if form.expected != TEXT.expected and name != "bgp":
            wrongs.append(({**given, option: "\0hush"}, f"option {option}: expected"))
    for options, words in wrongs:
        with pytest.raises(Invalid, match=words) as refused:
            plugin.open(DriverContext(folder=tmp_path, now=CLOCK, options=options))
        assert "hush" not in str(refused.value)
    read_later = {key: "file:/run/secret" if "secret" in key else x for key, x in given.items()}
    plugin.open(DriverContext(folder=tmp_path, now=CLOCK, options=read_later))
