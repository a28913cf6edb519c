"""What the section [oidc] refuses: what would let in the wrong people, or in the clear."""

import pytest

from aupkeep.config.oidc import OidcSettings
from aupkeep.model.errors import Invalid


@pytest.mark.parametrize(
    "wrong",
    [{"issuer": "http://id.example"}, {"local": "some"}, {"check_minutes": 16},
     {"check_minutes": 0}, {"scopes": ("email",)}, {"roles": ("a = boss",)},
     {"roles": ("= senior",)}],
)  # fmt: skip
def test_settings_that_would_let_in_the_wrong_way_are_refused(wrong: dict):
    with pytest.raises(Invalid):
        OidcSettings(**wrong)
