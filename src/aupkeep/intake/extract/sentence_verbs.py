"""What a sentence says of the address before it, or behind "by": what it did, or had done to it."""

import re

from aupkeep.intake.extract import further_languages as more

# what a sentence says of an address that stands before it
ATTACKED = re.compile(
    r"\)?,? (?:is|was|are|were|being|been|has been|have been|ist|war|wurde|wird|est|était|a été|er|"
    r"ble|vart|blir|blev|bliver|är|wordt|werd|es|fue|ha sido|è|è stato|viene|sta venendo|jest|"
    r"został|pada|foi|está|ligt|staat)"
    r" (?:a )?(?:\w{1,12} ){0,3}(?:under (?:heavy |ddos )?attack|attacked|targeted|scanned|probed|"
    r"ddosed|flooded|hit by|"
    r"target|victim|angegriffen|ziel|opfer|attaquée?|cible|victime|aangevallen|doelwit|slachtoffer|"
    r"mål for|måltavla|mål för|"
    r"angrepet|angripen|angrebet|målet|offer(?:et)?|utsatt|utsett|objetivo|víctima|atacad[oa]|"
    r"vittima|preso di mira|nel mirino|attaccat[oa]|ofiarą|atakowan\w{1,3}|alvo|vítima|bersaglio|"
    r"celem|zalewan\w{1,3}|bombard\w{3,8}|attackerad|attackeret|ramt|rammet|råka|drabbad|"
    r"getroffen|belaagd|"
    r"colpit[oa]|touchée?|onder vuur|unter beschuss|under fire)"
    # German and Dutch say what was done at the end
    r"|\)?,? (?:wird|werden|wurde|wurden|wordt|worden|werd) (?:[^\s,;:.!?]{1,20} ){0,9}?"
    r"(?:angegriffen|attackiert|geflutet|überflutet|bombardiert|beschossen|gescannt|aangevallen"
    r"|bestookt|overspoeld|geddost)\b"
    rf"|{more.UNDER_ATTACK}",
    re.IGNORECASE,
)
DOES = re.compile(
    r"\)?,? (?:(?:tries|tried|attempts|attempted|keeps trying) to\b(?! (?:reach|contact))|"
    r"(?:is|was|has|have|had|are|were|runs|hosts|sends|keeps|tries|tried|attempted|attacked|performed|launched|conducted|"
    r"attacks|scanned|scans|answers|responds|replies|allows|exposes|connects|connected|ist|hat|"
    r"wurde|wird|dient|ble (?:mis)?brukt|ble benyttet|brukes|brukast|används|bruges|sert|"
    r"versucht|versuchte|sendet|est|a|héberge|"
    r"envoie|tente|heeft|deltar|deltok|svarer|svarar|responde|risponde|répond|antwortet|"
    r"beantwortet|reagiert|reageert|antwoordt|sta(?! (?:subendo|ricevendo))|stanno|"
    r"odpowiada|é|tem|tiene|funciona|fungerer|participou|participa|participó|participe|"
    r"probeert|verstuurt|er|har|forsøker|prøver|prøvde|sender|står|skannar|är|försöker|skickar|"
    r"forsøger|prova|provano|proverà|es|ha|envía|intenta|è|invia|tenta|jest|wysyła|łączy się"
    r"|próbuje|foi|"
    r"está)\b"
    r"(?! not (?!stop|ceas)\w)(?!\s(?:our|my|the|unser\w{0,2}|notre|onze|vår\w?|vores|"
    r"nuestr\w{1,2}|nostr\w|nasz\w{0,3}|"
    r"noss\w|in|at|from|to|for|"
    r"(?:been )?(?:receiv|detect|report|logg|observ|record)\w{0,3})\b))"
    rf"|{more.DOES}",
    re.IGNORECASE,
)
# "192.0.2.1 scanned our network": what nobody does to itself, and none has done to it
ACTS = re.compile(
    r"\)?,? (?:(?:which|that|who) )?(?:attacks?|scan|prob|flood|spam|shar|distribut|upload"
    r"|contact|brute.?forc|scrap|crawl"
    r"|hammer|abus)(?:s|e?s|n?e?d|p?e?d|m?e?d)\b(?! (?:by|from)\b)"
    r"|\)?,? (?:(?:qui|que|che|som|który|która) )?(?:scannt|scant|scanne|scansiona|escanea|varre"
    r"|skanuje|skanner|skannar|ataca|attacca"
    r"|attaque|atakuje|angriper|angriber|attackerar|inunda|inonda|inonde|zalewa|überflutet|flutet"
    r"|overspoelt|submerge|balaye|hospeda|aloja|héberge|distribuye|distribue|distribuisce"
    r"|verbreitet|rozsyła|wysyła|envía|beschießt)\b"
    r"|\)?,? (?:versendet|verschickt|greift|kontaktierte?|bombard(?:er[ae]r|eert|iert|a|ea|uje))\b",
    re.IGNORECASE,
)
# behind who was seen: "we saw 192.0.2.1 scanning us", "identified 192.0.2.1 as a source of"
SEEN_TO = re.compile(
    r"\)?,? (?:attacking|scanning|probing|flooding|sending|hammering|brute.?forcing|trying to"
    r"|attempting to|guessing|spamming|scraping|crawling)\b"
    r"|\)?,? (?:as (?:an?|the|one of the|part of) (?:\w+ )?(?:source|attacker|origin|offender|bot)"
    r"|als (?:\w+ )?(?:quell|angreifer|bron|aanvaller)|comme (?:\w+ )?(?:source|origine|attaquant)"
    r"|como (?:\w+ )?(?:orig|fuente|fonte|atacante)|come (?:\w+ )?(?:origine|sorgente|attaccante)"
    r"|som (?:\w+ )?(?:kilde|källa|angriper|angripare)|jako (?:źródł|atakując))",
    re.IGNORECASE,
)
# "192.0.2.1 in your network": where it is, before what it does
IN_YOURS = re.compile(
    r" (?:of|in|on|from|within|aus|in|bei|van|uit|op|de|da|di|do|dans|chez|sur|en|em|w|z|hos|på|i) "
    r"(?:your|ihre?[mnrs]?|votre|vos|uw|jullie|sus?|vuestr[oa]|vostr[oa]|seu|sua|państwa|wasz\w{0,3}"
    r"|deres|din|ditt|er|ert|jeres)(?: [^\W\d_]{2,16}){1,2}?(?= )",
    re.IGNORECASE,
)
# "the server 192.0.2.1 sends spam", though a server is mostly what was hit
THE_SERVER = re.compile(
    r"(?:^|[^\w-])(?:the|this|a|der|dieser|ein|le|ce|el|este|il|de|o) (?:\w{1,12}[ -])?"
    r"(?:serv(?:er|eur|idor)|host) (?:\w{2,5} )?$",
    re.IGNORECASE,
)
# "attacked on 1 March by 192.0.2.1", but not "the attack was seen by 192.0.2.1"
DONE = frozenset(
    {"attacked", "hammered", "bombarded", "pounded", "bruteforced",
     "scanned", "probed", "flooded", "ddosed", "targeted", "hacked", "attack",
     "attacks", "scan", "scans", "scanning", "attempt", "attempts", "hit"}
)  # fmt: skip
AGENTS = frozenset({"by", "par", "por", "pelo", "pela", "przez", "door", "da", "dal", "av", "af"})
DONE_TO_US = re.compile(
    r"\b(?:attaquée?s?|scannée?s?|balayée?s?|inondée?s?|submergée?s?|atacad\w{1,2}|escanead\w{1,2}"
    r"|inundad\w{1,2}|varrid\w{1,2}|attaccat\w|scansionat\w|inondat\w|colpit\w|bersagliat\w"
    r"|atakowan\w{1,3}|skanowan\w{1,3}|zalewan\w{1,3}|aangevallen|gescand|bestookt|overspoeld"
    r"|angrepet|skannet|angripen|skannad|attackera[ds]|angrebet|scannet|oversvømmet)\b"
)
# "our firewall blocked 192.0.2.1", "our team says that 192.0.2.1 …": that address is not ours
TELLS = re.compile(
    r"(?:(?P<that>that|dass|daß|que|qu|che|dat|że|att|(?:ser|så|sett|fant|sier|oppdag\w+) at)|"
    r"(?<!been )(?<!was )(?<!is )(?:see[ns]?\b|saw|"
    r"observ|notic|detect|record|log(?:s|ged)\b|receiv|regist|captur|caught|found|finds|dropp"
    r"|block|bann|reject|flag|identif|report|tells|told|says|said|shows|"
    r"sah|sieht|gesehen|beobacht|bemerk|festgestell|erkannt|erkennt|meldet|gemeldet|gesperrt|"
    r"voit|vu\b|constat|détect|reçu|enregistr|bloqu|signal|visto|rilev|ricev|osserv|segnal|"
    r"recib|zag\b|gezien|ontv|meld|merk|geblok|ser\b|så\b|sett|oppdag|mott|upptäck|såg\b|"
    r"wykry|zauważ|stwierdz|otrzym|zablok)\w*"
    r"(?=,? $|,? (?:the|your|an?|die|der|das|ihre?\w?|la|le|el|il|de|den|uw|votre|su|din|deres) ))"
    r",? "
)
WITNESSED = re.compile(
    r"report|detect|block|bann|receiv|logg|seen|observ|caught|record|notic|found|drop|reject|"
    r"listed|"
    r"captur|monitor|protect|hosted|stopp|prevent|own|manag|handl"
)
# "blocked by your firewall 192.0.2.1", "our monitor 192.0.2.1": no word between is another's
SEEN_BY = re.compile(
    r"\b(?:report|detect|block|bann|receiv|logg|seen|observ|record|notic|found|dropp|reject|caught|"
    r"captur|stopp|protect|measur|monitor|blockiert|erkannt|gemeldet|gesehen|blokkert|oppdaget|"
    r"meldt|"
    r"blockerad|upptäckt|bloqué|détecté|signalé|geblokkeerd|gezien|gemeld|bloquead[oa]|"
    r"detectad[oa]|"
    r"bloccat[oa]|rilevat[oa])(?:p?ed|n?ed|t?ed|ee?s?)?,? (?:by|von|av|af|par|por|da|door) "
    r"(?:[^\W\d_]{1,12} ){0,3}$"
)

# "source.ip" and "source.address" are names of two words
DOTTED_NAME = re.compile(r"(?<=[a-z])\.(?=(?:ip|address|addr|host)\b)")


def dotted(lower: str) -> str:
    """A text in which the names of fields are words with blanks between."""
    return DOTTED_NAME.sub(" ", lower)
