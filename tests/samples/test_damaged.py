"""Inputs that once broke a reader: each ends in an outcome now."""

import json
from pathlib import Path

import pytest

from aupkeep.intake.reading import read
from aupkeep.intake.sandbox.reading_json import reading_from_json, reading_to_json

DAMAGED = sorted(path for path in (Path(__file__).parent / "damaged").iterdir())


@pytest.mark.parametrize("path", DAMAGED, ids=lambda path: path.name)
def test_damaged_input_ends_in_an_outcome(path: Path) -> None:
    """The name says the form: `csv-quotes.bin` is read as csv."""
    form = path.name.partition("-")[0]
    for _, reading in read(path.read_bytes(), path.name, form):
        assert reading_from_json(json.loads(json.dumps(reading_to_json(reading)))) == reading
        assert reading.reason or reading.findings
        assert "could not be read to its end" not in (reading.reason or "")
