"""aupkeep.toml: what could not work is refused at the start, with the option's name."""

import pytest

from aupkeep.config.settings import parse
from aupkeep.model.errors import Invalid


@pytest.mark.parametrize(
    "line",
    [
        'origins = ["mail:a.example"]',
        'origins = ["= feed:x"]',
        "half_life_days = 0",
        "good_count = 0",
    ],
)
def test_sources_that_could_not_be_counted(line):
    """A rule that divides by nothing, or passes on from nobody, is refused at the start."""
    with pytest.raises(Invalid, match=r"\[sources\]"):
        parse(f"[sources]\n{line}\n", "aupkeep.toml")
