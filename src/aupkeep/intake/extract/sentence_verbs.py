"""What a sentence says of the address before it, or behind "by": what it did, or had done to it."""

import re

from aupkeep.intake.extract import czech_turkish_ukrainian as more

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
    rf"|{more.ATTACKED}",
    re.IGNORECASE,
)
DOES = re.compile(
    r"\)?,? (?:(?:tries|tried|attempts|attempted|keeps trying) to\b(?! (?:reach|contact))|"
    r"(?:is|was|has|have|had|are|were|runs|hosts|sends|keeps|tries|tried|attempted|attacked|"
    r"attacks|scanned|scans|answers|responds|replies|allows|exposes|connects|connected|ist|hat|"
    r"wurde|wird|dient|ble (?:mis)?brukt|ble benyttet|brukes|brukast|används|bruges|sert|"
    r"versucht|versuchte|sendet|est|a|héberge|"
    r"envoie|tente|heeft|deltar|deltok|svarer|svarar|responde|risponde|répond|antwortet|"
    r"beantwortet|reagiert|reageert|antwoordt|sta(?! (?:subendo|ricevendo))|stanno|"
    r"odpowiada|é|tem|tiene|funciona|fungerer|participou|participa|participó|participe|"
    r"probeert|verstuurt|er|har|forsøker|prøver|prøvde|sender|står|skannar|är|försöker|skickar|"
    r"forsøger|prova|provano|proverà|es|ha|envía|intenta|è|invia|tenta|jest|wysyła|próbuje|foi|"
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
    r"\)?,? (?:attacks?|scan|prob|flood|spam|shar|distribut|upload|contact|brute.?forc|scrap|crawl"
    r"|hammer|abus)(?:s|e?s|n?e?d|p?e?d|m?e?d)\b(?! (?:by|from)\b)"
    r"|\)?,? (?:scannt|scant|scanne|scansiona|escanea|varre|skanuje|skanner|skannar|ataca|attacca"
    r"|attaque|atakuje|angriper|angriber|attackerar|inunda|inonda|inonde|zalewa|überflutet|flutet"
    r"|overspoelt|submerge|balaye|hospeda|aloja|héberge|distribuye|distribue|distribuisce"
    r"|verbreitet|rozsyła|wysyła|envía|beschießt)\b"
    r"|\)?,? (?:versendet|verschickt|greift|kontaktierte?|bombard(?:er[ae]r|eert|iert|a|ea|uje))\b",
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
    {"attacked", "scanned", "probed", "flooded", "ddosed", "targeted", "hacked", "attack",
     "attacks", "scan", "scans", "scanning", "attempt", "attempts", "hit"}
)  # fmt: skip
AGENTS = frozenset({"by", "par", "por", "pelo", "pela", "przez", "door", "da", "dal", "av", "af"})
DONE_TO_US = re.compile(
    r"\b(?:attaquée?s?|scannée?s?|balayée?s?|inondée?s?|submergée?s?|atacad\w{1,2}|escanead\w{1,2}"
    r"|inundad\w{1,2}|varrid\w{1,2}|attaccat\w|scansionat\w|inondat\w|colpit\w|bersagliat\w"
    r"|atakowan\w{1,3}|skanowan\w{1,3}|zalewan\w{1,3}|aangevallen|gescand|bestookt|overspoeld"
    r"|angrepet|skannet|angripen|skannad|attackera[ds]|angrebet|scannet|oversvømmet)\b"
)
WITNESSED = re.compile(
    r"report|detect|block|bann|receiv|logg|seen|observ|caught|record|notic|found|drop|reject|"
    r"listed|"
    r"captur|monitor|protect|hosted|stopp|prevent|own|manag|handl"
)
