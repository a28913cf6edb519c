"""Rows laid apart are what numpy's fields are."""

import numpy as np

from aupkeep.telemetry.history import transpose
from aupkeep.telemetry.rows import ROW, empty


def test_every_field_is_in_one_width_and_they_stand_side_by_side() -> None:
    names = [name for width in transpose.WIDTHS for name in transpose.NAMES[width]]
    assert names == list(ROW.names or ())
    for width in transpose.WIDTHS:
        places = [transpose.PLACES[name] for name in transpose.NAMES[width]]
        assert set(np.diff(places)) == {width}


def test_rows_laid_apart_are_their_fields() -> None:
    rows = empty(700)
    dice = np.random.default_rng(1)
    for name in ROW.names or ():
        rows[name] = dice.integers(0, 1 << 63, len(rows), np.uint64).astype(ROW[name])
    seen = tuple(rows.view(f"u{n}").reshape(len(rows), -1) for n in transpose.WIDTHS)
    room = tuple(np.zeros((len(transpose.NAMES[n]), 800), f"u{n}") for n in transpose.WIDTHS)
    transpose.transpose(seen, room)
    for width, table in zip(transpose.WIDTHS, room, strict=True):
        for name, column in zip(transpose.NAMES[width], table, strict=True):
            assert np.array_equal(column[:700], rows[name].view(f"u{width}")), name
            assert not column[700:].any()
