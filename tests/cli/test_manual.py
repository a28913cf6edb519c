"""What the command line tells a newcomer, a shell and the manual."""

import re

import pytest

from aupkeep.cli.group import COMMANDS, SECTIONS, group
from cli.test_doors import commands

OWN = pytest.mark.parametrize("runner", ["here"], indirect=True)


@OWN
def test_help_has_every_command_in_one_section(bare):
    """In the table's order, each section headed by its name."""
    shown = bare.text("--help").out
    assert set(SECTIONS) <= set(COMMANDS)
    assert re.findall(r"^  ([a-z][a-z-]*)  ", shown, re.MULTILINE) == list(COMMANDS)
    places = [shown.index(f"{title}:") for title in SECTIONS.values()]
    assert places == sorted(places)


@OWN
@pytest.mark.parametrize(
    ("word", "near"),
    [("custmers", "customers"), ("verfy", "verify"), ("cases", "case"), ("queue", "case list")],
)
def test_a_wrong_word_is_answered_with_those_near_it(bare, word, near):
    refused = bare(word)
    assert refused.code == 2
    assert "Did you mean" in refused.err
    assert near in refused.err


@OWN
def test_the_manual_names_every_command(bare):
    """With its options; no line of help is taken for a request of man(7)."""
    page = bare.text("setup", "man").out
    bold = {line.replace("\\-", "-") for line in re.findall(r"^\\fB(.*?)\\fR", page, re.MULTILINE)}
    assert set(commands(group)) <= bold
    requests = {line.split()[0] for line in page.splitlines() if line.startswith((".", "'"))}
    assert requests <= {".TH", ".SH", ".TP", ".br", ".sp"}


@OWN
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_completes_our_words(bare, shell):
    assert "_AUPKEEP_COMPLETE" in bare.text("setup", "completion", shell).out
