"""Fields a record grew after rows of it were written and their digests recorded in the journal."""

from collections.abc import Mapping
from types import MappingProxyType

# Metadata of such a field. While it holds its default it is left out of the record's canonical
# form, so that the digest the journal named before the record grew is still the row's digest.
GROWN: Mapping[str, bool] = MappingProxyType({"grown": True})
