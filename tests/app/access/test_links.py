"""Tokens of links: hard to guess, and their key can be replaced while links live."""

import re
from datetime import timedelta
from functools import partial

import pytest
from django.apps import apps

from aupkeep.app.access.links import digest_of, find_link
from aupkeep.app.access.staff import add_person, sign_in
from aupkeep.app.access.tokens import add_token
from aupkeep.app.proof.keys import rotate_key
from aupkeep.config.keys import secrets_for
from aupkeep.model.actor import SYSTEM
from aupkeep.model.errors import Gone, Missing
from aupkeep.model.link import LinkKind

ADA, BEA = "ada@example.com", "bea@example.com"


def token_of(link: str) -> str:
    """The token of a sign-in link."""
    return link.rstrip("/").rpartition("/")[2]


def test_a_link_lives_on_when_the_key_is_replaced_and_ends_with_its_own_key(context):
    before = token_of(add_person(context, ADA, "Ada", "en").link)
    under_first = digest_of(context, before)
    assert rotate_key(context, "tokens", by=SYSTEM).purpose == "tokens"
    assert len(set(secrets_for(context.home, "tokens"))) == 2
    assert digest_of(context, before) != under_first
    after = token_of(add_person(context, BEA, "Bea", "en").link)
    for token, whose in ((before, ADA), (after, BEA)):
        assert find_link(context, token, LinkKind.SIGN_IN).party == whose
    file = context.home.keys / "tokens"
    file.write_text(file.read_text().splitlines()[1] + "\n")
    assert find_link(context, after, LinkKind.SIGN_IN).party == BEA
    with pytest.raises(Missing):
        find_link(context, before, LinkKind.SIGN_IN)


def test_a_sign_in_link_lives_ten_minutes(context, now):
    """As long as NIST SP 800-63B lets an out-of-band secret live."""
    token = token_of(add_person(context, ADA, "Ada", "en").link)
    now.at += timedelta(minutes=10) - timedelta(seconds=1)
    assert find_link(context, token, LinkKind.SIGN_IN).party == ADA
    now.at += timedelta(seconds=1)
    with pytest.raises(Gone):
        find_link(context, token, LinkKind.SIGN_IN)


def test_a_sign_in_link_is_used_once(context):
    """Whoever finds it in the browser's history or the mail afterwards comes too late."""
    token = token_of(add_person(context, ADA, "Ada", "en").link)
    sign_in(context, token)
    for again in (sign_in, partial(find_link, kind=LinkKind.SIGN_IN)):
        with pytest.raises(Gone, match="used"):
            again(context, token)


def test_what_opens_a_door_has_192_random_bits(context):
    """Drawn anew each time, and stored as a digest: a link's token, an API token's secret."""
    links = {token_of(add_person(context, f"p{n}@x.example", "P", "en").link) for n in range(5)}
    tokens = {
        add_token(context, f"t{n}", trusted=False, scopes=("report",), days=1).token
        for n in range(5)
    }
    assert len(links) == len(tokens) == 5
    assert all(re.fullmatch(r"[\w-]{32}", token) for token in links)
    assert all(re.fullmatch(r"aupk_[0-9a-f]{48}", token) for token in tokens)
    stored = "".join(
        str(bytes(value) if isinstance(value, memoryview) else value)
        for model in apps.get_models()
        for row in model.objects.values_list()
        for value in row
    )
    assert "p0@x.example" in stored, "the rows are in what was read"
    assert not [secret for secret in links | tokens if secret in stored]
