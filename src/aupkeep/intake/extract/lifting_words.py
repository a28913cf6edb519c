"""What a letter may ask that is no end of a deed: that our own measure ends, or only an answer.

"Please remove the block" contests (`charge`); "please check that and tell us" asks. Both hold words
of `demand_words`. Who says what *he* will lift ("we will remove you from our list") does neither.
Texts are in small letters.
"""

import re

from aupkeep.intake.extract import further_languages as more
from aupkeep.intake.extract.demand_words import ASKING
from aupkeep.intake.extract.polarity_words import CLAUSE

# between asking and what is asked: nobody but the reader
_YOU = (
    r"(?:(?:you|to|please|kindly|now|also|at once|immediately|that|will|would|could|can|sie"
    r"|bitte|uns"
    r"|den|die|dere|du|de|jer|ni|er|å|at|att|om|vous|que|ustedes|u|het|dat|te|di|voler|o|aby"
    r"|§+)[\s,]+)"
    r"{0,5}?"
)
_THE = (
    r"(?:the|this|that|your|any|all|diese?n?|die|den|das|ihre|denne|dette|deres|le|la|les|ce|cette"
    r"|votre|el|este|esta|su|de|deze|het|uw|il|lo|questo|questa|o|a|este|esta|esse|essa|tę|tą|tej)"
)
_EN = (
    rf"(?:remov\w+|lift\w*|stop|end|undo|revok\w+|cancel|cease|releas\w+|drop|relax) {_THE} "
    r"(?:(?!ip\b|address|net|from\b|of\b|in\b|on\b)[\w-]+ ){0,2}"
    r"(?:block|blocks|blocking|blockade|blackhol\w+|null-?route|(?:rate[ -])?limit(?:ation)?s?|ban"
    r"|suspension|restrictions?|quarantine|sperre)\b(?! from \w+ing)"
    r"|(?:take|get|lift) (?:the|this|that|your) (?:[\w-]+ ){0,2}(?:block|limit|ban"
    r"|restriction)s? off"
    r"|(?:have|get) (?:the|this|that|your) (?:[\w-]+ ){0,2}(?:block|limit|ban|suspension"
    r"|restriction)"
    r"s? (?:removed|lifted|taken off)"
    r"|(?:stop|cease|quit) (?:blocking|limiting|throttling|filtering|banning)\b"
    r"|(?:remove|take|delete|drop) (?:\S+ ){1,4}?(?:off|from) (?:your|the) (?:\w+ ){0,2}"
    r"(?:block|black|deny|drop)-?\s?lists?\b"
)
_SPERRE = (
    r"(?:\w*sperr(?:e|en|ung)|sperrliste|blockade|blockierung|drosselung|beschränkung|begrenzung"
    r"|limit)\b"
)
_DE = (
    rf"(?:entfern\w+|heb\w+|lös\w+|beend\w+|nehm\w+|stopp\w+|lockern?) (?:sie )?(?:bitte )?"
    rf"{_THE} (?:\w+ )?{_SPERRE}"
    rf"|{_THE} {_SPERRE} (?:\S+ ){{0,6}}?(?:auf(?:zu)?heben|(?:zu )?entfernen|(?:zu )?lösen"
    r"|(?:zu )?beenden|zurück(?:zu)?nehmen)"
)
_NORDIC = (
    r"(?:fjern|opphev|oppheve|løft|ophæv|häv|häva|ta bort|ta vekk|ta av|stopp|stans|avslutt)\w* "
    r"(?:(?:den|denne|dette|vår|deres) )?(?:\w+ )?"
    r"(?:sperr(?:e|en|a|inga?|ingen)|blokkering\w*|blokering\w*|spärr\w*|blockering\w*"
    r"|begrensning\w*|begränsning\w*|begrænsning\w*|suspensjon\w*|karantene\w*)\b"
    r"|(?:slutte?|sluta|stopp|stop)\w* (?:med )?(?:å |at |att )?(?:blokker|sperr|bloker|blockera)"
)
_ROMANCE = (
    r"(?:lev|retir|supprim|enlev|arrêt|annul|cess|mettre fin|levant|elimin|quit|anul|rimuov"
    r"|tog|revoc"
    rf"|annull|interromp|remov|cancel|pare(?!nt|c)|parar)\w* (?:à )?{_THE} "
    r"(?:blocage|limit\w+|restri\w+|suspensi\w+|bannissement|filtrage|bloqueo|límite|blocco"
    r"|sospensione|bloqueio|suspensão)\b"
    r"|(?:arrêt|cess|dej|smett|par)\w* (?:de |di )(?:nous |nos |ci )?(?:bloquer|bloquear"
    r"|bloccar)\w*"
)
_OTHERS = (
    rf"(?:verwijder|hef|stop|haal)\w* {_THE} (?:blokkade|blokkering|limiet|beperking|schorsing)\b"
    rf"|{_THE} (?:blokkade|blokkering|limiet|beperking|schorsing) (?:\S+ ){{0,5}}?"
    r"(?:op ?te ?heffen|opheffen|(?:te )?verwijderen|weg)"
    r"|stop\w* met (?:het )?blokkeren"
    r"|(?:usun|usuń|zdj|znie|cofn|wycof)\w* (?:(?:tę|tą|tej) )?(?:blokad|ogranicze|limit"
    r"|zawiesze)\w*"
    r"|przesta\w+ blokować"
)
_LIFT = rf"(?:{_EN}|{_DE}|{_NORDIC}|{_ROMANCE}|{_OTHERS}|{more.LIFTS})"
_ASKED = re.compile(rf"(?<![\w'])(?:{ASKING})[\s,:]{{1,3}}{_YOU}(?:{_LIFT})")
_ORDERED = re.compile(rf"\W*(?:(?:and|og|und|et|y|en|e) )?(?:{_LIFT})")

# what is asked of the reader, and is no end of a deed
_TELL = r"(?:tell (?:us|me)|comment|answer|reply|let (?:us|me) know|say (?:so|whether|if)|confirm)"
_FILE = (
    r"(?:ticket|case|file|matter|incident|report|request|saken?|sagen?|ärendet?|dossier|demande"
    r"|signalement|caso|expediente|chamado|segnalazione|pratica|melding(?:en)?|zaak|zgłoszeni\w*"
    r"|spraw\w*|případ\w*|hlášení|справ\w*|заявк\w*|звернен\w*|скарг\w*|vorgang|fall|meldung"
    r"|bildirim\w*|talep\w*|talebi|kayd\w{1,4}|şikayet\w*|şikâyet\w*|dosya\w*)\b"
)
# that a report is closed is no end of a deed, and says that it is over
CLOSES = (
    r"\b(?:clos\w*|schlie[ßs]\w*|ferm\w*|clôtur\w*|cl[oô]re|cerr\w*|cierr\w*|chiud\w*|encerr\w*"
    r"|fech\w*|archiv\w*|sluit\w*|lukk?\w*|stäng\w*|avslut\w*|zamkn\w*|uzavř\w*|закри\w*)"
    rf" (?:\S+ ){{0,3}}?{_FILE}|\b{_FILE} (?:\S+ ){{0,2}}?(?:sluiten|(?:ab)?schließen|kapat\w*)"
)
# that the writer's own mail is taken for spam
OWN_MAIL = (
    r"(?:our|my) (?:(?:e-?)?mails?|messages|newsletters?|mailings?)\b[^.;]{0,60}?\b(?:as|for"
    r"|in(?:to)?) (?:the )?(?:spam|junk)|(?:unsere|meine) (?:e-?)?mails?\b[^.;]{0,60}?\bspam"
    r"|(?:nos|mes) (?:(?:e-?)?mails?|courriels|messages)\b[^.;]{0,60}?\b(?:spam|indésirable)"
    r"|(?:våre e-?poster|e-?posten vår|våra mejl|vores mails?)\b[^.;]{0,60}?\b(?:spam|søppel|skräp)"
    r"|(?:nuestros|mis) (?:correos|mensajes)\b[^.;]{0,60}?\bspam|onze (?:e-?)?mails?\b[^.;]{0,60}?"
    r"\bspam|(?:le nostre (?:e-?)?mail|nossos e-?mails|nasze (?:maile|wiadomości))\b[^.;]{0,60}?"
    r"\bspam"
)
IDLE = re.compile(
    r"\b(?:restore|reset|recover|reinstall|back ?up) (?:my|our|yesterday's|the last)\b|"
    r"\bkeep (?:on )?(?:taking care|fixing|handling|checking|acting|dealing|looking)\b"
    r"|\b(?:take|remove|delete|strike) (?:\S+ ){1,5}?(?:off|from) (?:your|the|this) (?:\w+ ){0,2}"
    r"(?:contact|mailing|distribution|address|recipient|mail|cc)[ -]?(?:list|book)s?\b"
    rf"|{CLOSES}"
    r"|\blook(?:ing)? at (?:them|it|these|the lines) (?:and comment|before)\b"
)


# … and what is asked by who only wants to know
WANTS_ANSWER = re.compile(
    r"\b(?:check|look(?:ing)? (?:at|over|into)|have a look at|see|review) (?:it|that|this|them)"
    rf" and (?:\w+ ){{0,2}}{_TELL}\b"
)


def asks_to_lift(said: str) -> bool:
    """Whether a sentence asks the reader to end a measure of the reader's own.

    >>> asks_to_lift("please remove the block of it."), asks_to_lift("we will lift the block.")
    (True, False)
    """
    if _ASKED.search(said):
        return True
    starts = (0, *(match.end() for match in CLAUSE.finditer(said)))
    return any(_ORDERED.match(said, start) for start in starts)
