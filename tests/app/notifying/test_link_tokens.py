"""What was sent holds no live link in the database, and still replays from its facts."""

import pytest

from app.conftest import NOON
from aupkeep.app.notifying.notices import blanked
from aupkeep.model.link_tokens import without_tokens
from aupkeep.model.notice import Notice, NoticeKind, Party
from aupkeep.notify.fact_record import dump_facts, load_facts
from aupkeep.notify.render import render

TOKEN = "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4"
FACTS = {
    "provider": "Example Hosting", "desk": "Abuse desk", "local": None, "until": NOON,
    "link": f"https://abuse.example/sign-in/{TOKEN}/",
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "nb"])
def test_a_sent_notice_has_no_token_and_says_the_same_as_its_facts(language):
    words = render(NoticeKind.SIGN_IN, language, FACTS)
    notice = Notice(
        id="n1", kind=NoticeKind.SIGN_IN, party=Party.STAFF, case=None, decision=None,
        recipient="kari@x.example", language=language, title=words.title, text=words.text,
        message_id="<n1@x.example>", made_at=NOON, facts=dump_facts(FACTS),
    )  # fmt: skip
    assert TOKEN in notice.text
    sent = blanked(notice)
    assert TOKEN not in f"{sent.text}{sent.facts}"
    again = render(NoticeKind.SIGN_IN, language, load_facts(NoticeKind.SIGN_IN, sent.facts))
    assert again.text == sent.text


@pytest.mark.parametrize("page", ["c", "r", "sign-in", "report/confirm"])
def test_each_page_of_a_token_is_known(page):
    assert TOKEN not in without_tokens(f"Not Found: /{page}/{TOKEN}/")
