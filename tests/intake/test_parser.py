"""Which parser reads a mail; the example of docs/adding/parser.md works."""

import re
import textwrap
from pathlib import Path

from aupkeep.intake.mail.mail import read_mail
from aupkeep.intake.parser import Parser, fallbacks, parsers, structured

PAGE = Path(__file__).parents[2] / "docs" / "adding" / "parser.md"
EVENT = b"""From: a@reporter.example
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: application/json; name=event.json

{"attacker": "192.0.2.1", "seen": "2026-03-01T12:00:00Z"}
--b--
"""


def test_fallbacks_are_asked_last() -> None:
    ranks = [parser.fallback for parser in parsers()]
    assert ranks == sorted(ranks)
    assert True in ranks


def test_a_fallback_reads_only_what_no_other_recognises() -> None:
    mail = read_mail(EVENT.replace(b'"attacker"', b'"xarf_version": 4, "x"'))
    assert [parser.name for parser in structured(mail) or fallbacks(mail)] == ["xarf"]


def test_the_parser_of_the_page_works() -> None:
    text = PAGE.read_text("utf-8")
    code = re.search(r"^    .*?(?=^1\. )", text, re.MULTILINE | re.DOTALL)
    assert code
    space: dict[str, object] = {}
    exec(textwrap.dedent(code[0]), space)  # noqa: S102 - the page's own example
    parser = space["PARSER"]
    assert isinstance(parser, Parser)
    mail = read_mail(EVENT)
    assert parser.recognises(mail)
    assert [str(found.subject) for found in parser.parse(mail)] == ["192.0.2.1"]  # type: ignore[union-attr]
