"""Stems with which a letter reports, and with which it does something else, in many languages.

English, German, Norwegian, Swedish, Danish, French, Spanish, Dutch, and the plainest of Italian,
Portuguese and Polish. Families of stems, no sentences: what a letter does is told by which of them
stand in it (`charge`). Texts are in small letters, addresses and links are signs (`polarity.MASK`).
"""

import re

from aupkeep.intake.extract.polarity import MASK


def _stems(*choices: str) -> re.Pattern[str]:
    """A pattern of words that begin so."""
    return re.compile(rf"(?<![\w'])(?:{'|'.join(choices)})")


# with which an act is asked of the reader
_ASKING = (
    r"please|pls|plz|kindly|(?:can|could|would|will) (?:you|someone|somebody|anyone|your \w+)"
    r"|(?:we|i)(?:'d| would|'ll| will)? (?:ask|request|urge|demand|expect|insist|need you|want"
    r"|beg|appreciate|be (?:grateful|glad|obliged|thankful)|like you)|grateful"
    r"|appreciated? (?:it )?if"
    r"|you (?:should|must|need to|have to|ought)|be so kind|have (?:it|this|that|them|the)"
    r"|request(?:ed|ing|s)?|it is (?:time|high time)|needs? to be|must be|should be"
    r"|bitte|bitten|können sie|könnten sie|würden sie|ersuch\w+|forder\w+|erwart\w+|verlang\w+"
    r"|wären (?:dankbar|froh)|mögen sie|dringend"
    r"|vennligst|vær (?:så )?(?:snill|grei)|ver (?:så )?snill|fint om|flott om|setter pris"
    r"|(?:kan|kunne|vil|må|bør) (?:dere|du|noen|de|ni|i|nokon)|(?:vi|jeg|eg|jag) (?:ber|krever"
    r"|krev"
    r"|ønsker|forventer|vil at|önskar|kräver|begär|forventar|anmoder|beder)|håper"
    r"|var (?:vänlig\w?|snäll\w?)|vänligen|tacksam\w*|venligst|bedes"
    r"|merci|veuillez|prière|pou(?:vez|rriez)-vous|nous vous|je vous|svp|s'il vous pla[iî]t"
    r"|il faut"
    r"|por favor|rogamos|pedimos|solicitamos|(?:les|le) (?:pid|ruego|agradec)\w*|pued[ea]n?"
    r"|podrían?|exijo|exigimos"
    r"|graag|gelieve|verzoek\w*|(?:kunt|wilt) u|(?:kunnen|willen|kan|wil) (?:jullie|je|u)"
    r"|alstublieft|aub"
    r"|prego|preghiamo|vi chiediamo|potete|potreste|pedimos|solicitamos|podem|poderiam"
    r"|prosz[ęe]|prosimy|favor"
)
# what is asked: that it ends, or that the reader sees to it
_REMEDY = (
    r"stop|ceas|end (?:this|it|these)|investigat|examin|inspect|look(?:ing)? (?:into|at|after"
    r"|over)"
    r"|(?:a|closer) look|check(?!list)|see to|fix|clean|disinfect|secur(?:e|ing)\b|patch|shut"
    r"|clos(?:e|ing)\b(?! (?:\w+ ){0,2}(?:ticket|case|file|matter|incident|report|request))"
    r"|tak(?:e|en|ing) (?:(?!no\b|\S*n't\b)\S+ ){0,6}(?:down|off\w*|action|steps|measures|care"
    r"|up)|act\b|acting"
    r"|action|measures|deal(?:ing)?\b|handl|remov|disabl|suspend|disconnect|restrict|lock down"
    r"|terminat|unplug|pull|sort|address (?:this|it|the)|rein |put (?:\S+ )?(?:stop|end)"
    r"|do something|leash|talk to|speak to|have a word|rein|tell (?:them|your|him|her)|(?:inform"
    r"|notify|contact|warn|educate) (?:your|the"
    r"|them|him)|mitigat|resolv|remed|block|null-?rout|quarantin|curb|prevent|intervene|get rid"
    r"|unterbind|unterlass|abstell|abzustell|ab(?=[.!]|$)|abschalt|sperr|entfern|stopp|untersuch"
    r"|prüf\w*"
    r"|überprüf|nachgeh|nachseh|nachschau|schauen sie|sehen sie|nach(?=[.!]|$)|kümmer|handeln"
    r"|maßnahm|massnahm|veranlass|nötige|notwendige"
    r"|bereinig|schließ(?!en sie (?:den|das|die))|beheb|beseitig|klär|beend|ein ende|aufhör"
    r"|offline|vom netz|lösch"
    r"|absicher|ansehen|anschauen|tätig|einschreit|weiterleit"
    r"|stans|stoppe|stopp|steng|fjern|undersøk|sjekk|se (?:på|nærmere|nærare|til|närmare)|ta(?:r"
    r"|s)? tak"
    r"|ordne?|rydd|fiks|rett opp|sperr|ta(?:s)? ned|gjør\w* noe|gjer noko|tiltak|grip|følg"
    r"|få (?:slutt|orden|kontroll)|snakk\w* med|tal(?:a|e) med|prata? med|slutt|opphør|ta affære"
    r"|åtgärd|undersök|kontroller|stäng|ta bort|se över|gör något"
    r"|luk|undersøg|fjern|ryd|gribe|gøre noget|forhindre|hindre"
    r"|faire|fasse|arrêt|cess|ferm|bloqu|supprim|retir|enquêt|interven|agir|prendre|mettre|fin à"
    r"|désactiv|vérifi|stopp|corrig|nettoy|sécuris|trait|examin|nécessaire|mesures|couper"
    r"|retir|elimin|deten|deteng|bloque|cerr|cierr|investig|tom(?:ar|en)|actu|actú|cese|cesar"
    r"|paren"
    r"|parar|revis|corrij|limpi|deshabilit|medidas|suspend|den de baja|dar de baja"
    r"|blokk|verwijder|onderzo|afsluit|sluit|ingrijp|actie|maatregel|opschon|controle|kijk|aanpak"
    r"|oplos|nodige|beveilig|ophoud|bekijk"
    r"|fermar|bloccar|rimuov|chiud|verific|provved|remov|fech|verifiqu|tomem|providenc"
    r"|zablok|usun|zatrzym|sprawdz|podj"
)
NO = r"(?:not|n't|never|nicht|keine?\w?|ikke|ikkje|inte|ne|pas|no|niet|geen|non|não|nie)"
_WORDS = rf"(?:(?!{NO}\b|\S*n't\b)[^\s.!?;]{{1,24}}[\s]){{0,12}}?"
DEMAND = re.compile(
    r"what (?:are you|will you|do you intend to) (?:\w+ ){0,2}do(?:ing)? about|"
    rf"(?<![\w'])(?:{_ASKING})[\s,:]{{1,3}}{_WORDS}[(\"']?(?:{_REMEDY})"
)
# the bare order, at the beginning of a clause
ORDER = re.compile(
    r"(?:^|[,;:.!\u2013\u2014-]\s|\b(?:and|so|then|now|just|otherwise|or|else|og|und|also|et|y"
    r"|en)\s)\W{0,3}"
    r"(?:stop|fix|investigate|look into|make (?:it|this|them|him|sure|an end)|put (?:a|an|your"
    r"|this)|get (?:it|this|them|him|your|rid)|switch|kick|pull|tell (?:them|him|your)"
    r"|take (?:it|this|them|that"
    r"|\S+ \S+) (?:down|offline)|shut|deal with|sort|do something|clean (?:it|this|up)|secure"
    r"|act(?= now| on| up)|block (?:it|this|them|him|that)|remove (?:it|this)|end this"
    r"|stell\w* sie"
    r"|schalten sie|sperren sie|schauen sie|sehen sie|sorgen sie|nehmen sie (?:\S+ ){1,5}(?:vom"
    r"|offline)|stans|stopp|steng"
    r"|fjern|fiks|rydd|ta ned|ta tak|få |gjør |sørg|gör |se till|stäng|doe |maak|zorg|faites"
    r"|mettez|hagan|corten|arrêtez|fermez|cessez"
    r"|retiren|paren|cierren|detengan)\b"
)
# what somebody did, beside the words for kinds of abuse
DEED = _stems(
    r"abus|attack|intrud|intrus|break-?ins?|break(?:ing)? in|brute|guess|hammer|prob(?:e|ing)"
    r"|scan",
    r"flood|attempt|hostil|malici|compromis|infect|exploit|hack|steal|stole|harass|knock|pester",
    r"tr(?:y|ies|ied|ying) to|unwanted|unsolicited|unauthori[sz]ed|misus|illegal|rogue|suspicious",
    r"log-?[io]n|fail(?:ed|ure)|password|pound|sweep|swept|crawl|spoof|imperson|mimic|imitat"
    r"|hijack|backdoor|offend|offence|nuisance",
    r"angriff|angreif|greift|einbr[uü]ch|anmeldeversuch|missbr|belästig|abgesucht|durchsuch",
    r"versuch|eindring|gehackt|verseucht|verursacher|täter|unerwünscht|ungebeten|gefälsch"
    r"|abgegriff",
    r"angr[ei]p|innbrudd|bryte|bryter|gjett|gjetter|misbruk|skann|søppel|plage|prøver|forsøk"
    r"|lurer",
    r"falsk|uønsk|hack|attack|intrång|gissa|försök|missbruk|skräp|stör|oönskad|angreb|indbrud"
    r"|forsøg",
    r"attaqu|intrus|tentativ|forcer|essaie|essaye|abus|piratag|indésirable|malveill|frauduleu",
    r"ataque|atac|intent|intrus|fraud|roba|suplant|malicios|no solicitad|no desead",
    r"aanval|inbra|poging|probeer|misbruik|ongewenst|overlast|kwaadaardig",
    r"attacc|tentativ|abus|ataqu|tentat|atak|prób|naduży",
)
# what a title calls the letter
COMPLAINT = _stems(
    r"complain|incident|evidence|beschwerde|vorfall|klage|hendelse|hending|anmäl|anmeld|plainte"
    r"|signalement d|queja|denuncia|incidente|klacht|melding van|reclam|skarg|zgłosz"
)
# by whom it is said to have been seen
SEEN = _stems(
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
)
THEIRS = re.compile(
    r"(?<!\w)(?:your|yours|you (?:guys|people|host|have)|ihr\w{0,2}|bei ihnen|euer\w{0,2}|deres"
    r"|dere"
    r"|dykkar|hos (?:dere|er|jer|dykk)|din|ditt|dine|er|ert|era|jeres|votre|vos|chez vous|su|sus"
    r"|vuestr[oa]s?|uw|jullie|vostr[oa]|seu|sua|wasz\w*|państwa)(?!\w)"
)
POINTED = re.compile(
    rf"{MASK}|(?<!\w)(?:below|above|following|attached|this|these|that|those|the (?:host|machine"
    rf"|address"
    r"|ip|page|site|server|source)|folgende\w?|nachstehend\w*|unten|diese\w?|dieses"
    r"|følgende|nedenfor|under|denne|dette|disse|den|siden|adressen|maskinen|nedan|följande|dessa"
    r"|suivante?s?|ci-dessous|cette|ce|ces|siguientes?|esta|este|estas|estos"
    r"|volgende|onderstaande?|deze|dit|dat)(?!\w)"
)
# what else a letter does: each of these families turns it
EXCUSES = _stems(
    r"(?:apolog|sorry(?! (?:for (?:my|the) (?:\w+ )?(?:english|language|length|form)"
    r"|to (?:bother|trouble|disturb|write)|if|in advance)))|regret(?:tabl|ful)"
    r"|our (?:own )?(?:mistake|fault|error|oversight|blunder)|embarrass|retract|withdraw"
    r"|disregard|ignore (?:it|our|this|that|the)|spurious|false (?:alarm|alert|positive|report"
    r"|warning)"
    r"|mistaken|misread|mis(?:identif|attribut)|mixed up|got it wrong|(?:we|i) (?:were"
    r"|was) wrong|stand down|all[- ]clear|in error\b",
    r"entschuldig(?!en sie (?:bitte )?die (?:störung|späte|kurze))|verzeih|nachsicht|entwarnung"
    r"|fehlalarm|irrtum|irrtüm|versehen|unsinn"
    r"|zurückzieh|ziehen (?:\S+ ){0,5}zurück|gegenstandslos|hinfällig|nichtig|verwechsl"
    r"|(?:falsch|fehl)meld",
    r"beklag|unnskyld|lei for|ber om (?:unnskyldning|orsaking)|se bort|sjå bort|feilmeld"
    r"|falsk alarm|trekk\w* (?:\S+ ){0,3}(?:tilbake|meldingen|varselet)|feil(?:tak|aktig)"
    r"|ved en feil|misforstå|ursäkt|förlåt|bortse|fel av oss|av misstag|dra tillbaka|beklager"
    r"|undskyld|fejl(?:melding|agtig|alarm|tagelse)",
    r"excus|désolé|toutes nos|par erreur|fausse alerte|à tort|ne (?:pas )?tenir compte|ignorer"
    r"|retirons|disculp|perdón|lamentamos (?:el|la|los|las|mucho|profund)|error nuestro|erróneo"
    r"|por error|falsa alarma|ignoren"
    r"|hagan caso omiso|excuses|spijt|vergissing|vals alarm|ten onrechte|negeren|intrekken|scus"
    r"|(?:per|nostro) errore|errore nostro|desculp|engano|przepraszam|pomyłk",
)
OVER = _stems(
    r"(?:off|from) (?:our|the|all) (?:\w+ )?(?:block|black|deny)?-?lists?|removal|convict|conclud"
    r"|freigegeben|freigabe|von (?:unserer|der) \w*liste|avlist|strøket|de (?:notre|la) liste"
    r"|de (?:nuestra|la) lista|van (?:onze|de) \w*lijst",
    r"settled|sorted|resolved|solved|all (?:good|well|fine|quiet|clear)|closed?(?= (?:the|our|this"
    r"|that|your|its) (?:case|ticket|file|incident|matter|issue|report)|\W*$)|closing (?:our|the"
    r"|this"
    r"|my)|nothing (?:further|more|else|to do|is left)|no (?:further|more|longer)(?! (?:tolerat"
    r"|accept|ignor"
    r"|wait|delay|warn|notice))|since (?:then|you|your|they)|has (?:gone|been) (?:quiet|silent"
    r"|offline|clean|dealt|taken|removed|withdrawn|cleared|fixed|lifted|remov)"
    r"|gone (?:now|quiet|offline|dark)|(?:is|are|went|now) (?:gone|offline|clean|quiet|history)"
    r"|expired|delist|de-list|unlist|withdrawn|cleared|(?:was|were|been) (?:lifted|removed"
    r"|cleaned)"
    r"|used to|formerly|previous(?:ly)? (?:owner|tenant|holder|custom|list|report)|back then"
    r"|at the time"
    r"|years? ago|last (?:year|spring|summer|autumn|winter)|well done|good job|great (?:job|work)",
    r"erledigt|abgeschlossen|abzuschließ|geschlossen|schließen sie (?:den|das) (?:vorgang|ticket"
    r"|fall)"
    r"|vorgang schließen|behoben(?! w)|gelöst|nicht mehr|inzwischen|mittlerweile|seither|seitdem"
    r"|damals|ruhe|bereinigt(?! w)|offline(?! n)|ausgetragen|früher\w? |vormieter|vorbesitzer",
    r"(?:alt|alle|det|saken?) (?:er )?i orden|avslutt|lukke\w* saken|løst|ordnet seg|ikke lenger"
    r"|ikkje lenger"
    r"|ikke (?:gjøre )?noe mer|(?:er|ble|blei) (?:nå )?(?:borte|fjernet|stanset|stengt|ryddet"
    r"|tatt ned|fikset"
    r"|rettet)|den gang|i fjor|ferdig|tidligere (?:eier|leietaker|bruker)|forrige"
    r"|inte längre|åtgärdat|löst|klart nu|borta|tidigare (?:använts|ägare)|ikke længere|løst"
    r"|afsluttet",
    r"n'est plus|ne (?:\S+ ){0,3}plus|résolu|réglé|clos|clôtur|terminé|fermé|disparu|autrefois"
    r"|auparavant"
    r"|a-t-elle déjà|ya no|resuelt|cerrad|solucionad|terminad|desapareci|antes de"
    r"|niet meer|niet langer|afgehandeld|opgelost|gesloten|offline|dicht\b|verdwenen|voorheen"
    r"|vorige"
    r"|risolto|chiuso|não mais|resolvido|rozwiązan|już nie",
)
# of what the letter speaks that went before it
EARLIER = _stems(
    r"(?:our|my) (?:\w+ )?(?:report|notice|complaint|mail|e-?mail|message|ticket|alert|warning"
    r"|letter|notification|case|request) (?:of|from|dated|about|on|was|concerning|regarding|yester"
    r"|last|earlier)",
    r"(?:we|i)(?:'d|'ve| had| have)? (?:\w+ )?(?:sent|wrote|mailed|reported|notified|alerted|filed"
    r"|complained|informed|raised|submitted)(?! (?:by|from))",
    r"(?:yesterday|earlier|this morning|last (?:night|week|month|year)|in (?:january|february"
    r"|march"
    r"|april|may|june|july|august|september|october|november|december))[ ,](?:\S+ ){0,4}(?:wrote"
    r"|sent"
    r"|mailed|reported|told|informed)",
    r"unsere\w? (?:\S+ )?(?:meldung|mail|beschwerde|anzeige|nachricht|hinweis|mitteilung)"
    r"|(?:haben|hatten)"
    r" (?:wir |ich )?ihnen (?:\S+ ){0,5}(?:gemeldet|geschrieben|geschickt|mitgeteilt|gesendet)",
    r"(?:vi|jeg|eg) (?:\S+ )?(?:sendte|skrev|meldte|varslet|varsla|rapporterte)|(?:varselet"
    r"|meldingen"
    r"|klagen|rapporten) (?:vår|fra|om|av|i går)|(?:vårt|vår) (?:varsel|melding|klage)"
    r"|vår anmälan|vi (?:skickade|anmälde)|vores (?:anmeldelse|besked)",
    r"notre (?:signalement|message|plainte|alerte|courriel)|nous vous avons (?:\S+ )?(?:signal"
    r"|écrit"
    r"|envoy)|nuestro (?:aviso|mensaje|informe)|(?:les|le) (?:enviamos|escribimos|avisamos"
    r"|informamos)|onze (?:melding|klacht|mail)|(?:hebben|hadden) (?:wij"
    r"|we) (?:\S+ ){0,5}(?:gemeld"
    r"|geschreven|gestuurd)",
)
LEAVE = _stems(
    r"(?:ask|hir|engag|book)ed (?:us|me) to|uns (?:\S+ )?(?:gebeten|beauftragt)|bedt (?:oss"
    r"|meg) om"
    r"|(?:nous|m')\s?(?:a|ont) (?:demandé|chargé)|nos (?:pidió|encargó)|ons gevraagd",
    r"authori[sz]ed|permission|permit(?:ted)?\b|consent|approv|agreed|agreement (?:of|with"
    r"|between)"
    r"|engaged by|contracted|commissioned|scheduled|rehears|sanctioned",
    r"(?:security )?assessment|engagement|pentest|pen-test|penetration[ -]?test|red team"
    r"|exercise(?! due)|drill\b",
    r"(?:attack|intrusion|threat) simulation|benign|harmless|by design|opt-out",
    r"genehmig|erlaub|im auftrag|einverständ|zustimmung|vereinbart|abgestimm|angekündig|ankündig"
    r"|penetrationstest|übung|harmlos",
    r"avtalt|avtalad|etter avtale|godkjen|tillat|samtykk|fullmakt|på oppdrag|bestilt|planlagt"
    r"|sikkerhetstest|øvelse|ufarlig|tillstånd|godkän|på uppdrag|övning|aftalt|tilladelse",
    r"autorisée?s?\b|d'accord|en accord|convenue?s?\b|mandaté|prévue?s?\b|exercice|autorizad"
    r"|acordad|permiso|consentim|ejercicio|previst|toestemming|afgesproken|in opdracht|oefening"
    r"|gepland|goedgekeurd|autorizzat|consenso|za zgod",
)
CONTESTS = _stems(
    r"counter.?(?:notice|notif|claim)|reinstat|restore (?:my|our|the|it|access)|unblock|un-block"
    r"|put (?:\S+ ){0,3}back|mis-?(?:take or|ident)|appeal|contest|object(?:ion|s|ed)? (?:to"
    r"|against)|i took (?:each|all|these|those)|wrongly|unfairly|taken down (?:as|after|because"
    r"|by)|was (?:disabled|suspended) (?:after|because|due|by you|following)|my own (?:work"
    r"|photo|pict|recording|song|text)|fair use",
    r"widersprechen (?:wir|ich)|widerspruch|freischalt|entsperr|zu unrecht|einspruch|wiederherst"
    r"|eigene\w? (?:aufnahme|foto|bild)|von (?:mir|ihr|ihm|uns) selbst",
    r"klager? på (?:stengingen|sperringen|blokkeringen|vedtaket|avgjørelsen)|anke\w?\b|gjenåpn"
    r"|gjenopprett|lås opp|opphev|urettmessig|innsigelse|overklag|återställ|häva|genåbn",
    r"contre-notif|rétabli|débloqu|contest|recours|restaur|desbloque|recurr|contranotif|bezwaar"
    r"|deblokke|heractiv|reattiv|riattiv|desbloque",
)
SPARES = _stems(
    r"take no (?:further )?action|no action (?:is )?(?:needed|required|necessary)"
    r"|do(?: not|n't) take (?:any )?action",
    r"innocent|blameless|not (?:at fault|to blame|guilty|the (?:source|origin|culprit|attacker))"
    r"|no part|no fault|nothing (?:wrong|to do with)|had nothing|did nothing|(?:only|merely"
    r"|just) (?:\w+ ){0,3}(?:hop|relay|intermedi|target|victim|bystander)|(?:was|were|is"
    r"|been) (?:forged|spoofed)|(?:is|are) fine|among the targets|target list|advance warning"
    r"|may be (?:attacked|targeted)|another (?:network|provider|company)|whose provider",
    r"unschuldig|keine schuld|nichts (?:damit )?zu tun|nichts getan|gefälscht(?:e|er)? absender"
    r"|zielscheibe|im visier|anderen? (?:netz|anbieter|provider)",
    r"uskyldig|uten skyld|ikke skyld|ikke noe med|ingenting med|ikke gjort noe|forfalsk"
    r"|er (?:selv )?målet|annet nett|annen leverandør|oskyldig|inget med|uskyldig",
    r"innocent|rien à voir|pas en cause|usurpé|est (?:la )?(?:cible|victime)|inocente"
    r"|nada que ver|es (?:la )?víctima|onschuldig|niets mee te maken|innocente|niente a che"
    r"|inocente|niewinn",
)
# that whom it names, or who writes, is under attack; of whose doing it speaks it accuses
ATTACKED = _stems(
    r"under (?:\w+ )?(?:attack|siege|fire)|(?:is|are|am|being|gets?) (?:\w+ )?(?:attacked"
    r"|targeted|flooded|besieged)",
    r"(?:wird|werden) (?:\S+ ){0,3}(?:angegriffen|geflutet)|unter beschuss|im visier",
    r"(?:blir|er|bliver) (?:selv )?(?:angrepet|utsatt|rammet|angrebet)|attackeras|under angreb",
    r"subi(?:t|ssons)|sommes attaqués|est attaqué|está siendo|nos atacan|word(?:t|en) aangevallen",
)
SUPPOSES = _stems(
    r"suppose\b|supposing|supposed (?:that|we|you)|hypothe|imagine (?:that|a|you|if|for"
    r"|somebody)|for the sake of|what would"
    r"|would (?:it|that|happen|count)|let us say|let's say|questionnaire|tender|assum(?:e"
    r"|ing) (?:for|you|a|an|somebody|someone)\b"
    r"|if (?:i|we|somebody|someone|a customer) (?:should|were|had)|in principle|theor"
    r"|before (?:we|i) (?:sign|order|rent|buy|move)|thinking of|consider(?:ing)? (?:to|rent)",
    r"angenommen,|gesetzt den fall|stellen sie sich|nehmen wir an|ausschreibung|hypothet|theoret"
    r"|bevor (?:wir|ich)",
    r"sett at|tenk (?:dere|deg|om)|la oss si|anta\b|hypotet|før (?:vi|jeg) (?:bestill|leier"
    r"|flytter|signer)|anbud|antag att|tänk er|funderar på|innan vi|upphandl|forestil|hvis nu",
    r"supposons|imagin(?:ons|ez)|hypoth|avant (?:de|location)|supong|imagin(?:emos|en)|hipót"
    r"|antes de (?:contrat|alquil)|stel dat|aanbesteding|voordat|supponiam|suponha|załóżmy",
)
SELLS = _stems(
    r"upgrade|your (?:\w+ ){0,2}(?:score|rating|subscription|plan)\b|invoice (?:no|number|\d)"
    r"|quotation|job opening",
    r"(?:free )?(?:demo|trial|webinar|whitepaper)\b|our (?:platform|solution|product|service"
    r"|tool) (?:\w+ )?(?:help|protect|can)|premium|pricing|discount|book a|quick (?:chat|call)"
    r"|account executive|companies like yours|customers like you|\d+ ?% (?:off|less)|schedule a"
    r"|fifteen.minute|15.minute|in this (?:issue|edition)|read more|subscribe\b",
    r"unverbindlich|kostenlose\w? (?:demo|beratung)|uforpliktende|sans engagement",
)
# that it goes on, or that nobody asked for it
ASSERTED = _stems(
    r"still|again|continu|resum|persist|ongoing|on-going|keeps? |kept |not stopped|came back"
    r"|(?:is|are) back"
    r"|going on|goes on|go on|not (?:been )?(?:fixed|solved|resolved|over)|isn't|unfortunately"
    r"|every (?:day|night|hour)",
    r"unauthori|uninvited|unasked|without (?:our|my|any|the) (?:consent|permission|knowledge)"
    r"|(?:not|n't|never|nobody) (?:\w+ ){0,2}(?:order|agree|authori|permit|invit|allow|ask"
    r"|request|sign)",
    r"weiter|erneut|wieder|immer noch|nach wie vor|leider|noch immer",
    r"fortsatt|fortsett|fremdeles|framleis|igjen|fortfarande|fortsätt|igen|på nytt|dessverre|enda",
    r"toujours|encore|continu|de nouveau|à nouveau|sigue|continú|de nuevo|todavía|otra vez"
    r"|nog steeds|weer|opnieuw"
    r"|gaat door|ancora|ainda|nadal|znowu",
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
    r"|winkel|adres|webwinkel|sito|macchina|site|strona|serwer)"
)
_MINE = (
    r"(?:our|my|unser\w{0,2}|mein\w{0,2}|vår\w?|våre|min|mitt|mine|vores|notre|nos|mon|ma|mes"
    r"|nuestr[oa]s?|mis?|onze|ons"
    r"|mijn|nostr[oae]|mi[oa]|noss[oa]|meu|minha|nasz\w{0,3}|mój)"
)
_AT = (
    r"(?:at|on|with|auf|unter|bei|på|ved|hos|under|sur|à|en|op|met|su|em|no|na|is|ist|er|está|est"
    r"|which is)"
)
OWN_MACHINE = re.compile(
    rf"(?<!\w){_MINE} (?:[\w'-]+ ){{0,2}}?[\w-]{{0,14}}{_HOLD}\W{{1,3}}(?:{_AT} )?(?:the |der "
    rf"|die |ip |ip-\w+ |address |adresse )*{MASK}"
    rf"|{_HOLD} (?:vår|min|våres)\W{{1,3}}(?:{_AT} )?(?:adressen |ip |ip-adressen )?{MASK}"
)

CONDITION = re.compile(
    r"(?<!\w)(?:if|unless|whether|wenn|falls|sofern|ob|hvis|dersom|om|si|indien|als)(?!\w)"
)
_FROM = (
    r"(?:from|by|out of|inside|within|on|in|von|aus|durch|fra|från|af|av|på|i|depuis|de|par|desde"
    r"|por|en|vanaf|uit|op|van|door)"
)
FROM_THEIRS = re.compile(rf"(?<!\w){_FROM} {THEIRS.pattern}")
FROM_NAMED = re.compile(rf"(?<!\w){_FROM} (?:{THEIRS.pattern}|{MASK})")
