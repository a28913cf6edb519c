"""The words of the public pages."""

import re

from aupkeep.app.pages.reporter.page import Progress, Result
from aupkeep.model.case import AnswerKind, Outcome
from aupkeep.web.words import CATALOGUES


def test_every_language_has_every_key_with_the_same_values():
    """A missing key or a value dropped in translation would show only to some readers."""
    english = CATALOGUES["en"]
    for language, words in CATALOGUES.items():
        assert set(words) == set(english), language
        for key, text in words.items():
            assert sorted(re.findall(r"{\w+}", text)) == sorted(
                re.findall(r"{\w+}", english[key])
            ), key


def test_every_value_that_is_shown_has_words():
    for prefix, values in (
        ("answer", AnswerKind),
        ("attacked", AnswerKind),
        ("customer.closed", Outcome),
        ("reporter", Progress),
        ("reporter.lead", Result),
    ):
        for value in values:
            assert f"{prefix}.{value}" in CATALOGUES["en"]
