"""What a target's settings may say to a driver: each form, just inside and just outside."""

import pytest

from aupkeep.enforcement.options import (
    ANY,
    BASE64,
    DOOR,
    NAMES,
    PATH,
    SERVER,
    TEXT,
    URL,
    WORDS,
    address_and_port,
    check_options,
    one_of,
)
from aupkeep.model.errors import Invalid


@pytest.mark.parametrize(
    ("option", "good", "bad"),
    [
        (ANY, [0, "", "x"], [None]),
        (TEXT, ["x"], ["", 7, None]),
        (
            URL,
            ["https://x.example/a", "http://127.0.0.1:1/", "http://[::1]:1/", "https://x/a@b"],
            ["http://x.example", "https://u@x.example/", "http://127.0.0.1.x/", 7],
        ),
        (WORDS, [[], ["a", "b"], ("a",)], ["a", [""], [7], ["a\0b"], None]),
        (NAMES, [["a"]], [[], [""], "a", None]),
        (
            SERVER,
            ["192.0.2.1:53", "[2001:db8::1]:1", "127.0.0.1:65535"],
            [
                "192.0.2.1",
                "x:53",
                "192.0.2.1:0",
                "192.0.2.1:65536",
                "192.0.2.1:x",
                "192.0.2.1:٣",
                "192.0.2.1:0000019999999",
            ],
        ),
        (DOOR, ["127.0.0.1:80", "[::1]:80"], ["192.0.2.1:80", "x:80", 7]),
        (PATH, ["/x"], ["x", "", 7]),
        (BASE64, ["AAAA"], ["", "AAA", "AA%A", "AAAA%", 7]),
        (one_of("a", "b"), ["a", "b"], ["c", ""]),
    ],
)
def test_each_form(option, good, bad):
    assert [value for value in good if not option.fits(value)] == []
    assert [value for value in bad if option.fits(value)] == []


def test_a_choice_says_its_words():
    """The one form that is made anew for each driver."""
    choice = one_of("north", "south")
    assert choice.expected == "one of north, south"
    assert [choice.fits(word) for word in ("north", "south", "east")] == [True, True, False]


def test_an_address_and_its_port():
    """Without brackets, the port as a number."""
    assert address_and_port("127.0.0.1:53") == ("127.0.0.1", 53)
    assert address_and_port("[::1]:65535") == ("::1", 65_535)
    with pytest.raises(ValueError, match=r"^no port$"):
        address_and_port("127.0.0.1:65536")
    with pytest.raises(ValueError, match=r"^no port$"):
        address_and_port(f"127.0.0.1:{'9' * 5000}")


KNOWN = {"url": URL.needed, "mode": one_of("a", "b")}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, f"url: expected {URL.expected}, found none"),
        ({"url": ""}, f"url: expected {URL.expected}, found none"),
        ({"url": "s3cret"}, f"url: expected {URL.expected}, found another value"),
        ({"url": "https://x", "mode": "c"}, "mode: expected one of a, b, found another value"),
        ({"url": "https://x", "mode": None}, "mode: expected one of a, b, found none"),
    ],
)
def test_an_option_that_does_not_fit_is_named_and_not_repeated(options, words):
    """It may be a secret."""
    with pytest.raises(Invalid) as caught:
        check_options(options, KNOWN)
    assert str(caught.value) == f"option {words}"


@pytest.mark.parametrize("first", [{}, {"mode": "env:MODE"}])
def test_each_option_is_looked_at(first):
    """Also behind one that is absent, or a reference."""
    with pytest.raises(Invalid, match="option url"):
        check_options(first, {"mode": one_of("a"), "url": URL.needed})


def test_an_option_that_no_driver_has_is_named():
    """The first by its letters, and what there is."""
    with pytest.raises(Invalid) as caught:
        check_options({"x" * 99: 1, "z": 1}, KNOWN)
    assert str(caught.value) == f"option: expected url, mode, found {'x' * 40!r}"
    with pytest.raises(Invalid) as caught:
        check_options({"z": 1}, {})
    assert str(caught.value) == "option: expected none, found 'z'"


@pytest.mark.parametrize("url", ["file:/run/url", "env:URL", "https://x"])
def test_a_reference_is_judged_where_it_is_read(url):
    """And what is not required may be absent."""
    check_options({"url": url}, KNOWN)
    check_options({"url": url, "mode": "b"}, KNOWN)
    assert not KNOWN["mode"].required
    assert KNOWN["url"].required
