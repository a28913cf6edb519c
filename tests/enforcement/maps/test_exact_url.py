"""One page has one spelling here, and what clients read differently has none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.enforcement.maps.exact_url import exact_url
from aupkeep.model.errors import DriverRefused

SAME = [
    ("http://shop.example/a", "HTTP://Shop.Example.:80/a?#top"),
    ("http://shop.example/a", "http://bank.example@shop.example/a"),
    ("http://shop.example/", "http://shop.example"),
    ("http://shop.example/?x", "http://shop.example?x"),
    ("http://shop.example/b/", "http://shop.example/a/%2E./b/."),
    ("http://shop.example/~a", "http://shop.example/%7ea"),
    ("http://shop.example/%C3%A5?q=%C3%A5", "http://shop.example/å?q=å"),
    ("https://[2001:db8::1]/a", "https://[2001:DB8:0::1]:443/a"),
]
OTHER = [
    ("http://shop.example/a", "https://shop.example/a"),
    ("http://shop.example/a", "http://shop.example/A"),
    ("http://shop.example/a", "http://shop.example/a/"),
    ("http://shop.example/a", "http://shop.example:8080/a"),
    ("http://shop.example/a", "http://shop.example//a"),
    ("http://shop.example/a/b", "http://shop.example/a%2Fb"),
    ("http://shop.example/a?b", "http://shop.example/a%3Fb"),
    ("http://shop.example/a?x=%31", "http://shop.example/a?x=1"),
]
WRONG = [
    "", "shop.example/a", "ftp://shop.example/", "http:///a", "http://shop.example/a b",
    "http://shop.example/\n", "http://shop.example\\@bank.example/", "http://a@b@shop.example/",
    "http://3405803786/", "http://0x7f.1/", "http://203.0.113.256/", "http://[::1", "http://[::1]x/",
    "http://shop.example:0/", "http://shop.example:65536/", "http://shop.example:²/",
    "http://shop.example:0000019999999/", "http://shop.example:1" + "0" * 5000 + "/",
    "http://bücher.example/", "http://a..b/", "http://-a.example/", 'http://shop.example";/',
    "http://shop.example/%zz", "http://" + "a" * 64 + ".example/", "http://shop.example/\u2028",
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_page(one: str, other: str):
    """Spellings that every client and server reads as one."""
    assert exact_url(one) == exact_url(other)
    assert str(exact_url(other)) == one
    assert exact_url(other).query == one.partition("?")[2]


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_two_pages(one: str, other: str):
    """Spellings that a server may answer differently: a measure on one is none on the other."""
    assert exact_url(one) != exact_url(other)


@pytest.mark.parametrize("text", WRONG)
def test_what_clients_read_differently(text: str):
    """Refused, with a reason."""
    with pytest.raises(DriverRefused, match="URL: expected"):
        exact_url(text)


@given(st.text(max_size=30))
def test_spelled_again_it_is_the_same(rest: str):
    """Whatever comes after the host: refused, or one line of ASCII that means the same page."""
    try:
        page = exact_url(f"http://shop.example/{rest}")
    except DriverRefused:
        return
    text = str(page)
    assert text.isascii()
    assert text.isprintable()
    assert " " not in text
    assert '"' not in text
    assert exact_url(text) == page


@pytest.mark.parametrize(
    ("text", "path", "target", "literal"),
    [
        ("http://shop.example/a/../../b/c/..", b"/b/", "/b/", False),
        ("http://shop.example/a/b/../../c", b"/c", "/c", False),
        ("http://shop.example//a;b%2Fc", b"//a;b%2Fc", "//a;b%2Fc", True),
        ("http://shop.example//a%20b", b"//a%20b", "//a%20b", True),
        ("http://shop.example//{", b"//%7B", "//%7B", True),
        ("http://shop.example/a%2fb", b"/a%2fb", "/a%2fb", True),
        ("http://shop.example/a%00", b"/a%00", "/a%00", True),
        ("http://shop.example/a;b%20c", b"/a;b c", "/a;b%20c", False),
        ("http://shop.example:9999/", b"/", "/", False),
    ],
)
def test_the_path_of_a_page(text, path, target, literal):
    """As it is compared and as it is asked; where servers differ, to the letter."""
    page = exact_url(text)
    assert (page.path, page.target, page.literal) == (path, target, literal)


LONGEST = ".".join(["a" * 63] * 3 + ["a" * 61])


def test_hosts_and_ports_just_inside():
    """The longest name, the first and the last port, which a person is shown."""
    assert exact_url(f"http://{LONGEST}/").host == LONGEST
    assert exact_url("http://203.0.113.7/").host == "203.0.113.7"
    for port in (1, 65535):
        page = exact_url(f"http://shop.example:{port}/a")
        assert (page.port, str(page)) == (port, f"http://shop.example:{port}/a")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "x" * 90,
            f"expected http:// or https:// without blanks, found {'x' * 80!r}",
        ),
        (
            "http://a@b@shop.example/",
            "expected one host for every client, found a backslash or two @",
        ),
        ("http://a.example/%zz", "expected %XX in its path, found a % that encodes nothing"),
        (
            f"http://a.example:{'7' * 30}/",
            f"expected a port from 1 to 65535, found {'7' * 20!r}",
        ),
        ("http://[::1]80/", "expected a host, found '[::1]80'"),
        (f"http://[{'x' * 90}/", f"expected a host, found {('[' + 'x' * 79)!r}"),
        (f"http://[{'x' * 70}]/", f"expected an IPv6 address, found {'x' * 60!r}"),
        ("http://bücher.example/", "expected the host in ASCII (xn--…), found other letters"),
        (f"http://{LONGEST}a/", f"expected the name of a host, found {(LONGEST + 'a')[:80]!r}"),
        (
            f"http://{'1' * 62}.{'1' * 20}/",
            f"expected an IPv4 address, found {'1' * 60!r}",
        ),
        ("http://[::1]]/", "expected a port from 1 to 65535, found ']'"),
    ],
)
def test_why_a_url_is_refused(text: str, words: str):
    """In a sentence, with as much of it as helps."""
    with pytest.raises(DriverRefused) as caught:
        exact_url(text)
    assert str(caught.value) == f"URL: {words}"
