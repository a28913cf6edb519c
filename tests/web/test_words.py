"""The words of the public pages."""

import re

from aupkeep.app.pages.grants.page import DeskDid
from aupkeep.app.pages.journal.page import Content
from aupkeep.app.pages.layout.menu import PAGES
from aupkeep.app.pages.reporter.page import Progress, Result
from aupkeep.app.pages.settings.page import SettingOrigin, Switch
from aupkeep.model.case import AnswerKind, Outcome
from aupkeep.model.grant import GrantKind, GrantScope, GrantState
from aupkeep.model.inquiry import InquiryState
from aupkeep.model.ladder import Standard
from aupkeep.model.notice import NoticeKind, NoticeState, Party
from aupkeep.model.permission import PermissionState
from aupkeep.policy.pack import Status
from aupkeep.web.views.staff import DONE
from aupkeep.web.words import CATALOGUES, say


def test_every_language_has_every_key_with_the_same_values():
    """A missing key or a value dropped in translation would show only to some readers."""
    english = CATALOGUES["en"]
    for language, words in CATALOGUES.items():
        assert set(words) == set(english), language
        for key, text in words.items():
            assert places(text) == places(english[key]), key


def test_a_number_brings_its_noun():
    """One is one, in both languages; `0` and `40+` are many."""
    assert say("en", "ntc.tries", count=1) == "1 try"
    assert [say("en", "ntc.tries", count=count) for count in (0, 7)] == ["0 tries", "7 tries"]
    assert say("nb", "desk.cases.claims", count=1, cases="40+") == "1 påstand i 40+ saker"


def places(text: str) -> list[str]:
    """The values that words name, whatever their nouns are."""
    return sorted(re.findall(r"{(\w+)", text))


def test_every_value_that_is_shown_has_words():
    for prefix, values in (
        ("answer", AnswerKind),
        ("attacked", AnswerKind),
        ("customer.closed", Outcome),
        ("reporter", Progress),
        ("reporter.lead", Result),
        ("ntc.kind", NoticeKind),
        ("ntc.state", NoticeState),
        ("ntc.party", Party),
        ("perm.state", PermissionState),
        ("grant.kind", GrantKind),
        ("grant.is", GrantState),
        ("grant.scope", GrantScope),
        ("grant.desk", DeskDid),
        ("perm.none", PermissionState),
        ("inq.state", InquiryState),
        ("inq.none", InquiryState),
        ("jrn.content", Content),
        ("set.turn", Switch),
        ("set.stops", Switch),
        ("set.goes-on", Switch),
        ("set.origin", SettingOrigin),
        ("pol.status", Status),
        ("pol.standard", Standard),
        ("sta.outcome", Outcome),
        ("done", DONE),
        ("menu", [key for group in PAGES.values() for key, _ in group]),
        ("menu", filter(None, PAGES)),
    ):
        for value in values:
            assert f"{prefix}.{value}" in CATALOGUES["en"]
