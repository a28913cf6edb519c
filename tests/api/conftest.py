"""A furnished desk behind the real addresses, with one token of each kind."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from app.conftest import context, furnished, now
from aupkeep.app.context import AppContext, bind

__all__ = ["context", "furnished", "now"]
SCOPES = ("report", "finding", "inventory", "case", "agent", "audit")


@dataclass
class Caller:
    """Calls the API with a token and reads JSON back."""

    client: Client
    secrets: dict[str, str]

    def __call__(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        token: str | None = "all",  # noqa: S107 - the name of one, not its secret
        media: str = "message/rfc822",
        **headers: str,
    ) -> tuple[int, Any]:
        """Status and JSON of one request under /api/v1."""
        bearer = {"Authorization": f"Bearer {self.secrets.get(token, token)}"} if token else {}
        response = self.client.generic(
            method,
            f"/api/v1/{path}",
            body,
            content_type=media,
            CONTENT_TYPE=media,
            headers={
                **bearer,
                **{name.replace("_", "-"): value for name, value in headers.items()},
            },
        )
        kinds = ("application/json", "application/problem+json")
        assert response.headers["Content-Type"].startswith(kinds), response.content
        answer = response.json()
        if response.status_code >= 400:
            assert {"type", "title", "detail", "error", "message"} <= set(answer), answer
            assert answer.pop("status") == response.status_code
            assert all(isinstance(value, str) and value for value in answer.values()), answer
        return response.status_code, answer


@pytest.fixture
def call(furnished: AppContext) -> Callable[..., tuple[int, Any]]:
    """Call the API of a furnished desk; tokens: all (trusted), plain (all scopes), one a scope."""
    from aupkeep.app.access.tokens import add_token

    bind(furnished)
    secrets = {
        scope: add_token(furnished, scope, trusted=False, scopes=(scope,), days=90).token
        for scope in SCOPES
    }
    for name, trusted in (("all", True), ("plain", False)):
        made = add_token(furnished, name, trusted=trusted, scopes=SCOPES, days=90)
        secrets[name] = made.token
    return Caller(Client(raise_request_exception=False), secrets)
