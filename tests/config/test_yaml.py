"""YAML as policies and settings take it: lines, no coercion, nothing hostile."""

import re
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aupkeep.config import yaml
from aupkeep.config.yaml import MAX_BYTES, BadYaml, read_yaml
from aupkeep.model.errors import Invalid
from examples import times


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("yes", "yes"),
        ("true", True),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-3", -3),
        ("012", 12),
        ("0o14", "0o14"),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        (".nan", ".nan"),
        ("'12'", "12"),
        ("1:30", "1:30"),
        ("2026-01-02", "2026-01-02"),
        ("[a, no]", ["a", "no"]),
        ("no: no", {"no": "no"}),
        ("25: x", {"25": "x"}),
        ('"\\ud83d\\ude00"', "\U0001f600"),
        ('{"a":1,"b":[true,null]}', {"a": 1, "b": [True, None]}),
    ],
)
def test_scalars_follow_the_core_schema_of_yaml_1_2(text: str, value: object):
    found = read_yaml(text, "f").plain()
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("a: 1\nb: 2\na: 3", 3, "line 1 already"),
        ("a: &x 1\nb: *x", 1, "anchor"),
        ("b: *x", 1, "alias"),
        ("a: 1\nb: !!python/object 2", 2, "tag"),
        ("a: 1\nb: !customer.protected", 2, "quotes"),
        ("a:\n\tb: 1", 2, "tab"),
        ("a: 1\n---\nb: 2", 2, "second"),
        ("%YAML 1.1\n---\na: no", 2, "%YAML"),
        (b"a: 1\nb: \xff", 2, "UTF-8"),
        ("a: 1\nb: \ud800", 2, "UTF-8"),
        ("a: 1\nb: [1, 2", 2, "YAML"),
        ("a: x\x00", 1, "printable"),
        ('a: "\\UFFFFFFFF"', 1, "YAML"),
        ('a: "\\ud83d"', 1, "half a surrogate"),
        ('a: 1\nb: "\\0"', 2, "NUL"),
        ("[" * 40 + "]" * 40, 1, "32 levels"),
        ("a: 1\n? [x]\n: 1", 2, "plain key"),
        ("a: 1e999", 1, "finite"),
        ("a: 99999999999999999", 1, "number up to"),
        ("x" * (MAX_BYTES + 1), 1, "bytes"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_can_surprise_a_reader_is_refused_with_its_line(text: str, line: int, word: str):
    with pytest.raises(BadYaml, match=word) as caught:
        read_yaml(text, "rules.yaml")
    assert (caught.value.file, caught.value.line) == ("rules.yaml", line)


def test_every_value_knows_its_line():
    node = read_yaml("a: 1\nb:\n  c:\n    - x\n    - y\nd: |\n  one\n  two\n", "f")
    items = node.mapping()["b"].mapping()["c"].items()
    assert [item.line for item in items] == [4, 5]
    assert (node.mapping()["d"].line, node.mapping()["d"].literal) == (7, True)
    assert node.lines == {"a": 1, "b": 2, "d": 6}


@pytest.mark.parametrize("reading", ["mapping", "items", "text", "whole"])
def test_a_wrong_shape_names_expected_and_found(reading: str):
    with pytest.raises(Invalid, match=r"^f:1: expected .*, found True$"):
        getattr(read_yaml("true", "f"), reading)()


@settings(deadline=None)
@given(st.one_of(st.binary(max_size=80), st.text(alphabet="[]{}:-?&*!|>'\"%@#,a1\\Ux \n\t.~")))
def test_no_bytes_raise_anything_but_invalid(text: str | bytes):
    with suppress(BadYaml):
        read_yaml(text, "f").plain()


PIECES = r"""a b 1 no true ~ 1.5 é - : { } [ ] , " ' | > |2 ? # % @ & * ! \ \u0041 \/ << = \t"""
LAYOUT = (
    "\n",
    "\n  ",
    "\n    ",
    "- ",
    ": ",
    ", ",
    " #",
    "? ",
    "---\n",
    "\r",
    "k: v\n",
    "- x\n",
    "  y: z\n",
)
BITS = (*PIECES.split(), *LAYOUT, "\t", " ")
NEVER, ALWAYS = re.compile("$^"), re.compile("")
SHIPPED = sorted(Path(yaml.__file__).parents[1].rglob("*.yaml"))


def read_by(parser: re.Pattern[str], text: str) -> object:
    """What one of the two parsers makes of a text, or that it refuses it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml, "ODD", parser)
        try:
            return read_yaml(text, "f").plain()
        except BadYaml:
            return BadYaml


@settings(max_examples=times(5))
@given(st.lists(st.sampled_from(BITS), max_size=14).map("".join))
def test_the_quick_parser_reads_what_the_slow_one_reads(text: str):
    """Libyaml is of YAML 1.1: what it would read otherwise is not given to it."""
    if not yaml.ODD.search(text) and (quick := read_by(NEVER, text)) is not BadYaml:
        assert quick == read_by(ALWAYS, text)


def test_what_ships_is_read_alike_by_both():
    assert len(SHIPPED) > 50
    for path in SHIPPED:
        text = path.read_text("utf-8")
        assert read_by(yaml.ODD, text) == read_by(ALWAYS, text) is not BadYaml, path
