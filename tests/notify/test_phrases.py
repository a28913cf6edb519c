"""The phrases of a notice, word for word, in both languages."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from ipaddress import ip_address

import pytest

from aupkeep.model.action import Limiting
from aupkeep.model.case import Outcome
from aupkeep.model.decision import PortRange, Scope
from aupkeep.model.ladder import Measure
from aupkeep.notify import phrases
from aupkeep.notify.kind_names import named, noun
from aupkeep.notify.render import fix_steps
from aupkeep.notify.visible import visible
from notify.letters import AT, FLOOD, OSLO, SCOPE

BARE = Scope(customer="kari", resource="web-1")
SIX = replace(BARE, address=ip_address("2001:db8::7"))
EFFECTS = {
    "a port": (
        Measure.BLOCK_PORT,
        SCOPE,
        "Traffic from 203.0.113.7 to port tcp/22 is blocked.",
        "Trafikk fra 203.0.113.7 til port tcp/22 er sperret.",
    ),
    "a port of any protocol": (
        Measure.BLOCK_PORT,
        replace(SCOPE, protocol=None),
        "Traffic from 203.0.113.7 to port 22 is blocked.",
        "Trafikk fra 203.0.113.7 til port 22 er sperret.",
    ),
    "a sharer's ports": (
        Measure.BLOCK_PORT,
        replace(SCOPE, source_ports=PortRange(1024, 2047)),
        "Traffic from 203.0.113.7:1024-2047 to port tcp/22 is blocked.",
        "Trafikk fra 203.0.113.7:1024-2047 til port tcp/22 er sperret.",
    ),
    "a sharer's ports of IPv6": (
        Measure.ISOLATE,
        replace(SIX, source_ports=PortRange(1024, 2047)),
        "[2001:db8::7]:1024-2047 is cut off from the network.",
        "[2001:db8::7]:1024-2047 er koblet fra nettet.",
    ),
    "an assignment": (
        Measure.ISOLATE,
        replace(SIX, prefix_length=64),
        "2001:db8::/64 is cut off from the network.",
        "2001:db8::/64 er koblet fra nettet.",
    ),
    "an IPv6 address": (
        Measure.ISOLATE,
        SIX,
        "2001:db8::7 is cut off from the network.",
        "2001:db8::7 er koblet fra nettet.",
    ),
    "a broken rate": (
        Measure.LIMIT_RATE,
        replace(SCOPE, rate=187_500),
        "Traffic from 203.0.113.7 is slowed to 1.5 Mbit/s.",
        "Trafikk fra 203.0.113.7 er begrenset til 1,5 Mbit/s.",
    ),
    "no port": (
        Measure.BLOCK_PORT,
        BARE,
        "Traffic from web-1 to any port is blocked.",
        "Trafikk fra web-1 til alle porter er sperret.",
    ),
    "a peer": (
        Measure.BLOCK_DESTINATION,
        replace(SCOPE, destination=ip_address("192.0.2.1")),
        "Traffic from 203.0.113.7 to 192.0.2.1 is blocked.",
        "Trafikk fra 203.0.113.7 til 192.0.2.1 er sperret.",
    ),
    "some peer": (
        Measure.BLOCK_DESTINATION,
        SCOPE,
        "Traffic from 203.0.113.7 to one address is blocked.",
        "Trafikk fra 203.0.113.7 til én adresse er sperret.",
    ),
    "a rate": (
        Measure.LIMIT_RATE,
        replace(SCOPE, rate=125_000),
        "Traffic from 203.0.113.7 is slowed to 1 Mbit/s.",
        "Trafikk fra 203.0.113.7 er begrenset til 1 Mbit/s.",
    ),
    "some rate": (
        Measure.LIMIT_RATE,
        SCOPE,
        "Traffic from 203.0.113.7 is slowed to a low rate.",
        "Trafikk fra 203.0.113.7 er begrenset til lav hastighet.",
    ),
    "inbound": (
        Measure.BLOCK_INBOUND,
        FLOOD,
        "UDP from port 53 of others to 203.0.113.7 is dropped.",
        "UDP fra port 53 hos andre til 203.0.113.7 blir kastet.",
    ),
    "some inbound": (
        Measure.BLOCK_INBOUND,
        BARE,
        "IP from port one of others to web-1 is dropped.",
        "IP fra port én hos andre til web-1 blir kastet.",
    ),
    "a flood of openings": (
        Measure.LIMIT_INBOUND,
        replace(SCOPE, rate=1250),
        "Of new TCP connections to 203.0.113.7, whatever exceeds 10 kbit/s is dropped.",
        "Av nye TCP-forbindelser til 203.0.113.7 blir det som overstiger 10 kbit/s, kastet.",
    ),
    "a flood": (
        Measure.LIMIT_INBOUND,
        replace(FLOOD, rate=1250),
        "Of UDP to 203.0.113.7, whatever exceeds 10 kbit/s is dropped.",
        "Av UDP til 203.0.113.7 blir det som overstiger 10 kbit/s, kastet.",
    ),
    "some flood": (
        Measure.LIMIT_INBOUND,
        replace(BARE, rate=1250),
        "Of IP to web-1, whatever exceeds 10 kbit/s is dropped.",
        "Av IP til web-1 blir det som overstiger 10 kbit/s, kastet.",
    ),
    "a page": (
        Measure.BLOCK_URL,
        replace(BARE, url="https://shop.example/a"),
        "The page https://shop.example/a is blocked.",
        "Siden https://shop.example/a er sperret.",
    ),
    "a name": (
        Measure.BLOCK_NAME,
        BARE,
        "The name web-1 is blocked.",
        "Navnet web-1 er sperret.",
    ),
    "a name of its own": (
        Measure.BLOCK_NAME,
        replace(BARE, name="shop.example"),
        "The name shop.example is blocked.",
        "Navnet shop.example er sperret.",
    ),
    "an account": (
        Measure.HOLD_MAIL,
        replace(BARE, account="kari"),
        "What kari sends through our mail relay is held there; nothing is lost.",
        "Det kari sender gjennom e-posttjeneren vår, er holdt tilbake der; ingenting er tapt.",
    ),
    "an account whose mail is intercepted": (
        Measure.INTERCEPT_MAIL,
        replace(BARE, account="kari"),
        "What kari sends through our mail relay is diverted there; nothing is lost.",
        "Det kari sender gjennom e-posttjeneren vår, er ledet om dit; ingenting er tapt.",
    ),
    "some account": (
        Measure.BLOCK_MAIL,
        BARE,
        "What web-1 sends through our mail relay is refused.",
        "Det web-1 sender gjennom e-posttjeneren vår, er avvist.",
    ),
    "the end of a service": (
        Measure.END_SERVICE,
        BARE,
        "The service web-1 is ended.",
        "Tjenesten web-1 er avsluttet.",
    ),
    "the resource": (
        Measure.SUSPEND_RESOURCE,
        SCOPE,
        "web-1 is suspended.",
        "web-1 er satt på vent.",
    ),
    "nothing": (Measure.INFORM, SCOPE, "", ""),
}


@pytest.mark.parametrize("name", EFFECTS)
def test_effect(name: str):
    """What a measure touches, with all of the scope that narrows it."""
    measure, scope, english, norwegian = EFFECTS[name]
    assert phrases.effect(measure, scope, "en", Limiting.NOW) == english
    assert phrases.effect(measure, scope, "nb", Limiting.NOW) == norwegian


def test_what_is_left_alone():
    """Each measure leaves something alone; most leave everything else."""
    assert phrases.unaffected(Measure.BLOCK_PORT, "en") == "Everything else works as before."
    assert phrases.unaffected(Measure.TERMINATE, "nb") == "Det kan fortsatt gjøres om."


@pytest.mark.parametrize(
    ("known", "english", "norwegian"),
    [
        ("limited", "web-1 is limited now: spam", "web-1 er begrenset nå: spam"),
        ("reported", "Report about web-1: spam", "Melding om web-1: spam"),
        (
            "measured",
            "Our measurements of web-1 show spam",
            "Våre målinger av web-1 viser spam",
        ),
    ],
)
def test_a_heading_says_no_more_than_is_known(known: str, english: str, norwegian: str):
    assert phrases.headline(known, "web-1", "spam", "en") == english
    assert phrases.headline(known, "web-1", "spam", "nb") == norwegian


def test_what_was_seen():
    """A kind has its phrase; one without has that of the policy."""
    assert phrases.activity("messaging/spam", "en") == "sends unsolicited mail"
    assert phrases.activity("messaging/spam", "nb") == "sender uønsket e-post"
    assert phrases.activity("no/kind", "en") == (
        "does something our acceptable use policy does not allow"
    )
    assert phrases.outcome(Outcome.FIXED, "nb") == "Det er rettet."
    assert named("messaging/spam", "nb") == "Uønsket e-post"
    assert (noun("messaging/spam"), noun("messaging/spam", "nb")) == (
        "unsolicited mail",
        "uønsket e-post",
    )
    assert (named("no/kind"), named("no/kind", "nb")) == ("no/kind", "no/kind")
    assert phrases.outcome(Outcome.FIXED, "en") == "It was fixed."


def test_why_elsewhere_or_wide():
    """Why a measure is at another address, or touches all of one."""
    seen, now = "203.0.113.7", "203.0.113.10"
    assert phrases.resource_moved(seen, "web-1", now, "en") == (
        "It was seen at 203.0.113.7, which has changed hands since; web-1 is at 203.0.113.10 now."
    )
    assert phrases.resource_moved(seen, "web-1", now, "nb") == (
        "Det ble sett på 203.0.113.7, som siden har skiftet eier; web-1 er nå på 203.0.113.10."
    )
    wide = "It could not be made narrower than the whole address."
    assert phrases.whole_address("en") == wide
    own = "It could not be made narrower than your own ports of the address."
    assert phrases.own_ports("en") == own
    own = "Tiltaket kunne ikke gjøres smalere enn deres egne porter på adressen."
    assert phrases.own_ports("nb") == own
    assert phrases.whole_address("nb") == "Tiltaket kunne ikke gjøres smalere enn hele adressen."


def test_moments():
    """A moment in UTC, and in the reader's zone where that is another."""
    assert phrases.moment(AT, None) == "2026-03-01 09:12:04 UTC"
    assert phrases.moment(AT, UTC) == "2026-03-01 09:12:04 UTC"
    assert phrases.moment(AT.astimezone(OSLO), None) == "2026-03-01 09:12:04 UTC"
    assert phrases.moment(AT, OSLO) == "2026-03-01 09:12:04 UTC (10:12:04 CET)"
    west = timezone(timedelta(hours=-10), "HST")
    assert phrases.moment(AT, west) == "2026-03-01 09:12:04 UTC (2026-02-28 23:12:04 HST)"


def test_moments_of_a_machine_elsewhere(monkeypatch):
    """UTC and the reader's zone, wherever the machine stands."""
    try:
        with monkeypatch.context() as patch:
            patch.setenv("TZ", "Asia/Tokyo")
            time.tzset()
            late = AT + timedelta(hours=8)  # in Tokyo the next day
            shown = phrases.moment(late, None), phrases.moment(late, OSLO)
    finally:
        time.tzset()
    assert shown[0] == "2026-03-01 17:12:04 UTC"
    assert shown[1] == "2026-03-01 17:12:04 UTC (18:12:04 CET)"


@pytest.mark.parametrize(
    ("at", "english", "norwegian"),
    [
        (datetime(2026, 1, 5, 0, 5, tzinfo=UTC), "Monday 5 January 00:05", "mandag 5. januar"),
        (datetime(2026, 12, 27, 23, 59, tzinfo=UTC), "Sunday 27 December", "søndag 27. desember"),
    ],
)
def test_days(at: datetime, english: str, norwegian: str):
    """A day in words, in UTC where the reader has no zone."""
    assert phrases.day(at, None, "en").startswith(english)
    assert phrases.day(at, None, "en").endswith(" UTC")
    assert phrases.day(at, None, "nb").startswith(norwegian)
    assert phrases.day(AT, OSLO, "en") == "Sunday 1 March 10:12 CET"
    assert phrases.day(AT, OSLO, "nb") == "søndag 1. mars kl. 10.12 CET"


def test_language_codes():
    """Norwegian in any spelling is Bokmål."""
    codes = ("no", "NB-no", "nn", "en", "no_NO", "")
    assert [phrases.notice_language(code) for code in codes] == ["nb", "nb", "nb", "en", "en", "en"]


def test_fix_steps():
    """A lead and the steps of the kind's own fix; the general one where it has none."""
    for kind in ("connection/login_attack", "messaging/spam", "protection/inbound_ddos", "no/kind"):
        for language in ("en", "nb"):
            lead, steps = fix_steps(kind, language)
            assert not any("\n" in text or "  " in text for text in (lead, *steps))
            assert not any(step[:1].isdigit() or not step for step in steps)
    lead, steps = fix_steps("connection/login_attack", "en")
    assert lead == "Most often somebody else runs a program on the machine."
    assert steps[1] == "Stop the program, and keep a copy of it and of the logs."
    assert (len(steps), steps[-1][:24]) == (6, "If you tested logins you")
    assert fix_steps("messaging/spam", "en")[0] == ""
    assert "need not be taken over" in fix_steps("vulnerability/open_service", "en")[0]
    assert len(fix_steps("vulnerability/cve", "nb")[1]) == 4  # three, and whom to tell
    assert fix_steps("messaging/spam", "en") == fix_steps("messaging/mail_bombing", "en")
    assert fix_steps("no/kind", "en") == fix_steps("other/kind", "en") != fix_steps("no/kind", "nb")


def test_visible():
    """What does not print is its escape, unless it is to be kept."""
    assert visible("a\nb\u202e\x1b[0mæ") == "a\\nb\\u202e\\x1b[0mæ"
    assert visible("a\nb\t", "\n") == "a\nb\\t"


@pytest.mark.parametrize("language", ["en", "nb"])
@pytest.mark.parametrize("measure", phrases.EFFECTS)
def test_what_would_be_done_is_not_said_to_be_so(measure, language):
    """Of a measure that is only recorded each sentence says what would be."""
    said = phrases.effect(measure, SCOPE, language, Limiting.NOT)
    assert (" would be " if language == "en" else " ville ") in said
    main = said.partition(";")[0].replace(",", "")  # what follows is what a measure leaves alone
    assert not {"is", "er", "blir"} & set(main.split())


@pytest.mark.parametrize("measure", phrases.EFFECTS)
def test_what_was_done_is_not_said_to_go_on(measure):
    """Of a measure that is over each sentence is in the past."""
    english, norwegian = (
        phrases.effect(measure, SCOPE, language, Limiting.ENDED) for language in ("en", "nb")
    )
    assert " was " in english
    assert " var " in norwegian or " ble " in norwegian
