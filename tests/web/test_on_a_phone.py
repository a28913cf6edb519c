"""What a phone of 390 by 844 shows of the desk: no page is endless, no head is cut in two."""

from email.message import EmailMessage
from email.policy import SMTP

import pytest

from aupkeep.app.context import bind
from aupkeep.app.enforcing.listen import set_listening
from web.conftest import Guest
from web.seed_cases import KARI, arrive
from web.seeded import Seeded
from web.test_browser import Open

pytestmark = pytest.mark.browser
PHONE = 390, 844
LINE = "element => element.getBoundingClientRect().height / parseFloat(getComputedStyle(element).lineHeight)"  # noqa: E501 - one expression of the browser's
MOST_LINES = 3


def lines(tab: Guest, selector: str) -> list[float]:
    """How many lines each of these takes."""
    return [element.evaluate(LINE) for element in tab.page.locator(selector).all()]


def height(tab: Guest, path: str) -> int:
    """How many pixels a page is high as it opens."""
    tab.go(path)
    return int(tab.page.evaluate("document.documentElement.scrollHeight"))


def test_pages_of_the_desk_are_short(guest: Open, seeded: Seeded):
    """Of 300 characters of a subject three lines stand in the inbox, and rules open by clause."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = "ola@stranger.example", "abuse@aupkeep.example"
    mail["Subject"] = "W" * 300
    mail.set_content("Something of yours is not as it should be.")
    arrive(seeded.context, mail.as_bytes())
    bind(seeded.context)
    tab = guest("light", PHONE)
    tab.sign_in()
    assert height(tab, "/policy") < 7000
    assert height(tab, "/inbox") < 3000
    assert max(lines(tab, ".items h2")) < MOST_LINES + 0.5
    assert height(tab, "/statistics") < 2500
    heads = tab.page.locator("table:visible thead th.num")
    assert heads.count() > 0
    assert max(head.evaluate(LINE) for head in heads.all()) < 2


def test_a_banner_says_one_sentence_and_the_rest_when_opened(guest: Open, seeded: Seeded):
    set_listening(seeded.context, wanted=True, reason="a drill", person=KARI.id)
    tab = guest("light", PHONE)
    tab.sign_in()
    assert tab.page.locator("details.banner").count() > 0
    for banner in tab.page.locator("details.banner").all():
        assert banner.locator("summary").evaluate(LINE) < MOST_LINES + 0.5
        closed = banner.evaluate(LINE)
        banner.locator("summary").click()
        assert banner.evaluate(LINE) > closed
