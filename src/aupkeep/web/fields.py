"""Reading a form: trimmed text, choices, hours; each trouble is told at its field."""

from dataclasses import dataclass, field
from enum import Enum
from typing import TypeVar

from django.http import HttpRequest

Kind = TypeVar("Kind", bound=Enum)
MOST = 5000  # characters of one text
DIGITS = 12  # of a whole number
KEPT = "\n\t"


@dataclass(slots=True)
class PostedForm:
    """A posted form; `troubles` maps a field to what is wrong with it, in words."""

    request: HttpRequest
    troubles: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The text without control characters (a database refuses NUL), trimmed, CRLF as LF."""
        raw = self.request.POST.get(name, "").replace("\r\n", "\n")
        return "".join(sign for sign in raw if sign.isprintable() or sign in KEPT).strip()

    def needed(self, name: str, missing: str, long: str) -> str:
        """A text that must be there and not longer than `MOST`."""
        text = self.text(name)
        if not text:
            self.troubles[name] = missing
        return self._short(name, text, long)

    def optional(self, name: str, long: str) -> str:
        """A text that may be empty."""
        return self._short(name, self.text(name), long)

    def choice(self, name: str, kind: type[Kind], missing: str) -> Kind | None:
        """One value of an enumeration."""
        try:
            return kind(self.request.POST.get(name, ""))
        except ValueError:
            self.troubles[name] = missing
            return None

    def whole(self, name: str, most: int, missing: str) -> int | None:
        """A whole number from 1 to `most`; blank is refused, never guessed."""
        text = self.text(name)
        if text.isascii() and text.isdigit() and len(text) <= DIGITS and 0 < int(text) <= most:
            return int(text)
        self.troubles[name] = missing
        return None

    def _short(self, name: str, text: str, long: str) -> str:
        if len(text) > MOST:
            self.troubles[name] = long
        return text
