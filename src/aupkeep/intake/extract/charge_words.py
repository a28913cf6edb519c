"""Stems with which a letter reports, in many languages; `turning_words` has what turns it.

English, German, Norwegian, Swedish, Danish, French, Spanish, Dutch, Italian, Portuguese, Polish;
Czech, Turkish, Ukrainian and Russian stand in `further_languages`.
Families of stems, no sentences: what a letter does is told by which of them stand in it (`charge`).
Texts are in small letters, addresses and links are signs (`polarity.MASK`).
"""

import re

from aupkeep.intake.extract import further_languages as more
from aupkeep.intake.extract.polarity import MASK


def stems(*choices: str) -> re.Pattern[str]:
    """A pattern of words that begin so."""
    return re.compile(rf"(?<![\w'])(?:{'|'.join(choices)})")


# what somebody did, beside the words for kinds of abuse
DEED = stems(
    r"spam|junk|abus|attack|reported by|intrud|intrus|break-?ins?|break(?:ing)? in|brute|guess"
    r"|hammer"
    r"|prob(?:e|ing)"
    r"|scan",
    r"flood|attempt|hostil|malici|compromis|infect|exploit|hack|steal|stole|harass|knock|pester",
    r"tr(?:y|ies|ied|ying) to|unwanted|unsolicited|unauthori[sz]ed|misus|illegal|rogue|suspicious",
    r"log-?[io]n|fail(?:ed|ure)|password|pound|sweep|swept|crawl|spoof|imperson|mimic|imitat"
    r"|hijack|backdoor|offend|offence|nuisance|honeypot",
    r"werb(?:ung|em[aü])|reklam|reclame|angriff|angreif|greift|hämmer|einbr[uü]ch|anmeldeversuch|missbr"
    r"|belästig|abgesucht|durchsuch",
    r"versuch|eindring|gehackt|verseucht|verursacher|täter|unerwünscht|ungebeten|gefälsch"
    r"|abgegriff",
    r"angr[ei]p|innbrudd|bryte|bryter|gjett|gjetter|misbruk|skann|søppel|plage|prøver|forsøk"
    r"|lurer",
    r"falsk|uønsk|hack|attack|intrång|gissa|försök|missbruk|skräp|stör|oönskad|angreb|indbrud"
    r"|forsøg",
    r"attaqu|intrus|tentativ|forcer|sonde|recherche de (?:faille|vuln)|essaie|essaye|abus|piratag"
    r"|indésirable|malveill|frauduleu",
    r"ataque|atac|intent|intrus|fraud|roba|suplant|malicios|no solicitad|no desead",
    r"aanval|inbra|poging|probeer|misbruik|ongewenst|overlast|kwaadaardig",
    r"attacc|tentativ|abus|violazion|scansion|indovin|inond|truff|rub(?:a|ano|are)\b"
    r"|prova(?:no)? a\b"
    r"|malevol|ostil|hackerat|compromess|non richiest|indesiderat|fals[oai]\b|imita",
    r"ataqu|tentat|inva[sd]|roub|golpe|malicios|varr(?:e|id)|escane|indesejad|inund|adivinh"
    r"|se passa",
    r"atak|prób|włam|naduży|oszu|wyłudz|skan|fałszyw|podszy|niechcian|złośliw|zgad|zalew|kradn",
    more.DEED,
)
# what a title calls the letter
COMPLAINT = stems(
    r"complain|incident|evidence|beschwerde|vorfall|klage|hendelse|hending|anmäl|anmeld|plainte"
    r"|signalement d|queja|denuncia|incidente|klacht|melding van|reclam|skarg|zgłosz",
    more.COMPLAINT,
)
# by whom it is said to have been seen
SEEN = stems(
    r"(?:we|i|our \w+|my \w+|us) (?:\w+ ){0,2}(?:see|saw|seen|observ|notic|detect|record|log"
    r"|receiv"
    r"|regist|captur|caught|got|get|found|dropp|block|reject|trac|woke)",
    r"(?:wir|ich|uns\w*) (?:\S+ ){0,4}(?:seh|sah|beobacht|bemerk|festgestell|erhalt|bekomm|regist"
    r"|verzeichn|protokoll)",
    r"(?:vi|jeg|eg|jag|vår\w? \w+|oss) (?:\S+ ){0,3}(?:ser|så|sett|observer|registr|oppdag|mott"
    r"|fått|får|logg|upptäck|fick|modt)",
    r"(?:nous|je|notre \w+) (?:\S+ ){0,3}(?:voy|vu|observ|constat|détect|reçu|reçoi|enregist)",
    r"(?:hemos|nuestro \w+) (?:\S+ ){0,3}(?:vist|observ|detect|recib|registr)",
    r"(?:wij|we|ik|onze \w+) (?:\S+ ){0,3}(?:zie|zag|gezien|ontvang|detect|registr|merk)",
    r"(?:abbiamo|ho|nostr\w \w+ ha(?:nno)?) (?:\S+ ){0,3}(?:vist|rilev|ricev|registr|not|osserv)"
    r"|(?:ri(?:cev|lev)|ved|not)(?:o|iamo)\b|est(?:amos|ou) (?:recebendo|vendo)|rece(?:bi|bo|bemos)"
    r"|(?:detec?ta|nota|observa|registra)mos|vemos|wid(?:zimy|zę)|zauważ|odnotow|otrzym"
    r"|dosta(?:ję|j"
    r"emy)|wykry|zarejestrow|obserw",
    more.SEEN,
)
THEIRS = re.compile(
    r"(?<!\w)(?:your|yours|belongs? to you|(?:assigned|registered|allocated) to you"
    r"|dein\w{0,2}|you are (?:\w+ ){0,2}as (?:the )?abuse contact|you (?:guys|people|host"
    r"|have)|ihr\w{0,2}|bei ihnen|euer\w{0,2}|deres"
    r"|dere"
    r"|dykkar|hos (?:dere|er|jer|dykk)|din|ditt|dine|er|ert|era|jeres|votre|vos|chez vous|su|sus"
    r"|vuestr[oa]s?|uw|jullie|vostr[oaie]|voi|seus?|suas?|vocês|voss[oa]|wasz\w*|państwa|was"
    rf"|{more.THEIRS})(?!\w)"
)
POINTED = re.compile(
    rf"{MASK}|(?<!\w)(?:below|above|following|attached|this|these|that|those|the (?:host|machine"
    rf"|address"
    r"|ip|page|site|server|source)|folgende\w?|nachstehend\w*|unten|diese\w?|dieses"
    r"|følgende|nedenfor|under|denne|dette|disse|den|siden|adressen|maskinen|nedan|följande|dessa"
    r"|suivante?s?|ci-dessous|cette|ce|ces|siguientes?|esta|este|estas|estos"
    r"|volgende|onderstaande?|deze|dit|dat|seguent[ei]|quest[oaie]|sottostant[ei]|seguintes?|abaixo"
    r"|ess[ea]s?|poniższ\w+|następując\w+|ten|tego|tej|tych"
    rf"|{more.POINTED})(?!\w)"
)
# that it goes on, or that nobody asked for it
ASSERTED = stems(
    r"still|again(?!st)|continu|resum|persist|ongoing|on-going|keeps? |kept |not stopped|came back"
    r"|(?:is|are) back"
    r"|going on|goes on|go on|not (?:been )?(?:fixed|solved|resolved|over)|isn't|unfortunately"
    r"|every (?:day|night|hour)|jeden tag|hver dag|varje dag|tous les jours|chaque jour"
    r"|tod[oa]s (?:l[oa]s|[oa]s) (?:d[ií]as|noches|noites)|cada d[ií]a"
    r"|ogni giorno|tutti i giorni|elke dag|codziennie",
    r"unauthori|uninvited|unasked|without (?:our|my|any|the) (?:consent|permission|knowledge)"
    r"|(?:not|n't|never|nobody) (?:\w+ ){0,2}(?:order|agree|authori|permit|invit|allow|ask"
    r"|request|sign)",
    r"nie(?:mals)? (?:\S+ )?(?:angemeldet|eingetragen|bestellt|zugestimmt|eingewilligt|abonniert)"
    r"|ohne (?:meine|unsere)"
    r" (?:zustimm|einwill)|jamais (?:\S+ )?(?:consenti|demandé|sollicité|inscrit|abonné)"
    r"|sans (?:mon|notre)"
    r" (?:accord|consent)|nunca (?:\S+ )?(?:suscrib|registr|solicit|autoric|autoriz|cadastr"
    r"|inscrev|pedi)",
    r"mai (?:\S+ )?(?:richiest|iscritt|autorizzat)|senza (?:il )?(?:mio|nostro) cons|s(?:em"
    r"|in) (?:mi|meu|minha"
    r"|nuestr[oa]|noss[oa]) (?:consent|autoriz|permis)|nigdy (?:\S+ )?(?:zgadza|zamawia|zapis"
    r"|prosi)"
    r"|bez (?:mojej|naszej) zgod|nooit (?:\S+ )?(?:aangemeld|gevraagd|ingeschreven)"
    r"|zonder (?:mijn|onze) toest"
    r"|aldrig (?:\S+ )?(?:anmält|bett|begärt|tilmeldt|bedt)|aldri (?:\S+ )?(?:bedt|meldt|bestilt"
    r"|samtykket)",
    r"weiter|erneut|wieder|immer noch|nach wie vor|leider|noch immer",
    r"fortsatt|fortsett|fremdeles|framleis|igjen|fortfarande|fortsätt|igen|på nytt|dessverre|enda",
    r"toujours|encore|continu|de nouveau|à nouveau|sigue|continú|de nuevo|todavía|otra vez"
    r"|nog steeds|weer|opnieuw"
    r"|gaat door|ancora|ainda|nadal|znowu",
    more.ASSERTED,
)
# the writer's own machine
_HOLD = (
    r"(?:servers?|host|machine|box|vps|vm|ip|address|(?:web)?site|web ?page|page|shop|store"
    r"|system|network"
    r"|router|gateway|scanner|monitor|resolver|seite|webseite|shop|rechner|maschine|adresse"
    r"|ip-adresse|anlage"
    r"|serveren|maskinen|maskin|nettsiden|nettside|nettsted|nettstedet|siden|side|adressen"
    r"|nettbutikken"
    r"|nettbutikk|tjeneren|tjener|datamaskin|webbplats|webbutik|hemsida|servern|server|maskin"
    r"|hjemmeside"
    r"|serveur|machine|site|page|boutique|servidor|máquina|sitio|página|tienda|dirección|website"
    r"|pagina"
    rf"|winkel|adres|webwinkel|sito|macchina|site|strona|serwer|{more.HOLD})"
)
_MINE = (
    r"(?:our|my|unser\w{0,2}|mein\w{0,2}|vår\w?|våre|min|mitt|mine|vores|notre|nos|mon|ma|mes"
    r"|nuestr[oa]s?|mis?|onze|ons"
    r"|mijn|nostr[oae]|mi[oa]|noss[oa]|meu|minha|nasz\w{0,3}|mój"
    rf"|{more.MINE})"
)
_AT = (
    r"(?:at|on|with|auf|unter|bei|på|ved|hos|under|sur|à|en|op|met|su|em|no|na|is|ist|er|está|est"
    r"|which is)"
)
_RUN = (
    r"(?:hosted|running|hébergée?|gehostet\w{0,2}|gehost|alojad[oa]|hospedad[oa]|ospitat[oa]"
    r"|som (?:ligger|står|kjører))"
)
# behind which whoever came stands: "to our gateway from ip …"
_ORIGIN = r"(?:from|by|von|durch|fra|från|av|depuis|par|desde|por|vanaf|door|da|dal|od|przez)"
OWN_MACHINE = re.compile(
    rf"(?<!\w){_MINE} (?:(?!{_ORIGIN} )[\w'-]+ ){{0,2}}?[\w-]{{0,14}}{_HOLD}(?: {_RUN})?"
    rf"\W{{1,3}}(?:{_AT} )?(?:the |der "
    rf"|die |ip |ip-\w+ |address |adresse )*{MASK}"
    rf"|(?:{more.OWN_NOUN})\W{{1,3}}(?:{_AT} )?{MASK}"
    rf"|{_HOLD} (?:vår|min|våres)\W{{1,3}}(?:{_AT} )?(?:adressen |ip |ip-adressen )?{MASK}"
)

CONDITION = re.compile(
    rf"(?<!\w)(?:if|unless|whether|wenn|falls|sofern|hvis|dersom|indien|{more.IF})(?!\w)"
)
# conditions where a clause begins with them, and else prepositions and parts of others
OPENING = re.compile(r"\W*(?:(?:and|og|och|und|et|y|en) )?(?:ob|om|si(?! bien)|als)(?!\w)")
_FROM = (
    r"(?:from|by|out of|inside|within|on|in|von|aus|durch|fra|från|af|av|på|i|depuis|de|par|desde"
    r"|por|en|vanaf|uit|op|van|door|da|dal|dall[ao]|pel[oa]|d[oa]|przez|z"
    rf"|{more.FROM})"
)
FROM_THEIRS = re.compile(rf"(?<!\w){_FROM} {THEIRS.pattern}|{more.FROM_THEIRS}")
FROM_NAMED = re.compile(rf"(?<!\w){_FROM} (?:{THEIRS.pattern}|{MASK})|{more.FROM_THEIRS}")
