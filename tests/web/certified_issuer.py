"""oidc-provider from npm as the desk's issuer on loopback: by name, ended with the test."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPMessage
from http.cookiejar import CookieJar
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

import pytest

PACKAGE = "oidc-provider@9.13.3"
SCRIPT = Path(__file__).with_name("certified_issuer.mjs")
ADA = {"email": "ada@desk.example", "email_verified": True, "name": "Ada Solberg",
       "groups": ["abuse-desk", "everybody"]}  # fmt: skip


def install(folder: Path) -> Path:
    """The folder that holds the package; skips with a word where npm or the registry is away."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("the certified issuer needs node and npm")
    words = [npm, "install", "--prefix", str(folder), "--ignore-scripts", "--no-audit",
             "--no-fund", "--loglevel=error", PACKAGE]  # fmt: skip
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        pytest.skip(f"npm could not install {PACKAGE}: {done.stderr[-200:]}")
    shutil.copy(SCRIPT, folder / SCRIPT.name)
    return folder


@dataclass
class CertifiedIssuer:
    """The running issuer; `told` is what it was begun with."""

    url: str
    back: str
    people: dict[str, dict[str, Any]] = field(default_factory=dict)

    def know(self, who: str = "ada-1", **people: dict[str, Any]) -> None:
        """From now on it knows these people, and the next who signs in is `who`."""
        self.people = people
        data = json.dumps({"people": people, "who": who}).encode()
        build_opener().open(f"{self.url}/control", data, timeout=5).close()

    def sent_back(self, there: str) -> str:
        """The path that it sends a browser back to, past its own pages."""
        browser = build_opener(HTTPCookieProcessor(CookieJar()), StopAt(self.back))
        with pytest.raises(HTTPError, match=r"30[23]") as answer:
            browser.open(there, timeout=10)
        found = str(answer.value.headers["Location"])
        answer.value.close()
        assert found.startswith(self.back)
        return found.removeprefix(self.back.partition("/sign-in")[0])


class StopAt(HTTPRedirectHandler):
    """A browser that follows every way but that to one address."""

    def __init__(self, place: str) -> None:
        self.place = place

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        """None at that address, which leaves the answer as it is."""
        if newurl.startswith(self.place):
            return None
        return super().redirect_request(req, fp, code, msg, headers, newurl)


@contextmanager
def certified(folder: Path, back: str, **told: object) -> Iterator[CertifiedIssuer]:
    """The issuer on a free port, with Ada in the group of analysts."""
    config = {"client": "aupkeep", "secret": "s3cr/et", "auth": "client_secret_basic", "back": back,
              "alg": "RS256", "conform": True, "refresh": True, "people": {"ada-1": ADA},
              "who": "ada-1", **told}  # fmt: skip
    node = str(shutil.which("node"))
    with subprocess.Popen(
        [node, SCRIPT.name], cwd=folder, env={"CONFIG": json.dumps(config), "NODE_ENV": "test"},
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as process:  # fmt: skip
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            assert url.startswith("http://127.0.0.1:"), url
            yield CertifiedIssuer(url, back, {"ada-1": ADA})
        finally:
            process.kill()
