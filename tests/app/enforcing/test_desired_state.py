"""Signed states: each has an end, is renewed in time, and is signed over an agent's nonce."""

import dataclasses
from datetime import timedelta

import pytest

from aupkeep.app.enforcing.desired_state import ask_fresh, last_state, write_desired
from aupkeep.model.errors import Invalid

HALF, MINUTE = timedelta(minutes=30), timedelta(minutes=1)
NONCE = "0123456789abcdef" * 2


def after(context, wait):
    """The same install, so much later."""
    moment = context.now() + wait
    return dataclasses.replace(context, now=lambda: moment)


def test_a_state_is_renewed_when_half_its_time_is_over(furnished):
    """Nothing new is signed before; so an agent that hears us always has one in force."""
    assert write_desired(furnished, "main")
    first = last_state(furnished, "main")
    assert first.valid_until == first.made_at + timedelta(hours=1)
    assert not write_desired(after(furnished, HALF - MINUTE), "main")
    assert write_desired(after(furnished, HALF + MINUTE), "main")
    second = last_state(furnished, "main")
    assert second.serial > first.serial
    assert second.valid_until - first.valid_until >= HALF + MINUTE


def test_a_state_is_signed_over_the_nonce_that_was_asked_with(furnished):
    """Once; the next ones keep it, and asking again changes nothing."""
    ask_fresh(furnished, "main", NONCE)
    write_desired(furnished, "main")
    assert last_state(furnished, "main").nonce == "", "no row yet: the agent asks again"
    ask_fresh(furnished, "main", NONCE)
    assert write_desired(furnished, "main")
    assert last_state(furnished, "main").nonce == NONCE
    ask_fresh(furnished, "main", NONCE)
    assert not write_desired(furnished, "main")
    ask_fresh(furnished, "main", NONCE[::-1])
    assert write_desired(furnished, "main")
    assert last_state(furnished, "main").nonce == NONCE[::-1]


@pytest.mark.parametrize("odd", ["", "0f", NONCE.upper(), NONCE + "0", '"' * 32])
def test_an_odd_nonce_is_refused(furnished, odd):
    """Only what an agent makes: 16 bytes in hex."""
    with pytest.raises(Invalid, match="32 hex digits"):
        ask_fresh(furnished, "main", odd)
