"""Pages and names that a mail points at, with and without a scheme."""

from datetime import UTC, datetime

import pytest

from aupkeep.intake.extract.findings import extract
from aupkeep.intake.extract.urls import read_url
from aupkeep.model.origin import parse_origin

SENT = datetime(2026, 3, 2, 12, tzinfo=UTC)


def read(text, title="Phishing"):
    return extract(
        [text], source=parse_origin("mail:?reporter.example"), sent_at=SENT, title=title
    ).findings


@pytest.mark.parametrize(
    ("text", "url", "domain"),
    [
        ("See evil[.]example/login", "evil.example/login", "evil.example"),
        ("The domain evil(dot)example was registered for it", None, "evil.example"),
        (
            "URL: www.evil.example/login.php?x=1",
            "www.evil.example/login.php?x=1",
            "www.evil.example",
        ),
        ("The page is hosted at http://evil.example/a", "http://evil.example/a", "evil.example"),
        ("hXXps[:]//evil[.]example/a", "https://evil.example/a", "evil.example"),
        ("Die Seite liegt unter http://evil.example/a", "http://evil.example/a", "evil.example"),
    ],
)
def test_what_a_mail_points_at_is_read(text, url, domain):
    """A page keeps its path, and a name alone is the name: what stands there means the value."""
    (found,) = read(text)
    assert (found.subject.url, found.subject.domain) == (url, domain)
    place = found.offsets["url" if url else "domain"]
    assert read_url(text[place.start : place.end]) == (url or domain)


@pytest.mark.parametrize(
    "text",
    [
        "Write to abuse@evil[.]example about it",
        "It looks like www.bank.example",
        "Version 1[.]2[.]3 of the kit, file kit.zip and kit.tar.gz",
        "See www.reporter.example/case/1",
        "Our official page is bank[.]example",
    ],
)
def test_what_it_only_mentions_is_not(text):
    """Mail addresses, versions, files, the reporter's own and the copied site are no claims."""
    assert read(text) == []


def test_a_name_is_not_its_pages():
    """A name and a page on it are two claims."""
    found = read("evil[.]example and evil[.]example/login")
    assert {(one.subject.url, one.subject.domain) for one in found} == {
        (None, "evil.example"), ("evil.example/login", "evil.example"),
    }  # fmt: skip
