"""A small OpenID provider on loopback: real HTTP, real signatures, PKCE, refresh tokens used once.

It is strict where the specifications are: another redirect address, verifier, secret or a code used
twice is refused (RFC 6749, RFC 7636), and a refresh token used twice ends its family (RFC 9700,
section 4.14.2). `people` may change at any time; `faults` says what it does wrong on purpose.
"""

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from app.conftest import Clock

CLIENT, SECRET = "aupkeep", "s3cr/et"
KEY, OTHER_KEY = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))


@dataclass
class Issuer:
    """What it knows; `who` signs in next, `heard` are the paths it was asked."""

    url: str
    clock: Clock
    back: str
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    who: str = "ada-1"
    faults: set[str] = field(default_factory=set)
    heard: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    families: dict[str, str] = field(default_factory=dict)  # refresh token -> subject
    used: set[str] = field(default_factory=set)
    changed: dict[str, Any] = field(default_factory=dict)  # claims of ID tokens, as a fault
    number: int = 0

    def fresh(self, kind: str) -> str:
        """Another code or token."""
        self.number += 1
        return f"{kind}-{self.number}"

    def discovery(self) -> dict[str, Any]:
        """Discovery 1.0 section 3."""
        places = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
        return {
            "issuer": "https://evil.example" if "issuer" in self.faults else self.url,
            **{f"{name}_endpoint": f"{self.url}/{path}" for name, path in places.items()},
            "jwks_uri": f"{self.url}/jwks",
            "authorization_response_iss_parameter_supported": True,
        }

    def jwks(self) -> dict[str, Any]:
        """RFC 7517."""
        key = jwt.algorithms.ECAlgorithm.to_jwk(KEY.public_key(), as_dict=True)
        return {"keys": [{**key, "kid": "k1", "use": "sig", "alg": "ES256"}]}

    def authorize(self, asked: dict[str, str]) -> tuple[int, str]:
        """Status and where to."""
        if asked.get("client_id") != CLIENT or asked.get("redirect_uri") != self.back:
            return 400, ""
        told = {"state": asked["state"], "iss": self.url}
        if "iss" in self.faults:
            told["iss"] = "https://evil.example"
        if "none" in asked.get("prompt", ""):
            told["error"] = "login_required"
        elif asked.get("code_challenge_method") != "S256":
            told["error"] = "invalid_request"
        else:
            code = told["code"] = self.fresh("code")
            self.codes[code] = {**asked, "sub": self.who}
        return 302, f"{self.back}?{urlencode(told)}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """Status and tokens."""
        basic = base64.b64encode(f"{CLIENT}:s3cr%2Fet".encode()).decode()
        if authorization != f"Basic {basic}":
            return 401, {"error": "invalid_client"}
        if form["grant_type"] == "refresh_token":
            return self.refreshed(form["refresh_token"])
        asked = self.codes.get(form.get("code", ""))
        if "codes" not in self.faults:
            self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if not asked or challenge != asked["code_challenge"] or form["redirect_uri"] != self.back:
            return 400, {"error": "invalid_grant"}
        return 200, self.given(asked["sub"], asked["nonce"])

    def refreshed(self, token: str) -> tuple[int, dict[str, Any]]:
        """One use of a refresh token; a second ends all of that person."""
        sub = self.families.get(token)
        if sub is None or token in self.used or sub not in self.people:
            self.families = {it: who for it, who in self.families.items() if who != sub}
            return 400, {"error": "invalid_grant"}
        self.used.add(token)
        return 200, self.given(sub, None)

    def given(self, sub: str, nonce: str | None) -> dict[str, Any]:
        """Tokens for a subject."""
        access = self.fresh("access")
        self.families[access] = sub
        now = int(self.clock().timestamp())
        claims = {"iss": self.url, "sub": sub, "aud": CLIENT, "iat": now, "exp": now + 300,
                  "nonce": nonce, **self.people[sub]}  # fmt: skip
        if "by-userinfo" in self.faults:
            claims.pop("groups")
        claims = {name: it for name, it in {**claims, **self.changed}.items() if it is not None}
        answer = {"access_token": access, "token_type": "Bearer", "id_token": self.signed(claims)}
        if "no-refresh" not in self.faults:
            answer["refresh_token"] = self.fresh("refresh")
            self.families[answer["refresh_token"]] = sub
        return answer

    def signed(self, claims: dict[str, Any]) -> str:
        """An ID token, by whichever wrong means a fault asks for."""
        head = {"kid": "k1"}
        if "unsigned" in self.faults:
            return jwt.encode(claims, None, "none", headers=head)
        if "by-secret" in self.faults:
            return jwt.encode(claims, SECRET.ljust(32, "-"), "HS256", headers=head)
        return jwt.encode(claims, OTHER_KEY if "key" in self.faults else KEY, "ES256", headers=head)

    def answer(
        self, path: str, query: dict[str, str], form: dict[str, str], authorization: str
    ) -> tuple[int, Any]:
        """Status, and a body or where to."""
        if "away" in self.faults:
            return 503, {}
        if path == "/authorize":
            return self.authorize(query)
        if path == "/token":
            return self.token(form, authorization)
        if path == "/userinfo":
            sub = self.families.get(authorization.removeprefix("Bearer "))
            known = sub in self.people
            return (200, {"sub": sub, **self.people[sub]}) if known else (401, {})
        known = {"/jwks": self.jwks, "/.well-known/openid-configuration": self.discovery}
        return (200, known[path]()) if path in known else (404, {})


@contextmanager
def issuing(clock: Clock, back: str) -> Iterator[Issuer]:
    """The provider on a free port, with Ada in the group of analysts."""
    holder: list[Issuer] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._do("")

        def do_POST(self) -> None:
            self._do(self.rfile.read(int(self.headers["Content-Length"])).decode())

        def _do(self, body: str) -> None:
            (issuer,), parts = holder, urlsplit(self.path)
            issuer.heard.append(parts.path)
            read = [{k: v[0] for k, v in parse_qs(text).items()} for text in (parts.query, body)]
            status, said = issuer.answer(
                parts.path, read[0], read[1], self.headers.get("Authorization", "")
            )
            data = b"" if isinstance(said, str) else json.dumps(said).encode()
            self.send_response_only(status)
            self.send_header("Date", format_datetime(issuer.clock(), usegmt=True))
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            if isinstance(said, str) and said:
                self.send_header("Location", said)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        holder.append(Issuer(f"http://127.0.0.1:{server.server_port}", clock, back))
        holder[0].people["ada-1"] = {
            "email": "ada@desk.example", "email_verified": True, "name": "Ada Solberg",
            "groups": ["abuse-desk", "everybody"],
        }  # fmt: skip
        yield holder[0]
        server.shutdown()
        thread.join()
