"""How many examples a property is tried on that needs more than others: by day, and at night."""

import hypothesis


def times(more: float) -> int:
    """So many times the number of the profile: 40 in the gate, 100 at night (`conftest.py`)."""
    return round(more * hypothesis.settings().max_examples)
