"""The staff console in Bokmål: every page, every word that a page has of its own."""

import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.test import Client

import aupkeep
from aupkeep.app.pages.in_language import catalogue, in_language
from aupkeep.app.pages.labels import entry_words
from aupkeep.app.policies import install_sample
from aupkeep.intake.feed import feeds
from aupkeep.model.entry import EntryType
from aupkeep.store import log, staff
from aupkeep.telemetry.detect.engine import detectors
from web.seeded import Seeded, text_of
from web.test_pages import STAFF

TEMPLATES = Path(aupkeep.__file__).parent / "web" / "templates" / "aupkeep"
TAG = re.compile(r"""\{% (?:t|plural \S+) ("[^"]*"|'[^']*')(?: "([^"]*)")?""")
ENGLISH = re.compile(
    r"\b(?:the|of|was|were|it|its|not|with|this|that|these|those|until|are|has|have|nothing|nobody"
    r"|you|your|which|what|when|whose|where|case|cases|measure|measures|since|decided|customer"
    r"|evidence|state|open|closed|none|never|again|reported|seen)\b",
    re.IGNORECASE,
)
NAMED = re.compile(
    r"\S*(?:\.example|long)\S*|me, nobody|nothing of ours|\([a-z]+(?:-[a-z]+)+\)"
)  # of the seeds, and the id of a rule
WRITTEN = re.compile(
    r"212 failed logins, and it goes on|Access without permission: .*"
)  # by people
QUIET = {"code", "pre", "kbd", "script", "style", "textarea", "blockquote"}
DATA = {"mono", "source", "quoted", "clause", "brand", "who"}  # what people or machines wrote
SHOWN = ("aria-label", "title", "placeholder", "data-l")
VOID = {"input", "meta", "link", "br", "img", "hr", "rect", "line", "path"}


class Words(HTMLParser):
    """The words of a page that are its own: not in a language of their own, not data."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        data = DATA & set((given.get("class") or "").split())
        other = tag != "html" and given.get("lang", "nb") != "nb"
        quiet = self.quiet or tag in QUIET or bool(data) or other
        if not quiet:
            self.words += [given[name] or "" for name in SHOWN if name in given]
        if tag not in VOID:
            self.open.append((tag, quiet))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if not self.quiet and data.strip():
            self.words.append(" ".join(data.split()))

    @property
    def quiet(self):
        return bool(self.open) and self.open[-1][1]


def english(page: str) -> list[str]:
    """The words of a page that are English, without names of machines and what people wrote."""
    words = (WRITTEN.sub("", NAMED.sub("", text)) for text in Words(page).words)
    return [text for text in words if ENGLISH.search(text)]


def asked() -> Iterator[tuple[str, str]]:
    """Each English text that a template asks for, and where."""
    for path in TEMPLATES.rglob("*.html"):
        for match in TAG.finditer(path.read_text("utf-8")):
            yield path.name, match[1][1:-1]
            if match[2]:
                yield path.name, match[2]


@pytest.fixture(autouse=True)
def written_in_bokmal(seeded: Seeded) -> Iterator[None]:
    """The operator's policy is in Bokmål, as `aupkeep init --language nb` leaves it."""
    assert install_sample(seeded.context.home, "nb")
    yield
    shutil.rmtree(seeded.context.home.policy)


@pytest.fixture
def norwegian(seeded: Seeded, kari: Client) -> Client:
    """Kari, who has switched her pages to Norwegian on her own page."""
    assert kari.post("/account/language", {"language": "nb"}).status_code == 302
    return kari


def test_the_switch_is_the_persons_own_and_stands_in_the_journal(seeded: Seeded, norwegian):
    by_address = {person.address: person.language for person in staff.all()}
    assert by_address.pop("kari@aupkeep.example") == "nb"
    assert set(by_address.values()) == {"en"}
    last = log.entries(types=(EntryType.STAFF_ADDED,))[-1].entry
    assert (last.payload["language"], last.actor.id) == ("nb", "kari@aupkeep.example")
    assert norwegian.post("/account/language", {"language": "xx"}).status_code == 422
    assert "Lest på norsk" not in text_of(norwegian, "/account")


def test_the_finder_finds_english_and_leaves_data_alone():
    page = (
        '<p>Ta den <b title="Take it, case">nå</b> <span lang="en">the rule</span></p><pre>of</pre>'
    )
    assert english(page) == ["Take it, case"]


def test_no_page_has_english_words_of_its_own(seeded: Seeded, norwegian: Client):
    found = {}
    for path in [*STAFF, "/account", "/case/{acted}", "/sources?view=unproven", "/queue?view=all"]:
        page = text_of(norwegian, seeded.at(path))
        assert '<html lang="nb"' in page, path
        if words := english(page):
            found[path] = words
    assert found == {}


def test_each_text_of_a_template_has_its_bokmal():
    assert [(name, text) for name, text in asked() if in_language(text, "nb") is None] == []
    assert len(list(asked())) > 400


def test_the_terms_of_each_list_have_their_bokmal():
    terms = {feed.terms for feed in feeds().values()}
    assert [text for text in terms if in_language(text, "nb") is None] == []


def test_the_entries_of_the_journal_have_their_bokmal():
    titles = {entry_words(kind) for kind in EntryType}
    assert [text for text in sorted(titles) if in_language(text, "nb") is None] == []


def test_our_detectors_have_their_bokmal():
    """What each looks for and what its thresholds count; a new one may come without any of it."""
    known = 0
    for detector in detectors().values():
        texts = [detector.says, *(words for _, words in detector.defaults.values())]
        english_only = [text for text in texts if in_language(text, "nb") is None]
        assert english_only in ([], texts), detector.name
        known += not english_only
    assert known > 20


def test_the_catalogue_keeps_what_it_translates():
    """No empty words, and a sentence ends like its English."""
    for text, words in catalogue().items():
        assert words.strip() == words
        assert words, text
        assert text.endswith(("…", "?")) == words.endswith(("…", "?")), text
