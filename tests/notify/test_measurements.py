"""What a detector counted, in words: units, plurals, both languages, and a rate to compare by."""

import pytest

from aupkeep.notify.measurements import (
    FLAGS,
    PHRASES,
    Language,
    describe_counts,
    describe_rate,
    format_duration,
    format_number,
    format_quantity,
    packet_rate,
)
from aupkeep.notify.visible import visible

SYN = {"syn_packets": 2575, "syn_per_second": 858, "share_of_target": 1.0, "window_s": 3.0}
COMING = {
    "bits_per_second": "2400000000",  # as a finding's details hold them: texts, by their names
    "of": "udp",
    "packets": "1",
    "packets_per_second": "514",
    "sources": "1",
    "window_s": "5",
}


@pytest.mark.parametrize(
    ("evidence", "english", "norwegian"),
    [
        (
            SYN,
            "2,575 SYN packets in 3 s, 858 a second, 100% to one target",
            "2 575 SYN-pakker på 3 s, 858 i sekundet, 100 % til ett mål",
        ),
        (
            COMING,
            "1 UDP packets in 5 s, 514 a second, 2.4 Gbit/s, from 1 sender address",
            "1 UDP-pakker på 5 s, 514 i sekundet, 2,4 Gbit/s, fra 1 avsenderadresse",
        ),
        (
            {"servers": 40, "sessions": 53, "mail_server": False, "window_s": 0.521},
            "53 sessions in 0.5 s, to 40 mail servers",
            "53 økter på 0,5 s, til 40 e-posttjenere",
        ),
        ({"sampling": 1, "chance": 1.0}, "", ""),
    ],
)
def test_counts_are_told_with_units(evidence: dict[str, object], english: str, norwegian: str):
    """Counts, shares, sizes and rates have their units and plurals, whatever order they come in."""
    assert (describe_counts(evidence, "en"), describe_counts(evidence, "nb")) == (
        english,
        norwegian,
    )


@pytest.mark.parametrize("language", ["en", "nb"])
def test_nothing_of_it_shows_as_an_escape_in_a_letter(language: Language):
    """A letter escapes what does not print, also a space that does not break."""
    words = (
        describe_counts(SYN, language),
        describe_rate(SYN, language),
        format_quantity(2_500_000, "B", language),
    )
    assert [visible(one) for one in words] == list(words)


def test_a_name_that_is_not_known_is_shown_as_it_is():
    """A new detector needs no line in the table; what is no, none or empty says nothing."""
    evidence = {"odd_thing": 7, "listed": True, "mail_server": "False", "label": ""}
    assert describe_counts(evidence, "en") == "odd thing 7, listed"


@pytest.mark.parametrize("flag", FLAGS)
def test_what_a_detector_states_of_its_own_evidence(flag: str):
    """A sentence of ours in both languages; what it does not state says nothing."""
    for language, words in zip(("en", "nb"), FLAGS[flag], strict=True):
        assert describe_counts({flag: True, "tries": 2}, language).endswith(f", {words}")
        assert words not in describe_counts({flag: False, "tries": 2}, language)


def test_a_flood_has_a_pace():
    """Packets of their kind a second, with bits where those were counted."""
    assert describe_rate(SYN, "en") == "858 SYN packets a second"
    assert describe_rate(COMING, "nb") == "514 UDP-pakker i sekundet (2,4 Gbit/s)"
    assert (packet_rate(SYN), packet_rate(COMING)) == (858.0, 514.0)


def test_what_is_no_flood_has_no_pace():
    assert (describe_rate({"sessions": 40}, "en"), packet_rate({"sessions": 40})) == ("", 0.0)


@pytest.mark.parametrize("value", ["inf", "nan", "-3", "many", True, None, [1]])
def test_a_value_that_is_no_count_has_no_pace(value: object):
    """Details may hold any text; none of it becomes a number that it is not."""
    assert describe_rate({"packets_per_second": value}, "en") == ""


def test_what_rounds_up_to_a_thousand_gets_the_next_unit():
    assert [format_quantity(one, "bit/s") for one in (999.6, 999_600, 999)] == [
        "1 kbit/s",
        "1 Mbit/s",
        "999 bit/s",
    ]


def test_a_length_is_in_the_unit_that_fits():
    found = [format_duration(one, "en") for one in (3, 90, 120, 7200)]
    assert found == ["3 s", "90 s", "2 min", "2 h"]


def test_the_words_have_as_many_forms_in_both_languages():
    """Each name has its place for the value in every form; a form is missing only where it may."""
    for name, (_, english, norwegian) in PHRASES.items():
        for form in (*english.split("|"), *norwegian.split("|")):
            assert form.count("{}") == 1, name


@pytest.mark.parametrize(
    ("evidence", "english", "norwegian"),
    [
        ({"tries": 1}, "1 try", "1 forsøk"),
        ({"tries": "2"}, "2 tries", "2 forsøk"),
        ({"failed_share": 0.994}, "99% failed", "99 % mislyktes"),
        ({"bytes": 1_500_000}, "1.5 MB", "1,5 MB"),
        ({"pause_s": 120}, "one every 2 min", "ett hver 2 min"),
        ({"pause_s": 7200}, "one every 2 h", "ett hver 2 t"),
        ({"tries": 0}, "0 tries", "0 forsøk"),
        ({"packets": 3, "protocol": "icmp"}, "3 ICMP packets", "3 ICMP-pakker"),
        ({"packets": 3, "of": "gre", "protocol": "udp"}, "3 packets", "3 pakker"),
        ({"packets": 3}, "3 packets", "3 pakker"),
        ({"window_s": 3}, "", ""),
        ({"tries": 2, "window_s": 0}, "2 tries", "2 forsøk"),
        ({"tries": 2, "window_s": 7200}, "2 tries in 2 h", "2 forsøk på 2 t"),
        ({"tries": "many"}, "tries many", "tries many"),
        ({"until": "x", "chance": 1, "odd": False, "odder": None, "a_b": "True"}, "a b", "a b"),
        ({"odd_one": "x", "tries": 1, "odd_two": True}, *["1 try, odd one x, odd two"] * 2),
    ],
)
def test_each_kind_of_count(evidence: dict[str, object], english: str, norwegian: str):
    """Counts, shares, sizes, lengths; what is stated elsewhere or is no is left out."""
    assert describe_counts(evidence, "en") == english
    assert describe_counts(evidence, "nb").replace("1 forsøk, odd", "1 try, odd") == norwegian


@pytest.mark.parametrize(
    ("value", "english", "norwegian"),
    [
        (0, "0", "0"),
        (0.04, "0", "0"),
        (0.05, "0.1", "0,1"),
        (3.14159, "3.1", "3,1"),
        (9.94, "9.9", "9,9"),
        (9.95, "9.9", "9,9"),
        (9.96, "10", "10"),
        (10.4, "10", "10"),
        (999, "999", "999"),
        (1_234_567, "1,234,567", "1 234 567"),
    ],
)
def test_numbers(value: float, english: str, norwegian: str):
    """Whole from ten on, one place below; thousands are set apart."""
    assert format_number(value, "en") == english
    assert format_number(value, "nb") == norwegian


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0 B"),
        (9.94, "9.9 B"),
        (999, "999 B"),
        (1000, "1 kB"),
        (9_940, "9.9 kB"),
        (9_999_999, "10 MB"),
        (5e9, "5 GB"),
        (5e12, "5 TB"),
        (5e15, "5,000 TB"),
    ],
)
def test_quantities(value: float, shown: str):
    """By thousands, up to the largest unit there is."""
    assert format_quantity(value, "B") == shown
    assert format_quantity(value, "B", "nb") == shown.replace(",", " ").replace(".", ",")


@pytest.mark.parametrize(
    ("value", "english", "norwegian"),
    [
        (0.521, "0.5 s", "0,5 s"),
        (119, "119 s", "119 s"),
        (120, "2 min", "2 min"),
        (7199, "120 min", "120 min"),
        (7200, "2 h", "2 t"),
        (0, "0 s", "0 s"),
    ],
)
def test_durations(value: float, english: str, norwegian: str):
    """In the largest unit of which there are two."""
    assert (format_duration(value, "en"), format_duration(value, "nb")) == (english, norwegian)


@pytest.mark.parametrize(
    ("evidence", "english", "norwegian"),
    [
        ({"replies_per_second": 5}, "5 large answers a second", "5 store svar i sekundet"),
        (
            {"packets_per_second": 514, "bits_per_second": 164_544, "of": "syn"},
            "514 SYN packets a second (165 kbit/s)",
            "514 SYN-pakker i sekundet (165 kbit/s)",
        ),
        ({"packets_per_second": 5, "protocol": "udp"}, "5 UDP packets a second", "5 UDP-pakker"),
        ({"syn_per_second": 0, "packets_per_second": 5}, "5 packets a second", "5 pakker"),
        ({"syn_per_second": 0}, "", ""),
        (
            {"syn_per_second": 12_345},
            "12,345 SYN packets a second",
            "12 345 SYN-pakker i sekundet",
        ),
    ],
)
def test_rates(evidence: dict[str, object], english: str, norwegian: str):
    """The first rate that was counted, of its own kind of packets."""
    assert describe_rate(evidence, "en") == english
    assert describe_rate(evidence, "nb").startswith(norwegian)
