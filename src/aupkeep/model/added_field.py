"""Metadata of a field that was added to a record after rows of it were written.

While such a field holds its default it is left out of the record's canonical form: the digest that
the journal named before the field was added is still the row's digest.
"""

from collections.abc import Mapping
from types import MappingProxyType

ADDED_FIELD: Mapping[str, bool] = MappingProxyType({"added": True})
