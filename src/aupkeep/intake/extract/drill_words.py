"""Whether a mail says of itself that it is a test, an exercise or an example of a report.

"This is a test.", "[TEST] …", "Eksempel på en melding fra oss:". A sentence says so of the mail, or
stands alone; a test that somebody else made ("your host tests our passwords") and a sample of a
log ("this is an example of the lines we saw") say nothing of the mail. "Example:" alone does where
nothing around it speaks of abuse.
"""

import re
from collections.abc import Iterator, Sequence

from aupkeep.intake.extract.match_kinds import mail_kind
from aupkeep.intake.extract.polarity import shows
from aupkeep.intake.extract.sentences import sentences

LOOKED_AT, LONGEST, MOST_LINES = 8_000, 300, 60


def _any(words: str) -> str:
    """A pattern of one of some words; `_` stands for a blank."""
    return rf"(?:{'|'.join(words.split()).replace('_', ' ')})"


_TEST = _any(
    r"tests?(?:em)? drills? exercise simulation dry[_-]run rehearsal øvelse övning prøve übung "
    r"probe essai exercice oefening proef prova esercitazione ćwiczenie prueba ejercicio simulacro "
    r"teste exercício simulação"
)
_EXAMPLE = _any(
    r"example sample eksempel exempel eksempelet beispiel muster exemple voorbeeld esempio "
    r"przykład ejemplo exemplo mock-?up"
)
# what a test is joined to: "test mail", "Testnachricht", "testmelding"
_MAIL = _any(
    r"e-?mails? messages? reports? alerts? notices? notifications? nachrichte?n? meldung(?:en)? "
    r"melding(?:en)? rapport(?:en)? bericht mail varsel anmeldelse meddelande(?:t)? meddelelse "
    r"besked messaggio segnalazione wiadomość zgłoszenie mensaje mensagem"
)
# what an example is of, where it is one of a report and not of what was seen
_MAILED = _any(
    r"reports? complaints? notices? notifications? alerts? messages? e-?mails? letters? formats? "
    r"layout feed melding\w* rapport\w* varsel\w* klage\w* anmäl\w* anmeldelse\w* meldung\w* "
    r"beschwerde\w* berichts? signalement\w* plaintes? formato? segnalazion\w* reclam\w* "
    r"zgłoszeni\w* raportu? informes? avisos? denuncias? relatórios? denúncias? notificaç\w* "
    r"formularz\w*"
)
_ARTICLE = _any("an? en ei et eine?n? une? een ett una um uma the our vår unser\\w{0,2} notre onze")
_ONLY = _any(
    "only just merely nur bloß bare kun bara endast seulement simplement slechts alleen solo "
    "soltanto tylko sólo solamente só apenas juste"
)
_END = rf"(?=(?:\s+{_TEST})*[\s*#=]*(?:[.,:;!)\]\u2013\u2014-]|$))"
_OURS = r"unser\w{0,2}"
_OF = _any(
    "of for from by av af fra på von vom aus für de du des d' van voor från di del do da z dla"
)
# what is made up
_UNREAL = _any(
    r"fictitious fictional fictive fiktiv\w{0,2} fittizi\w fictici\w fikcyjn\w simulat\w* "
    r"simuler\w+ simuliert\w* dummy przykładow\w+ testow\w+ "
    r"(?:not|no|keine?|ikke|inte|geen)(?:_an?|_en)?_(?:real|genuine|actual|echte?r?|ekte|virkelig|riktig|verkligt?)"
)
_TESTED = (
    rf"(?:{_TEST}(?:[ -]?{_MAIL})?(?:{_END}|(?=\s(?:{_OF}|{_OURS})\s))|{_UNREAL}(?!\w)|"
    rf"{_EXAMPLE}{_END}|{_EXAMPLE}[ -]?{_MAIL}\b|"
    rf"{_EXAMPLE} (?:{_OF}\s?)?(?:\w{{1,12}} ){{0,3}}{_MAILED}\b)"
)
_THIS = (
    _any(
        "this it the_following dette det det_her her dies das es hier ceci c' ce_message dit "
        "det_här detta questo questa quest[oa]_messaggio to ten_mail esto este esta este_mensaje "
        "este_correo isto esta_mensagem ta_wiadomość det"
    )[:-1]
    + rf"|(?:this|diese|denne|dette|dit|det här|questa|ta) {_MAIL}(?:et|n|en)?)"
)
_NOT = _any("not kein\\w* ikke ikkje inte pas geen niet non nie não")
_IS = _any("is was are er ist est är è jest es é")
SAID = re.compile(
    rf"(?<![\w'])(?:{_THIS}|{_MAIL}) ?(?:n')?(?:{_IS}\b|(?=tylko))(?: ?qu')?"
    rf"(?:(?!['\s]?{_NOT}\b)['\s]?[\w]{{1,14}}){{0,4}}?['\s]{_TESTED}",
    re.IGNORECASE,
)
# "for testing purposes", "as part of an exercise", where the sentence speaks of the mail
PURPOSE = re.compile(
    rf"\b(?:{_MAIL}|{_ONLY}|generated|sent|sendt|verschickt|gesendet|envoyé|skickat)\b[^.!?]{{0,40}}?"
    r"\b(?:for|zu|til|voor|pour|para|per|as|as part of|som ledd i|som del av|im rahmen|"
    r"dans le cadre) "
    rf"(?:\w{{1,8}} )?(?:{_TEST}|test\w{{0,10}}|demonstration\w{{0,8}}|training)(?!\w)|"
    r"^\W{0,4}for (?:test(?:ing)?|demonstration|training) purposes|"
    r"^\W{0,4}not (?:an? )?(?:real|actual|genuine)\b",
    re.IGNORECASE,
)
OWN_TEST = re.compile(
    r"\b(?:we|vi|wir|nous|wij|i)\b(?: are)? test(?:ing|er|en|ons|ar)? (?:\w{1,8} )?"
    r"(?:our|vår|våre|vårt|våra|unser\w{0,2}|notre|onze|ons)\b|\w+en vår\b[^.]{0,20}\btestes\b",
    re.IGNORECASE,
)
ALONE = re.compile(
    rf"[\s*\[(#=-]{{0,9}}(?:{_ONLY} )?(?:{_ARTICLE} )?{_TESTED}",
    re.IGNORECASE,
)
TAG = re.compile(rf"[\s*#=-]{{0,9}}[\[(]\s?{_TEST}\s?[\])]", re.IGNORECASE)
IGNORED = re.compile(
    r"\b(?:(?:ignore|disregard|do(?:es)? not (?:react|respond|act))\b|nothing (?:has )?happened|"
    r"ignorieren|nicht reagieren|ignorer\w*|se bort|bortse|ne pas (?:réagir|tenir compte)|negeren|"
    r"negeer|ignorare|zignorow\w+|ignore[mn]?\b|ignorar|desconsider\w+)",
    re.IGNORECASE,
)
TESTED = re.compile(
    rf"(?<!\w){_TEST}\w{{0,10}}(?!\w)|\b(?:being|are|am) test(?:ed|ing)\b|"
    r"\btest(?:er|en|ar) (?:vi|wir|we)\b|\b(?:vi|wir|we) test(?:er|en|ar)\b",
    re.IGNORECASE,
)
PAIRS = re.compile(r"\w=\S[^\n]{0,80}? [\w-]{1,30}=\S")  # a record on one line
LABEL = re.compile(rf"[\s*]{{0,9}}{_EXAMPLE}\s?:?\s{{0,9}}", re.IGNORECASE)


def drill_words(title: str, parts: Sequence[str]) -> str:
    r"""The words with which a mail says that it is a test or an example; empty where none do.

    >>> drill_words("", ["Hello,\nthis is only a test of our new tool."])
    'this is only a test of our new tool.'
    >>> drill_words("", ["This is an example of the lines we saw:"])
    ''
    """
    if TAG.match(title) or ALONE.match(title) or SAID.search(title):
        return title[:LONGEST]
    spoken = [line for part in parts for line in _spoken(part)]
    for line in spoken:
        for start, end in sentences(line):
            sentence = line[start:end].strip()
            if _says(sentence):
                return sentence
    label = next((line for line in spoken if LABEL.fullmatch(line)), "")
    return label.strip() if label and mail_kind(title, spoken) is None else ""


def _says(sentence: str) -> bool:
    """Whether a sentence says that the mail it stands in is none."""
    if ALONE.match(sentence) and not LABEL.fullmatch(sentence):
        return True
    ignored = IGNORED.search(sentence) is not None and TESTED.search(sentence) is not None
    return ignored or any(said.search(sentence) for said in (SAID, OWN_TEST, PURPOSE))


def _spoken(part: str) -> Iterator[str]:
    """The lines of a text that are its writer's sentences."""
    lines = part[:LOOKED_AT].split("\n")[:MOST_LINES]
    for line in lines:
        if not line.strip() or len(line) > LONGEST or line.startswith(">"):
            continue
        if ALONE.match(line) or not (shows(line) or PAIRS.search(line)):
            yield line
