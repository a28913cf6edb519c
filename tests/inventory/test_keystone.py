"""Keystone's token and the lists of a cloud: what is asked, word for word, and what ends a look."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from aupkeep.inventory.http_client import HttpAnswer
from aupkeep.inventory.keystone import MOST_ROWS, PAGE, CloudApi
from aupkeep.model.errors import Forbidden, Unavailable, Unreadable

LOGIN = {"username": "reader", "password": "pw", "project": "aupkeep"}
NETWORK, COMPUTE = "http://192.0.2.9/network", "http://192.0.2.9/compute"


def point(url, interface="public", region="R1"):
    return {"interface": interface, "region": region, "url": url}


CATALOGUE = [
    7,
    {"type": "network"},
    {"type": "image", "endpoints": [point("http://192.0.2.9/image")]},
    {"type": "network", "endpoints": [7, point("http://192.0.2.9/inner", "internal"),
                                      point(f"{NETWORK}/"), point("http://192.0.2.9/two")]},
    {"type": "compute", "endpoints": [point("http://192.0.2.9/r2", region="R2"), point(COMPUTE)]},
]  # fmt: skip
TOKEN = HttpAnswer(201, {"x-subject-token": "t-1"}, {"token": {"catalog": CATALOGUE}})


@dataclass
class Client:
    """Gives a token, and to each list the answer of `answers`, which is given its URL."""

    url: str = "http://192.0.2.9/v3/"
    token: HttpAnswer = TOKEN
    answers: Callable[[str], HttpAnswer] = lambda _: HttpAnswer(200, {}, {"rows": []})
    asked: list[Any] = field(default_factory=list)

    def beside(self, url: str) -> "Client":
        """Another endpoint."""
        return Client(url, self.token, self.answers, self.asked)

    def get(self, url: str, headers: dict[str, str]) -> HttpAnswer:
        """A list."""
        self.asked.append((url, headers))
        return self.answers(url)

    def ask(self, method: str, url: str, headers: dict[str, str], body: object) -> HttpAnswer:
        """A login."""
        self.asked.append((method, url, headers, body))
        return self.token


def rows(client, service="network", options=None, path="/ports"):
    """The rows of a list, in one look."""
    api = CloudApi(LOGIN if options is None else options, client)  # type: ignore[arg-type]
    return list(api.rows(service, path, "rows"))


def ids(*names: object) -> list[dict[str, object]]:
    return [{"id": name} for name in names]


def test_a_login_by_name():
    """The body of Keystone's API, with the default domain where none is named."""
    client = Client()
    rows(client)
    user = {"name": "reader", "password": "pw", "domain": {"id": "default"}}
    body = {
        "auth": {
            "identity": {"methods": ["password"], "password": {"user": user}},
            "scope": {"project": {"name": "aupkeep", "domain": {"id": "default"}}},
        }
    }
    assert client.asked == [
        ("POST", "http://192.0.2.9/v3/auth/tokens", {}, body),
        (f"{NETWORK}/v2.0/ports?limit=1000", {"X-Auth-Token": "t-1"}),
    ]
    client.asked.clear()
    rows(client, options={**LOGIN, "user_domain": "u", "project_domain": "p"})
    auth = client.asked[0][3]["auth"]
    assert auth["identity"]["password"]["user"]["domain"] == {"id": "u"}
    assert auth["scope"]["project"]["domain"] == {"id": "p"}


@pytest.mark.parametrize(
    ("options", "service", "url"),
    [
        ({}, "compute", "http://192.0.2.9/r2"),
        ({"region": "R1"}, "compute", COMPUTE),
        ({"interface": "internal"}, "network", "http://192.0.2.9/inner/v2.0"),
        ({"network_url": "http://192.0.2.8/v2.0/"}, "network", "http://192.0.2.8/v2.0"),
        ({"network_url": "http://192.0.2.8"}, "network", "http://192.0.2.8/v2.0"),
        ({"compute_url": "http://192.0.2.7/"}, "compute", "http://192.0.2.7"),
        ({}, "identity", "http://192.0.2.9/v3"),
    ],
)
def test_where_a_service_is(options, service, url):
    """As the options say, else the first of the catalogue that is of the interface and region."""
    client = Client()
    other = {"compute_url": "http://x", "network_url": "http://x"}
    other = {name: text for name, text in other.items() if service not in name}
    rows(client, service, {**LOGIN, **other, **options})
    assert client.asked[-1][0] == f"{url}/ports?limit=1000"


@pytest.mark.parametrize(
    ("options", "catalogue", "words"),
    [
        ({"region": "R9"}, CATALOGUE, "network (public, R9)"),
        ({"interface": "admin"}, CATALOGUE, "network (admin, any region)"),
        ({}, None, "network (public, any region)"),
        ({}, [{"type": "network", "endpoints": 7}], "network (public, any region)"),
    ],
)
def test_a_service_that_the_catalogue_lacks(options, catalogue, words):
    token = HttpAnswer(201, TOKEN.headers, {"token": {"catalog": catalogue}})
    with pytest.raises(Unavailable) as caught:
        rows(Client(token=token), options={**LOGIN, **options})
    assert str(caught.value) == f"catalogue: expected {words}"


@pytest.mark.parametrize(
    ("status", "headers", "value"),
    [
        (200, TOKEN.headers, TOKEN.value),
        (201, {}, TOKEN.value),
        (201, {"x-subject-token": ""}, TOKEN.value),
        (201, {"x-subject-token": "å"}, TOKEN.value),
        (201, TOKEN.headers, {"token": 7}),
        (201, TOKEN.headers, {}),
        (201, TOKEN.headers, [1]),
        (500, {}, None),
    ],
)
def test_an_answer_without_a_token(status, headers, value):
    client = Client(token=HttpAnswer(status, headers, value))
    with pytest.raises(Unreadable) as caught:
        rows(client)
    assert str(caught.value) == f"Keystone: expected a token, found HTTP {status}"


@pytest.mark.parametrize("status", [401, 403])
def test_a_login_that_is_refused_is_not_tried_again_in_a_look(status):
    """The next look tries once more."""
    client = Client(token=HttpAnswer(status, {}, None))
    api = CloudApi(LOGIN, client)  # type: ignore[arg-type]
    for _ in range(2):
        with pytest.raises(Forbidden) as caught:
            list(api.rows("network", "/ports", "rows"))
        assert str(caught.value) == f"Keystone: expected a login, found HTTP {status}"
        with pytest.raises(Forbidden) as caught:
            list(api.rows("network", "/ports", "rows"))
        words = "expected a token that is taken, found two refused (HTTP 401)"
        assert str(caught.value) == words
        api.begin()
    assert len(client.asked) == 2


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (403, Forbidden, "network /ports: expected a role that may list it, found HTTP 403"),
        (500, Unreadable, "network /ports: expected HTTP 200, found 500"),
        (204, Unreadable, "network /ports: expected HTTP 200, found 204"),
    ],
)
def test_a_list_that_is_refused(status, error, words):
    client = Client(answers=lambda _: HttpAnswer(status, {}, {"rows": []}))
    with pytest.raises(error) as caught:
        rows(client)
    assert str(caught.value) == words


def test_projects_that_are_refused():
    api = CloudApi(LOGIN, Client(answers=lambda _: HttpAnswer(403, {}, {})))  # type: ignore[arg-type]
    with pytest.raises(Forbidden) as caught:
        list(api.projects())
    words = "identity /projects: expected a role that may list it, found HTTP 403"
    assert str(caught.value) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([], "/ports: expected an object, found none"),
        ({}, "/ports: expected a list of objects at 'rows', found none"),
        ({"rows": [1]}, "/ports: expected a list of objects at 'rows', found none"),
        (
            {"rows": [{}], "rows_links": [{"rel": "next"}]},
            "/ports: expected other pages, found one twice or too many",
        ),
        (
            {"rows": ids("a"), "rows_links": [{"rel": "next"}]},
            "/ports: expected other pages, found one twice or too many",
        ),
    ],
)
def test_a_list_that_is_none(value, words):
    with pytest.raises(Unreadable) as caught:
        rows(Client(answers=lambda _: HttpAnswer(200, {}, value)))
    assert str(caught.value) == words


def test_a_list_of_projects_that_was_cut():
    """Keystone's own limit: those that are missing would have no customer any more."""
    cut = {"projects": [{"id": "p"}], "truncated": True}
    client = Client(answers=lambda _: HttpAnswer(200, {}, cut))
    with pytest.raises(
        Unreadable, match=r"^/projects: expected all of them, found the list cut by Keystone$"
    ):
        list(CloudApi(LOGIN, client).projects())  # type: ignore[arg-type]


def test_pages():
    """One that is full and says nothing, or says so itself, is followed by another."""
    full = ids(*range(PAGE))
    pages = {
        "": {"rows": full},
        f"&marker={PAGE - 1}": {"rows": ids("x"), "rows_links": [7, {"rel": "next"}]},
        "&marker=x": {"rows": ids("y"), "rows_links": []},
    }
    client = Client(answers=lambda url: HttpAnswer(200, {}, pages[url.partition("limit=1000")[2]]))
    assert rows(client) == [*full, *ids("x", "y")]
    for last in (
        {"rows": full[1:]},
        {"rows": full, "rows_links": []},
        {"rows": [], "rows_links": [{"rel": "next"}]},
        {"rows": ids("z"), "rows_links": None},
    ):
        pages[""] = last
        assert rows(client) == last["rows"]


def test_pages_without_end():
    """As many rows as there may be, and no more pages."""
    count = iter(range(1 << 30))
    links = [{"rel": "next"}]
    client = Client(
        answers=lambda _: HttpAnswer(200, {}, {"rows": ids(next(count)), "rows_links": links})
    )
    with pytest.raises(Unreadable, match="too many"):
        rows(client)
    assert next(count) == MOST_ROWS // PAGE + 2
