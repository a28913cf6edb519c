"""Single sign-on at an issuer that is not ours: oidc-provider, OpenID Certified, by real HTTP.

`tests/issuer.py` does wrong on purpose what no certified issuer does; this one shows that ours
reads the specifications as others do. It runs by the real time, so the desk's clock is set to it.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

from aupkeep.app.access.oidc.begin import redirect_address
from aupkeep.app.access.staff import list_people
from aupkeep.app.context import bound
from aupkeep.app.pages.doctor.single_sign_on import single_sign_on_check
from aupkeep.store import staff
from web.certified_issuer import ADA, CertifiedIssuer, certified, install
from web.seeded import Seeded
from web.test_single_sign_on import set_oidc

pytestmark = [pytest.mark.network, pytest.mark.nightly("oidc")]
ADDRESS = str(ADA["email"])
Begin = Callable[..., CertifiedIssuer]


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The issuer, installed once."""
    return install(tmp_path_factory.mktemp("issuer"))


@pytest.fixture
def begin(package: Path, empty: Seeded) -> Iterator[Begin]:
    """Begins the desk's issuer; the pages know it."""
    empty.clock.at = datetime.now(UTC)
    with ExitStack() as running:

        def run(**told: object) -> CertifiedIssuer:
            it = running.enter_context(certified(package, redirect_address(bound()), **told))
            (bound().home.path / "secret").write_text("s3cr/et\n")
            set_oidc(issuer=it.url)
            return it

        yield run


def come(issuer: CertifiedIssuer) -> tuple[Client, str]:
    """A browser after the way there and back; where it stands then."""
    client = Client()
    answer = client.get(issuer.sent_back(client.get("/sign-in/oidc")["Location"]))
    return client, answer.get("Location", "") or answer.content.decode()


def stays(client: Client) -> bool:
    return client.get("/queue").status_code == 200


@pytest.mark.parametrize("alg", ["RS256", "PS256", "ES256", "EdDSA"])
@pytest.mark.parametrize("conform", [True, False], ids=["by-userinfo", "in-the-token"])
def test_whoever_it_vouches_for_comes_in_with_the_roles_of_their_groups(
    begin: Begin, alg: str, *, conform: bool
):
    issuer = begin(alg=alg, conform=conform)
    client, where = come(issuer)
    assert where == "/queue"
    assert stays(client)
    (ada,) = (one for one in list_people() if one.address == ADDRESS)
    assert (ada.roles, ada.subject) == (("analyst",), f"{issuer.url} ada-1")


@pytest.mark.parametrize(
    "told", [{"auth": "client_secret_post"}, {"secret": ""}], ids=["post", "public"]
)
def test_the_client_may_be_told_by_post_or_be_public(begin: Begin, told: dict[str, str]):
    issuer = begin(**told)
    if "secret" in told:
        set_oidc(client_secret="")
    assert come(issuer)[1] == "/queue"


@pytest.mark.parametrize("refresh", [True, False], ids=["rotating", "no-refresh-token"])
def test_a_leaver_is_out_within_fifteen_minutes(begin: Begin, empty: Seeded, *, refresh: bool):
    issuer = begin(refresh=refresh)
    client, _ = come(issuer)
    for _ in range(3):
        empty.clock.at += timedelta(minutes=6)
        assert stays(client)
    issuer.know(bo={**ADA, "email": "bo@desk.example"})
    empty.clock.at += timedelta(minutes=6)
    assert not stays(client)


def test_roles_follow_the_groups_at_the_next_question(begin: Begin, empty: Seeded):
    issuer = begin()
    client, _ = come(issuer)
    issuer.know(**{"ada-1": {**ADA, "groups": ["abuse-seniors"]}})
    empty.clock.at += timedelta(minutes=5)
    assert stays(client)
    assert staff.by_address(ADDRESS).roles == ("senior",)
    issuer.know(**{"ada-1": {**ADA, "groups": ["everybody"]}})
    empty.clock.at += timedelta(minutes=5)
    assert not stays(client)


def test_a_code_counts_once_and_the_secret_must_be_ours(begin: Begin):
    issuer = begin()
    client = Client()
    path = issuer.sent_back(client.get("/sign-in/oidc")["Location"])
    assert client.get(path)["Location"] == "/queue"
    assert client.get(path).status_code == 403
    (bound().home.path / "secret").write_text("another\n")
    client = Client()
    path = issuer.sent_back(client.get("/sign-in/oidc")["Location"])
    assert client.get(path).status_code == 503
    assert not stays(client)


def test_an_address_that_it_has_not_verified_lets_nobody_in(begin: Begin):
    issuer = begin()
    issuer.know(**{"ada-1": {**ADA, "email_verified": False}})
    assert "You were not let in" in come(issuer)[1]
    assert staff.by_address(ADDRESS) is None


def test_doctor_finds_it_well(begin: Begin):
    begin()
    assert [(check.ok, check.remedy) for check in single_sign_on_check(bound())] == [(True, "")]
