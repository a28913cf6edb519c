"""What undoes the words before it: their denial in a sentence of its own, or whose doing it was.

"203.0.113.7 sent spam. That is not true." claims nothing, and neither does "the scan was made by
us": whoever writes cannot complain of what they did themselves. Seen, stopped or reported "by us"
is another thing.
"""

import re

# what was done by whoever writes, or for them, and not only seen or stopped by them
_BY_US = (
    r"(?:by|von|av|af|par|por|da|door|przez) (?:us|me|ourselves|our (?:own )?(?:\w+ )?(?:team|"
    r"staff|company|"
    r"contractor|colleagues?|monitoring|scanner)|uns|oss|os|nous|nosotros|noi|ons|nas|nós|meg|"
    r"mig|moi|mí|mij|mnie)"
)
_NOTICED = (
    r"(?:detect|observ|see|saw|block|receiv|report|logg|record|notic|found|stopp|reject|mitigat|"
    r"filter|captur|identif|register|entdeck|festgestell|bemerk|geseh|erkann|blockier|gesperr|"
    r"empfang|"
    r"gemeld|registr|oppdag|upptäck|opdag|sett\b|set\b|blokker|blocker|mottatt|mottag|modtag|"
    r"meld|rapport|constat|"
    r"bloqu|reçu|signal|repér|recib|recebid|rilevat|bloccat|ricevut|osservat|segnalat|gedetect|"
    r"gezien|"
    r"geblokk|ontvang|wykryt|zablokow|otrzyman|zaobserwow|zgłosz|hosted|abus|attack|seen|noted|"
    r"tracked)"
)
OWN_DOING = re.compile(
    rf"(?<!\w)(?:(?!{_NOTICED})\w{{4,20}} {_BY_US}|"
    r"(?:comes?|came|stammen|stammt|kommer|kom|viennent|vient|vengono|viene|proceden|procede|komen|"
    r"komt) (?:from|von|fra|från|de|da|van) (?:our|unser\w*|vår\w?|vores|nos|notre|nuestr\w+|"
    r"nostr\w|"
    r"onze) (?:own )?(?:[\w-]{0,12}dienst\w*|contractor|monitoring|scanner|auditors?|"
    r"leverandør\w*|prestataire|"
    r"proveedor|fornitore|leverancier|team|staff|partner\w*))(?!\w)"
)
# that its writer only heard of it
_HEARD = (
    r"(?:we|i) (?:have|had|did)(?: not|n't) (?:see|seen|check|checked|witness\w*) (?:it|this|that|"
    r"any of (?:it|this))|(?:we|i) have no (?:logs|proof|evidence) (?:ourselves|myself|of|for)|"
    r"(?:we|i) (?:do not|don't|cannot|can't) (?:know|say|tell) (?:whether|if) "
    r"(?:it|this|that) (?:is|was)|(?:ich|wir) (?:weiß|wissen|kann|können) nicht(?: sagen)?,? ob "
    r"(?:es|das|dies)|ob (?:es|das|dies) (?:\w+ ){0,2}(?:stimmt|ist),? (?:weiß|wissen|kann)"
    r"|(?:ich|wir) haben? (?:es|das) nicht selbst|(?:jeg|eg|vi|jag) (?:vet|veit|"
    r"ved) "
    r"(?:ikke|ikkje|inte) om (?:det|dette)|(?:jeg|eg|vi|jag) har (?:ikke|ikkje|inte) sett det|"
    r"je ne (?:sais|peux) pas (?:dire )?si (?:c'est|cela)|je ne l'ai pas vu|no sé si (?:es|eso)|"
    r"no lo he visto|non so se (?:è|sia)|não sei se (?:é|isso)|ik weet niet of (?:het|dit|dat)|"
    r"nie wiem,? czy to"
)
# what one person only read of, or was told by another
HEARSAY = re.compile(
    r"(?<!\w)(?:(?:told|informed) me that|(?:mein\w{0,2}|unser\w{0,2}|ein) (?:nachbar\w*"
    r"|freund\w*|bekannter?|kollegen?) (?:behauptet|sagt|sagte|meint|erzählt\w*)\b|(?:a|my"
    r"|our) (?:friend|neighbou?r|acquaintance|cousin) (?:says|said|claims|claimed|thinks)\b"
    r"|(?:naboen|vennen|en venn|en nabo) (?:min )?(?:sier|sa|påstår|hevder)\b|i (?:have |had "
    r"|recently |once )?(?:heard|read) "
    r"(?:\w+ ){0,3}that|(?:in|on) an? (?:\w+ )?(?:forum|blog|chat) i (?:have )?(?:heard|read|saw)|"
    r"hat mir (?:\w+ )?(?:erzählt|gesagt),? dass"
    r"|(?:ich|habe) (?:\w+ ){0,3}(?:gehört|gelesen),? dass|"
    r"(?:fortalte|sa til) (?:meg|mig) at|(?:jeg|jag) (?:hørte|hörde|leste|läste) (?:\w+ ){0,4}att?|"
    r"m'a dit que|j'ai (?:entendu(?: dire)?|lu) que|me (?:dijo|dijeron|contó|contaron) que|"
    r"he (?:oído|leído) que|mi ha(?:nno)? detto che|ho (?:sentito|letto) che|vertelde me dat|"
    r"ik (?:hoorde|las) dat|ouvi dizer que|me disse(?:ram)? que)(?!\w)"
)
# a sentence that takes back the one before it
REFUTES = re.compile(
    r"^\W{0,4}(?:(?:we|i) (?:cannot|can not|could not|can't|couldn't) (?:confirm|verify|"
    rf"reproduce) |(?:{_HEARD}) |"
    r"(?:and |so |but )?(?:please )?(?:ignore|disregard|forget) (?:that|this|it|our|my)\b)|"
    r"^\W{0,4}(?:but |aber |men |mais |maar |pero |ma |mas |ale )?(?:that|this|it|which|das|dies|"
    r"es|det(?:te)?|"
    r"dat|dit|cela|ça|ceci|c'|ce n'|questo|ciò|esto|eso|isso|isto|to|non)\b ?(?:\w{1,8}[ ']){0,3}?"
    r"(?:wrong|false|untrue|incorrect|nonsense|not (?:true|right|correct|so|the case)|falsch|"
    r"unwahr|unsinn|"
    r"stimmt nicht|nicht (?:wahr|richtig|korrekt)|feil|usant|galt|fel|forkert|"
    r"(?:ikke|ikkje|inte) (?:sant|riktig|rett|rigtigt|korrekt|stemmer)|stemmer ikke|"
    r"stemmer ikkje|stämmer inte|passer ikke|"
    r"faux|fausse|inexact|pas (?:vrai|exact|correct)|onjuist|onzin|klopt niet|niet (?:waar|juist)|"
    r"falso|incorrecto|mentira|no es (?:cierto|verdad)|cierto|non è (?:vero|corretto)|vero|"
    r"sbagliato|errado|"
    r"não é verdade|verdade|nieprawda|nie jest prawd\w|fałsz)(?!\w)"
)
# the same, as a clause behind another
REFUTED = re.compile(
    r"[,;:\u2013\u2014-]\s(?:and |und |og |et |y |e |en )?"
    rf"(?=\S)(?:{REFUTES.pattern.replace('^', '')})"
)
