r"""Tells a letter's new words from the thread it quotes and from its signature, for display.

Nothing is taken away: the answer is places in the text. The rules, in the order they are applied:

1. What an HTML mail marks as a quote (`html_quotes`) is one.
2. A line that begins with `>` is quoted, and so is a line that introduces such lines or ends the
   new words for good: `On … wrote:` in many languages, `-----Original Message-----`, a block of
   header lines (`From:`, `Sent:`, `To:`) as Outlook writes it.
3. Behind `On … wrote:` unquoted lines are new when quoted ones stood between: an answer below or
   inside the quote. Behind header blocks everything is quoted.
4. Of the new words at the end the signature is told apart: after `-- `, a footer such as "Sent from
   my phone", words of leave with a name, or a short block of contact lines.

Every pattern looks at one line or a window of four; the time grows with the text.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from typing import NamedTuple

LONGEST = 200_000  # characters of a letter that are looked at; what is beyond counts as quoted
LONGEST_LINE = 1_000
WINDOW = 4  # lines that an introduction may be broken into
INTRODUCTION = 400  # characters of an introduction
SIGNATURE = 11  # lines with words that a signature has at most
SHORT = 64  # characters of a signature's line
NAMES = {
    "from": r"from|von|de|fra|från|van|от|da|od|lähettäjä|kimden|发件人|差出人"
    r"|feladó|寄件者|보낸 사람|від|de la|από|nuo|saatja|odosielateľ|odesílatel|mittente|remetente",
    "sent": r"sent|date|gesendet|datum|envoyé|sendt|skickat|verzonden|дата|отправлено|inviato"
    r"|enviado(?: el)?|data|dato|fecha|lähetetty|tarih|发送时间|送信日時"
    r"|odesláno|odoslané|elküldve|wysłano|寄件日期|日期|보낸 날짜|надіслано|trimis|στάλθηκε"
    r"|išsiųsta|saadetud|gönderilme(?: tarihi)?|enviada em",
    "to": r"to|an|à|til|till|aan|кому|a|para|pour|do|vastaanottaja|kime|收件人|宛先|komu"
    r"|címzett|收件者|받는 사람|către|προς|kam|adressaat",
    "subject": r"subject|betreff|objet|emne|ämne|onderwerp|тема|oggetto|asunto|assunto|temat"
    r"|aihe|konu|主题|件名|předmět|predmet|tárgy|主旨|제목|subiect|θέμα|teema",
    "copy": r"cc|kopie|kopi|kopia|копия",
}
FIELD = re.compile(
    r"[\s*_|>\u200b-]{0,8}(?:"
    + "|".join(f"(?P<{k}>{v})" for k, v in NAMES.items())
    + r")[\s*_]{0,4}"
    r"[:\uff1a]",
    re.IGNORECASE,
)
QUOTED = re.compile(r"[ \t]{0,2}(?:>|\|[ \t>|])")
VERBS = (
    r"wrote|writes|schrieb|schreef|geschreven|a écrit|écrit|skrev|escribió|scritto|scrisse"
    r"|escreveu|написал[аи]?|пишет|писал[аи]?|kirjoitti|napisał[ay]?|napsal[a]?|yazd\u0131|írta"
    r"|写道|寫道|のメール|님이 작성|pisze|пише|написав|a scris|έγραψε|napísal|a írta|đã viết"
)
WHEN = r"(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{1,2}[:.h]\d\d|\b(?:19|20)\d\d\b)"
STAMP = re.compile(WHEN)
WRITES = re.compile(rf"\b(?:{VERBS})\b", re.IGNORECASE)  # what costs less than WROTE
WROTE = re.compile(
    rf"[\s>*_-]{{0,8}}(?=.{{0,600}}(?:{WHEN}|@)).{{0,600}}\b(?:{VERBS})\b.{{0,120}}[:\uff1a]\s*$",
    re.IGNORECASE | re.DOTALL,
)
STAMPED = re.compile(  # "26.06.2014, 14:41, "A" <a@b.example>:", "2012/1/2 A <a@b.example>"
    rf"[\s>*_-]{{0,8}}(?=.{{0,60}}{WHEN}).{{0,250}}"
    r"<?[^\s<>@]{1,64}@[^\s<>@]{1,253}>?\s{0,3}[:\uff1a]?\s*$",
    re.IGNORECASE | re.DOTALL,
)
ORIGINAL = re.compile(
    r"[\s>*]{0,8}[-_=]{2,}\s{0,4}(?:original|ursprüngliche|opprinnelig|oprindelig|ursprungligt"
    r"|oorspronkelijk|mensaje|messaggio|message|mensagem|reply|forwarded|weitergeleitete"
    r"|videresendt|vidarebefordrat|doorgestuurd|исходное|пересылаемое|alkuperäinen|wiadomość"
    r"|antwort|původní|eredeti|元の|原始|原邮件|원본|özgün|orijinal|mesajul|αρχικό)[^\n]{0,60}[-_=]{2,}\s*$",
    re.IGNORECASE,
)
BEGIN = re.compile(
    r"[\s>*]{0,8}(?:begin forwarded message|anfang der weitergeleiteten|début du message"
    r"|start på videresendt|videresendt melding|doorgestuurd bericht)[^\n]{0,60}:\s*$",
    re.IGNORECASE,
)
RULE = re.compile(r"\s{0,8}[-_=*]{10,}\s*$")
DELIMITER = re.compile(r"[ \t]{0,4}(?:-{2,3}|_{2,3}|\u2014|\u2013|-{5,}|_{5,})[ \t]*$")
FOOTER = re.compile(
    r"[ \t*_]{0,4}(?:sent (?:from|via|with|using)|get outlook for|sendt fra|skickat från"
    r"|von meinem?"
    r"|gesendet (?:mit|von|via)|diese nachricht wurde von|envoyé (?:de|depuis|à partir)"
    r"|télécharger outlook|verstuurd (?:vanaf|met|via)|verzonden (?:vanaf|met)|enviado (?:desde|do|"
    r"de mi)|inviato da|отправлено|lähetetty|wysłane z|hent outlook|holen sie sich outlook"
    r"|download outlook|hämta outlook)\b[^\n]{0,80}$",
    re.IGNORECASE,
)
LEAVE = re.compile(
    r"[ \t*_]{0,4}(?:(?:many |kind |best |warm |kindest |with (?:kind|best) )?(?:regards|wishes)"
    r"|regards|best|thanks(?: (?:again|so much|a lot|in advance|and regards|&amp; regards))?"
    r"|thank you(?: (?:again|very much|so much|in advance))?|cheers|sincerely(?: yours)?"
    r"|yours(?: (?:sincerely|faithfully|truly))?|respectfully|br|rgds|mvh|vh|lg|mfg"
    r"|(?:mit |viele |beste |liebe |schöne )?(?:freundlichen? |herzlichen? )?grü(?:ß|ss)en?"
    r"|(?:med )?(?:vennlig |beste |hjertelig |venlig )?hilsen(?: fra)?|hilsen|vänliga hälsningar"
    r"|med vänlig hälsning|(?:bien )?cordialement|(?:sincères )?salutations"
    r"|(?:met )?(?:vriendelijke|hartelijke) groet(?:en)?|groet(?:en|jes)?|saludos|un saludo"
    r"|cordiali saluti|atenciosamente|\u0441 уважением|ystävällisin terveisin|pozdrawiam)"
    r"[,.!]?\s*$",
    re.IGNORECASE,
)
CONTACT = re.compile(
    r"[^\s@]{1,64}@[^\s@]{1,200}|https?://|www\.|\+?\(?\d[\d ()./-]{6,}\d|\bvia mobile\b"
    r"|\b(?:tel|phone|mobile?|fax|skype|cell|tlf|mob|gsm)\b[.:]?",
    re.IGNORECASE,
)
ENDS = re.compile(r"\w{3,}[.!?;,:][\"')\]]?\s*$")  # not an abbreviation such as Ph.D.


ENDINGS = frozenset(":\uff1a>")  # of an introduction
BEGINS = frozenset({"from", "sent", "subject"})  # the first field of a quoted mail


class TextOrigin(Enum):
    """Whose words, and of what sort."""

    NEW = "new"
    QUOTED = "quoted"
    SIGNED = "signed"


class TextSpan(NamedTuple):
    """`text[start:end]` is of one sort."""

    start: int
    end: int
    speech: TextOrigin


class TextLine(NamedTuple):
    """One line: its place, its text without the line end, and which header field it may be."""

    start: int
    end: int
    text: str
    field: str | None = None


def spans(
    text: str, name: str = "", quoted: Sequence[tuple[int, int]] = ()
) -> tuple[TextSpan, ...]:
    r"""The text as spans that follow each other without a gap, from its beginning to its end.

    `name` is the sender's, which signatures begin with; `quoted` are places already known as
    quotes, of HTML. Never raises.

    >>> letter = "We fixed it.\n-- \nAda\n\nOn 1 March 2026, Desk wrote:\n> please fix it\n"
    >>> [(span.speech.value, letter[span.start : span.end].split()[0]) for span in spans(letter)]
    [('new', 'We'), ('signed', '--'), ('quoted', 'On')]
    """
    lines = list(lines_of(text[:LONGEST]))
    known = _marked_lines(lines, quoted)
    speeches = _threaded(lines, known)
    _sign(lines, speeches, name)
    return _joined(text, lines, speeches)


def new_words(text: str, name: str = "") -> str:
    """The new words alone, without quotes and signature."""
    said = (
        text[span.start : span.end] for span in spans(text, name) if span.speech is TextOrigin.NEW
    )
    return "\n".join(words.strip() for words in said if words.strip())


def lines_of(text: str) -> Iterator[TextLine]:
    """The lines of a text; of a very long one only its beginning."""
    start = 0
    for line in text.split("\n"):
        match = FIELD.match(line) if ":" in line or "\uff1a" in line else None
        yield TextLine(
            start, start + len(line), line[:LONGEST_LINE], match.lastgroup if match else None
        )
        start += len(line) + 1


def _marked_lines(lines: Sequence[TextLine], quoted: Sequence[tuple[int, int]]) -> set[int]:
    """The numbers of the lines that lie in places known as quotes."""
    starts = [line.start for line in lines]
    numbers: set[int] = set()
    for start, end in quoted:
        first = bisect_right(starts, start) - 1
        first += lines[first].start < start  # a line is a quote from its beginning, or not
        numbers.update(range(max(first, 0), bisect_right(starts, max(end - 1, start))))
    return numbers


def _threaded(lines: Sequence[TextLine], known: set[int]) -> list[TextOrigin]:
    """What is new and what is quoted, line by line."""
    speeches = [TextOrigin.NEW] * len(lines)
    quotes = {at for at, line in enumerate(lines) if QUOTED.match(line.text)} | known
    openings = _openings(lines)
    at = 0
    while at < len(lines):
        if at in quotes:
            speeches[at] = TextOrigin.QUOTED
            at += 1
            continue
        if _ends_for_good(lines, at):
            return speeches[:at] + [TextOrigin.QUOTED] * (len(lines) - at)
        length = _introduced(lines, at, quotes) if at in openings else 0
        if length:
            after = next_words(lines, at + length)
            stop = at + length if after in quotes else len(lines)
            speeches[at:stop] = [TextOrigin.QUOTED] * (stop - at)
            at = stop
            continue
        at += 1
    return speeches


def _openings(lines: Sequence[TextLine]) -> set[int]:
    """The lines an introduction may begin with: a date or an address is near the one it ends in."""
    numbers: set[int] = set()
    last = -WINDOW
    for at, line in enumerate(lines):
        if "@" in line.text or STAMP.search(line.text):
            last = at
        if at - last < WINDOW and line.text.rstrip()[-1:] in ENDINGS:
            numbers.update(range(at - WINDOW + 1, at + 1))
    return numbers


def next_words(lines: Sequence[TextLine], at: int) -> int:
    """The number of the first line from `at` on that has words, or that of the end."""
    while at < len(lines) and not lines[at].text.strip():
        at += 1
    return at


def _ends_for_good(lines: Sequence[TextLine], at: int) -> bool:
    """A mark of a program behind which only the thread stands."""
    text = lines[at].text
    if ORIGINAL.match(text) or BEGIN.match(text):
        return True
    if RULE.match(text):
        below = next_words(lines, at + 1)
        return below < len(lines) and below <= at + 2 and headed(lines, below)
    return headed(lines, at)


def headed(lines: Sequence[TextLine], at: int) -> bool:
    """Three header fields in the next lines, of which the first is who or when."""
    if lines[at].field not in BEGINS:
        return False
    seen = {line.field for line in lines[at : at + 9]} - {None, "copy"}
    return len(seen) > 2 and "from" in seen  # noqa: PLR2004 - three fields


def _introduced(lines: Sequence[TextLine], at: int, quotes: set[int]) -> int:
    """How many lines introduce a quote here: `On … wrote:` over at most four; 0 for none.

    It begins as late as it can: what stands above it is the sender's.
    """
    texts: list[str] = []
    for number, line in enumerate(lines[at : at + WINDOW], at):
        if not line.text.strip() or number in quotes:
            return 0
        texts.append(line.text.strip())
        if texts[-1][-1] not in ENDINGS:
            continue
        stands = next_words(lines, at + len(texts)) in quotes
        if _introduces(texts, quote=stands):
            later = _introduces(texts[1:], quote=stands)
            begins = STAMP.search(texts[0]) and not (len(texts) > 1 and STAMP.search(texts[1]))
            return 0 if later and not begins else len(texts)
    return 0


def _introduces(texts: Sequence[str], *, quote: bool) -> bool:
    """Whether these lines together say who wrote what follows; a bare stamp where a quote does."""
    if not texts or texts[-1][-1] not in ENDINGS or sum(map(len, texts)) > INTRODUCTION:
        return False
    text = " ".join(texts)
    if not quote and not WRITES.search(text):
        return False
    return bool(WROTE.match(text) or (quote and STAMPED.match(text)))


def _sign(lines: Sequence[TextLine], speeches: list[TextOrigin], name: str) -> None:
    """Mark the signature at the end of the new words, and every footer of a program."""
    new = [at for at, speech in enumerate(speeches) if speech is TextOrigin.NEW]
    for at in new:
        if FOOTER.match(lines[at].text):
            speeches[at] = TextOrigin.SIGNED
    last = [at for at in new if lines[at].text.strip()][-4 * SIGNATURE :]
    start = _signature(lines, last, name)
    for at in new:
        if start is not None and at >= start:
            speeches[at] = TextOrigin.SIGNED


def _signature(lines: Sequence[TextLine], last: Sequence[int], name: str) -> int | None:
    """Where the signature begins, among the last lines with words; None without one."""
    tail = last[-SIGNATURE - 1 :]
    for at in tail:
        if DELIMITER.match(lines[at].text) and at != last[0]:
            return at
    for at in tail[1:] or ():
        if LEAVE.match(lines[at].text) and _brief(lines, tail, at):
            return at
    return _contact_block(lines, last, name)


def _brief(lines: Sequence[TextLine], tail: Sequence[int], start: int) -> bool:
    """Only short lines that end no sentence follow, and at least one."""
    after = [lines[at].text.strip() for at in tail if at > start]
    return bool(after) and all(len(line) <= SHORT for line in after)


def _contact_block(lines: Sequence[TextLine], last: Sequence[int], name: str) -> int | None:
    """The last paragraph where it is short lines with a way to reach somebody, or the name."""
    block: list[int] = []
    for at in reversed(last):
        if block and at < block[0] - 1:
            break
        block.insert(0, at)
    if not block or len(block) > SIGNATURE or block[0] == last[0]:
        return None
    texts = [lines[at].text.strip() for at in block]
    if any(len(text) > SHORT or ENDS.search(text) for text in texts):
        return None
    named = bool(name.strip()) and _same_name(texts[0], name)
    return block[0] if named or any(CONTACT.search(text) for text in texts) else None


def _same_name(line: str, name: str) -> bool:
    """A line that is the sender's name, or its first word."""
    said = line.strip(" *_-,.#").casefold()
    known = name.strip(' "').casefold()
    return bool(said) and (said == known or said in known.split())


def _joined(
    text: str, lines: Sequence[TextLine], speeches: Sequence[TextOrigin]
) -> tuple[TextSpan, ...]:
    """Neighbours of one sort as one span; empty lines go with what stands before them."""
    joined: list[TextSpan] = []
    start, end, now = 0, 0, speeches[0]
    for line, speech in zip(lines, speeches, strict=True):
        if speech is not now and line.text.strip():
            joined.append(TextSpan(start, end, now))
            start, now = end, speech
        end = min(line.end + 1, len(text))
    joined.append(TextSpan(start, end, now))
    if len(text) > LONGEST:
        joined.append(TextSpan(end, len(text), TextOrigin.QUOTED))
    return tuple(span for span in joined if span.end > span.start)


def by_part(
    parts: Iterable[tuple[str, Sequence[tuple[int, int]]]], name: str
) -> Iterator[tuple[TextOrigin, tuple[int, int, int]]]:
    """What is not new of several texts with the quotes known of each: part, start and end.

    All together as much is looked at as of one.
    """
    left = LONGEST
    for number, (text, quoted) in enumerate(parts):
        known = (
            spans(text, name, quoted) if left > 0 else (TextSpan(0, len(text), TextOrigin.QUOTED),)
        )
        left -= len(text)
        for span in known:
            if span.speech is not TextOrigin.NEW:
                yield span.speech, (number, span.start, span.end)
