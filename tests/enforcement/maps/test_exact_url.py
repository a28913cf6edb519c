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
