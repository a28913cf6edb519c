"""A name as resolvers and zones spell it: just inside, just outside."""

import pytest

from aupkeep.enforcement.maps.host_name import host_name
from aupkeep.model.errors import DriverRefused

LONGEST = ".".join(["a" * 63] * 3 + ["a" * 38])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Shop.Example.", "shop.example"),
        ("_dmarc.a-b.xn--bcher-kva.example", "_dmarc.a-b.xn--bcher-kva.example"),
        ("1.2.example", "1.2.example"),
        (LONGEST, LONGEST),
    ],
)
def test_a_name(text, name):
    """In lower case, without its final dot."""
    assert host_name(text) == name


@pytest.mark.parametrize(
    "text",
    ["", "example", "a..example", ".example", "-a.example", "203.0.113.7", "bücher.example",
     "a" * 64 + ".example", LONGEST + "a", "shop.example..", "a b.example", "x" * 90],
)  # fmt: skip
def test_no_name(text):
    """A whole top level is none either; as much of it is told as helps."""
    with pytest.raises(DriverRefused) as caught:
        host_name(text)
    assert str(caught.value) == (
        f"name: expected a host name in ASCII (xn--…), found {text[:80]!r}"
    )
