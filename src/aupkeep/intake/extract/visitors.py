r"""Whose address a letter notes down beside what somebody wrote or ordered: nobody it accuses.

A web form notes the address its visitor came from (`IP: 192.0.2.7` beside `Message: I get spam`),
a shop the one an order came from. The visitor writes of others, and of a card that was misused the
shop only suspects who had it. A form in which somebody reports an address points at it: "this
address attacks me". Who tries cards by the hundred is told of as an attack, and stays accused.
"""

import re
from collections.abc import Iterator, Sequence

from aupkeep.intake.extract.addresses import find_addresses
from aupkeep.intake.extract.charge import demands, tells
from aupkeep.intake.extract.polarity import is_field
from aupkeep.model.subject import Address

CLOSED = re.compile(r"(?<!\\)\"\s?[,}]")  # the end of a text in JSON
RECORD = 2_000  # characters of a record before and behind a field
LOOKED_AT = 8_000  # characters of a part
_NAME = r"(?:^[>\s*\u2022-]{0,8}|[{,]\s{0,9})[\"']?"
_IS = r"[\"']?\s{0,9}[:=]"
# what a form asks its visitor for
MESSAGE = re.compile(
    rf"{_NAME}(?:(?:your|ihre|deine|din|votre|su|il tuo|uw) )?(?:message|nachricht|mitteilung|"
    r"melding|meddelande|besked|beskjed|mensaje|messaggio|mensagem|bericht|wiadomo\u015b\u0107|"
    rf"comments?|kommentar|commentaire|comentario|commento|anliegen|question|enquiry|inquiry){_IS}",
    re.IGNORECASE | re.MULTILINE,
)
WRITER = re.compile(
    rf"{_NAME}(?:(?:first |last |full |your |vor|nach|for|etter|fornamn|ditt )?(?:name|namn|navn|"
    r"nom|nombre|nome|naam|imi\u0119)|e-?(?:mail|post)(?:[ -]?address)?|from|fra|"
    rf"(?:(?:sender|absender|avsender|visitor|besucher|user)(?:s|'s)?[ -]?(?:ip)?)){_IS}",
    re.IGNORECASE | re.MULTILINE,
)
NAME = re.compile(
    rf"{_NAME}(?:(?:first |last |full |your |vor|nach|for|etter)?(?:name|namn|navn|nom|nombre|nome"
    rf"|naam|imi\u0119)|company|firma|website|homepage|nick(?:name)?){_IS}",
    re.IGNORECASE | re.MULTILINE,
)
FIRST_PERSON = re.compile(
    r"(?<![\w'])(?:i|i'm|my|me|we|our|ich|mein\w{0,2}|mir|mich|wir|uns\w{0,4}|je|mon|mes|nous|nos"
    r"|jeg|eg|meg|min|mitt|vi|v\u00e5r\w?|jag|mig|mina|ik|mijn|wij|ons|onze|io|mio|mia|noi|yo|mi"
    r"|nuestr\w+|eu|meu|minha|ja|mnie|mam)(?![\w'])",
    re.IGNORECASE,
)
POINTS = re.compile(
    r"\b(?:this|that|the|your|diese\w?|die|der|ihre\w?|denne|den|deres|din|cette|votre|esta|su"
    r"|deze|questo|quest|ta|ten) (?:above |obige |given )?(?:ip\b|ip-|address|adresse?n?|host"
    r"|server|machine|rechner|maskin|adres\b)",
    re.IGNORECASE,
)
# where an order or a payment is told of
ORDER = re.compile(
    r"(?<![\w'])(?:order(?:ed|s|er)?(?:[ _-]?(?:id|no|number|date|ip))?(?! to\b)|purchas\w+"
    r"|transaction\w*|payments?|chargeback\w*|buyers?|checkout|bookings?|card ?holder\w*"
    r"|bestell\w+|eink\u00e4ufe?|k\u00e4ufer\w*|zahlung\w*|r\u00fcckbuchung\w*|commandes?|achats?"
    r"|paiements?|pedidos?|compras?|pagos?|ordin[ei]|acquist[oi]|pagament\w+|bestelling\w*"
    r"|aankop\w*|betaling\w*|ordren?|kj\u00f8p\w*|k\u00f6p\w*|best\u00e4llning\w*|ordrer"
    r"|zam\u00f3wieni\w*|zakup\w*|p\u0142atno\w*|encomendas?)(?![\w'])",
    re.IGNORECASE,
)
# … and where many of them are tried, which is an attack
TRIED = re.compile(
    r"attempts|bots?\b|automat|card(?:ing| test)|enumerat|attack|brute|scrap|hundred|thousand"
    r"|versuche\b|angriff|angrep|fors\u00f8k p\u00e5|tentatives|intentos|tentativi"
    r"|fake (?:web ?)?(?:shop"
    r"|store)|fakeshop|phish",
    re.IGNORECASE,
)


def visitors(parts: Sequence[str]) -> frozenset[Address]:
    r"""The addresses from which somebody wrote in a form, and does not report them.

    >>> visitors(["Name: Ann\nIP: 192.0.2.1\nMessage: I get so much spam, please help."])
    frozenset({IPv4Address('192.0.2.1')})
    >>> visitors(["Name: Ann\nIP: 192.0.2.1\nMessage: This IP attacks our server."])
    frozenset()
    """
    return frozenset(who for part in parts for who in _of_form(part[:LOOKED_AT]))


def is_message(text: str, start: int, end: int) -> bool:
    r"""Whether a line is what a form's visitor wrote, and so are the addresses in it.

    It is where the record beside it holds the address that the visitor came from.

    >>> text = "IP: 192.0.2.1\nComment: 192.0.2.2 attacks me!"
    >>> is_message(text, 14, len(text)), is_message(text[14:], 0, len(text) - 14)
    (True, False)
    """
    if not _is_free(text[start:end]):
        return False
    first = text.rfind("\n\n", max(0, start - RECORD), start)
    last = text.find("\n\n", end, end + RECORD)
    beside = (text[max(first, 0, start - RECORD) : start], text[end : last if last >= 0 else end])
    lines = (line for part in beside for line in part.split("\n"))
    stated = [line for line in lines if is_field(line) and not _is_free(line)]
    came = {spot.address for line in stated for spot in find_addresses(line)}
    return bool(came) and came.isdisjoint(s.address for s in find_addresses(text[start:end]))


def _is_free(line: str) -> bool:
    """Whether a field is one that a visitor fills in with any words."""
    return MESSAGE.match(line) is not None or NAME.match(line) is not None


def orderers(title: str, parts: Sequence[str]) -> frozenset[Address]:
    r"""The addresses from which a letter says that something was ordered or paid.

    >>> orderers("", ["The order came from 192.0.2.1."])
    frozenset({IPv4Address('192.0.2.1')})
    >>> orderers("", ["192.0.2.1 tried to pay with hundreds of cards."])
    frozenset()
    """
    texts = [part[:LOOKED_AT] for part in parts]
    if any(map(TRIED.search, (title, *texts))):
        return frozenset()
    titled = ORDER.search(title) is not None
    blocks = [block for text in texts for block in text.split("\n\n")]
    return frozenset(
        spot.address
        for block in blocks
        if titled or ORDER.search(block)
        for spot in find_addresses(block)
    )


def _of_form(text: str) -> Iterator[Address]:
    message, writer = MESSAGE.search(text), WRITER.search(text)
    if message is None or writer is None:
        return
    above = text[: min(message.start(), writer.start())]
    if demands([above]) or tells("", [above]):  # the form is what a letter complains of
        return
    said = text[message.end() :]
    if not FIRST_PERSON.search(said) or POINTS.search(said):
        return
    first = text[message.end() : message.end() + 1_000].strip().split("\n")[0]
    reported = {spot.address for spot in find_addresses(CLOSED.split(first)[0])}
    yield from (s.address for s in find_addresses(text) if s.address not in reported)
