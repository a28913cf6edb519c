"""DNS lists by a scripted resolver: believed after their own test, never when they refuse."""

import threading
from ipaddress import ip_address

import pytest

from aupkeep.intake.feed import FetchedList, feeds
from aupkeep.intake.feed_client.dnsbl_client import DnsblClient
from aupkeep.intake.feed_client.filter import filter_list
from aupkeep.intake.feed_client.own_prefixes import OwnPrefixes
from aupkeep.intake.feed_client.subscription import subscribe
from aupkeep.intake.feeds.dnsbl import questions
from aupkeep.model.subject import Address

ZONE = "bl.lists.example"
FOUR, OTHER, SIX = (ip_address(one) for one in ("203.0.113.7", "203.0.113.8", "2001:db8:4::7"))
NIBBLES = "7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.4.0.0.0.8.b.d.0.1.0.0.2"
SOUND = {f"2.0.0.127.{ZONE}": ["127.0.0.2"]}


class Script:
    """A resolver that answers from a table and keeps what it was asked."""

    def __init__(self, answers=None, silent=()) -> None:
        self.answers = SOUND if answers is None else {**SOUND, **answers}
        self.silent = silent
        self.asked: list[str] = []

    def __call__(self, name: str, record: str) -> list[str]:
        self.asked.append(f"{name} {record}")
        if any(name.endswith(one) for one in self.silent):
            raise TimeoutError(name)
        return self.answers.get(name if record == "A" else f"{name} {record}", [])


def ask(script, *addresses: Address, zones=(ZONE,), **more):
    options = {**feeds()["dnsbl"].options, "zones": zones}
    asker = DnsblClient(script, rate=1e6, seconds=60, **more)
    return asker.ask(questions(addresses, options))


def read(text, zones=(ZONE,), codes=None):
    one = subscribe("dnsbl", {"zones": list(zones), "codes": codes or {}})
    ours = OwnPrefixes([])
    found = filter_list(one.feed, FetchedList("answers.txt", text.encode()), one.options, ours)
    return found.seen, found.remarks


def test_address_is_asked_in_reverse():
    """Octets of IPv4 and nibbles of IPv6 (RFC 5782 sections 2.1, 2.4)."""
    script = Script()
    ask(script, FOUR, SIX)
    assert f"7.113.0.203.{ZONE} A" in script.asked
    assert f"{NIBBLES}.{ZONE} A" in script.asked


def test_listed_and_clean_are_told_with_the_reason():
    name = f"7.113.0.203.{ZONE}"
    script = Script({name: ["127.0.0.2", "127.0.0.4"], f"{name} TXT": ["see\nhttps://x.example"]})
    text, put = ask(script, FOUR, OTHER)
    assert put == 2
    assert text.splitlines() == [
        f"203.0.113.7 {ZONE} listed 127.0.0.2,127.0.0.4 see https://x.example",
        f"203.0.113.8 {ZONE} clean",
    ]


@pytest.mark.parametrize("code", ["127.255.255.252", "127.255.255.254", "127.255.255.255"])
def test_refusal_is_never_a_listing(code):
    """Mistyped, asked by an open resolver, over quota: nobody is listed, a person is told."""
    text, _ = ask(Script({f"7.113.0.203.{ZONE}": [code, "127.0.0.2"]}), FOUR)
    seen, remarks = read(text)
    assert seen == 0
    assert "refused to answer us" in remarks[0]


@pytest.mark.parametrize("answer", ["203.0.113.1", "10.0.0.1", "::1", "bl.lists.example."])
def test_answer_outside_the_codes_is_none(answer):
    """A resolver that redirects, or a parked domain, lists nobody (RFC 5782 section 2.1)."""
    text, _ = ask(Script({f"7.113.0.203.{ZONE}": [answer]}), FOUR)
    assert text == f"203.0.113.7 {ZONE} clean\n"


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({f"1.0.0.127.{ZONE}": ["127.0.0.2"]}, "lists everything"),
        ({f"2.0.0.127.{ZONE}": []}, "does not list 127.0.0.2"),
        ({f"2.0.0.127.{ZONE}": ["127.255.255.254"]}, "it does not answer us"),
    ],
)
def test_zone_that_fails_its_test_is_not_asked(answers, words):
    """One that lists everything, or nothing, says nothing about us (RFC 5782 section 5)."""
    script = Script({**answers, f"7.113.0.203.{ZONE}": ["127.0.0.2"]})
    text, _ = ask(script, FOUR, OTHER)
    assert words in text
    assert not any("203" in one for one in script.asked)
    assert read(text)[0] == 0


def test_silent_zone_is_left_alone():
    """After five questions without an answer it is not waited for any more; other zones go on."""
    silent = "slow.lists.example"
    addresses = [ip_address(f"203.0.113.{n}") for n in range(1, 30)]
    script = Script({f"2.0.0.127.{silent}": ["127.0.0.2"]}, silent=[f"203.{silent}"])
    text, _ = ask(script, *addresses, zones=(silent, ZONE))
    assert len([one for one in script.asked if f"203.{silent}" in one]) == 5
    assert text.count(f"{ZONE} clean") == 29
    assert f"# {silent} silent" in text


def test_questions_stop_when_told_to():
    stop = threading.Event()
    stop.set()
    assert ask(Script(), FOUR, stop=stop) == ("", 0)


def test_code_means_what_the_operator_says():
    one = subscribe("dnsbl", {"zones": [ZONE], "codes": {f"{ZONE}/127.0.0.9": "ignore"}})
    text = f"203.0.113.7 {ZONE} listed 127.0.0.9\n203.0.113.8 {ZONE} listed 127.0.0.9,127.0.0.5\n"
    found = filter_list(one.feed, FetchedList("a", text.encode()), one.options, OwnPrefixes([]))
    assert found.seen == 1


def test_policy_list_accuses_nobody():
    """Spamhaus' PBL says what a network is for, not what somebody did."""
    assert read("203.0.113.7 zen.spamhaus.org listed 127.0.0.10\n")[0] == 0
