"""One option set in aupkeep.toml: the rest stays as it was written."""

import pytest

from aupkeep.config.home import Home
from aupkeep.config.settings import parse
from aupkeep.config.settings_edit import keep_recording, with_option
from aupkeep.model.errors import Invalid, Unavailable

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


@pytest.mark.parametrize("text", [None, "", TEXT, "[enforcement]\npoll = 2.0\n"])
def test_an_older_install_goes_on_recording(tmp_path, text):
    """Once: what the operator writes there afterwards stays."""
    home = Home(tmp_path)
    if text is not None:
        home.settings.write_text(text)
    keep_recording(home)
    kept = home.settings.read_text()
    assert parse(kept, "x").enforcement.driver == "record"
    assert set((text or "").splitlines()) <= set(kept.splitlines())
    keep_recording(home)
    assert home.settings.read_text() == kept


NAMED = ('driver = "nftables"', '[[enforcement.targets]]\nname = "edge"')


@pytest.mark.parametrize("named", NAMED)
def test_a_named_driver_stays(tmp_path, named):
    home = Home(tmp_path)
    home.settings.write_text(f"[enforcement]\n{named}\n")
    keep_recording(home)
    assert home.settings.read_text() == f"[enforcement]\n{named}\n"


def test_a_file_that_cannot_be_written_is_said_with_both_ways_on(tmp_path):
    home = Home(tmp_path)
    home.settings.with_suffix(".new").mkdir()
    with pytest.raises(Unavailable, match=r"enforcement.driver record` to go on as before, or nft"):
        keep_recording(home)
