"""The two field types for text: they take whatever comes from outside, on both databases.

PostgreSQL stores no NUL character and no database stores a lone surrogate, and hostile mail holds
both. A `JsonTextField` is JSON in ASCII, so every value comes back exactly; `PlainTextField` shows
what cannot be stored as the replacement character.
"""

import json
from typing import TYPE_CHECKING, Any

from django.db import models

from aupkeep.model.errors import Strange
from aupkeep.model.whole_text import clean

if TYPE_CHECKING:
    Text = models.TextField[Any, Any]
else:
    Text = models.TextField


class JsonTextField(Text):
    """A JSON value as ASCII text; never queried by what is inside."""

    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def get_prep_value(self, value: Any) -> str | None:  # noqa: ANN401 - JSON
        """Write canonical JSON."""
        if value is None:
            return None
        return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)

    def from_db_value(self, value: str | None, *_: object) -> Any:  # noqa: ANN401 - JSON
        """Read it back. Raises `Strange` for what is no JSON."""
        try:
            return None if value is None else json.loads(value)
        except ValueError as error:
            raise Strange("a document that is no JSON") from error


class PlainTextField(Text):
    """Text, from outside or our own; also what is searched for, such as an id in an address."""

    def get_prep_value(self, value: str | None) -> str | None:
        """Replace what no database takes."""
        return None if value is None else clean(value)
