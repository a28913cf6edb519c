"""Inputs that once broke a reader: each ends in an outcome now."""

import json
from pathlib import Path

import pytest

from aupkeep.intake.reading import read
from aupkeep.intake.sandbox.wire import from_wire, to_wire

DAMAGED = sorted(path for path in (Path(__file__).parent / "damaged").iterdir())


@pytest.mark.parametrize("path", DAMAGED, ids=lambda path: path.name)
def test_damaged_input_ends_in_an_outcome(path: Path) -> None:
    """The name says the form: `csv-quotes.bin` is read as csv."""
    form = path.name.partition("-")[0]
    for _, reading in read(path.read_bytes(), path.name, form):
        assert from_wire(json.loads(json.dumps(to_wire(reading)))) == reading
        assert reading.reason or reading.findings
        assert "could not be read to its end" not in (reading.reason or "")
