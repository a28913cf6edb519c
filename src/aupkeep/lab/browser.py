"""A browser without pictures or scripts: opens a page, fills its form, sends it."""

import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

TIMEOUT = 20.0


def post(url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
    """POST bytes; status and text, errors included."""
    request = urllib.request.Request(url, data=body, headers=dict(headers))  # noqa: S310 - loopback
    return _open(urllib.request.build_opener(), request)


def get(url: str, headers: Mapping[str, str]) -> tuple[int, str]:
    """GET; status and text, errors included."""
    request = urllib.request.Request(url, headers=dict(headers))  # noqa: S310 - loopback
    return _open(urllib.request.build_opener(), request)


def _open(
    opener: urllib.request.OpenerDirector, request: urllib.request.Request | str
) -> tuple[int, str]:
    try:
        with opener.open(request, timeout=TIMEOUT) as answer:
            return answer.status, answer.read().decode("utf-8")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode("utf-8", "replace")


@dataclass(slots=True)
class BrowserForm:
    """A form as it stands on a page: where it goes and what it holds."""

    action: str
    values: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    """Collects the forms of a page with their fields' values."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[BrowserForm] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note forms and their inputs."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(BrowserForm(given.get("action", "")))
        if tag in ("input", "button", "textarea") and self.forms and given.get("name"):
            kind = given.get("type", "text")
            if kind not in ("radio", "checkbox", "submit") and tag == "input":
                self.forms[-1].values[given["name"]] = given.get("value", "")

    def handle_data(self, data: str) -> None:
        """Note the text a person reads."""
        self.text.append(data)


class Browser:
    """One person's browser; cookies are kept."""

    def __init__(self) -> None:
        """Start empty."""
        jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        self.url = ""
        self.page = ""

    def open(self, url: str) -> int:
        """Open a page; its status."""
        self.url = url
        status, self.page = _open(self._opener, url)
        return status

    @property
    def text(self) -> str:
        """What the page says, in one line."""
        parser = _Forms()
        parser.feed(self.page)
        return re.sub(r"\s+", " ", " ".join(parser.text))

    def send(self, values: Mapping[str, str], *, holding: str) -> int:
        """Fill the form that has a field named `holding` and send it; the answer's status."""
        parser = _Forms()
        parser.feed(self.page)
        form = next(
            form
            for form in parser.forms
            if holding in form.values or f'name="{holding}"' in self.page
        )
        target = urllib.parse.urljoin(self.url, form.action or self.url)
        body = urllib.parse.urlencode({**form.values, **values}).encode()
        request = urllib.request.Request(target, data=body, headers={"Referer": self.url})  # noqa: S310 - loopback
        status, self.page = _open(self._opener, request)
        return status
