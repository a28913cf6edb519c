"""What the desk sees of a source: the lines that were read, the exact words marked."""

from types import SimpleNamespace

import pytest

from aupkeep.app.pages.source_text import LONGEST, excerpt


def claim(**offsets):
    return SimpleNamespace(finding=SimpleNamespace(offsets=offsets))


def marked(parts):
    return [(part.mark, part.text) for part in parts if part.mark]


def place(text, words):
    start = text.index(words)
    return (0, start, start + len(words))


@pytest.mark.parametrize("whole", [True, False])
def test_the_exact_words_are_marked(whole):
    """Each value that was read is marked where it stands, and only there."""
    text = "Hello,\nspam from 192.0.2.1 port 25 at noon\n<b>bye</b>\n"
    parts, _ = excerpt(
        [text], [claim(address=place(text, "192.0.2.1"), port=place(text, "25"))], whole=whole
    )
    assert marked(parts) == [("address", "192.0.2.1"), ("port", "25")]
    assert "".join(part.text for part in parts) in text


def test_a_time_that_two_lines_frame_is_marked_at_both_ends():
    """What stands between the ends keeps a mark of its own."""
    text = "First seen: 10:00\nIP: 192.0.2.1\nLast seen: 11:00\n"
    start, end = text.index("10:00"), text.index("11:00") + 5
    parts, _ = excerpt(
        [text], [claim(at=(0, start, end), address=place(text, "192.0.2.1"))], whole=True
    )
    assert marked(parts) == [("at", "10:00"), ("address", "192.0.2.1"), ("at", "Last seen: 11:00")]


def test_a_long_line_is_cut_around_its_words():
    """A line of a megabyte shows the words that were read and little beside them."""
    text = "x" * 500_000 + " 192.0.2.1 " + "y" * 500_000
    parts, cut = excerpt([text], [claim(address=place(text, "192.0.2.1"))], whole=True)
    assert cut
    assert marked(parts) == [("address", "192.0.2.1")]
    assert sum(len(part.text) for part in parts) <= LONGEST


def test_offsets_that_do_not_fit_mark_nothing():
    """A place outside the text, or of no length, is passed over."""
    outside = claim(address=(0, 3, 99), at=(4, 0, 1), port=(0, 2, 2))
    assert excerpt(["short"], [outside], whole=True) == ((), False)
