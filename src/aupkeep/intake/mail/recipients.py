"""Who got a mail, by its header fields, and a subject of that mail without their names.

Whoever writes a mail to many calls each by what its address shows: "Ottokar, buy" goes to
`ottokar.numbat@`, "Invoice to Quokka Bakery" to `post@quokkabakery.example`. Words are compared
without accents, width and case.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from unicodedata import combining, normalize
from urllib.parse import unquote

from aupkeep.intake.domains import organisation
from aupkeep.intake.mail.address_list import addresses_in

Headers = Mapping[str, Sequence[str]]
RECIPIENT = re.compile(r"(?:^|-)to$|rcpt|recipient|^(?:resent-)?b?cc$|^x-forwarded-for$")
NOT_RECIPIENTS = frozenset({"reply-to", "in-reply-to", "mail-reply-to", "mail-followup-to"})
LINKS = ("return-path", "list-unsubscribe")  # often with the recipient's address in them
BY = re.compile(r"\bby[ \t]+([\w.-]{1,253})|\bfor[ \t]+<?([^\s<>;]{1,320})", re.IGNORECASE)
HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+")
MAILBOX = re.compile(r"([\w.+-]{1,64})@([\w-]+(?:\.[\w-]+)+)")
RETURNED = re.compile(r"([\w.+-]{1,64})=([\w-]+(?:\.[\w-]+)+)@")  # RFC 5321's "=" for "@"
WORD = re.compile(r"[^\W_]+")
CODE = re.compile(r"(?=\S*\d)\S{8,}|\d{4,}")  # a number or a code may be one recipient's
NUMBER = re.compile(r"\+?\d[\d ()./-]{5,}\d")
PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe",
                       "\u0131": "i"})  # fmt: skip
UNSPACED = ("HIRAGANA", "KATAKANA", "HANGUL", "THAI")  # scripts, as their letters are named
IDEOGRAPH = "CJK"
SHORTEST = 3  # letters of a name that is sought inside of words; a shorter one is a whole word
SHORTEST_LABEL = 4  # letters of a part of a domain's label
SHORTEST_PHONE = 7  # digits
HIDDEN = "…"
MOST = 20  # header lines of a name that are looked at


def folded(text: str) -> str:
    r"""Text without accents, width and case.

    >>> folded("Þorgerður Vífilsdóttir"), folded("\uff21\uff42")
    ('thorgerdur vifilsdottir', 'ab')
    """
    apart = normalize("NFKD", text)
    return "".join(x for x in apart if not combining(x)).casefold().translate(PLAIN)


@dataclass(frozen=True, slots=True)
class Recipients:
    """Folded: words of names and addresses; local parts and labels, whole; domains and servers."""

    words: frozenset[str]
    locals: frozenset[str]
    labels: frozenset[str]
    hosts: frozenset[str]

    def without(self, subject: str) -> str:
        """The subject; each word that could be a recipient's, or a code, is hidden.

        >>> recipients_of({"to": ["ottokarnumbat@quokka-bakery.example"]}).without(
        ...     "Ottokar, your invoice for Quokka AS"
        ... )
        '… your invoice for … AS'
        """
        words = NUMBER.sub(_hidden_phone, subject).split()
        return " ".join(HIDDEN if self._is_hidden(word) else word for word in words)

    def _is_hidden(self, word: str) -> bool:
        if "@" in word or CODE.search(word) or not word.isprintable():
            return True
        plain = folded(word)
        return self.named_in(plain) or any(map(self._is_part, WORD.findall(plain)))

    def named_in(self, text: str) -> bool:
        """Whether a name, a label or a domain stands in folded text."""
        sought = (known for known in self.words if _is_sought(known))
        return any(known in text for names in (sought, self.labels, self.hosts) for known in names)

    def _is_part(self, part: str) -> bool:
        """Whether a word is a whole name, or stands in a local part or a label."""
        return (
            part in self.words
            or (len(part) >= SHORTEST and any(part in local for local in self.locals))
            or (len(part) >= SHORTEST_LABEL and any(part in label for label in self.labels))
        )


def recipients_of(
    headers: Headers, domain: str = "", stated: Iterable[str] = (), who: Iterable[str] = ()
) -> Recipients:
    """Who is named as recipient of a mail, and the servers that took it.

    `domain` and `who` (name and address) are of who complains; `stated` are texts of the complaint
    that name a recipient or a server of its side.
    """
    fields = [value for name in headers if names_recipients(name) for value in headers[name][:MOST]]
    fields += who
    hosts, texts = _servers(headers, domain, stated)
    fields += texts
    boxes = [box for field in fields for box in MAILBOX.findall(field)] + list(_linked(headers))
    hosts += [host for _, host in boxes]
    names = " ".join([MAILBOX.sub(" ", field) for field in fields] + [local for local, _ in boxes])
    owners = [owner for host in set(hosts) if (owner := organisation(host))]
    labels = (folded(owner.partition(".")[0]).replace("-", "") for owner in owners)
    return Recipients(
        frozenset(piece for word in WORD.findall(folded(names)) for piece in _pieces(word)),
        frozenset("".join(WORD.findall(folded(local))) for local, _ in boxes),
        frozenset(label for label in labels if len(label) >= SHORTEST_LABEL),
        frozenset(map(folded, (*hosts, *owners))),
    )


def _servers(headers: Headers, domain: str, stated: Iterable[str]) -> tuple[list[str], list[str]]:
    """Hosts of the receiving side, and texts that name a recipient."""
    fields: list[str] = []
    hosts = [domain] if domain else []
    for line in headers.get("received", ())[:MOST]:
        for match in BY.finditer(line):
            hosts += filter(None, [match[1]])
            fields += filter(None, [match[2]])
    for text in (*stated, *headers.get("authentication-results", ())[:1]):
        hosts += HOST.findall(text)
        fields += [f"{name} {address}" for name, address in addresses_in([text]) if "@" in address]
    return hosts, fields


def names_recipients(name: str) -> bool:
    """Whether a header field of this name says who gets, or got, a mail."""
    return bool(RECIPIENT.search(name)) and name not in NOT_RECIPIENTS


def _linked(headers: Headers) -> Iterator[tuple[str, str]]:
    """Mailboxes in links to unsubscribe and in bounce addresses, but for the sender's own."""
    sender = " ".join(headers.get("from", ()))
    own = {organisation(host) for _, host in MAILBOX.findall(sender)}
    for line in (unquote(line) for name in LINKS for line in headers.get(name, ())[:MOST]):
        for local, host in MAILBOX.findall(line) + RETURNED.findall(line):
            if organisation(host) not in own:
                yield local, host


def _hidden_phone(match: re.Match[str]) -> str:
    digits = sum(letter.isdigit() for letter in match[0])
    return HIDDEN if digits >= SHORTEST_PHONE else match[0]


def _pieces(word: str) -> Iterator[str]:
    """A word, and what of it is a name alone in a script without blanks."""
    yield word
    yield from (letter for letter in word if _script(letter) == IDEOGRAPH)
    pairs = (word[at : at + 2] for at in range(len(word) - 1))
    yield from (pair for pair in pairs if all(_script(letter) in UNSPACED for letter in pair))


def _is_sought(word: str) -> bool:
    return len(word) >= SHORTEST or _script(word[0]) in (*UNSPACED, IDEOGRAPH)


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]
