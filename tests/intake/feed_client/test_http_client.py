"""The fetcher against a server that misbehaves: each answer is the list, or a stated failure."""

import ssl
import threading
import time
from ipaddress import ip_address, ip_network

import pytest

from aupkeep.intake.feed import FeedRequest, FetchLimits
from aupkeep.intake.feed_client.egress_guard import is_permitted, permitted_addresses
from aupkeep.intake.feed_client.http_client import FetchAnswer, Fetcher, FetchFailed
from aupkeep.intake.feed_client.own_prefixes import OwnPrefixes
from aupkeep.model.errors import Forbidden, Unavailable
from lists import at_home, certificate, serving

pytestmark = pytest.mark.network
BODY = b"".join(b"198.51.100.%d\n" % number for number in range(200))
PATIENT = FetchLimits(size=1 << 20, unpacked=8 << 20, seconds=60, idle=30)
HASTY = FetchLimits(size=1 << 20, unpacked=8 << 20, seconds=1.5, idle=0.7)
SECRET = "s3cret-key"


@pytest.fixture(scope="module")
def lists():
    with serving() as found:
        yield found


def fetch(lists, way, *, limits=PATIENT, etag="", inside=("lists.example",), resolve=at_home):
    path = f"/{way.replace(' ', '-')}.txt"
    lists.ways[path], lists.bodies[path] = way, BODY
    fetcher = Fetcher(limits=limits, agent="aupkeep (test)", inside=inside, resolve=resolve)
    url = f"{lists.url}{path}?key={SECRET}"
    request = FeedRequest("list.txt", url, headers={"Auth-Key": SECRET}, shown=f"list {way}")
    return fetcher.fetch(request, etag)


@pytest.mark.parametrize("way", ["well", "chunked", "gzip", "zip", "etag"])
def test_sound_list_is_fetched(lists, way):
    assert fetch(lists, way).data == BODY


@pytest.mark.parametrize(
    ("way", "words"),
    [
        ("500", "found 500"),
        ("404", "found 404"),
        ("403", "found 403"),
        ("later", "found 429"),
        ("short", f"expected {len(BODY)} bytes as announced"),
        ("long", "as announced, found more"),
        ("endless", "expected at most 1048576 bytes"),
        ("cut chunks", "expected a list"),
        ("cut gzip", "cut short"),
        ("bomb", "found more"),
        ("brotli", "expected gzip or nothing"),
        ("away", "a redirect to another place"),
        ("inward", "a redirect to another place"),
        ("round", "a redirect to another place"),
        ("nowhere", "a redirect to another place"),
        ("hang up", "expected a list"),
        ("no http", "expected a list"),
    ],
)
def test_misbehaviour_is_a_stated_failure(lists, way, words):
    """The message says what was expected and found, names the list, and holds no secret."""
    with pytest.raises(FetchFailed) as failed:
        fetch(lists, way)
    assert words in str(failed.value)
    assert f"list {way}" in str(failed.value)
    assert SECRET not in str(failed.value)


@pytest.mark.parametrize("way", ["stall", "drip", "drip head"])
def test_slow_server_is_left_in_time(lists, way):
    """Neither silence nor a byte now and then holds us longer than the limits say."""
    began = time.monotonic()
    with pytest.raises(FetchFailed):
        fetch(lists, way, limits=HASTY)
    assert time.monotonic() - began < 25  # a drip would take 200 s, a stall 30


def test_told_to_stop_it_stops(lists):
    """A worker that ends does not wait for a server that drips."""
    stop = threading.Event()
    path = "/stopped.txt"
    lists.ways[path] = "drip"
    fetcher = Fetcher(
        limits=FetchLimits(seconds=600, idle=600),
        agent="aupkeep",
        inside=("lists.example",),
        resolve=at_home,
        stop=stop,
    )
    timer = threading.Timer(0.3, stop.set)
    timer.start()
    began = time.monotonic()
    with pytest.raises(FetchFailed):
        fetcher.fetch(FeedRequest("x", f"{lists.url}{path}"))
    assert time.monotonic() - began < 100
    timer.join()


def test_what_is_known_is_not_sent_again(lists):
    """304 is the copy we have (RFC 9110 section 15.4.5)."""
    first = fetch(lists, "etag")
    again = fetch(lists, "etag", etag=first.etag)
    assert again == FetchAnswer(None, first.etag, "")


def test_server_may_ask_us_to_stay_away(lists):
    with pytest.raises(FetchFailed) as failed:
        fetch(lists, "later")
    assert failed.value.wait == 1800


def test_we_say_who_we_are(lists):
    fetch(lists, "well")
    headers = lists.asked[-1][1]
    assert headers["User-Agent"] == "aupkeep (test)"
    assert headers["Auth-Key"] == SECRET
    assert headers["Host"].startswith("lists.example:")


def test_host_within_is_refused_unless_allowed(lists):
    """Where the operator did not allow it, no byte reaches a server on loopback."""
    before = len(lists.asked)
    with pytest.raises(Forbidden):
        fetch(lists, "well", inside=())
    assert len(lists.asked) == before


def test_answer_that_flips_is_never_connected(lists):
    """What was checked is what is connected, though the name means another place a moment later."""
    answers = iter([["192.88.99.9"], ["127.0.0.1"], ["127.0.0.1"]])
    before = len(lists.asked)
    with pytest.raises((FetchFailed, Forbidden)):
        fetch(lists, "well", inside=(), limits=HASTY, resolve=lambda host: next(answers))
    assert len(lists.asked) == before
    assert len(list(answers)) == 2, "the name was asked more than once"


INNER = """
    127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1
    255.255.255.255 240.0.0.1 192.0.2.1 ::1 :: fe80::1 fe80::1%eth0 fc00::1 ff02::1
    ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::7f00:1 64:ff9b::7f00:1 2002:7f00:1:: 2001:0:7f00:1::
    2001:db8::1 9.9.9.9 2620:fe::9 nonsense
"""


@pytest.mark.parametrize("text", INNER.split())
def test_inner_addresses_are_not_outside(text):
    own = OwnPrefixes([ip_network("9.9.9.0/24"), ip_network("2620:fe::/48")])
    assert not is_permitted(text, own)
    with pytest.raises(Forbidden):
        permitted_addresses("feeds.example", lambda host: [text], own)


def test_public_addresses_are_outside():
    own = OwnPrefixes([ip_network("9.9.9.0/24")])
    found = permitted_addresses(
        "feeds.example", lambda host: ["10.0.0.1", "1.1.1.1", "2606:4700::1"], own
    )
    assert [ip_address(one).is_global for one in found] == [True, True]


def test_host_without_address_is_unavailable():
    def none(host) -> list[str]:
        raise OSError(host)

    with pytest.raises(Unavailable):
        permitted_addresses("feeds.example", none, ())


@pytest.mark.parametrize(
    "url",
    ["ftp://lists.example/x", "file:///etc/passwd", "https://user:pw@lists.example/", "https:///x",
     "http://lists.example/a b", "http://lists.example:99999/", "gopher://x", ""],
)  # fmt: skip
def test_odd_address_is_refused(url):
    fetcher = Fetcher(limits=HASTY, agent="aupkeep", resolve=at_home)
    with pytest.raises(Forbidden):
        fetcher.fetch(FeedRequest("list.txt", url))


def test_broken_key_is_not_told():
    """A key with a line end cannot be sent as a header, and does not end in the log either."""
    with serving() as lists, pytest.raises(FetchFailed) as failed:
        Fetcher(limits=PATIENT, agent="a", inside=("lists.example",), resolve=at_home).fetch(
            FeedRequest("x", lists.url + "/x", headers={"Auth-Key": f"{SECRET}\nHost: a"})
        )
    assert SECRET not in str(failed.value)


def test_certificate_is_checked(tmp_path):
    """A server nobody vouches for is refused, as is one with another name; a trusted one is not."""
    context, trust = certificate(tmp_path, "lists.example")
    with serving(context) as lists:
        lists.bodies["/x"] = BODY
        common = {"limits": PATIENT, "agent": "a", "resolve": at_home}
        hosts = ("lists.example", "other.example")
        with pytest.raises(FetchFailed, match="certificate"):
            Fetcher(inside=hosts, **common).fetch(FeedRequest("x", lists.url + "/x"))
        trusting = Fetcher(inside=hosts, ca_file=str(trust), **common)
        assert trusting.fetch(FeedRequest("x", lists.url + "/x")).data == BODY
        other = lists.url.replace("lists.example", "other.example")
        with pytest.raises(FetchFailed, match="certificate"):
            trusting.fetch(FeedRequest("x", other + "/x"))


def test_redirect_within_the_host_is_followed(tmp_path):
    """Same host, by HTTPS: the list has only moved."""
    context, trust = certificate(tmp_path, "lists.example")
    assert isinstance(context, ssl.SSLContext)
    with serving(context) as lists:
        lists.ways["/old"], lists.bodies["/old"] = "round", b""
        fetcher = Fetcher(
            limits=PATIENT, agent="a", inside=("lists.example",), ca_file=str(trust),
            resolve=at_home,
        )  # fmt: skip
        with pytest.raises(FetchFailed, match="more than 3 redirects"):
            fetcher.fetch(FeedRequest("x", lists.url + "/old"))
        assert len(lists.asked) == 4
