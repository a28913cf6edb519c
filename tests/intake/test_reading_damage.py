"""Samples of every format, damaged at random: each still ends in an outcome, and points inside.

`AUPKEEP_DAMAGE` is the number of inputs a format; the same number tries the same inputs.
"""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aupkeep.intake.parser import parsers
from aupkeep.intake.reading import read
from aupkeep.intake.sandbox.reading_json import reading_from_json, reading_to_json

SAMPLES = Path(__file__).parents[1] / "samples" / "intake"
EXAMPLES = int(os.environ.get("AUPKEEP_DAMAGE", "60"))
REPORTERS = "reporters"  # the mails of all reporters, which their profiles read
NAMES = [*(parser.name for parser in parsers()), REPORTERS]
TOKENS = (
    b"\0", b"\xff\xfe", b"\xed\xa0\x80", b"\r\n", b"\n\n", b'"', b"'", b"<", b">", b"&", b"&#0;",
    b"]]>", b"<![CDATA[", b"<!DOCTYPE x>", b"--", b"{", b"}", b"[", b"]", b":", b",", b"=", b"null",
    b"1e999", b"-1", b"99999999999999999999", b"NaN", b"\\u0000", b"\\ud800", b"192.0.2.1", b"::1",
    b"Source: ", b"Feedback-Type: ", b"- ", b"!!python/x ", b"*a", b"\xe2\x80\xae",
)  # fmt: skip


def samples(name: str) -> list[bytes]:
    """The samples of a parser, those that are not too long to be damaged often."""
    paths = (
        SAMPLES.parent.glob("reporters/*/*") if name == REPORTERS else (SAMPLES / name).iterdir()
    )
    found = (path for path in paths if not path.name.endswith(".expected.json"))
    return [data for path in sorted(found) if len(data := path.read_bytes()) < 20_000]


@st.composite
def damaged(draw: st.DrawFn, name: str) -> bytes:
    """A sample with a few pieces cut out, doubled, replaced by what readers trip over, or mixed."""
    data = draw(st.sampled_from(samples(name)))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 60)))
        piece = draw(
            st.one_of(
                st.just(b""),
                st.just(data[start:end] * 2),
                st.sampled_from(TOKENS),
                st.binary(max_size=8),
            )
        )
        data = data[:start] + piece + data[end:]
    return data


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_invariant_12_a_damaged_sample_ends_in_an_outcome(name: str) -> None:
    @settings(max_examples=EXAMPLES, derandomize=True, deadline=None, database=None)
    @given(damaged(name))
    def check(data: bytes) -> None:
        for _, reading in read(data, "damaged"):
            assert reading.reason or reading.findings
            assert "could not be read to its end" not in (reading.reason or "")
            assert reading_from_json(json.loads(json.dumps(reading_to_json(reading)))) == reading
            for finding in reading.findings:
                assert str(finding.subject) != "nothing"
                assert 0 <= finding.confidence <= 1
                for part, start, end in finding.offsets.values():
                    assert 0 <= start <= end <= len(reading.parts[part])

    check()
