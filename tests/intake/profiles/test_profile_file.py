"""A reporter's file is read strictly: whatever it holds, only a line with a reason is raised."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aupkeep.config.yaml import BadYaml
from aupkeep.intake.profiles.profile import Profile
from aupkeep.intake.profiles.profile_file import read_profile
from aupkeep.intake.profiles.registry import shipped

FILES = {path.stem: path.read_text("utf-8") for path in sorted(shipped().glob("*.yaml"))}
TOP = "name: own\ntitle: Own\nfrom: [desk@own.example]\n"
VALUES = ("[]", "{}", "''", "0", "-1", "true", "null", "[[]]", "{a: {b: c}}", "'{'", "'{any}'", "x")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("from: [desk@own.example]", "each key once"),
        ("from: desk@own.example", "each key once"),
        ("proof: Own.Example", "a domain in lower case"),
        ("trust: 0", "a number above 0 and up to 1"),
        ("trust: true", "a number above 0 and up to 1"),
        ("role: attacker", "one of offender, victim, vulnerable, controller"),
        ("dates: ymd", "one of dmy, mdy"),
        ("language: english", "two letters"),
        ("zone: CET+1", "a time zone such as Europe/Berlin"),
        ("outcome: {parsed: x}", "one of `ignored:` and `inbox:`"),
        ("outcome: ignored", "`ignored:` or `inbox:` with the reason"),
        ("mails: [{subject: ['{any}']}]", "a reporter with the key 'name'"),
        ("mails: [{name: a-sort, name2: x}]", "one of name, subject,"),
        ("read: [{lines: ['{any}']}]", "`after`, or a word"),
        ("read: [{text: ['{address} is bad']}]", "a text that begins with a word"),
        (
            "read: [{lines: ['IP {address}'], columns: [address]}]",
            "`lines` or `text`, or `columns`",
        ),
        ("read: [{columns: [adress]}]", "one of address, port,"),
        ("read: [{columns: {adress: IP}}]", "one of address, port,"),
        ("read: [{columns: [address], separator: dash}]", "one of comma, semicolon, tab, bar"),
        ("read: [{lines: ['IP {address}'], otherwise: maybe}]", "true or false"),
        ("kinds: [spam]", "words and the kind each means"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(line, expected):
    """The message names the line, and what was expected there."""
    with pytest.raises(BadYaml) as told:
        read_profile(TOP + line + "\n", "own.yaml")
    assert str(told.value).startswith("own.yaml:4: ")
    assert expected in str(told.value)


def test_a_profile_for_anyone_needs_a_cheap_mark():
    """What is looked at for every mail must not search its text."""
    with pytest.raises(BadYaml, match="a subject, header, feedback or attachment mark"):
        read_profile("name: own\ntitle: Own\nbody: [words]\n", "own.yaml")


@pytest.mark.parametrize("name", FILES)
def test_any_change_of_a_file_is_sound_or_refused(name):
    """Whatever stands in place of a value, nothing but `BadYaml` is raised."""
    lines = FILES[name].splitlines()

    @settings(max_examples=40, derandomize=True, deadline=None, database=None)
    @given(st.integers(0, len(lines) - 1), st.sampled_from(VALUES), st.booleans())
    def check(at: int, value: str, cut: bool) -> None:  # noqa: FBT001 - drawn
        key, colon, _ = lines[at].partition(":")
        changed = [] if cut else [f"{key}{colon} {value}"]
        text = "\n".join([*lines[:at], *changed, *lines[at + 1 :]])
        try:
            found = read_profile(text, "own.yaml")
        except BadYaml:
            return
        assert isinstance(found, Profile)

    check()
