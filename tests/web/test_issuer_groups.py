"""Groups as each product sends them: too many, none, as a path, by an id, below a client."""

# ruff: noqa: F811 - a fixture of the other module

import pytest

from aupkeep.app.access.tokens import add_token, check_token
from aupkeep.app.context import bound
from aupkeep.store import staff
from issuer import Issuer
from web.seeded import Seeded
from web.test_single_sign_on import ADA, come, issuer, later, set_oidc, stays  # noqa: F401

pytestmark = pytest.mark.network


def test_groups_of_entra_that_are_too_many_to_be_sent_take_nothing_away(
    issuer: Issuer, empty: Seeded
):
    client, _ = come(issuer)
    token = add_token(bound(), "adas", trusted=False, scopes=("approve",), days=9, person=ADA)
    source = {"src1": {"endpoint": "https://graph.windows.net/1/users/1/getMemberObjects"}}
    issuer.changed = {"_claim_names": {"groups": "src1"}, "_claim_sources": source}
    del issuer.people["ada-1"]["groups"]
    later(empty, minutes=6)
    assert not stays(client)
    page = come(issuer)[1]
    assert "more groups than the sign-in service sends" in page
    assert "None of your groups" not in page
    assert staff.by_address(ADA).roles == ("analyst",)
    assert check_token(bound(), token.token) is not None


def test_an_issuer_that_names_no_groups_at_all_is_told_apart(issuer: Issuer):
    del issuer.people["ada-1"]["groups"]
    page = come(issuer)[1]
    assert "named no group of yours" in page
    assert "abuse-desk, abuse-seniors, it-operations" in page


@pytest.mark.parametrize(
    ("claim", "sent", "comes_in"),
    [
        ("groups", {"groups": ["/abuse-desk", "/everybody"]}, True),
        ("groups", {"groups": ["/tenant/abuse-desk"]}, False),  # anybody's subgroup of that name
        ("groups", {"groups": ["//abuse-desk"]}, False),
        ("realm_access.roles", {"realm_access": {"roles": ["abuse-desk"]}}, True),
        ("resource_access.desk.example.roles",
         {"resource_access": {"desk.example": {"roles": ["abuse-desk"]}}}, True),
        ("https://desk.example/groups", {"https://desk.example/groups": ["abuse-desk"]}, True),
        ("groups", {"groups": [["abuse-desk"], {"name": "abuse-desk"}, 7]}, False),
    ],
)  # fmt: skip
def test_groups_stand_where_each_product_puts_them(
    issuer: Issuer, claim: str, sent: dict, *, comes_in: bool
):
    set_oidc(groups_claim=claim)
    issuer.changed = sent
    del issuer.people["ada-1"]["groups"]
    assert (come(issuer)[1] == "/queue") is comes_in


def test_an_id_of_entra_is_a_group(issuer: Issuer):
    group = "6f2b1c3e-0d4a-4d0e-9c58-1b7a2f0c9e11"
    set_oidc(roles=(f"{group} = analyst",))
    issuer.changed = {"groups": [group]}
    assert come(issuer)[1] == "/queue"
