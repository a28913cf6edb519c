"""How far and how long: each refusal word for word, and what stands just inside the bound."""

from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address, ip_network

import pytest

from aupkeep.casework import measure_limits
from aupkeep.casework.measure_limits import ends, life, reach
from aupkeep.model.case import Claim
from aupkeep.model.decision import PortRange, Refused, Scope
from aupkeep.model.finding import Mode, Role
from aupkeep.model.ladder import CONFIRM, Measure
from aupkeep.model.subject import Endpoint, Subject
from casework.scenes import ADDRESS, CASE, HELD, INPUTS, NOW, OTHER, PEER, claim, proposal

URL = "https://a.example/x"
TCP = {"address": ADDRESS, "protocol": "tcp", "port": 22}
NOTE = "the claims name no other"


@pytest.mark.parametrize(
    ("measure", "most", "automatic"),
    [
        (Measure.BLOCK_PORT, 24, True),
        (Measure.ISOLATE, 24, True),
        (Measure.BLOCK_PORT, 168, False),
        (Measure.ISOLATE, 72, False),
        (Measure.SUSPEND_RESOURCE, 336, False),
        (Measure.SUSPEND_ACCOUNT, 720, False),
        (Measure.TERMINATE, 720, False),
        (Measure.INTERCEPT, 24, False),
        (Measure.INTERCEPT_MAIL, 24, False),
        (Measure.SUSPEND_RESOURCE, 24, True),
    ],
)
def test_each_rung_has_its_longest_life(measure, most, automatic):
    """The longest life itself passes; a minute more is refused, never cut down."""
    assert life(proposal(measure, hours=float(most)), automatic=automatic) is None
    level = proposal(measure).level.name
    assert life(proposal(measure, hours=most + 0.5), automatic=automatic) == Refused(
        reason=f"A measure of {level} lasts at most {most} hours, not {most + 0.5:g}.", invariant=6
    )


def test_a_measure_needs_an_end():
    """None, zero and less are no end; half an hour is one. Words need none."""
    for hours in (None, 0.0, -1.0, float("nan")):
        assert life(proposal(hours=hours), automatic=False) == Refused(
            reason="A measure of L3 needs an end; none is given.", invariant=6
        )
    assert life(proposal(hours=0.5), automatic=True) is None
    assert life(proposal(Measure.INFORM_DEADLINE, hours=None), automatic=True) is None


def test_a_termination_is_a_hold_of_thirty_days():
    """Not an hour fewer (invariant 7)."""
    assert life(proposal(Measure.TERMINATE, hours=719.0), automatic=False) == Refused(
        reason="A termination is a hold of 30 days, not fewer.", invariant=7
    )


def test_ends_counts_from_now():
    """A restriction ends after its hours; what restricts nothing, or has no hours, never."""
    assert ends(proposal(hours=1.5), NOW) == NOW + timedelta(minutes=90)
    assert ends(proposal(Measure.INFORM_DEADLINE, hours=2.0), NOW) is None
    assert ends(proposal(hours=None), NOW) is None


def scoped(measure=Measure.BLOCK_PORT, **scope):
    """A proposal with exactly this scope on the case's own resource."""
    fields = {"customer": "c1", "resource": "vm1", **scope}
    return proposal(measure, scope=Scope(**fields))


def asked(wanted, *claims: Claim, automatic=False, **inputs):
    """What `reach` says on these claims."""
    there = replace(INPUTS, claims=claims, **inputs)
    return reach(wanted, there, automatic=automatic)


def seen(**target):
    """One claim about our address and this other end."""
    return claim("1", target=Endpoint(**target))


def no(reason, invariant=5):
    return Refused(reason=reason, invariant=invariant)


BLANK = no("A scope names a customer and a resource; one is blank.", 6)
ELSEWHERE = no("The scope names another holder than the case.")
PORT = no("No evidence of this case shows this port.")
DESTINATION = no("No evidence of this case shows this destination.")
SSH = {"port": 22, "protocol": "tcp"}


@pytest.mark.parametrize(
    ("scope", "answer"),
    [
        ({"customer": ""}, BLANK),
        ({"customer": " "}, BLANK),
        ({"resource": ""}, BLANK),
        ({"resource": "\t"}, BLANK),
        ({"customer": "c2"}, ELSEWHERE),
        ({"resource": "vm2"}, ELSEWHERE),
        ({}, None),
    ],
)
def test_the_scope_is_the_cases_own(scope, answer):
    """Also a word to the customer has a customer and a resource, those of the case."""
    assert asked(scoped(Measure.INFORM, **scope)) == answer
    assert asked(scoped(**TCP, **scope), seen(**SSH)) == answer


@pytest.mark.parametrize("measure", [Measure.RECORD, Measure.INFORM, Measure.INFORM_DEADLINE])
def test_words_reach_anywhere(measure):
    """What restricts nothing needs no target and no evidence of one."""
    assert asked(scoped(measure), holds_now=()) is None


@pytest.mark.parametrize(
    ("measure", "needed"),
    [
        (Measure.BLOCK_PORT, ("address", "protocol", "port")),
        (Measure.BLOCK_DESTINATION, ("address", "destination")),
        (Measure.LIMIT_RATE, ("address", "rate")),
        (Measure.LIMIT_SMTP, ("address",)),
        (Measure.BLOCK_INBOUND, ("address", "protocol", "port")),
        (Measure.LIMIT_INBOUND, ("address", "protocol", "rate")),
        (Measure.BLOCK_SPOOFED, ("address",)),
        (Measure.BLOCK_URL, ("url",)),
        (Measure.BLOCK_NAME, ("name",)),
        (Measure.HOLD_MAIL, ("account",)),
        (Measure.BLOCK_MAIL, ("account",)),
        (Measure.ISOLATE, ("address",)),
        (Measure.INTERCEPT, ("address", "destination")),
        (Measure.INTERCEPT_MAIL, ("account",)),
    ],
)
def test_each_measure_names_its_target_and_nothing_else(measure, needed):
    """A blank is refused; so is a narrowing that the measure cannot carry out."""
    whole = {
        **TCP,
        "destination": PEER,
        "rate": 1000,
        "url": URL,
        "name": "a.example",
        "account": "c1",
    }
    exact = {name: whole[name] for name in needed}
    for name in needed:
        for blank in (None, "") if name in {"protocol", "url", "name"} else (None,):
            said = asked(scoped(measure, **{**exact, name: blank}), seen(**SSH))
            assert said == no(f"{measure} needs its {name}; none is given.", 6)
    for name in sorted(set(whole) - set(needed)):
        assert asked(scoped(measure, **exact, **{name: whole[name]}), seen(**SSH)) == no(
            f"{measure} cannot narrow by {name}; it would touch more than its scope."
        )


@pytest.mark.parametrize("reach", [{"source_ports": PortRange(1, 2)}, {"prefix_length": 64}])
def test_what_protects_is_on_the_whole_address(reach):
    """Neither on some of its ports nor around it."""
    wanted = scoped(Measure.BLOCK_INBOUND, **TCP, **reach)
    wider = "block-inbound cannot be on ports or an assignment; it would touch more."
    assert asked(wanted, seen(**SSH)) == no(wider)


@pytest.mark.parametrize("rate", [0, -1])
def test_a_rate_lets_something_through(rate):
    """Nothing a second is a block that calls itself a limit; one byte is a rate."""
    wanted = scoped(Measure.LIMIT_RATE, address=ADDRESS, rate=rate, note=NOTE)
    assert asked(wanted, seen(**SSH)) == no(f"A rate is above 0, not {rate}.", 6)
    assert asked(replace(wanted, scope=replace(wanted.scope, rate=1)), seen(**SSH)) is None


@pytest.mark.parametrize("automatic", [True, False])
def test_the_address_is_held_now(automatic):
    """One of several prefixes is enough; an address that changed hands is left alone."""
    gone = no(f"{ADDRESS} is not known to be held by this resource now; another may hold it.", 4)
    wanted, ssh = scoped(**TCP), seen(**SSH)
    other, own = ip_network("198.51.100.9/32"), ip_network("198.51.100.7/32")
    assert asked(wanted, ssh, automatic=automatic, holds_now=(other, own)) is None
    assert asked(wanted, ssh, automatic=automatic, holds_now=(other,)) == gone
    assert asked(wanted, ssh, automatic=automatic, holds_now=()) == gone


@pytest.mark.parametrize("automatic", [True, False])
@pytest.mark.parametrize(
    ("target", "answer"),
    [
        ({"port": 22, "protocol": "tcp"}, None),
        ({"port": 22}, None),
        ({"port": 22, "protocol": "udp"}, PORT),
        ({"port": 80, "protocol": "tcp"}, PORT),
        ({"protocol": "tcp"}, PORT),
        ({"address": PEER}, PORT),
    ],
)
def test_a_port_is_blocked_for_its_own_protocol(target, answer, automatic):
    """A claim about UDP shows nothing about TCP; one that names no protocol shows the port."""
    assert asked(scoped(**TCP), seen(**target), automatic=automatic) == answer


def test_one_claim_of_many_is_enough():
    """Port and protocol of one claim, whatever the others name; never half of two."""
    wanted = scoped(**TCP)
    udp, web = seen(port=22, protocol="udp"), seen(port=80, protocol="tcp")
    assert asked(wanted, udp, web, automatic=True) == PORT
    assert asked(wanted, udp, web, seen(**SSH), automatic=True) is None
    assert asked(wanted, claim("1", target=None), seen(**SSH), automatic=True) is None
    assert asked(wanted, claim("1", target=None), automatic=True) == PORT


@pytest.mark.parametrize("automatic", [True, False])
@pytest.mark.parametrize(
    ("target", "answer"), [({"address": PEER}, None), ({"address": OTHER}, DESTINATION)]
)
def test_a_destination_is_one_in_evidence(target, answer, automatic):
    """The peer of a claim, and no other."""
    wanted = scoped(Measure.BLOCK_DESTINATION, address=ADDRESS, destination=PEER)
    assert asked(wanted, seen(**target), automatic=automatic) == answer
    assert asked(wanted, seen(**target, port=22), automatic=automatic) == answer


def test_what_speaks_for_another_holder_is_no_evidence():
    """Another customer's claim, another resource's, or one about a victim shows nothing here."""
    wanted = scoped(**TCP)
    for held in (replace(HELD, customer="c2"), replace(HELD, resource="vm2")):
        other = claim("1", held=held)
        assert asked(wanted, other) == no("No evidence of this case shows this address.")
    attacked = claim("1", role=Role.VICTIM)
    assert asked(wanted, attacked) == no("No evidence of this case shows this address.")
    assert asked(wanted, claim("1", role=Role.VULNERABLE)) is None


def test_a_rule_aims_by_what_it_may_act_on():
    """A detector that only tells shows a person the port, and a rule nothing."""
    told = claim("1", source="detector:logins", mode=Mode.NOTIFY)
    assert asked(scoped(**TCP), told) is None
    hidden = asked(scoped(**TCP), told, automatic=True)
    assert hidden == no("No evidence of this case shows this address.")


def test_a_note_lets_a_person_widen_and_no_rule():
    """To another port, to another address that the resource holds; a blank note says nothing."""
    ssh = seen(**SSH)
    other = {**TCP, "port": 80}
    assert asked(scoped(**other, note=NOTE), ssh) is None
    assert asked(scoped(**other, note=NOTE), ssh, automatic=True) == PORT
    assert asked(scoped(**other, note=" "), ssh) == PORT
    assert asked(scoped(**other, note=""), ssh) == PORT
    moved = {**TCP, "address": ip_address("198.51.100.9")}
    assert asked(scoped(**moved, note=NOTE), ssh) is None
    unseen = no("No evidence of this case shows this address.")
    assert asked(scoped(**moved), ssh) == unseen
    assert asked(scoped(**moved, note=NOTE), ssh, automatic=True) == unseen


@pytest.mark.parametrize("note", [None, NOTE])
def test_nobody_widens_a_url_or_a_name(note):
    """Exactly the URL or the name in evidence, also with a note."""
    shown = (claim("1", subject=Subject(url=URL)), claim("2", subject=Subject(domain="a.example")))
    assert asked(scoped(Measure.BLOCK_URL, url=URL, note=note), *shown) is None
    assert asked(scoped(Measure.BLOCK_NAME, name="a.example", note=note), *shown) is None
    url = asked(scoped(Measure.BLOCK_URL, url=f"{URL}/y", note=note), *shown)
    assert url == no("No evidence of this case shows this URL.")
    name = asked(scoped(Measure.BLOCK_NAME, name="b.example", note=note), *shown)
    assert name == no("No evidence of this case shows this name.")


def test_invariant_04_a_page_that_moved_is_left_alone():
    """A page or a name that is another customer's by now, the first of them by its letters."""
    page = claim("1", subject=Subject(url=URL))
    wanted = scoped(Measure.BLOCK_URL, url=URL)
    moved = no(f"{URL} is another customer's by now.", 4)
    assert asked(wanted, page, moved=frozenset({URL})) == moved
    name = claim("1", subject=Subject(domain="a.example"))
    wanted = scoped(Measure.BLOCK_NAME, name="a.example")
    assert asked(wanted, name, moved=frozenset({URL})) is None


def test_a_page_shows_nothing_of_its_whole_address():
    """Others may be served from there; a person must say why, from L4 on with a second one."""
    page = claim("1", subject=Subject(address=ADDRESS, url=URL))
    name = claim("2", subject=Subject(address=ADDRESS, domain="a.example"))
    more = "more than a page or a name at this address, which may serve others"
    two = f"{more}; a person needs a second person and a note"
    for measure, aim, words in (
        (Measure.BLOCK_PORT, TCP, more),
        (Measure.ISOLATE, {"address": ADDRESS}, two),
    ):
        wanted = scoped(measure, **aim)
        assert asked(wanted, page, name) == no(f"No evidence of this case shows {words}.")
        assert asked(wanted, page, seen(**SSH)) is None


def test_a_limit_on_the_whole_address_says_so():
    """A rule and a person alike: the note says that it could not go narrower."""
    wanted = scoped(Measure.LIMIT_RATE, address=ADDRESS, rate=1000)
    wide = no("A limit on the whole address must say in its note that it could not go narrower.")
    for automatic in (True, False):
        for note in (None, "", " "):
            quiet = replace(wanted, scope=replace(wanted.scope, note=note))
            assert asked(quiet, seen(**SSH), automatic=automatic) == wide
        said = replace(wanted, scope=replace(wanted.scope, note=NOTE))
        assert asked(said, seen(**SSH), automatic=automatic) is None


@pytest.mark.parametrize("automatic", [True, False])
@pytest.mark.parametrize(
    ("kind", "target", "mail"),
    [
        (CASE.kind, SSH, False),
        (CASE.kind, {"protocol": "tcp"}, False),
        (CASE.kind, {"port": 25, "protocol": "tcp"}, True),
        (CASE.kind, {"port": 465}, True),
        (CASE.kind, {"port": 587}, True),
        ("messaging/spam", SSH, True),
    ],
)
def test_mail_is_limited_for_mail(kind, target, mail, automatic):
    """A kind of messaging, or a port of mail."""
    one = claim("1", kind=kind, target=Endpoint(**target))
    answer = None if mail else no("No evidence of this case shows mail from this address.")
    assert asked(scoped(Measure.LIMIT_SMTP, address=ADDRESS), one, automatic=automatic) == answer
    unaimed = claim("2", target=None)
    said = asked(scoped(Measure.LIMIT_SMTP, address=ADDRESS), unaimed, one, automatic=automatic)
    assert said == answer


def test_a_resource_needs_some_evidence():
    """A suspension has no address to compare; one claim against the holder is what it rests on."""
    wanted = scoped(Measure.SUSPEND_RESOURCE)
    assert asked(wanted, seen(**SSH)) is None
    anything = no("No evidence of this case shows anything about this resource.")
    assert asked(wanted, claim("1", role=Role.VICTIM)) == anything
    assert asked(wanted, automatic=True) == anything


def test_a_suspension_may_name_its_address():
    """What has no target of its own may say which address it is about."""
    assert asked(scoped(Measure.SUSPEND_RESOURCE, address=ADDRESS), seen(**SSH)) is None


def test_a_protection_rests_on_an_attack_on_this_holder():
    """An attack on another customer protects nobody here; an accusation protects nobody at all."""
    flood = {
        "source": "detector:flood", "kind": "protection/inbound_ddos", "role": Role.VICTIM,
        "mode": Mode.ACT, "target": Endpoint(port=53, protocol="udp"),
    }  # fmt: skip
    wanted = scoped(Measure.BLOCK_INBOUND, address=ADDRESS, protocol="udp", port=53)
    assert asked(wanted, claim("1", **flood), automatic=True) is None
    unseen = no("No evidence of this case shows this address.")
    assert asked(wanted, claim("1", held=replace(HELD, customer="c2"), **flood)) == unseen
    assert asked(wanted, seen(port=53, protocol="udp")) == unseen


@pytest.mark.parametrize("measure", [Measure.OFF_BOARD, Measure.TERMINATE, Measure.END_SERVICE])
def test_when_the_end_of_a_service_ends(measure):
    """An off-boarding on its day, a hold after the days to confirm it, an end after its hours."""
    wanted = proposal(measure, hours=24.0, on=NOW + 90 * CONFIRM)
    assert (
        ends(wanted, NOW)
        == {
            Measure.OFF_BOARD: NOW + 90 * CONFIRM,
            Measure.TERMINATE: NOW + timedelta(days=1) + CONFIRM,
            Measure.END_SERVICE: NOW + timedelta(days=1),
        }[measure]
    )
    assert ends(replace(proposal(measure, hours=None), on=None), NOW) is None


def test_an_off_boarding_reaches_anywhere():
    """It is words, with a day."""
    assert asked(scoped(Measure.OFF_BOARD), holds_now=()) is None


def test_a_rate_is_one_that_an_agent_takes():
    """Up to 2**40 bytes a second."""
    wanted = scoped(Measure.LIMIT_RATE, address=ADDRESS, rate=1 << 40, note=NOTE)
    assert asked(wanted, seen(**SSH)) is None
    over = replace(wanted, scope=replace(wanted.scope, rate=(1 << 40) + 1))
    words = "A rate is at most 1099511627776 bytes per second, not 1099511627777."
    assert asked(over, seen(**SSH)) == no(words, 6)


@pytest.mark.parametrize("name", ["url", "name", "account", "note", "customer", "resource"])
def test_a_text_is_one_that_an_agent_takes(name):
    """Up to two thousand characters, of each text of a scope."""
    fields = {"customer": "c1", "resource": "vm1", "address": ADDRESS}
    for size, answer in (
        (2000, None),
        (2001, f"The {name} of a measure has at most 2000 characters; this one has more."),
    ):
        found = measure_limits._figures(Scope(**(fields | {name: "x" * size})))
        assert found == (answer and no(answer))
