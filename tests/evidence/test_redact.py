"""The accused sees the evidence and never the reporter."""

import base64
import re
from ipaddress import ip_address
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.evidence.redact import MASK, redact
from timing import cpu_seconds

OWN = ip_address("203.0.113.9")
CANARY = "canary.bird@nest.example"
HOST = "sensor7.nest.example"
ADDRESSES = ("192.0.2.17", "2001:db8:aa::17")
LEAKS = (
    CANARY,
    CANARY.upper(),
    "canary.bird",
    HOST,
    f"deep.{HOST}",
    "c\u200banary.bi\u00adrd@nest.example",
    "\uff43\uff41\uff4e\uff41\uff52\uff59.bird",
    "canary.\n  bird",
    "canary.bi=\nrd",
    quote(CANARY, safe=""),
    CANARY.encode().hex(),
    *(base64.b64encode(b"x" * lead + CANARY.encode() + b"yz").decode() for lead in range(3)),
    f"https://portal.example/{HOST}/ticket?id=5551234",
    "192.0.2.17:22",
    "17.2.0.192.in-addr.arpa",
    "ip-192-0-2-17.isp.example",
    "192.000.002.017",
    "x2001:db8:aa::17:",
    "2001:0DB8:00AA:0:0:0:0:17",
    "[2001:db8:aa::17]:443",
    "7.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.a.a.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
    "Message-ID: <5551234@other.example>",
    "someone.else@elsewhere.example",
)
PIECES = ("canary", "bird", "nest", "sensor7", "192.0.2.17", "192-0-2-17", "17.2.0.192", "5551234")
PIECES += (
    "::17",
    "7.1.0.0",
    "somebody",
    "someone",
    "\uff43\uff41\uff4e\uff41\uff52\uff59",
    "Y2FuYXJ5",
    CANARY.encode().hex(),
)
around = st.text(st.sampled_from(" \n\t.,:;()[]<>\"'-=xé/"), max_size=6)


@given(st.lists(st.tuples(around, st.sampled_from(LEAKS)), min_size=1, max_size=5))
def test_invariant_10_no_canary_of_the_reporter_survives(parts):
    """However the reporter is written, and whatever stands around it, no piece is left."""
    text = "".join(f"{before} {leak}\n" for before, leak in parts)
    shown = redact(text, secrets=[CANARY, HOST, *ADDRESSES], keep=[OWN])
    assert not [piece for piece in PIECES if piece.casefold() in shown.casefold()]
    assert len(shown) == len(text)


@pytest.mark.parametrize(
    "text",
    [
        "Mar  1 03:12:09 sshd: Failed password for root from 203.0.113.9 port 51122 ssh2",
        "at 2026-03-01T03:12:09Z 203.0.113.9:51122 sent 40 packets, version 1.2.3",
        "203-0-113-9.tenant.example said so",
        "",
    ],
)
def test_keeps_the_evidence(text):
    """What happened, when and from which of the accused's addresses stays as it was."""
    assert redact(text, secrets=[CANARY, "an"], keep=[OWN]) == text


HIDDEN = {  # the line, with what is masked between brackets
    "at the start": "[mx.nest.example] failed at nine",
    "a blank ends a name": "Mar  1 web sshd: root failed, seen by [mx.nest.example] port 22",
    "so does a tab": "seen by\t[mx.nest.example]\tat nine",
    "a sign": "relay=[mx-2.nest.example], peer: [nest.example]",
    "a line break": "root failed at nine\n[nest.example] said so",
    "a quoted line": "root failed at nine\n> [nest.example] said so",
    "a soft line break is in the name": "seen by [mx.dmz=\n.nest.example] port 22",
    "also before a label": "seen by [mx=\r\n-2.nest.example] port 22",
    "a break after a dot": "seen by [mx.\n  nest.example] port 22",
    "a break after a hyphen is none": "seen -\n[nest.example]",
    "an invisible letter is no end": "seen by [mx.\u200bdmz.nest.example] port 22",
    "an underscore": "seen by [_dmarc.a_b.nest.example] port 22",
    "another domain": "seen by mx.best.example and [nest.example]s-of.example",
}


@pytest.mark.parametrize("name", HIDDEN)
def test_hides_the_whole_name_and_no_more(name):
    """A domain hides the names under it, and none of the words around them."""
    parts = re.split(r"[\[\]]", HIDDEN[name])
    masked = [re.sub(r"[^\n\r\t]", MASK, part) for part in parts[1::2]]
    expected = "".join(x for pair in zip(parts[::2], [*masked, ""], strict=True) for x in pair)
    assert redact("".join(parts), secrets=["nest.example"], keep=[OWN]) == expected


def test_own_address_stays_in_a_masked_field():
    """The receiving server goes, the sending address stays: it is the evidence."""
    shown = redact("Received: from a (203.0.113.9) by mx.nest.example; Sun", keep=[OWN])
    assert shown.replace(MASK, "") == "Received:203.0.113.9"


@pytest.mark.parametrize("lead", ["", "> ", "\t"])
def test_recipient_fields_are_masked(lead):
    """A field that names a recipient is masked with its folded lines, quoted or not."""
    shown = redact(f"x\n{lead}Delivered-To: somebody\n{lead or ' '} else\nSubject: y", keep=[OWN])
    assert "somebody" not in shown
    assert "Subject: y" in shown


def test_a_secret_wins():
    """An address that is both to keep and secret is masked."""
    assert redact("203.0.113.9", secrets=["203.0.113.9"], keep=[OWN]) == MASK * 11


@given(st.text(), st.lists(st.text(max_size=12), max_size=3))
def test_any_text_keeps_its_length(text, secrets):
    """Offsets into the text stay true for whatever text and secrets."""
    assert len(redact(text, secrets=secrets, keep=[OWN])) == len(text)


SIX = ip_address("2001:db8::17")
ADDRESSED = {  # kept is 2001:db8::17 and 203.0.113.9; masked stands between brackets
    "other spellings": "2001:DB8:0:0:0:0:0:17 and 2001:0db8::0017 and 2001:db8::17: yes",
    "a port": "2001:db8:0:0:0:0:0:17:443 and 203.0.113.9:443",
    "another": "[2001:db8::18] and [2001:db8::18:443] and [192.0.2.17]:22",
    "another with a port": "[2001:db8:0:0:0:0:0:18:443]",
    "a trailing colon": "[2001:db8:0:0:0:0:0:18:] no and 2001:db8:0:0:0:0:0:17: yes",
    "an end of colons": "[2001:db8::] and [::1]",
    "mapped": "::ffff:203.0.113.9 and [::ffff:192.0.2.17]",
    "mapped in hex": "::ffff:cb00:7109 and [::ffff:c000:211]",
    "zeros": "203.000.113.009 and [192.000.002.017]",
    "other separators": "ip-203-0-113-9 and ip-[192-0-2-17].isp and [192_0_2_17]",
    "inside a name": "ip203-0-113-9x and ip[192-0-2-17]x.isp",
    "inside a mail address": "from [ip203-0-113-9x@isp.example] at nine",
    "no address": "1.2.3 and 300.1.2.3 and 12:34:56 and 1.2.3.4444",
}


@pytest.mark.parametrize("name", ADDRESSED)
def test_addresses(name):
    """The accused's own addresses stay in any spelling, others go in any; no more than that."""
    parts = re.split(r"[\[\]]", ADDRESSED[name])
    masked = [MASK * len(part) for part in parts[1::2]]
    expected = "".join(x for pair in zip(parts[::2], [*masked, ""], strict=True) for x in pair)
    assert redact("".join(parts), keep=[OWN, SIX]) == expected


@pytest.mark.parametrize("lead", range(6))
def test_base64_hides_exactly_the_secret(lead):
    """Of base64 what the secret alone determines is masked, at each alignment."""
    data = b"x" * lead + b"canary-bird" + b"yz"
    code = base64.b64encode(data).decode()
    bits = range(8 * lead, 8 * (lead + 11))
    expected = "".join(
        MASK if 6 * place in bits and 6 * place + 5 in bits else letter
        for place, letter in enumerate(code)
    )
    assert redact(f"at {code}.", secrets=["canary-bird"], keep=[OWN]) == f"at {expected}."


SECRETS = {  # secret, and the text with what is masked between brackets
    "short, a whole word": ("abc", "an [abc] in xabc, abcx and [ABC]"),
    "not short": ("abcd", "an [abcd] in x[abcd]x and a\nbcd"),
    "long, over lines": ("abcdef", "an [abc\ndef] and [a b=\nc > def]"),
    "not long": ("abcde", "an [abcde] and abc\nde and 6162636465"),
    "in hex": ("abcdef", "at 00[616263646566]00"),
    "percent-encoded": ("ab/cd ef", "at [ab%2Fcd%20ef]&x"),
    "X stays no letter": ("nest.example", "[XmX.nest.example] X"),
    "two halves": ("b@c@nest.example", "at [nest.example] and [b@c], not c"),
    "blank": (" ", "a b c"),
    "spaces around": (" nest.example ", "at [nest.example] here"),
    "only line structure": (">= \t=>", "a >= b"),
    "a surrogate": ("\ud800-secret", "at [\ud800-secret] here"),
    "a link": ("ticket-77", "see [https://a.example/ticket-77?x=1] now, http://b.example/x"),
    "a letter that is two in small": ("nest.example", "Stra\u00dfe \ufb01ve: [nest.example] here"),
    "no dot, no name": ("sensor7", "at a.[sensor7].dmz"),
}


@pytest.mark.parametrize("name", SECRETS)
def test_secrets(name):
    """A secret is hidden in every form it has, and nothing beside it."""
    secret, marked = SECRETS[name]
    parts = re.split(r"[\[\]]", marked)
    masked = [re.sub(r"[^\n\r\t]", MASK, part) for part in parts[1::2]]
    expected = "".join(x for pair in zip(parts[::2], [*masked, ""], strict=True) for x in pair)
    assert redact("".join(parts), secrets=[secret], keep=[OWN]) == expected


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece", ["a", "a.", "1.", ":", "<", "a:", "x://", "nest.example", "\nto:"]
)
@pytest.mark.nightly("fuzz")
def test_time_grows_with_length(piece):
    """Eight times the text takes far less than the sixty-four times of a quadratic search."""

    def spent(size: int) -> float:
        text = piece * (size // len(piece))
        return cpu_seconds(lambda: redact(text, secrets=[CANARY, HOST], keep=[OWN]))

    assert spent(32_000) < 0.05 + 24 * spent(4_000)
