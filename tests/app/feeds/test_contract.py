"""Every feed against a server that misbehaves: a stated state each time, and nothing is lost."""

import json
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from app.conftest import with_settings
from aupkeep.app.context import AppContext
from aupkeep.app.feeds import download
from aupkeep.app.feeds.download import NetworkAccess
from aupkeep.app.feeds.run_feed import run_feed
from aupkeep.app.inventory.own_space import declare_space
from aupkeep.config.settings import FeedSettings
from aupkeep.intake.feed import feeds
from aupkeep.intake.feed_client.http_client import Fetcher
from aupkeep.model.feed import FeedOutcome
from aupkeep.store import feeds as stored
from aupkeep.store import log, raws
from lists import HTML, at_home, in_process, serving

pytestmark = pytest.mark.network
SAMPLES = Path(__file__).parents[2] / "samples" / "feeds"
FETCHED = sorted(name for name, feed in feeds().items() if feed.questions is None)
SECRET = "s3cret-key"
GOOD = (FeedOutcome.READ, FeedOutcome.SAME)
WAYS = {
    "500": FeedOutcome.FAILED,
    "403": FeedOutcome.FAILED,
    "later": FeedOutcome.FAILED,
    "page": FeedOutcome.FAILED,
    "short": FeedOutcome.FAILED,
    "long": FeedOutcome.FAILED,
    "cut chunks": FeedOutcome.FAILED,
    "cut gzip": FeedOutcome.FAILED,
    "brotli": FeedOutcome.FAILED,
    "away": FeedOutcome.FAILED,
    "inward": FeedOutcome.FAILED,
    "hang up": FeedOutcome.FAILED,
    "stall": FeedOutcome.FAILED,
    "no http": FeedOutcome.FAILED,
    "endless": FeedOutcome.FAILED,
}


@pytest.fixture(scope="module")
def server():
    with serving() as found:
        yield found


def sample(name: str) -> Path:
    """The first sample of a feed."""
    files = sorted((SAMPLES / name).glob("*"))
    return next(file for file in files if file.suffix != ".toml" and "expected" not in file.name)


def watching(context: AppContext, server, name: str) -> AppContext:
    """A desk that fetches this feed from the server, under limits of a moment."""
    beside = SAMPLES / name / "options.toml"
    options = tomllib.loads(beside.read_text("utf-8")) if beside.exists() else {}
    options |= {"cert": "example"} if name == "spamhaus-cert" else {}
    table = {**options, "urls": [f"{server.url}/{name}"]}
    chosen = FeedSettings(
        enabled=(name,), inside=("lists.example",), tables={name: table}, least=500
    )
    declare_space(context, "203.0.113.0/24", "main")
    return with_settings(context, feeds=chosen)


def fetch(context: AppContext, name: str):
    return run_feed(
        context,
        name,
        NetworkAccess(resolve=at_home, filter_list=in_process),
        worker="w",
        early=True,
    ).state


@pytest.fixture(autouse=True)
def limits(monkeypatch) -> dict[str, float]:
    """Keys for those that need one; the limits can be made shorter where a test waits for them."""
    for name in FETCHED:
        word = name.upper().replace("-", "_")
        monkeypatch.setenv(f"AUPKEEP_FEED_KEY_{word}", SECRET)
    chosen = {"size": 1 << 20, "idle": 30.0}
    whole = download.fetcher_of

    def bounded(*words: object) -> Fetcher:
        found = whole(*words)
        return replace(found, limits=replace(found.limits, **chosen))

    monkeypatch.setattr(download, "fetcher_of", bounded)
    return chosen


@pytest.mark.parametrize("name", FETCHED)
def test_feed_ends_in_a_stated_state(context, server, limits, name):
    """Good, then every misbehaviour, then good again: the copy, the items and the journal stay."""
    context = watching(context, server, name)
    path, body = f"/{name}", sample(name).read_bytes()
    server.bodies[path], server.ways[path] = body, "etag"
    good = fetch(context, name)
    assert good.outcome in GOOD
    size, received = log.size(), raws.count()
    for number, (way, outcome) in enumerate(WAYS.items(), start=1):
        limits["idle"] = 0.5 if way == "stall" else 30.0
        server.ways[path] = way
        bad = fetch(context, name)
        assert (way, bad.outcome) == (way, outcome)
        assert bad.error, way
        assert SECRET not in json.dumps(bad.error), way
        assert bad.copies == good.copies, way
        assert (bad.seen, bad.ours, bad.told) == (good.seen, good.ours, good.told), way
        assert bad.failures == number, way
    assert raws.read(good.copies[0].digest) == body
    assert raws.count() == received + 1, "one alarm, and nothing besides"
    assert log.size() > size
    server.ways[path] = "etag"
    well = fetch(context, name)
    assert well.outcome is FeedOutcome.SAME
    assert (well.failures, well.alarm, well.error) == (0, "", "")
    assert len(stored.listed(name)) == len({one.key for one in stored.listed(name)})


@pytest.mark.parametrize("vendor", ["sqlite"])
@pytest.mark.parametrize("name", FETCHED)
def test_web_page_as_a_first_answer_is_a_failure(context, server, name):
    """Nothing is kept of it, and nothing is said about anybody."""
    context = watching(context, server, name)
    server.bodies[f"/{name}"], server.ways[f"/{name}"] = HTML, "page"
    state = fetch(context, name)
    assert (state.outcome, state.copies, state.ours) == (FeedOutcome.FAILED, (), 0)
    assert "found a web page" in state.error


@pytest.mark.parametrize("vendor", ["sqlite"])
@pytest.mark.parametrize("name", FETCHED)
def test_list_that_turns_to_garbage_leaves_the_copy(context, server, name):
    """Another form, random bytes or nothing at all: the good copy stays, a person is asked."""
    context = watching(context, server, name)
    path = f"/{name}"
    whole = sample(name).read_bytes()
    server.bodies[path], server.ways[path] = whole, "well"
    good = fetch(context, name)
    server.ways[path] = "garbage"
    bad = fetch(context, name)
    assert bad.outcome in (FeedOutcome.ODD, FeedOutcome.FAILED)
    assert bad.copies == good.copies
    assert raws.read(bad.copies[0].digest) == whole
