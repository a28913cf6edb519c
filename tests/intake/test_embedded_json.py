"""JSON between the words of a letter: what is read apart, and what stays as it stands."""

from aupkeep.intake.embedded_json import with_json_apart
from aupkeep.intake.mail.mail import Mail, MailPart, PartRole

BLOCK = '{\n  "source": {"ip": "192.0.2.1"},\n  "type": "brute-force"\n}'


def mail_of(text):
    return Mail(
        headers={}, feedback={}, original={}, parts=(MailPart(text=text, place=PartRole.PROSE),)
    )


def test_a_block_becomes_a_part_of_its_own():
    """The words keep their places, the object is data."""
    text = f"Please forward this:\n\n{BLOCK}\n\nThank you."
    words, block = with_json_apart(mail_of(text)).parts
    assert len(words.text) == len(text)
    assert words.text.split() == ["Please", "forward", "this:", "Thank", "you."]
    assert (block.text, block.place) == (BLOCK, PartRole.DATA)


def test_words_that_name_an_address_keep_all():
    """Which of both is meant is told by reading line for line."""
    mail = mail_of(f"192.0.2.9 attacks us.\n\n{BLOCK}\n")
    assert with_json_apart(mail) is mail


def test_what_is_no_json_stays():
    """A block of a configuration looks alike."""
    mail = mail_of("Our rule:\n\n{\n  allow 192.0.2.1;\n}\n")
    assert with_json_apart(mail) is mail


def test_json_alone_stays():
    """It is no letter."""
    mail = mail_of(BLOCK)
    assert with_json_apart(mail) is mail
