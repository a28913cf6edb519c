"""An address torn apart by unseen signs or foreign digits is none: half of it is another's."""

import pytest

from aupkeep.intake.extract.addresses import find_addresses


@pytest.mark.parametrize(
    "text",
    [
        "1\u200b92.0.2.1", "19\u00ad2.0.2.1", "192.0.2.1\u200b7", "\u246092.0.2.1",
        "192.0.2.1\u0662",
        "192.0.2.1\U0001d7d8", "192.0.2.1\u00b2", "2001:db8::\uff11", "2001:\u200bdb8::1",
        "1\u0301\u030292.0.2.1", "1\u206092.0.2.1", "192.0.2.1.\uff12",
    ],
)  # fmt: skip
def test_half_an_address_is_none(text: str) -> None:
    assert find_addresses(f"Spam from {text} today") == []


@pytest.mark.parametrize(
    "text",
    [
        "\u200b192.0.2.1", "\u202a192.0.2.1\u202c", "\u653b\u6483192.0.2.1\u304b\u3089",
        "IP:\u200b192.0.2.1", "\u201e192.0.2.1\u201c", "192.0.2.1\u200b.", "\u00a0192.0.2.1\u00a0",
        "192.0.2.1\u2013192.0.2.9", "von\u00a0192.0.2.1", "\ufeff192.0.2.1",
    ],
)  # fmt: skip
def test_an_address_among_other_signs_is_one(text: str) -> None:
    assert str(find_addresses(f"Spam from {text} today")[0].address) == "192.0.2.1"
