"""What only a report holds is taken out of free words; what anybody writes stays."""

import pytest

from aupkeep.evidence.foreign_words import hide_foreign

SENT = (
    "2026-03-01T11:50:01Z pelicanbox sshd[771]: Failed password for frobisherj from 203.0.113.60",
    "port 40022 ssh2",
    "GET /wombatadmin/salaries_ibex.xlsx on ws-ostrich.lan.example, DPT=48213, @0xc633644f",
    "Quillan Feathersby, Larkspur Lane 417, phone +47 55 91 73 28, ticket KND-553190",
    "mail.brute.log 198.51.100.7, MAC=02:5e:a1:77:c3:9b, a brute-force attack at 11:50",
)
OWN = ("2026-03-01 11:50:01 UTC, 203.0.113.60, port 40022, to SSH (port 22)", "vm-4", "Elm AS")
ORDINARY = {"failed", "password", "for", "from", "attack", "brute", "force", "the", "log", "saw"}


@pytest.mark.parametrize(
    "value",
    [
        "pelicanbox",
        "PelicanBox",
        "pelicanboX",
        "Quillan",
        "KND",
        "c63364",
        "591 73 28",
        "frobisherj",
        "frobisherjs",
        "pelicanbox-maskinen",
        "/wombatadmin/",
        "salaries_ibex.xlsx",
        "ws-ostrich.lan.example",
        "ostrich",
        "48213",
        "mail.brute.log",
        "https://www.brute.log/attack",
        "c633644f",
        "Feathersby",
        "+47 55 91 73 28",
        "(+47) 55917328",
        "55 91 73 28",
        "KND-553190",
        "553190",
        "02:5e:a1:77:c3:9b",
        "DPT=48213",
    ],
)
def test_invariant_10_a_value_of_the_report_is_hidden(value):
    """However it is written; the words around it stay, and so does the length."""
    text = f"Seen: {value}, and it goes on."
    shown = hide_foreign(text, sent=SENT, own=OWN, ordinary=ORDINARY)
    assert len(shown) == len(text)
    assert shown.startswith("Seen: ")
    assert shown.endswith(" and it goes on.")
    assert not any(x.isalnum() for x in shown[len("Seen: ") : -len(", and it goes on.")])


@pytest.mark.parametrize(
    "text",
    [
        "The log saw 203.0.113.60 at 11:50:01 on 2026-03-01, from port 40022 to port 22.",
        "Failed password, 40 times; a brute-force attack, since 11:50.",
        "Elm AS did not answer about vm-4 within 48 hours, says Bea.",
        "Pelican and frobisher are other words.",
        "Order 1234567 is ours; 417 tries.",
        "",
    ],
)
def test_plain_reasons_stay_as_they_are(text):
    """Ordinary words, the accused's own values, times, counts, and what no report says."""
    assert hide_foreign(text, sent=SENT, own=OWN, ordinary=ORDINARY) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("see a/b/cd.", "see ██████."),
        ("see a/b/c.", "see a/b/c."),
        ("at 12:34:56 by heron", "at 12:34:56 by █████"),
        ("at 12:34 call 555 91 73 28, now", "at 12:34 call ███ ██ ██ ██, now"),
        ("elm and ibis stay", "elm and ibis stay"),
        ("... heron", "... █████"),
        ("to jo@mail.lan", "to ███████████"),
        ("at our.museum", "at our.museum"),
    ],
)
def test_what_is_hidden_letter_by_letter(text, shown):
    """A path from six signs on, no time, a number after a time, no word of the accused's own.

    A mailbox at the accused's own host is hidden; a host is not for the last of its labels.
    """
    sent = ("heron 12:34:56 GET a/b/cd a/b/c by ibis", "ibis: 55591 7328", "jo@mail.lan, a museum")
    own, ordinary = ["elm", "ibis", "mail.lan"], {"see", "call", "museum"}
    assert hide_foreign(text, sent=sent, own=own, ordinary=ordinary) == shown


@pytest.mark.parametrize(
    ("sent", "word"),
    [
        ("plain_login authenticator for larsson_pc01 failed", "Larsson"),
        ("seen by gw-01larsson02", "larsson"),
        ("case tck7719203 of ours", "7719203"),
    ],
)
def test_a_piece_of_a_longer_name_is_hidden(sent, word):
    """Who reads `larsson_pc01` writes that Larsson called."""
    assert word not in hide_foreign(f"{word} called.", sent=[sent], own=[], ordinary={"called"})


def test_a_word_inside_a_longer_one_is_none():
    """`port` stands in `support`, and says nothing of whoever has it."""
    assert hide_foreign("The ort", sent=["the support"], own=[], ordinary={"the"}) == "The ort"


@pytest.mark.parametrize(
    ("sent", "word", "hidden"),
    [
        ("case tck77192x of ours", "77192", True),
        ("case 977192 of ours", "77192", False),
        ("case 771921 of ours", "77192", False),
        ("case 77192\u0661 of ours", "77192", False),
        ("seen by xlarsson", "larsson", False),
        ("seen by larssony", "larsson", False),
        ("seen by _larsson1", "larsson", True),
        ("seen at gw-9.lan", "gw-9.lan", True),
        ("seen at xgw-9.lan", "gw-9.lan", False),
        ("seen at _gw-9.lan", "gw-9.lan", False),
        ("seen at 1gw-9.lan", "gw-9.lan", False),
        ("seen at gw-9.lanx", "gw-9.lan", False),
        ("seen at gw-9.lan_", "gw-9.lan", False),
        ("seen at gw-9.land1", "gw-9.lan", False),
    ],
)
def test_what_stands_beside_a_word_decides_whether_it_is_one(sent, word, hidden):
    """Beside a number no digit, beside a name no letter, beside a value neither."""
    ordinary = {"called", "seen", "case", "ours", "lan"}
    shown = hide_foreign(f"{word} called.", sent=[sent], own=[], ordinary=ordinary)
    assert (word not in shown) is hidden
