"""Words that speak of abuse in passing: advice to beware of it, and who applies for work.

"Beware of phishing: we never ask for your password" stands below every parcel notice and invoice,
and a letter of application tells of attacks that its writer fought. Texts are in small letters.
"""

import re

_HARM = (
    r"(?:phish|smish|fraud|scam|spam|fake|malware|virus|hack|impost|attack|ransom|betr[uü]g|gefälscht"
    r"|falsch|angriff|svindel|bedrager|bedräger|falske|falska|angrep|hameçonn|fraude|arnaque"
    r"|estafa|suplant|truff|frod|golpe|burla|oplicht|valse|aanval|oszust|wyłudz|fałszyw|podvod"
    r"|phishing|podvrž|doland\u0131r|oltalama|шахра|мошен|фішинг|фишинг|huijau|kalastel|csal|adathal"
    r"|fraud|înșel)"
)
_GAP = r"(?:[^\s.!?]{1,24} ){0,4}?"
# advice to all, whoever it is about; no letter that complains begins so
ADVICE = re.compile(
    rf"(?<!\w)(?:beware of|be (?:aware|careful|wary|alert) (?:of|to|about)|watch out for"
    rf"|protect yourself (?:from|against)|look out for|achtung vor|vorsicht vor|warnung vor"
    rf"|nehmen sie sich vor|hüten sie sich vor|schützen sie sich vor|(?:vær|ver) (?:obs|oppmerksom"
    rf"|på vakt|merksam) (?:på|mot|for)|pass (?:deg|dere|dig)? ?(?:på|opp) for|pas på"
    rf"|(?:se|akta|vara) (?:upp|dig|er)?[ ]?(?:för|upp för)|vær på vagt over for"
    rf"|(?:attention|gare|prenez garde) (?:à|aux?)|méfiez-vous (?:de|des|du)|protégez-vous"
    rf"|(?:cuidado|ojo|atenci[oó]n|alerta) (?:con|a)|desconf[íi]e|attenzione (?:a|al|ai|alle|agli)"
    rf"|diffid(?:a|ate) d\w+|cuidado com|aten[çc][ãa]o (?:a|ao|aos|às)|let op voor|pas op voor"
    rf"|wees alert op|uwaga na|uważaj\w* na|ostrzeg\w+ przed|pozor na|dejte si pozor"
    rf"|остерігайтес\w+|остерегайтес\w+|varo(?:kaa)?|óvakodj\w+|feriți-vă) {_GAP}{_HARM}"
    r"|\b(?:we|our staff|our employees|our bank) (?:will |would )?never ask(?:s)?\b"
    r"|(?:wir|unsere mitarbeiter) (?:\w+ )?(?:fragen|bitten|fordern) (?:sie )?(?:\w+ )?nie"
    r"|(?:vi|banken) (?:spør|ber|frågar|beder|spørger) (?:\w+ )?(?:aldri|aldrig)"
    r"|nous ne (?:vous )?demand\w+ jamais|nunca (?:le |te |lhe )?(?:pedi\w+|solicita\w+)"
    r"|non (?:\w+ )?(?:chied\w+|chiederemo) mai|(?:wij|we) vragen (?:\w+ )?nooit"
    r"|nigdy nie (?:prosimy|pytamy)|nikdy (?:\w+ )?(?:nežád\w+|nepožad\w+)"
)
# who applies for work, or hands in what was written for a school
APPLIES = re.compile(
    r"(?<!\w)(?:(?:my|his|her) (?:cv|résumé|curriculum)\b|curriculum vitae|(?:attached|enclosed)"
    r" (?:is |are )?(?:\w+ ){0,2}(?:cv|résumé)\b|cover letter|letter of application"
    r"|(?:i|we) (?:\w+ )?apply (?:for|to) (?:\w+ ){0,4}(?:job|position|post|role|vacancy)"
    r"|(?:mein\w*|anbei\w* \w+) lebenslauf|bewerbung(?:sunterlagen|sschreiben)?(?: als| um| für"
    r"|\W*$)|(?:bewerbe|bewerben) (?:ich |wir )?(?:mich|uns)|(?:jeg|eg) søker (?:\w+ )?(?:stilling"
    r"|jobb)|(?:min|vedlagt) cv\b|søknad (?:på|om) (?:\w+ )?(?:stilling|jobb)|motivasjonsbrev"
    r"|ansökan om (?:\w+ )?(?:jobb|tjänst|anställning)|personligt brev|ansøgning (?:til|om)"
    r" (?:\w+ )?(?:job|stilling)|lettre de motivation|candidature (?:au|à|pour|spontan)"
    r"|mon (?:cv|curriculum)|mi (?:cv|currículum)|carta de (?:motivación|presentación"
    r"|apresentação)|candidatura|il mio (?:cv|curriculum)|lettera di (?:motivazione"
    r"|presentazione)|meu currículo|sollicitatiebrief|(?:mijn|bijgaand) cv\b|ik solliciteer"
    r"|życiorys|list motywacyjny|životopis|özgeçmiş|резюме)"
)
