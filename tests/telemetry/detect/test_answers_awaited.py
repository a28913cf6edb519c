"""A hit that rests on missing answers waits for as long as they may still be exported."""

from dataclasses import replace

from app.telemetry.made import HIT
from aupkeep.telemetry.detect.answers_awaited import LINGERS, AnswersAwaited

T = 1_000_000


def test_nothing_to_wait_for_is_told_at_once():
    assert AnswersAwaited().offer(HIT, 0, T)


def test_a_hit_is_told_when_its_wait_is_over():
    waiting = AnswersAwaited()
    assert [waiting.offer(HIT, 5000, T + at) for at in (0, 2000, 4999, 5000)] == [
        False, False, False, True,
    ]  # fmt: skip


def test_a_hit_that_is_not_seen_any_more_is_told_too_and_once_it_is_late_no_more():
    waiting = AnswersAwaited()
    waiting.offer(HIT, 30_000, T)
    told = [list(waiting.overdue(HIT.detector, T + at)) for at in (29_000, 30_000)]
    assert told == [[], [HIT]]
    assert list(waiting.overdue(HIT.detector, T + 30_001 + LINGERS)) == []
    assert list(waiting.overdue("another", T + 30_000)) == []


def test_answers_withdraw_it():
    waiting = AnswersAwaited()
    waiting.offer(HIT, 30_000, T)
    waiting.withdraw(HIT.detector, HIT.address)
    assert list(waiting.overdue(HIT.detector, T + 30_000)) == []
    assert not waiting.offer(HIT, 30_000, T + 30_000)


def test_the_newest_hit_is_the_one_that_is_told():
    waiting, newer = AnswersAwaited(), replace(HIT, confidence=0.1)
    waiting.offer(HIT, 30_000, T)
    waiting.offer(newer, 30_000, T + 1000)
    assert list(waiting.overdue(HIT.detector, T + 31_000)) == [newer]


def test_after_a_pause_the_wait_begins_anew():
    waiting = AnswersAwaited()
    waiting.offer(HIT, 5000, T)
    assert not waiting.offer(HIT, 5000, T + 5000 + LINGERS + 1)
