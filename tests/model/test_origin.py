"""An origin is its text, exactly, whatever an older version or a stranger wrote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.model.as_json import as_json
from aupkeep.model.origin import Origin, OriginChannel, parse_origin
from aupkeep.store.codec import dump, load

SCHEMES = st.sampled_from(
    ["", "mail:", "mail:?", "form:", "form:?", "api:", "feed:", "x:", "Mail:"]
)


@given(SCHEMES, st.text(max_size=30))
def test_any_text_comes_back(scheme, name):
    """What is stored, shown and sent is the text it was read from."""
    text = scheme + name
    assert (
        str(parse_origin(text)) == dump(parse_origin(text)) == as_json(parse_origin(text)) == text
    )
    assert load(Origin, text) == parse_origin(text)


@pytest.mark.parametrize(
    ("text", "channel", "identity", "proven"),
    [
        ("mail:cert.example", OriginChannel.MAIL, "cert.example", True),
        ("mail:?cert.example", OriginChannel.MAIL, "cert.example", False),
        ("form:?nobody", OriginChannel.FORM, "nobody", False),
        ("api:?scanner", OriginChannel.API, "?scanner", True),  # a token's name, which is proven
        ("telemetry:flows", OriginChannel.TELEMETRY, "flows", True),
        ("detector:a:b", OriginChannel.DETECTOR, "a:b", True),
        ("feed:guesses", OriginChannel.FEED, "guesses", True),
        ("peer:192.0.2.0/24", OriginChannel.OTHER, "peer:192.0.2.0/24", True),
        ("nobody", OriginChannel.OTHER, "nobody", True),
        (":x", OriginChannel.OTHER, ":x", True),
    ],
)
def test_its_parts(text, channel, identity, proven):
    """Only a domain can be claimed without proof; an unknown channel is kept as written."""
    assert parse_origin(text) == Origin(channel, identity, proven=proven)


def test_whose_word_is_our_own():
    """Detectors and trusted telemetry are ours; who reports by a token is not."""
    channels = {one for one in OriginChannel if Origin(one, "x").own}
    assert channels == {OriginChannel.DETECTOR, OriginChannel.TELEMETRY}
