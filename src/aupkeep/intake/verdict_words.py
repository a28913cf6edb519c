"""What a field says about guilt in the languages we read: harmful, harmless, a false alarm, over.

English stands in `field_words` and `formats.verdicts`; here stand the stems of the others, without
their accents, so that a sender who leaves them out says the same.
"""

import re
from functools import lru_cache
from unicodedata import combining, normalize

from aupkeep.intake.field_words import plain_name

LONGEST = 80  # characters of a value that may be a verdict
PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "\u0131": "i", "æ": "ae", "ß": "ss"})


def folded_words(text: str) -> str:
    """Words in lower case, apart, and without accents.

    >>> folded_words("Fałszywy_alarm"), folded_words("kötü_amaçli"), folded_words("шкідливий")
    ('falszywy alarm', 'kotu amacli', 'шкідливии')
    """
    apart = normalize("NFKD", plain_name(text[:LONGEST]))
    return "".join(letter for letter in apart if not combining(letter)).translate(PLAIN)


def _stems(text: str) -> str:
    """A pattern for words that begin with one of these stems, `_` for a blank."""
    stems = (folded_words(stem.replace("_", " ")) for stem in text.split())
    return rf"(?:{'|'.join(stems)})\w*"


def _words(text: str) -> str:
    return rf"(?:{'|'.join(folded_words(word) for word in text.split())})"


HARM = _stems(
    "malici malign malevol maldos bösartig schädlich schadhaft ondsinn skadelig skadlig"
    " złośliw szkodliw škodliv závadn zákeřn kötü_amaç kötü_niyet zararli шкідлив зловмисн"
    " вредонос злонамер haitalli kwaadaardig dannos nuisible malveillan daninh danos"
    " prejudicial"
)
THREAT = _stems(
    "threat tehdit ameaç amenaz minacc menace bedroh trussel trusel zagroż hrozb загроз угроз"
    " uhka dreiging"
)
NOT = _words(
    "not non no nicht kein keine keiner ikke inte ej niet geen pas sans não nao sem sin ne"
    " není bez nie nem не немає нет без ei değil"
)
DENIES = _words(
    "немає нема hayir yok ні нет нi неправда ложь хибне não nao nenhum nenhuma ninguno"
    " ninguna nessuno nessuna aucun nie brak ne není žádný žádná nej nei ei falsch falso falsa"
    " faux fausse falskt falsk nieprawda fałsz nepravda yanliş valse epätosi"
)
AFFIRMS = _words(
    "да так tak ano áno evet ja jo sim sí si oui kyllä prawda pravda doğru правда vrai vero"
    " wahr verdadeiro verdadero sant waar"
)
UNTRUE = _stems(
    "false fals falešn mylný mylné planý plané fałszyw faux fausse yanliş yalanci hatali хибн"
    " помилков ложн ошибочн väär vals fehl feil téves hamis"
)
ALERT = _stems(
    "positi pozit alarm allarm alert poplach hlášen dodatni zgłoszen тривог позитив спрацюв"
    " сповіщен срабатыв тревог hälyty ilmoit bildirim tespit larm riaszt"
)
ALARM = rf"(?:{UNTRUE} ?{ALERT}|{ALERT} {UNTRUE})"
UNHARMING = _stems(
    "benign bénin harmlos ungefährlich unbedenklich unschädlich ufarlig uskadelig godartet"
    " ofarlig oskadlig onschadelijk ongevaarlijk goedaardig niegroźn nieszkodliw neškodn"
    " nezávadn zararsiz нешкідлив безвредн безобидн inofensiv inócu innocu inoffensi vaaraton"
)
CLEAN = _stems(
    "bezpieczn czyst bezpečn čist temiz güvenli чист безпечн безопасн limp segur legítim"
    " pulit sicur sauber légitim puhdas godkjen erlaubt dozwolon povolen izinli дозволен"
    " разрешен"
)
OVER = _stems(
    "dismiss discard overturn invalidat rozwiązan zakończon usunięt wycofan naprawion"
    " załatwion anulowan odwołan vyřešen opraven odstraněn stažen zrušen odvolán çözül"
    " düzeltil giderildi geri_çek iptal вирішен усунен виправлен відклик скасован решен"
    " устранен исправлен отозван отменен resolvid encerrad corrigid retirad solucionad resuelt"
    " corregid anulad risolt corrett ritirat annullat résolu corrig retiré annulé opgelost"
    " verholpen ingetrokken behoben erledigt gelöst zurückgezogen storniert løst rettet"
    " trukket tilbakekalt åtgärdad åtgärdat löst återkallad ratkaistu korjattu peruttu"
)
JUDGES = _stems(
    "state verdi veredic veredit verdet werdykt вердикт status statut stav stan стан estado"
    " etat stato durum tila tilstand tillstånd ocen hodnocen posouzen avalia evalua valuta"
    " bewert einstuf vurder bedöm beoordel değerlendir оцінк оценк wynik výsled resulta"
    " ergebnis sonuç karar результат висновок вывод заключен závěr conclus parecer dictamen"
    " oordeel urteil avis esito giudizio arvio tulos klasyfik klasifik classifi clasific"
    " luokit situa analy rozstrzyg analist oznak etiket decyz decis rozhodnut beslut avgjør"
)
ALREADY = r"(?:(?:juz|jiz|uz|вже|уже|zaten|ja|ya|deja|bereits|schon|allerede|redan|al|gia|jo) )?"
ENDING = r"(?: ?(?:true )?(?:positiv\w*|activity|behaviou?r|scanner|traffic))?"
HARMED = re.compile(rf"(?:\w+ )?(?:{HARM}|{THREAT})(?: \w+)?")
HARMLESS = re.compile(
    rf"(?:(?:{NOT}|{DENIES}) (?:ist |est |es |jest |e )?(?:{HARM}|{THREAT})|(?:ne|nie|не){HARM}"
    rf"|{HARM} (?:degil|не))"
)
FALSE_ALARM = re.compile(rf"{ALREADY}{ALARM}")
BENIGN = re.compile(
    rf"{ALREADY}{UNHARMING}{ENDING}|(?:not |non ?)malicious|harmless|(?:white|allow) ?listed"
)
SPOTLESS = re.compile(rf"{ALREADY}{CLEAN}{ENDING}")
PRETENDED = re.compile(
    _words(
        "test teste testi testowy testowe testowa testovací prueba ensaio próba zkouška"
        " deneme cvičení ćwiczenie ćwiczenia symulacja simulace simulação simulación"
        " simulazione simülasyon симуляція навчання тест учения tatbikat övning øvelse übung"
        " oefening harjoitus exercice exercício ejercicio esercitazione simulering"
    )
)
FINISHED = re.compile(rf"{ALREADY}{OVER}")
JUDGED = (SPOTLESS.fullmatch, FINISHED.fullmatch, FALSE_ALARM.match)  # by who judges
JUDGEMENT = re.compile(rf"(?:\w+ ){{0,3}}{JUDGES}(?: \w+)?")
DENIED, AFFIRMED = re.compile(DENIES), re.compile(AFFIRMS)
OFF = frozenset({"false", "0", "no", "n", "none", "nil", "off"})
ON = frozenset({"true", "1", "yes", "y", "on"})


def takes_itself_back(name: str, value: str) -> bool:
    """Whether a field says, in a language other than English too, that its record accuses nobody.

    * Its value is a false alarm, or harmless beyond doubt, whatever the field is called.
    * Its value is clean, permitted or over, and the field is named after a verdict or a state.
    * It is named after harm and says no, or after a false alarm, harmlessness or a test and says
      yes.

    >>> takes_itself_back("veredicto", "benigno"), takes_itself_back("zlosliwy", "false")
    (True, True)
    >>> takes_itself_back("szkodliwy", "tak"), takes_itself_back("stav", "zablokováno")
    (False, False)
    """
    return _takes_back(folded_words(name), folded_words(value))


@lru_cache(maxsize=8192)
def _takes_back(name: str, value: str) -> bool:
    if FALSE_ALARM.fullmatch(value) or BENIGN.fullmatch(value) or HARMLESS.fullmatch(value):
        return True
    if JUDGEMENT.fullmatch(name) and any(says(value) for says in JUDGED):
        return True
    if any(names.fullmatch(name) for names in (FALSE_ALARM, SPOTLESS, BENIGN, HARMLESS, PRETENDED)):
        return value in ON or AFFIRMED.fullmatch(value) is not None
    if HARMED.fullmatch(name):
        return value in OFF or DENIED.fullmatch(value) is not None
    return False


def says_harm(value: str) -> bool:
    """Whether a verdict calls its subject harmful.

    >>> says_harm("Škodlivý"), says_harm("neškodný")
    (True, False)
    """
    said = folded_words(value)
    return HARMED.fullmatch(said) is not None and HARMLESS.fullmatch(said) is None


def names_verdict(name: str) -> bool:
    """Whether a field or object is named after a verdict, a result or a state."""
    return JUDGEMENT.fullmatch(folded_words(name)) is not None
