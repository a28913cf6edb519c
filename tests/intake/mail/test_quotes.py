"""A reply's new words, the thread it quotes and its signature are told apart."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.intake.mail.html_quotes import quotes_in
from aupkeep.intake.mail.html_text import text_of
from aupkeep.intake.mail.mail import read_mail
from aupkeep.intake.mail.quotes import TextOrigin, new_words, spans
from timing import assert_growth

CORPUS = Path(__file__).parents[4] / "shared" / "corpora" / "talon-replies"
FIXED = "We have mended it.\n\n"


@pytest.mark.parametrize(
    "thread",
    [
        "On 1 March 2026 at 12:00, Desk <abuse@a.example> wrote:\n> old\n",
        "On Sun, 1 Mar 2026 at 12:00, A Desk With A Long Name <\nabuse@a.example> wrote:\n\n> old",
        "Am 01.03.2026 um 12:00 schrieb Desk:\n> old\n",
        "Le dim. 1 mars 2026 à 12:00, Desk <abuse@a.example> a\nécrit :\n\n> old\n",
        "Den søn. 1. mars 2026 kl. 12:00 skrev Desk <abuse@a.example>:\n> old",
        "Op zo 1 mrt 2026 om 12:00 schreef Desk <abuse@a.example>:\n> old",
        "2026-03-01 12:00 GMT+01:00 Desk <abuse@a.example>:\n\n> old",
        "-----Original Message-----\nFrom: Desk\nold",
        "-------- Ursprüngliche Nachricht --------\nold",
        "________________________________\nFrom: Desk\nSent: Sunday\nTo: us\nSubject: case\n\nold",
        "Fra: Desk\nSendt: søndag\nTil: oss\nEmne: sak\n\nold",
        "Von: Desk\nGesendet: Sonntag\nAn: uns\nBetreff: Fall\n\nold",
        "De : Desk\nEnvoyé : dimanche\nÀ : nous\nObjet : cas\n\nold",
        "Van: Desk\nVerzonden: zondag\nAan: ons\nOnderwerp: zaak\n\nold",
        "*From:* Desk\n*Sent:* Sunday\n*To:* us\n*Subject:* case\n\nold",
        "Begin forwarded message:\n\nold",
        "> old\n> older\n",
    ],
)
def test_thread_is_quoted(thread: str) -> None:
    assert new_words(FIXED + thread) == FIXED.strip()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("On 1 Mar 2026 Desk wrote:\n> old\nNew below.", "New below."),
        ("> first\nyes\n> second\nno\n", "yes\nno"),
        ("From: 192.0.2.1\nTo: 198.51.100.2\nfailed", "From: 192.0.2.1\nTo: 198.51.100.2\nfailed"),
        ("At 14:20 we wrote: all is well. And more.", "At 14:20 we wrote: all is well. And more."),
        ("We restarted it at 14:20\nOn 1 Mar 2026 Desk wrote:\n> old", "We restarted it at 14:20"),
    ],
)
def test_what_is_between_or_like_a_quote_is_new(text: str, said: str) -> None:
    assert new_words(text) == said


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nAda Alder\nAlder AS",
        "Sent from my iPhone",
        "Von meinem iPhone gesendet",
        "Sendt fra Outlook for iOS",
        "Kind regards,\nAda",
        "Med vennlig hilsen\nAda Alder",
        "Ada Alder\n+47 555 01 234\nada@alder.example",
        "Ada Alder",
    ],
)
def test_signature_is_told_apart(signature: str) -> None:
    text = f"{FIXED}{signature}\n"
    found = spans(text, "Ada Alder")
    assert [one.speech for one in found] == [TextOrigin.NEW, TextOrigin.SIGNED]
    assert text[found[1].start : found[1].end].strip() == signature


@pytest.mark.parametrize(
    "html",
    [
        "<p>New.</p><div class='gmail_quote'>D wrote:<blockquote>old</blockquote></div>",
        "<p>New.</p><blockquote type='cite'>old</blockquote>",
        "<div>New.</div><span id='OLK_SRC_BODY_SECTION'>From: D<br>old</span>",
        "<p>New.</p><div id='divRplyFwdMsg'><b>From:</b> D</div><div>old</div>",
        "<p>New.</p><hr><b>From: </b>D<br><b>To: </b>us<br><b>Sent: </b>Sunday<br><p>old</p>",
        "<p>New.</p><div style='border-top:solid #B5C4DF 1.0pt'>From: D</div><p>old</p>",
        "<p>New.</p><div class='moz-cite-prefix'>D wrote:</div><blockquote>old</blockquote>",
    ],
)
def test_html_quote_is_known_by_its_marks(html: str) -> None:
    text = text_of(html)
    found = spans(text, quoted=quotes_in(html, text))
    said = "".join(text[one.start : one.end] for one in found if one.speech is TextOrigin.NEW)
    assert said.strip() == "New."


def test_indented_html_is_no_quote() -> None:
    html = "<blockquote style='margin:0 0 0 40px;border:none'>New.</blockquote>"
    assert quotes_in(html, text_of(html)) == ()


WORDS = st.sampled_from(
    ["On 1 Mar 2026 D wrote:", "> old", "-- ", "From: a", "Sent: b", "To: c", "Subject: d", "new",
     "", "-----Original Message-----", "Regards", "Ada", "https://a.example", "____________"]
)  # fmt: skip


@given(st.lists(WORDS | st.text(max_size=40), max_size=40).map("\n".join), st.text(max_size=20))
def test_spans_cover_the_text_without_a_gap(text: str, name: str) -> None:
    found = spans(text, name)
    assert "".join(text[one.start : one.end] for one in found) == text


TAGS = st.sampled_from(
    ["<blockquote>", "</blockquote>", "<hr>", "<div class=gmail_quote>", "</div>", "<div", "a",
     "\n", "<p>", "From: a<br>"]
)  # fmt: skip


@given(st.lists(TAGS, max_size=60))
def test_html_quotes_lie_in_the_text(pieces: list[str]) -> None:
    html = "".join(pieces)
    text = text_of(html)
    for start, end in quotes_in(html, text):
        assert 0 <= start < end <= len(text)
    spans(text, quoted=quotes_in(html, text))


@pytest.mark.parametrize(
    "unit",
    ["wrote ", "1/1/2026 ", "a@b.example ", "From: \n", "> \n", "-- \n", "On 1/1/26 @ wrote\n",
     "wrote:\n", "<hr>", "<div class=", "<blockquote>", "\n", "Regards\n"],
)  # fmt: skip
@pytest.mark.nightly("fuzz")
def test_twice_the_text_takes_about_twice_the_time(unit: str) -> None:
    def work(size: int) -> None:
        text = unit * (size // len(unit))
        spans(text, "Ada", quotes_in(text, text))

    assert_growth(work, 50_000)


@pytest.mark.corpora
@pytest.mark.skipif(not CORPUS.is_dir(), reason="../shared/corpora is not here")
def test_replies_of_many_mail_programs() -> None:
    """What their collection expects: the reply is "Hello" where no file says otherwise."""
    paths = sorted((CORPUS / "standard_replies").glob("*.eml"))
    for path in paths:
        mail = read_mail(path.read_bytes())
        text = mail.parts[0].text
        stated = path.with_name(f"{path.stem}_reply_text")
        want = stated.read_text("utf-8") if stated.exists() else "Hello"
        found = spans(text, mail.sender_name or "")
        said = "".join(text[o.start : o.end] for o in found if o.speech is not TextOrigin.QUOTED)
        assert said.split() == want.split(), path.name
    assert len(paths) > 5
