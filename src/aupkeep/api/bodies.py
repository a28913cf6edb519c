"""The bodies of requests: read within a limit, and described for `/openapi.json`."""

from typing import Any

from django.http import HttpRequest
from ninja.errors import HttpError
from ninja.parser import Parser

from aupkeep.model.errors import Invalid
from aupkeep.model.whole_text import flaw

MAX_BODY = 50 * 1024 * 1024
KEY: dict[str, Any] = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "description": "Yours alone: a repeat with the same bytes is told the first receipt.",
}
MEDIA = ("message/rfc822", "application/json", "application/xarf+json", "text/csv")
BYTES: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}


def _body(content: dict[str, Any], description: str, *parameters: dict[str, Any]) -> dict[str, Any]:
    """One operation's body, and what else it takes."""
    body = {"required": True, "description": description, "content": content}
    return {"requestBody": body, **({"parameters": list(parameters)} if parameters else {})}


REPORT = _body(
    dict.fromkeys(MEDIA, BYTES),
    "A mail as it came, XARF or another known JSON, or a table with a header row (its file's name "
    "as the parameter `name`). At most 50 MiB.",
    KEY,
)
FINDINGS = _body(
    {
        "application/json": {
            "schema": {"type": "array", "minItems": 1, "maxItems": 10_000},
            "example": [
                {
                    "kind": "connection/login_attack",
                    "role": "offender",
                    "address": "203.0.113.7",
                    "port": 41822,
                    "at": "2026-03-01T12:00:00Z",
                    "exact": 1,
                    "confidence": 0.9,
                    "target": {"address": "198.51.100.9", "port": 22, "protocol": "tcp"},
                    "count": 300,
                }
            ],
        }
    },
    "`kind`, a subject and `at` are needed; `aupkeep policy facts` lists the kinds.",
    KEY,
)
CUSTOMERS = _body(
    {
        "text/csv": {
            **BYTES,
            "example": "customer,name,contact,language,tags\n"
            "alder,Alder AS,abuse@alder.example,nb,protected\n",
        }
    },
    "The columns of `aupkeep customers import`; only `customer` is needed.",
)
ACCEPTANCES = _body(
    {
        "text/csv": {
            **BYTES,
            "example": "customer,version,accepted_at,by,hash\n"
            "alder,2026-01,2026-01-05T09:00:00Z,Ola Nordmann,\n",
        }
    },
    "`customer`, `version` and `accepted_at` are needed; `document`, `by` and `hash` (SHA-256 of "
    "the accepted text) may follow.",
)
NAMES = _body(
    {
        "text/csv": {
            **BYTES,
            "example": "name,address,customer,resource,from,until\n"
            "shop.example,203.0.113.80,alder,shop,2026-01-01T00:00:00Z,\n",
        }
    },
    "The columns of `aupkeep inventory names import`.",
)
ASSIGNMENTS = _body(
    {
        "text/csv": {
            **BYTES,
            "example": "address,customer,resource,from,until\n"
            "203.0.113.7,alder,web-1,2026-01-01T00:00:00Z,\n",
        },
        "application/json": BYTES,
    },
    "The columns of `aupkeep inventory import`; JSON with `?source=json`.",
)

STATUS = _body(
    {"application/json": {"schema": {"type": "object"}}},
    "The status as the agent wrote and signed it.",
)

ZAMMAD = _body(
    {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["ticket"],
                "properties": {"ticket": {"type": "object"}},
            },
            "example": {
                "ticket": {
                    "title": "[T-K7QF-2M9X] Your machine",
                    "number": "31007",
                    "state": "closed",
                }
            },
        }
    },
    "What Zammad sends; of `ticket` are read `title`, `number` and `state`. At most 5 MiB.",
)


class WholeJson(Parser):
    """The framework's reader of JSON bodies, for text that any database takes."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Raises `Invalid` for a NUL or half a character, however it is spelt."""
        body = super().parse_body(request)
        if broken := flaw(body):
            raise Invalid(f"body: expected text, found {broken}")
        return body


def read_body(request: HttpRequest, most: int) -> bytes:
    """The request's bytes. Raises 413 above `most` bytes, of which no more are read."""
    length = request.headers.get("Content-Length", "0")
    if length.isdigit() and int(length) > most:
        raise HttpError(413, f"expected at most {most} bytes, found {length}")
    body = request.read(most + 1)
    if len(body) > most:
        raise HttpError(413, f"expected at most {most} bytes, found more")
    return bytes(body)


def needed_body(request: HttpRequest) -> bytes:
    """The request's bytes, bounded. Raises `Invalid` for an empty body."""
    body = read_body(request, MAX_BODY)
    if not body:
        raise Invalid("body: expected a report, found nothing")
    return body


def in_place(schema: dict[str, Any]) -> dict[str, Any]:
    """A JSON schema with its `$defs` put where they are named: a part of a document has no root.

    >>> in_place({"items": {"$ref": "#/$defs/X"}, "$defs": {"X": {"type": "string"}}})
    {'items': {'type': 'string'}}
    """
    definitions = schema.get("$defs", {})

    def put(value: Any) -> Any:  # noqa: ANN401 - any JSON
        if isinstance(value, dict):
            name = str(value.get("$ref", "")).rpartition("/")[2]
            if name in definitions:
                return put(definitions[name])
            return {key: put(item) for key, item in value.items() if key != "$defs"}
        return [put(item) for item in value] if isinstance(value, list) else value

    result: dict[str, Any] = put(schema)
    return result
