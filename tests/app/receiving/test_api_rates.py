"""How many requests of the API are let through: by token, by network, in several processes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

from django.db import connection
from django.test.utils import CaptureQueriesContext

from app.conftest import with_settings
from aupkeep.app.context import AppContext
from aupkeep.app.receiving import api_rates
from aupkeep.app.receiving.api_rates import MOST_NAMES, PORTIONS, RatePortions, admit_request
from aupkeep.model.errors import TooMany

MOST = 200
PORTION = MOST // PORTIONS


def is_admitted(ask: Callable[[], None]) -> bool:
    """Whether a request is let through."""
    try:
        ask()
    except TooMany as error:
        return not 0 < error.wait <= 61  # what it says is when the minute is over
    return True


def let_through(context: AppContext, *processes: RatePortions, name: str = "a") -> int:
    """How many of many requests, spread over the processes, are let through."""
    asks = [partial(process.take, context, name, MOST, "requests") for process in processes]
    return sum(is_admitted(ask) for _ in range(2 * MOST) for ask in asks)


def test_one_process_lets_through_what_is_allowed_and_its_free_portion(context):
    assert let_through(context, RatePortions()) == MOST + PORTION


def test_three_processes_let_through_a_free_portion_more_each(context):
    processes = [RatePortions() for _ in range(3)]
    assert let_through(context, *processes) == MOST + 3 * PORTION


def test_the_next_minute_begins_anew(context, now):
    process = RatePortions()
    let_through(context, process)
    now.at += timedelta(minutes=1)
    assert let_through(context, process) == MOST + PORTION


def test_one_name_takes_nothing_from_another(context):
    process = RatePortions()
    let_through(context, process, name="loud")
    assert let_through(context, process, name="quiet") == MOST + PORTION


def test_who_asks_seldom_costs_no_write_and_who_floods_one_a_portion(context):
    process = RatePortions()
    for asked, writes in ((PORTION, 0), (3 * MOST, PORTIONS + 1)):
        with CaptureQueriesContext(connection) as queries:
            for _ in range(asked):
                is_admitted(partial(process.take, context, "a", MOST, "requests"))
        assert sum("store_tally" in query["sql"] for query in queries) == writes


def test_memory_is_bounded_and_the_limit_holds_beyond_it(context, monkeypatch):
    monkeypatch.setattr(api_rates, "MOST_NAMES", 3)
    assert MOST_NAMES > 3
    process = RatePortions()
    for number in range(9):
        process.take(context, f"name {number}", MOST, "requests")
    assert let_through(context, process, name="name 8") == MOST - 1
    assert len(process._left) == 3


def test_whose_name_is_remembered_goes_on_by_the_portion_when_memory_is_full(context, monkeypatch):
    monkeypatch.setattr(api_rates, "MOST_NAMES", 1)
    process = RatePortions()
    with CaptureQueriesContext(connection) as queries:
        assert let_through(context, process) == MOST + PORTION
    assert sum("store_tally" in query["sql"] for query in queries) == PORTIONS + 1


def test_strangers_use_up_their_own_share_of_a_network_alone(context, monkeypatch):
    monkeypatch.setattr(api_rates, "_portions", RatePortions())
    web = replace(context.settings.web, api_a_minute=50, api_network_a_minute=100)
    context = with_settings(context, web=web)

    def admitted(token: str | None, peer: str = "192.0.2.7") -> int:
        return sum(is_admitted(partial(admit_request, context, peer, token)) for _ in range(200))

    assert admitted(None) == 10 + 1
    assert admitted(None, "198.51.100.7") == 10 + 1  # another network
    assert admitted("feed") == 50 + 2
    assert admitted("other") + admitted("third") == 100 + 5 - 52  # what is left of the network
    unbounded = replace(web, api_a_minute=0, api_network_a_minute=0)
    context = with_settings(context, web=unbounded)
    assert admitted("feed") == admitted(None) == 200
