"""A challenge costs its solver, cannot be made by others, and ends after a day."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.conftest import NOON
from app.notices_filed import solve
from aupkeep.app.receiving.proof_of_work import LIFE, make_challenge, proves, read_challenge
from aupkeep.app.receiving.rate_limits import SubmissionLoad, network_of, peer_of, price
from aupkeep.config.settings import NoticeSettings
from aupkeep.model.errors import Invalid

SECRET, OTHER, NONCE = b"s" * 32, b"o" * 32, bytes(range(16))
MADE = make_challenge(SECRET, NOON, NONCE, bits=8, wait=5)


def test_a_solution_proves_and_another_does_not():
    """Two hundred wrong answers prove about one time in 256."""
    good = solve(MADE.text, 8)
    assert proves(MADE, good)
    assert sum(proves(MADE, f"x{n}") for n in range(200)) < 10
    for bad in ("", "x" * 65, "ø", "\0"):
        assert not proves(MADE, bad)


def test_it_is_read_back_by_any_of_our_keys():
    assert read_challenge([OTHER, SECRET], MADE.text, NOON) == MADE


@pytest.mark.parametrize("late", [LIFE, timedelta(days=9), timedelta(minutes=-3)])
def test_an_expired_one_is_refused(late):
    """It is good for a day, and not before it was made."""
    with pytest.raises(Invalid, match="expired"):
        read_challenge([SECRET], MADE.text, NOON + late)


def test_nobody_is_hurried():
    """WCAG 2.2 success criterion 2.2.1: twenty hours are enough for anybody."""
    assert read_challenge([SECRET], MADE.text, NOON + timedelta(hours=20))


@given(st.integers(0, len(MADE.text) - 1), st.characters())
def test_a_changed_one_is_refused(place, sign):
    """Bits, wait, time and nonce are signed: no character can be another one."""
    forged = MADE.text[:place] + sign + MADE.text[place + 1 :]
    if forged == MADE.text:
        return
    with pytest.raises(Invalid, match="expected one this desk gave out"):
        read_challenge([SECRET], forged, NOON)


@given(st.text())
def test_any_text_is_refused(text):
    with pytest.raises(Invalid):
        read_challenge([SECRET], text, NOON)


def test_the_wait_is_counted_up():
    assert [MADE.left(NOON + timedelta(seconds=n)) for n in (0, 0.2, 4, 4.999, 5, 99)] == [
        5, 5, 1, 1, 0, 0
    ]  # fmt: skip


def test_the_price_rises_with_the_load_here_and_everywhere():
    settings = NoticeSettings(bits=17, delay=5)
    assert price(settings, SubmissionLoad(0, 0)) == (17, 5)
    assert (
        price(settings, SubmissionLoad(10, 0))
        == price(settings, SubmissionLoad(0, 200))
        == (18, 10)
    )
    assert price(settings, SubmissionLoad(10, 200)) == (19, 20)
    assert price(settings, SubmissionLoad(10**9, 10**9)) == (23, 320)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_the_price_never_falls_as_load_rises(here, everywhere):
    settings = NoticeSettings()
    less, more = (
        price(settings, SubmissionLoad(here, everywhere)),
        price(settings, SubmissionLoad(here + 1, everywhere + 1)),
    )
    assert more[0] >= less[0]
    assert more[1] >= less[1]


@pytest.mark.parametrize(
    ("connected", "forwarded", "proxies", "peer"),
    [
        ("198.51.100.9", "", [], "198.51.100.9"),
        ("127.0.0.1", "203.0.113.5", [], "127.0.0.1"),
        ("127.0.0.1", "1.1.1.1, 203.0.113.5", ["127.0.0.1"], "203.0.113.5"),
        ("127.0.0.1", "203.0.113.5, 10.0.0.2", ["127.0.0.0/8", "10.0.0.0/8"], "203.0.113.5"),
        ("127.0.0.1", "", ["127.0.0.1"], "127.0.0.1"),
        ("127.0.0.1", "not an address", ["127.0.0.1"], ""),
        ("", "203.0.113.5", ["127.0.0.1"], ""),
    ],
)
def test_only_our_own_proxies_are_believed(connected, forwarded, proxies, peer):
    """What a stranger writes into X-Forwarded-For changes nothing."""
    assert peer_of(connected, forwarded, proxies) == peer


def test_neighbours_are_one_place():
    assert network_of("::ffff:192.0.2.9") == network_of("192.0.2.250")
    assert network_of("2001:db8:0:1aa::1") == network_of("2001:db8:0:1bb::2")
    assert network_of("2001:db8:0:1aa::1") != network_of("2001:db8:0:2aa::1")
    assert network_of("not an address") == "nowhere"
