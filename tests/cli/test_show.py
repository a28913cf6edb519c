"""What a terminal gets: plain words, whoever wrote them."""

from aupkeep.cli.output import listing, pairs, show, table


def test_words_from_outside_do_not_steer_the_terminal(capsys):
    """Escapes, the bell and marks that turn the direction are shown as what they are."""
    hostile = "a\x1b[2J\x07b\x9b1mc\u202ed\tend"
    show("text", None, lambda: [*pairs({"title": hostile}), *table(["title"], [[hostile]], "")])
    told = capsys.readouterr().out
    assert "\t" in told
    assert not any(ord(one) < 32 and one not in "\t\n" for one in told)
    assert not any(one in told for one in "\x9b\u202e")


def test_lists_and_truth_are_words(capsys):
    """Nothing of Python's own spelling, and no line for what is not there."""
    row = {
        "cases": ["A", "B"],
        "on": True,
        "off": False,
        "none": None,
        "who": [{"a": 1, "b": None}],
    }
    show("text", row, lambda: pairs(row))
    told = [line.split(maxsplit=1)[1:] for line in capsys.readouterr().out.splitlines()]
    assert told == [["A, B"], ["yes"], ["no"], ["1"]]


def test_fields_kinds_measures_and_times_are_words():
    """A person reads no identifier; a column that holds nothing is left out."""
    row = {
        "made_at": "2026-03-01T12:00:32.000774Z",
        "kind": "connection/login_attack",
        "measure": "block-port",
        "state": "waiting",
        "done_by": None,
    }
    told = list(listing(list(row), [row], "", {"state": "grant.is"}))
    assert told[0].split("  ")[0] == "written"
    assert "handled by" not in told[0]
    assert told[1].split("  ") == [
        "2026-03-01 12:00:32 UTC",
        "Password guessing",
        "Close one port out",
        "Waits for a second person",
    ]
    assert list(pairs({"at": "2026-03-01T12:00:32.250Z"})) == ["at  2026-03-01 12:00:32.250 UTC"]
