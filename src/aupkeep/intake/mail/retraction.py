"""Tells a report that is taken back, by its reporter's own words, in nine languages.

A retraction is a sentence of the writer's own, near the beginning, without an if: that somebody
withdraws a report, asks to disregard it, or says that it was a false positive, sent in error, or
not about the desk's network. The softer signs (the last three) count only in a short letter that
answers or excuses itself, since reports speak of false positives too.
"""

import re
from collections.abc import Iterable

OPENING = 1_500  # characters in which a letter says what it is
SHORT = 1_200  # characters of a letter whose softer signs count
REPORT = (
    r"(?:reports?|complaints?|notices?|notifications?|tickets?|claims?|listing|allegations?"
    r"|submission|rapporten|rapport|meldingen|melding|klagen|klage"
    r"|varselet|varsel|anmeldelsen|henvendelsen?|meldung(?:en)?|beschwerden?|hinweise?s?|anzeige"
    r"|berichts?|nachricht|signalements?|plaintes?|rapports?|réclamations?|avis|demandes?"
    r"|klacht(?:en)?|bericht|aangifte|anmälan|anmälning(?:en)?|denuncias?|informes?|reporte"
    r"|reclamaci[oó]n|queja|notificaci[oó]n|avisos?|segnalazion[ei]|reclamo|denúncias?|reclamaç\w+)"
)
COMPOUND = rf"\w{{0,24}}{REPORT}"  # German joins: Missbrauchsmeldung
IF = re.compile(
    r"\b(?:if|unless|in case|should you|whether|hvis|dersom|med mindre|wenn|falls|sofern|ob|sollten"
    r"|si|s'il|au cas|indien|mocht|tenzij|wanneer|can you|could you|will you|would you)\b"
    r"|\byour (?:report|notice|claim|complaint)"
    r"|\byou (?:told|said|say|claim|wrote|write|assured|reported)\b"
)
OUTRIGHT = re.compile(
    # English
    rf"\b(?:we|i|to|hereby|formally|and|please|kindly)\b[^.!?]{{0,40}}\b(?:retract|withdraw|rescind|revoke"
    rf"|recall|take back|cancel)\b[^.!?]{{0,60}}\b{REPORT}\b"
    rf"|\b{REPORT}\b[^.!?]{{0,60}}\b(?:is|was|are|were|been|as)\b[^.!?]{{0,20}}\b(?:withdrawn"
    rf"|retracted|revoked|rescinded|cancell?ed|void)\b|\bretraction of\b"
    rf"|(?<!not )(?<!n't )\b(?:disregard|ignore|discard)\b[^.!?]{{0,40}}\b(?:our|my|this|the|that)"
    rf"\b[^.!?]{{0,40}}\b{REPORT}\b"
    r"|(?<!not )\b(?:disregard|ignore|discard)\b[^.!?]{0,20}\b(?:our|my|the) (?:previous|earlier"
    r"|last|first) (?:e-?mail|message|mail)\b"
    # Norwegian, Danish, Swedish
    rf"|\b(?:trekker|trekkes|trekke|trukket|trækker|trækkes|drar|återkallar)\b[^.!?]{{0,80}}"
    rf"\b(?:tilbake|tilbage|tillbaka)\b|\bse bort (?:fra|i fra)\b[^.!?]{{0,60}}\b{REPORT}\b"
    rf"|\b{REPORT}\b[^.!?]{{0,40}}\b(?:er|blir|ble)\b[^.!?]{{0,20}}\btrukket\b"
    # German
    rf"|\b(?:ziehe|ziehen|nehme|nehmen)\b[^!?]{{0,60}}\b{COMPOUND}\b[^!?]{{0,60}}\bzurück\b"
    rf"|\b{COMPOUND}\b[^.!?]{{0,60}}\b(?:gegenstandslos|hinfällig|storniert|zurückgezogen)\b"
    rf"|\bignorieren sie\b[^.!?]{{0,60}}\b{COMPOUND}\b"
    r"|\bbetrachten\b[^.!?]{0,60}\bgegenstandslos\b"
    # French
    rf"|\b(?:retirons|retire|annulons|annule|retirer|annuler)\b[^.!?]{{0,40}}\b{REPORT}\b"
    rf"|\b{REPORT}\b[^.!?]{{0,40}}\b(?:est|a été|sont)\b[^.!?]{{0,20}}\b(?:retirée?s?|annulée?s?)\b"
    rf"|\b(?:ne (?:pas )?ten(?:ir|ez)(?: pas)? compte|veuillez ignorer)\b[^.!?]{{0,60}}\b{REPORT}\b"
    # Dutch
    rf"|\b(?:trekken|trek)\b[^.!?]{{0,60}}\b{REPORT}\b[^.!?]{{0,30}}\b(?:in|terug)\b"
    rf"|\b{REPORT}\b[^.!?]{{0,60}}\bingetrokken\b|\bals niet verzonden\b"
    rf"|\b(?:negeer|negeren)\b[^.!?]{{0,60}}\b{REPORT}\b"
    # Spanish, Italian, Portuguese, Swedish
    rf"|\b(?:retiramos|retiro|anulamos|cancelamos|ritiriamo|ritiro|annulliamo)\b[^.!?]{{0,40}}"
    rf"\b{REPORT}\b|\b(?:ignoren?|ignorar|caso omiso|ignorare|desconsiderem?)\b (?:de )?"
    rf"(?:nuestr|mi|el|la|est|nossa?|a |o |il)[^.!?]{{0,60}}\b{REPORT}\b"
    rf"|\bbortse från\b[^.!?]{{0,60}}\b{REPORT}\b"
)
# What turns it round, before the words or among them; "ne pas tenir compte" takes back itself.
NOT = re.compile(
    r"\b(?:not|never|cannot|nicht|keine?n?|ikke|inte|niet|geen|pas|non|não|nunca)\b|n't\b"
    r"|^(?:ne|no|n')\b"
)
BEFORE = re.compile(r"(?:\b(?:not|never|ne|no|non|não|nicht|ikke|inte|niet)|n't) $")
# Each of its branches needs one of these: asking for them first costs a thousandth of it.
OUTRIGHT_STEMS = (
    "retract", "withdraw", "rescind", "revok", "recall", "take back", "cancel", "void",
    "disregard", "ignor", "discard", "tilbake", "tilbage", "tillbaka", "trukket", "se bort",
    "zurück", "gegenstandslos", "hinfällig", "storniert", "retir", "annul", "compte", "trek",
    "ingetrokken", "niet verzonden", "nege", "anul", "ritir", "omiso", "desconsider", "bortse",
)  # fmt: skip
SOFT = re.compile(
    r"(?<!not a )(?<!no )(?<!kein )(?<!pas un )\b(?:false positive|false alarm|falsk positiv"
    r"|falsk alarm|falskt larm|falsa alarma|falso (?:positivo|allarme|alarme)|feilalarm|fehlalarm"
    r"|falsch.?positiv|faux positif|fausse alerte|vals positief"
    r"|vals alarm|loos alarm)\b"
    r"|\b(?:sent|filed|reported|submitted|listed|raised)\b[^.!?]{0,30}\b(?:in error|by mistake"
    r"|mistakenly|erroneously|wrongly|by accident)\b"
    r"|\b(?:mistakenly|erroneously|wrongly) (?:sent|filed|reported|submitted|listed|raised)\b"
    r"|\b(?:our|my) (?:own )?(?:mistake|error|fault|scanner|monitoring)\b"
    r"|\b(?:was|is|were)(?: not|n't) (?:you\b|from you\b|your\b)|\bnot us\b"
    r"|\bsendt (?:ved en|med) feil\b|\bvår (?:egen )?feil\b|\b(?:var|er) ikke (?:dere|deres)\b"
    r"|\b(?:versehentlich|irrtümlich|fälschlich)\b|\bunser (?:eigener )?(?:fehler|irrtum)\b"
    r"|\bpar erreur\b|\bnotre erreur\b|\bn'était pas (?:vous|votre)\b"
    r"|\bour (?:report|notice|complaint)\b(?:[^.!?]|\.\d){0,40}\b(?:was|is) (?:an? )?(?:mistake"
    r"|error|wrong"
    r"|incorrect)\b|\b(?:por error|per errore|por engano|av misstag|ved en fejl)\b"
    r"|\b(?:per ongeluk|abusievelijk|ten onrechte)\b|\bonze (?:eigen )?fout\b"
    r"|\bwas niet (?:u|uw|jullie)\b"
)
# The same for the softer signs, those of a mail that was no spam among them.
SOFT_STEMS = (
    "false", "falsk", "alarm", "falsch", "faux", "vals", "in error", "mistake", "erroneous",
    "wrongly", "by accident", "error", "fault", "scanner", "monitoring", "not you", "n't you",
    "not from you", "n't from you", "not us", "feil", "ikke dere", "versehentlich", "irrt",
    "fausse", "falso", "falsa", "larm", "incorrect", "por error", "per errore", "engano", "misstag",
    "ved en fejl", "fälschlich", "fehler", "par erreur", "notre erreur", "n'était pas",
    "per ongeluk", "abusievelijk", "ten onrechte", "fout", "was niet", "spam", "junk", "søppelpost",
)  # fmt: skip
NO_SPAM = re.compile(
    r"\b(?:is|was|are|were) (?:not|no) (?:actually |really )?(?:spam|junk)\b|\bnot[- ]spam\b"
    r"|\b(?:kein spam|ikke (?:spam|søppelpost)|pas (?:un |du )?spam|geen spam)\b"
)
EXCUSE = re.compile(
    r"\b(?:sorry|apolog\w+|disregard|ignore|please close|close (?:the|this|it)"
    r"|no (?:further )?action|nothing to do|inconvenience|beklager|unnskyld|se bort|lukk"
    r"|entschuldig\w*|verzeihung"
    r"|ignorieren|désolée?s?|excus\w+|ignorer|excuses|sorry|negeer|negeren|sluit|withdraw\w*"
    r"|disculp\w*|perd[oó]n\w*|lo sentimos|scus\w+|förlåt|ursäkta|undskyld|desculp\w*)\b"
)
# a line of a log: what stands in it others wrote, the attacker among them
LOGGED = re.compile(
    r"^[>\s]{0,6}(?:\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d|<?\d{0,3}>?\w{3} [ \d]\d \d\d:\d\d:\d\d"
    r"|[0-9a-fA-F.:]{7,39} (?:\S{1,60} ){0,2}\[).*$",
    re.MULTILINE,
)
MARKS = re.compile(r"(?<=[.!?])\s|\n\s*\n")


def may_retract(text: str, *, answers: bool = False) -> bool:
    """False where no part of a text can take anything back, told without looking at sentences."""
    low = " ".join(text.lower().replace("\u2019", "'").split())
    if any(map(low.__contains__, OUTRIGHT_STEMS)):
        return True
    return any(map(low.__contains__, SOFT_STEMS)) and bool(answers or EXCUSE.search(low))


def retraction(words: str, title: str = "", *, answers: bool = False) -> str | None:
    """The sentence by which a letter takes a report back, on one line; None when it does not.

    `words` are the letter's new words, without quotes and signature; `answers` whether it answers
    another mail. Never raises.

    >>> retraction("Hello, we withdraw our report of yesterday. Sorry!")
    'Hello, we withdraw our report of yesterday'
    >>> retraction("If this is a false positive, please disregard our report.") is None
    True
    """
    words = LOGGED.sub("", words)
    opening = words[:OPENING].replace("\u2019", "'")
    outright = None
    plain = " ".join(f"{title[:200]} {opening}".lower().split())
    if any(map(plain.__contains__, OUTRIGHT_STEMS)):
        outright = _sentence_with(OUTRIGHT, [title[:200], *MARKS.split(opening)])
    return outright or _softly(SOFT, words, answers=answers)


def no_spam(words: str, *, answers: bool = False) -> str | None:
    """The sentence by which a short letter says that a mail was no spam, or None."""
    return _softly(NO_SPAM, LOGGED.sub("", words), answers=answers)


def _softly(pattern: re.Pattern[str], words: str, *, answers: bool) -> str | None:
    """A sign that counts only in a short letter that answers or excuses itself."""
    opening = words[:OPENING].replace("\u2019", "'")
    if len(words.strip()) > SHORT or not (answers or EXCUSE.search(opening.lower())):
        return None
    return _sentence_with(pattern, MARKS.split(opening))


def _sentence_with(pattern: re.Pattern[str], sentences: Iterable[str]) -> str | None:
    """The first sentence with the sign and without an if, a not or a question, on one line."""
    for sentence in sentences:
        plain = " ".join(sentence.lower().split())
        match = None if plain.endswith("?") else pattern.search(plain)
        if match and not IF.search(plain) and not (pattern is OUTRIGHT and _denied(plain, match)):
            return " ".join(sentence.split()).rstrip(".!")[:300]
    return None


def _denied(plain: str, match: re.Match[str]) -> bool:
    """Whether a sentence says that nothing is taken back."""
    said = match[0]
    if said.startswith("ne "):  # ne tenez pas compte
        return False
    return bool(NOT.search(said) or BEFORE.search(plain[: match.start()][-12:]))
