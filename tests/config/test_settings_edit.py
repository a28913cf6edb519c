"""One option set in aupkeep.toml: the rest stays as it was written."""

import pytest

from aupkeep.config.settings import parse
from aupkeep.config.settings_edit import with_option
from aupkeep.model.errors import Invalid

TEXT = """\
# ours
[provider]
name = "Fjord" # the brand

[mail]
authserv_ids = [
  "old.example",
]
sender = "abuse@fjord.example"
"""


def test_an_option_is_replaced_where_it_stands():
    """A list over several lines is one value; comments and the other options stay."""
    changed = with_option(TEXT, "mail.authserv_ids", ("mx.fjord.example",))
    settings = parse(changed, "x")
    assert settings.mail.authserv_ids == ("mx.fjord.example",)
    assert settings.mail.sender == "abuse@fjord.example"
    assert changed.startswith('# ours\n[provider]\nname = "Fjord" # the brand\n')
    assert "old.example" not in changed


@pytest.mark.parametrize("text", ["", TEXT, "[mail]\n", '[web]\nport = 1\n[mail]\nhost = "::1"\n'])
def test_a_new_option_goes_into_its_section(text):
    """Also where there is no such section, or no file."""
    changed = with_option(text, "mail.relay_port", ("587",))
    assert parse(changed, "x").mail.relay_port == 587
    assert changed.count("[mail]") == 1


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("mail.relay_ports", ("1",)),
        ("post.relay_port", ("1",)),
        ("mail.relay_port", ("many",)),
        ("mail.relay_port", ("1", "2")),
        ("provider.listen", ("perhaps",)),
        ("provider.zone", ("Europe/Atlantis",)),
        ("provider.name", ("a\nb",)),
    ],
)
def test_what_is_wrong_is_refused(name, values):
    """An unknown option, a wrong type or a line break changes nothing."""
    with pytest.raises(Invalid):
        with_option(TEXT, name, values)


def test_quotes_come_back_as_they_were():
    """Text of any kind is one TOML string."""
    changed = with_option("", "provider.name", ('Fjord "Sky" \\ AS',))
    assert parse(changed, "x").provider.name == 'Fjord "Sky" \\ AS'
