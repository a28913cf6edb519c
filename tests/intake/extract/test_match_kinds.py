"""The words that name a kind of abuse, found without trying each at each place."""

import re

from hypothesis import given
from hypothesis import strategies as st

from aupkeep.intake.extract.match_kinds import MAIL, _named, mail_kind

EVERY = re.compile(rf"(?<![^\W])(?:{'|'.join(MAIL.values())})")
PIECES = ["phishing", "Spam", "ddos attack", "port scan", "C2", "c&c", "påloggingsforsøk", "UCE",
          "brute-force", "dmca", "open resolver", "hack attempts", *" \n.-_é&x“"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_the_words_are_those_that_the_whole_table_finds(pieces):
    """Looking only where a word of the table can begin hides none of them."""
    text = "".join(pieces)
    assert list(_named(text)) == [m[0] for m in EVERY.finditer(text.lower())]


def test_a_field_that_names_the_type_outweighs_words():
    """What a form says of itself counts four times."""
    text = "spam and unsolicited mail\nReport-Type: login-attack\n"
    assert mail_kind("", [text]) == ("connection/login_attack", 0.67)
