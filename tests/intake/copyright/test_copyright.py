"""Copyright letters are told apart by what the law asks to stand in each."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.intake.copyright.claimed_urls import claimed_urls
from aupkeep.intake.copyright.letters import LetterKind, classify
from aupkeep.intake.reading import read
from aupkeep.model.report import ReadingOutcome
from timing import assert_growth

CORPUS = Path(__file__).parents[4] / "shared" / "corpora" / "github-dmca"
SWORN = (
    "I have a good faith belief that the use is not authorized by the copyright owner, its agent or"
    " the law. Under penalty of perjury: I am the owner of an exclusive right that is infringed."
    " Please remove https://shop.example/copy.zip. "
)
CONTESTED = (
    "My page was disabled as a result of a mistake or misidentification. I consent to the"
    " jurisdiction of the court, under penalty of perjury."
)
LISTED = (
    "The copyrighted work is at\nhttps://a.example/w\n\nInfringing files:\n\n"
    "https://b.example/1\n\nhttps://b.example/2"
)
ASKED = (
    "**Where is the original work?**\n\nhttps://a.example/w\n\n"
    "**Which files should be taken down?**\n\nhttps://b.example/1"
)


@pytest.mark.parametrize(
    "words",
    [
        "We hereby withdraw our copyright complaint of Monday.",
        "Please consider the DMCA notice below withdrawn.",
        "The infringement report was sent in error; kindly put the site back.",
        "We no longer wish to pursue this copyright claim. You may restore access.",
        "Please disregard our earlier takedown notice: the author has a licence.",
        "Our earlier DMCA notice is resolved with the author: please restore his repository.",
        "We take this back: I would like to cancel my DMCA request. The text was:\n" + SWORN,
    ],
)
def test_withdrawing_is_a_retraction(words: str) -> None:
    found = classify(words)
    assert found is not None
    assert found.notice is LetterKind.RETRACTION


@pytest.mark.parametrize(
    "words",
    [
        SWORN,
        SWORN + "If you remove it we will withdraw this notice.",
        "Your user stole our copyrighted photographs without our permission. Take them down.",
        "Remove this repository: proprietary source code, leaked without our permission.",
        "Das ist eine Urheberrechtsverletzung. Bitte löschen Sie die Bilder.",
        "Cette page est une contrefaçon de nos droits d'auteur. Veuillez la retirer.",
        "Siden krenker vår opphavsrett. Fjern den.",
        "De pagina maakt inbreuk op ons auteursrecht. Verwijder haar.",
        "Es una infracción de nuestros derechos de autor. Solicitamos eliminarla.",
        "该仓库侵犯了我们的著作权,属于侵权行为,请删除",
        "You disregard your own rules. " + SWORN,
        SWORN + "If your client believes this is a mistake he may submit a counter-notice under"
        " 512(g); he must consent to jurisdiction and accept service of process.",
    ],
)
def test_accusing_is_a_takedown(words: str) -> None:
    found = classify(words)
    assert found is not None
    assert found.notice is LetterKind.TAKEDOWN


@pytest.mark.parametrize(
    "words",
    [
        CONTESTED,
        "This is a counter notice: my files were taken down by mistake. > " + SWORN,
    ],
)
def test_contesting_is_a_counter_notice(words: str) -> None:
    found = classify(words)
    assert found is not None
    assert found.notice is LetterKind.COUNTER


def letters() -> list[tuple[LetterKind, str]]:
    """Our own letters, by what they are."""
    text = Path(__file__).with_name("copyright_letters.txt").read_text(encoding="utf-8")
    kinds = {"R": LetterKind.RETRACTION, "C": LetterKind.COUNTER, "T": LetterKind.TAKEDOWN}
    found = [one.partition("\n") for one in text.split("@@ ")[1:]]
    return [(kinds[kind.strip()], words) for kind, _, words in found]


@pytest.mark.parametrize(("notice", "words"), letters())
def test_letters_of_many_sorts_and_languages_are_told_apart(notice: LetterKind, words: str) -> None:
    found = classify(words)
    assert found is not None
    assert found.notice is notice


@pytest.mark.parametrize(
    "words",
    [
        "The git repository will be restored at 10:00. Copyright 2026 Example AS.",
        "Please restore the backup of my server: the repository is corrupted.",
        "Our site was disabled after the copyright notice. The file is gone, please restore it.",
        "Someone copied our login page without our consent: http://a.example/. Take it down.",
        "To answer a copyright complaint you may submit a counter-notice and accept service of it.",
        "Someone used our server without our permission. The password was stolen; we removed it.",
        "Copyright 2026 Example AS. All rights reserved. Unsubscribe here.",
        "To cancel your subscription request, write to us. Copyright Example AS.",
        "Your host 192.0.2.7 keeps guessing passwords.",
        "My server was taken down by mistake, please restore it. I would like to appeal.",
        "The issue with our repository server is solved. You can enable the port again.",
        "We host a repository that was disabled. The malware is gone, please enable it again.",
        "Confidential information of our customers is leaked on http://a.example/x. Remove it.",
        "This mail is confidential and proprietary. Delete it if it reached you in error.",
        "",
    ],
)
def test_other_words_are_no_copyright_letter(words: str) -> None:
    assert classify(words) is None


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("Our original: https://a.example/w\nIt was copied to https://b.example/c", ["/c"]),
        (LISTED, ["/1", "/2"]),
        (ASKED, ["/1"]),
        ("Remove https://b.example/1 under https://a.example/legal/dmca", ["/1"]),
        ("These files are a copy of our official work:\nhttps://b.example/1", ["/1"]),
        ("https://b.example/1", ["/1"]),
        ("See [our guide](https://a.example/guide) first. Delete https://b.example/1.", ["/1"]),
        ("No page is named here.", []),
        (
            "Infringing: https://b.example/1\n\nRegards,\nAda\n\nAppendix\n\nhttps://a.example/w",
            ["/1"],
        ),
        (
            "Copied to https://b.example/1. Ours can be bought at the following link:\n\nhttps://a.example/w",
            ["/1"],
        ),
        ("Works infringed are at the following links:\n\nhttps://b.example/1", ["/1"]),
        ("We sell it at our shop, https://a.example/w. It was copied.", []),
        ("The site at https://b.example/1 is selling our books without permission.", ["/1"]),
        ("One of our students posted the answers of our course: https://b.example/1", ["/1"]),
    ],
)
def test_only_the_copies_are_claimed(text: str, urls: list[str]) -> None:
    assert [
        claimed_url.url.removeprefix("https://b.example") for claimed_url in claimed_urls(text)
    ] == urls


def test_pages_of_the_claimant_are_never_claimed() -> None:
    assert claimed_urls("Remove https://www.press.example/x", own="press.example") == []


@given(st.text(alphabet=st.sampled_from("copyright https://a.example/ infringing \n*?:>1.")))
def test_every_claimed_url_stands_where_it_says(text: str) -> None:
    classify(text)
    for claimed_url in claimed_urls(text):
        assert 0 <= claimed_url.start < claimed_url.end <= len(text)
        assert claimed_url.url.startswith(("http", "ftp"))


@pytest.mark.parametrize(
    "unit",
    ["please restore ", "our ", "infring", "http://a.example/ ", "counter notice ",
     "withdraw notice ", "the files is our ", "without our ", "*", "\n", "not authorized by "],
)  # fmt: skip
def test_twice_the_text_takes_about_twice_the_time(unit: str) -> None:
    def work(size: int) -> None:
        text = "copyright " + unit * (size // len(unit))
        classify(text, "x")
        claimed_urls(text)

    assert_growth(work, 20_000)


def test_prose_about_an_address_at_a_time_is_left_to_records() -> None:
    text = SWORN + "\n\nIP: 203.0.113.9\nPort: 6881\nTime: 2026-03-01 10:00:00 UTC\n"
    [(_, reading)] = read(text.encode(), "x.txt")
    assert reading.container == "text"
    assert [str(finding.subject.address) for finding in reading.findings] == ["203.0.113.9"]


@pytest.mark.slow
@pytest.mark.corpora
@pytest.mark.skipif(not CORPUS.is_dir(), reason="../shared/corpora is not here")
def test_published_notices_are_told_apart() -> None:
    """By the names of their files; a takedown almost always names what it wants gone."""
    right = named = 0
    paths = [path for path in sorted(CORPUS.rglob("*.md")) if path.name != "MANIFEST.md"]
    for path in paths:
        name = path.name.lower()
        want = "counter" if "counter" in name else "retract" if "retract" in name else "takedown"
        [(_, reading)] = read(path.read_bytes(), path.name)
        right += want in (reading.reason or "").partition("(")[0]
        named += reading.outcome is ReadingOutcome.PARSED
        assert (want == "takedown") or not reading.findings, path
    assert right >= 0.98 * len(paths)
    assert named >= 0.9 * len(paths)
