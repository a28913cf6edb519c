"""The sections [brands.NAME]: read from the file, and what is refused."""

import pytest

from aupkeep.config.brands import Brand, BrandSettings
from aupkeep.config.settings import parse
from aupkeep.model.errors import Invalid

FILE = """
[brands.blue]
name = "Blue Cloud"
sender = "abuse@blue.example"
footer = "Blue Cloud AS"
policy_url = "https://blue.example/aup"
"""


def test_a_brand_of_the_file():
    settings = parse(FILE, "aupkeep.toml")
    blue = settings.brands.of("blue")
    assert (blue.name, blue.lines) == ("Blue Cloud", "Blue Cloud AS\nhttps://blue.example/aup")
    assert settings.senders == ("abuse@aupkeep.example", "abuse@blue.example")


@pytest.mark.parametrize("name", [None, "", "green"])
def test_a_brand_that_nobody_described_is_the_provider(name):
    assert parse(FILE, "aupkeep.toml").brands.of(name) == Brand()


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("colour", "blue"),
        ("name", 3),
        ("footer", "x" * 2001),
        ("sender", "blue.example"),
        ("policy_url", "http://blue.example/aup"),
    ],
)
def test_what_is_no_brand_is_refused(option, value):
    with pytest.raises(Invalid, match=option):
        BrandSettings(tables={"blue": {option: value}})
