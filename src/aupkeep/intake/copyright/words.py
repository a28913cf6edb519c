"""The words that tell copyright letters apart: what the law asks for, in many languages.

English has the law's own elements; of the other languages one word for each is enough. Every
pattern is linear: gaps are bounded and stay inside a sentence.
"""

import re

Elements = dict[str, re.Pattern[str]]
LIKELY = re.compile(
    r"copyright|infring|perjury|service of process|mis-?identif|dmca|counter.?noti|512 ?\("
    r"|takedown|take.?down|\brepositor|\brepos?\b|dispute the notice|urheberrecht|auteursrecht"
    r"|droits? d.auteur|opphavsrett|åndsverk|ophavsret|upphovsr|derechos? de autor|prawa? autorsk"
    r"|direitos? autora|diritt[io] d.autore|plagiari"
    r"|(?:proprietary|confidential|intellectual property)\b[^.]{0,80}(?:repositor|source code|leak"
    r"|publish|upload|host)"
    r"|(?:upload|publish|posted|cop(?:y|ie)|distribut|reproduc|sell|source code|plugin|photo"
    r"|artwork)"
    r"[^.!?]{0,120} without (?:my|our) (?:\w+ ){0,2}(?:permission|consent|authori[sz]ation)"
    r"|without (?:an? |any |our |my |the )(?:\w+ )?licen[sc]e|exclusive (?:owner|rights?\b)"
    r"|good.?faith belief|anti-?circumvention|1201\b"
    r"|(?:asked|requested) (?:you|github|that you) to (?:remove|disable|delete|block|take)"
    r"|taken down\b[^.!?]{0,20} (?:our|my) (?:notice|complaint|claim)"
    r"|titulaires? d|\bsans (?:licence|autorisation)"
    r"|request(?:ed)? (?:the )?(?:removal|deletion|disabling) of|版权|版權|著作|侵权|侵權"
    r"|未经(?:授权|许可)|авторск|저작권",
    re.IGNORECASE,
)
# Each of its branches needs one of these: asking for them first costs a hundredth of it.
LIKELY_STEMS = (
    "copyright", "infring", "perjury", "service of process", "identif", "dmca", "counter", "512",
    "down", "urheberrecht", "auteur", "opphavsrett", "åndsverk", "ophavsret", "upphovsr",
    "de autor", "autora", "autore", "autorsk", "intellectual", "proprietary",
    "confidential", "plagiari", "without a", "without my", "without our", "exclusive",
    "good faith", "good-faith", "circumvent", "1201", "asked ", "request",
    "repositor", " repo ", " repo.", " repo,", " repos", "dispute the", "titulaire", "sans ",
    "版", "著", "侵", "未经", "авторск", "저작권",
)  # fmt: skip
OWNER = r"(?:copyright|rights?|intellectual property) ?-?(?:owners?|holders?|onwers?|proprietors?)"
BELIEF: Elements = {
    "good-faith belief": re.compile(r"good.?faith.{0,3} (?:belief|believe)|believe in good.?faith"),
    "penalty of perjury": re.compile(r"penalt(?:y|ies) (?:of|for) perjury"),
}
TAKEDOWN: Elements = {
    "use not authorised": re.compile(
        rf"(?:not|never|nor|un) ?(?:been |have )?(?:authori[sz]ed|permitted|allowed|licensed|"
        rf"approved)\b.{{0,40}}(?:by|from|of) .{{0,60}}(?:{OWNER}|agent|the law|us\b|me\b|my|our)"
        rf"|(?:without|\bw/o) (?:the |our |my |any |an? |prior |their |his |proper "
        rf"|written ){{0,4}}(?:permission|"
        rf"authori[sz]ation|consent|licen[sc]e|approval)"
        r"|unauthori[sz]ed (?:\w+ ){0,2}(?:use|copy|copies|copying|disclosure|distribution|sharing"
        r"|publication|upload|reproduction|release|leak|posting|hosting|stream|broadcast|version)"
        r"|\bnot authori[sz]ed\.|ohne (?:\w{2,12} ){0,3}(?:erlaubnis|genehmigung|zustimmung"
        r"|einwilligung|lizenz)"
        r"|sans (?:\w{1,12} |l')?(?:\w{2,12} )?(?:licence|autorisation|accord|permission"
        r"|consentement)"
        r"|sin (?:\w{2,12} ){0,3}(?:autorizaci|permiso|consentimiento)"
        r"|sem (?:\w{1,12} ){0,3}(?:autoriza|permiss|consentimento)"
        r"|senza (?:\w{2,12} ){0,3}(?:autorizzazione|permesso|consenso)"
        r"|zonder (?:\w{2,12} ){0,3}toestemming|uten (?:\w{2,12} ){0,3}(?:tillatelse|samtykke)"
        r"|uden (?:\w{2,12} ){0,3}(?:tilladelse|samtykke)|utan (?:\w{2,12} ){0,3}tillstånd"
        r"|bez (?:\w{2,12} ){0,3}(?:zgody|zezwolenia|souhlasu)"
        r"|без (?:\w{2,12} ){0,3}(?:разрешени|согласи)|未经|未經|擅自|無断|许可なく|許可なく"
        r"|무단|허락 ?없이"
    ),
    "owner or agent of an exclusive right": re.compile(
        rf"exclusive (?:copy)?rights?.{{0,60}}infring|\b(?:hold|holds|own|owns) (?:the )?exclusive"
        rf"|(?:i am|we are|is|am|are) the (?:sole |exclusive |legal |rightful |original )?"
        rf"(?:{OWNER}|author|creator|owner|developer)"
        rf"|authori[sz]ed (?:to act|agent|representative).{{0,40}}behalf|on behalf of .{{0,60}}"
        rf"(?:{OWNER}|owner)"
        r"|\b(?:we|i|company|which|who) owns? (?:the |all |full |its |sole |exclusive ){0,2}"
        r"(?:copyright|rights?\b|intellectual|code|software)"
        r"|\b(?:my|our) (?:[\w']+ ){0,3}(?:copyrighted|copyright\b|proprietary"
        r"|intellectual property|original work)"
        r"|\binhaber\w{0,4} (?:\w{3,12} ){0,2}(?:urheber|rechte)"
        r"|\b(?:titulaires?|propriétaires?|ayants? droit)\b"
        r"|\b(?:titular|propietari[oa]|proprietári[oa]|titolar[ei])\b"
        r"|\b(?:soy|somos|sou|sono|je suis|ich bin|jeg er|ik ben) (?:el |la |o |a |l'|der |die "
        r"|de )?"
        r"(?:autora?|auteur|autore|urheber|creador|opphavs)"
        r"|\b(?:i|we) (?:wrote|created|designed|developed) (?:the|this)\b|\b(?:i|we) represent\b"
        r"|(?:我们?公司|我司|本公司)[^。]{0,12}(?:源|代码|产品)"
        r"|правообладател|版权所有|著作权人|著作權人|著作権者|저작권자|当社の著作|弊社の著作"
    ),
    "infringing material": re.compile(
        r"infring(?:e|es|ed|ing|ement)|copyright (?:violation|breach|theft)"
        r"|(?:violat|disregard|breach|contraven|break)\w{0,4} .{0,40}"
        r"(?:copyright|licen[sc]e|intellectual|eula|\bnda\b|non-?disclosure|section 1201)"
        r"|urheberrechtsverletz|inbreuk|contrefa[cç]on"
        r"|krenk(?:er|else)|circumvent|侵权|侵權|侵害|наруш|침해|stole[n ]|pirate|\bleak(?:ed|s"
        r"|ing)?\b"
        r"|in breach of|bypass\w* .{0,40}(?:licen[sc]e|protection|drm|activation)|\bkeygen"
        r"|infracci|violaci|violazion|viola[cç]|violation du droit"
        r"|infra[cç]|rechtsverletz|kopiert|泄露|洩露|盗用|盜用|抄袭|抄襲|유출"
    ),
    "copyrighted work": re.compile(
        r"copyright(?:ed|s)?\b|intellectual property|proprietary|urheberrecht"
        r"|confidential (?:\w+ ){0,2}(?:source|code|software|firmware)\b"
        r"|auteursrecht|droits? d.auteur|opphavsrett|ophavsret|upphovsr|derechos? de autor|plagiari"
        r"|direitos? autora|diritt[io] d.autore|geistiges eigentum|prawa? autorsk|版权|版權"
        r"|著作|авторск|저작권"
    ),
    "calls itself a takedown notice": re.compile(
        r"\b(?:this|following) (?:(?:e-?mail|letter|message|notice) )?(?:is|serves as|constitutes)"
        r" (?:an? |my |our |the )?(?:\w+ ){0,3}?(?:dmca|take.?down|copyright|infringement)"
        r" (?:(?:take.?down|infringement|removal) )?(?:notice|notification|complaint|report"
        r"|request)"
        r"|guide to fill?ing a dmca (?:take.?down )?notice|notice of (?:claimed |copyright )"
        r"{0,2}infring|512 ?\(c\)"
        r"|anti-?circumvention (?:notice|claim|request)|(?:§|section|u\.?s\.?c\.?) ?1201\b"
        r"|\bcircumvention notice"
    ),
    "asks for removal": re.compile(
        r"take.?down|tak(?:e|en) (?:\w+ ){0,3}(?:down|offline)|taken down|remov(?:e|al|ed|ing)\b"
        r"|delet(?:e|ed|ion)\b|disabl(?:e|ed|ing)\b"
        r"|cease|dmca (?:notice|complaint|request|claim)|entfern|verwijder|supprim|retir|retrait"
        r"|删除|刪除|削除|удалит|удалени|elimin|삭제|lösch|rimuov|rimozion|excluir|exclus|remoç|remover"
        r"|remoci"
        r"|fjern|slett|下架|移除|usun"
    ),
}
COUNTER: Elements = {
    "mistake or misidentification": re.compile(
        r"(?:mistaken?(?:ly)?|error|erroneous(?:ly)?|accident).{0,30}(?:mis-?identif|mistak)"
        r"|mis-?identif\w+.{0,40}(?:material|content|of)"
        r"|(?:removed|disabled|taken down|blocked)\b.{0,60}(?:result\w{0,4} (?:of|from) (?:a )?"
        r"|by |in "
        r"|due to |because of )(?:a |an )?(?:mistake|error|mis-?identif)"
        r"|\b(?:removal|takedown|notice) (?:is|was) (?:a |an |in |the result of a |based on a )"
        r"(?:mistake|error)"
    ),
    "consent to jurisdiction": re.compile(
        r"(?:consent|submit|agree)\w{0,5} (?:to )?(?:the |to the ){0,3}(?:personal |exclusive )?"
        r"jurisdiction"
    ),
    "acceptance of service": re.compile(r"accept\w{0,5} (?:the )?service (?:of|from)"),
    "calls itself a counter-notice": re.compile(
        r"(?:this|following|my|our|is a|as a|file|filing|submit(?:s|ted|ting)?|sending|constitutes"
        r"|serves as) (?:is |a |an |my |our |the |this |formal |dmca |official ){0,5}"
        r"counter.{0,2}(?:noti(?:ce|fication)|claim)"
        r"|\bcounter (?:the|this|that|your) (?:dmca|take|notice|claim|complaint)"
        r"|counter.{0,2}noti(?:ce|fication)[^\n.!?]{0,40}(?:pursuant|under|according|regarding|against"
        r"|in response|as authori[sz]ed)"
        r"|512 ?\(g\)|^\W{0,9}(?:\w+ ){0,2}counter.{0,2}noti(?:ce|fication)|^\W{0,9}counter.?claim"
    ),
    "disputes the notice": re.compile(
        r"\b(?:i|we)(?: \w+){0,3} (?:dispute|contest|object to|disagree with|oppose|challenge"
        r"|contesting|disputing)\b[^.!?]{0,40}\b(?:removal|take.?down|notice|notification|claims?"
        r"|complaint|allegations?|dmca|blocking)\b|\bdispute the notice"
        r"|\b(?:i|we)(?:'d)? (?:\w+ ){0,3}appeal\b"
        r"|\b(?:claimant|complainant|complaining party|notifier)\b[^.!?]{0,40}(?: not|n't) "
        r"(?:\w+ ){0,3}(?:own|holder|author)"
        r"|\bi'm (?:contesting|disputing)\b|widerspreche\b|zu unrecht (?:gesperrt|entfernt"
        r"|gelöscht)|\b(?:je|nous) contest|\bimpugn[oa]|\bcontest(?:o|iamo|amos)\b|反通知|異議"
    ),
    "asks for restoring": re.compile(
        r"(?:restor|reinstat|re-?enabl|unblock|put back|replace)\w{0,4}\b.{0,60}"
        r"(?:access|material|content|repositor|file|page|site|removed|disabled)"
        r"|\b(?:access|repositor\w{1,3}|content|material|project|page|site|files?)\b[^.!?]{0,40}"
        r"\bbe (?:restored|reinstated|re-?enabled|unblocked|put back)"
        r"|\b(?:request|demand|ask for) (?:\w+ ){0,2}(?:reinstatement|restoration)"
        r"|\b(?:bring|put) (?:it|them|my|our)\b[^.!?]{0,40} (?:back|online)\b"
    ),
    "what was removed": re.compile(
        r"(?:has|have|had|was|were|been) (?:been )?(?:removed|disabled|taken down|blocked)"
        r"|\b(?:repositor\w{1,3}|repo|content|files?|page|material|gist) (?:disabled|removed"
        r"|taken down|blocked): link|\bremoval of (?:link|my|our)\b"
        r"|wurden?\b[^.!?]{0,40}(?:gesperrt|entfernt|gelöscht)|a été (?:supprim|retir"
        r"|désactiv|bloqu)"
        r"|(?:fue|ha sido|foi|è stat[oa]) (?:elimin|retir|bloque|remov|rimoss|desactiv|disattiv)"
        r"|被(?:删除|刪除|下架|移除|禁用|屏蔽)|削除されました"
    ),
}
# In a sentence that has one of these, nobody contests: it tells others how they might.
ADVICE = re.compile(
    r"\b(?:how to|information on|instructions|option to|opportunity to|right to|wish(?:es)? to"
    r"|(?:may|might|can|could|must|should|needs? to) (?:\w+ )?(?:submit|file|send|provide|include"
    r"|consent|agree|contain|state|respond|accept)"
    r"|if (?:your|the|you|they|an?) (?:\w+ )?(?:user|client|customer|subscriber|owner|believes?"
    r"|account))\b"
)
SUBJECT = (
    r"(?:dmca|copyright|take.?down|infringement|notices?|notifications?|complaints?|claims?"
    r"|requests?|reports?|strikes?|allegations?|demands?|filing|objections?|letter)"
)
# Whose things were taken, and whose notice it was: the two sides of one letter.
LOST = re.compile(
    r"\b(?:take.?down|removal|disabling|blocking|suspension) of (?:my|our)\b|\b(?:my"
    r"|our) (?:\w+ ){0,3}(?:repositor\w{1,3}|repos?|projects?|gists?|pages?|sites?|accounts?"
    r"|content|material|forks?|files?|code|plugin|work)\b[^.!?]{0,60}\b(?:was|were|is|are|has|have"
    r"|had|got|been|being)\b[^.!?]{0,30}(?:removed|disabled|taken down|blocked|dmca|suspended"
    r"|deleted)"
)
OWN_NOTICE = re.compile(
    r"\b(?:our|my) (?:(?!counter)[\w'-]+ ){0,2}(?:dmca|take.?down|notices?\b|notifications?\b"
    r"|complaints?\b|reports?\b|requests?\b|claims?\b)"
    r"|\b(?:i|we)(?: have| had|'ve)? (?:\w+ly )?(?:sent|filed|submitted|issued|reported|sent in) "
    r"(?:\w+ ){0,3}(?:dmca|take.?down|notice|complaint|claim|report|link)"
    r"|\bi am the (?:person|one) who (?:sent|filed|submitted|reported)"
)
# Without one of these, what is to be restored was never taken for somebody's right; and who was
# taken down contests only by saying that it was wrong.
ABOUT = re.compile(
    r"dmca|take.?down|infring|licen[sc]e|copyright (?:claim|complaint|concern|issue|dispute|owner"
    r"|holder|notice|request|strike)|\b(?:our|my|the|this|original|previous|earlier) (?:\w+ ){0,3}"
    r"(?:notice|notification|complaint|claim)\b|版权|版權|著作|侵权|авторск|저작권|urheber"
    r"|auteur|autor"
)
DENIES = re.compile(
    r"mistake|misidentif|(?:not|n't|never|no) (?:\w+ ){0,3}(?:infring|violat|copied|copy|contain"
    r"|stole"
    r"|own)|\b(?:wrong|wrongful\w*|false|baseless|invalid|incorrect|unfounded|fraudulent|bogus|dispute|contest"
    r"|disagree|object)|(?:my|our) (?:own|original)|fair use|public domain|i wrote|we wrote"
    r"|permitted"
)
WITHDRAW = (
    r"(?:retract|withdr[ae]w|rescind|revok|recall|cancel|nullif|annul|drop|void|undo|revers"
    r"|discontinu|pull back|pulling back)"
)
RESTORE = (
    r"(?:restor(?:e|ed|ing|ation)\b|reinstat|re-?enabl|re-?activat|unblock|un-?lock|put back"
    r"|(?:put|turn|switch|bring) [^.!?]{1,60} back|back (?:online|up|on)\b"
    r"|bring (?:\w+ )?back|make (?:it |them |this )?(?:available|public|accessible)"
    r"|be(?:ing)? made (?:\w+ly )?(?:available|public|accessible)"
    r"|\benable (?:the|this|it|that|their|his|her|access)\b|allow [^.!?]{1,30} again"
    r"|undelete|unsuspend|re-?open|lift (?:the |this |your )?(?:block|restriction|takedown|ban))"
)
# A letter's own notice, in the languages that say it otherwise than in English.
ZURUECK = r"(?:meldung|mitteilung|beschwerde|anzeige|antrag|dmca|hinweis|notice)"
RETIRER = (
    r"(?:demande|plainte|notification|avis|réclamation|signalement|dmca|reclamaci|solicitud"
    r"|denuncia|notificaci|aviso|queja|notifica[cç]|solicita[cç]|reclama[cç]|denúncia|segnalazione"
    r"|richiesta|notifica|reclamo|diffida)"
)
CONDITIONAL = re.compile(
    r"\b(?:if|unless|until|would only|in case|should you|your|would (?:gladly|then|consider"
    r"|happily)"
    r"|willing to|prepared to|reserves? the right|earlier version|previous version|revised"
    r"|resubmit\w*|replaces?|instead"
    r"|(?:previously|earlier|once|had) (?:withdrew|withdrawn|retracted|rescinded|dropped"
    r"|cancell?ed))\b"
)
# The same behind the sign, where a bare "if" may only end in politeness.
BEHIND = re.compile(
    r"[^.!?]{0,200}?\b(?:if (?:they|he|she|the|it|this|that|all|our|his|your user)|once|unless"
    r"|until"
    r"|when|provided|as soon as|and submit|with th(?:is|e following) one)\b"
)
RETRACTION: Elements = {
    "withdraws its notice": re.compile(
        rf"\b{WITHDRAW}(?:s|e|es|ed|ing|ion|ting|ping|ped|y|ies|ied|led|ling|al|n)?\b"
        rf"[^.!?]{{0,90}}\b{SUBJECT}\b"
        rf"|\b{SUBJECT}\b[^.!?]{{0,90}}\b(?:retracted|withdrawn|rescinded|revoked|cancell?ed"
        rf"|void(?:ed)?|retraction|withdrawal|dropped|reversed|lifted)\b|\bretraction\b"
        r"|notice of withdrawal"
        rf"|\b{SUBJECT}\b[^.!?]{{0,60}}\b(?:can|may) be (?:closed|dropped|withdrawn)"
        r"|\b(?:remove|delete|exclude|strike) [^.!?]{1,60} from (?:our|my) (?:[\w-]+ ){0,3}"
        r"(?:list|notice|complaint|claim|request)"
        rf"|\b(?:ziehe|ziehen|nehme|nehmen)\b[^.!?]{{0,60}}{ZURUECK}[^!?]{{0,140}}\bzurück\b"
        rf"|{ZURUECK}\w{{0,6}}\b[^.!?]{{0,80}}(?:zurückgezogen|zurückziehen|zurückgenommen)"
        rf"|\b(?:retire|retirons|retirer|annulons|annule|retiro|retiramos|retirar|cancelo|desisto"
        rf"|desistimos|ritiro|ritiriamo|ritirare|annulliamo)\b[^.!?]{{0,60}}\b{RETIRER}"
        r"|\b(?:trek|trekken)\b[^.!?]{0,100}\b(?:verzoek|melding|klacht|kennisgeving|dmca)\b"
        r"[^!?]{0,100}\b(?:in|terug)\b"
        r"|\b(?:trekker|trekke|trækker|drar|återkallar)\b[^.!?]{0,60}(?:melding|klage|krav|varsel"
        r"|dmca|anmäl|anmeld)[^!?]{0,100}(?:tilbake|tilbage|tillbaka)?"
        r"|(?:отзыва|отозва|отмен)\w{0,5}\b[^.!?]{0,60}(?:жалоб|уведомлен|заявлен|запрос|претенз"
        r"|dmca)"
        r"|(?:wycof|cofam)\w{0,6}\b[^.!?]{0,60}(?:zgłoszeni|skarg|wniosek|dmca)"
        r"|撤回|撤销|撤銷|撤诉|取り下げ|取下げ|철회"
    ),
    "asks to disregard its notice": re.compile(
        rf"\b(?:disregard|ignore|discard|dismiss)\b[^.!?]{{0,60}}"
        rf"\b(?:my|our|the|this|that|previous|earlier|above|original)\b[^.!?]{{0,60}}\b{SUBJECT}\b"
        r"|tak(?:e|es|ing) back [^.!?]{0,40}(?:notice|claim|request|complaint)|\bcall (?:it|this"
        r"|that) off\b"
        r"|\b(?:drop|take back|cancel|withdraw|retract|revoke|undo|reverse) (?:(?:all|any"
        r"|parts?|or) ){0,3}(?:of )?(?:it|this|that|them|these)\b"
        r"|(?:not|n't) take any (?:further )?action|\b(?:withdraw|retract|cancel),? please\b"
    ),
    "no longer claims": re.compile(
        r"no longer (?:wish|want|claim|believe|consider|infring|necessary|need|require|pursu"
        r"|contain|includ|object|an issue|valid|in violation|have)"
        r"|\bno objections? (?:to|against)\b|(?:not|n't) object\b"
        r"|\bno (?:more|further|other|longer any) (?:\w+ ){0,2}(?:objections?|concerns?|issues?"
        r"|claims?|complaints?|action)"
        r"|(?:sent|filed|submitted|issued|made|reported|flagged|sending|filing)\b[^.!?]{0,60}"
        r"(?:in error|by mistake|mistakenly|erroneously|by accident|accidentally|a mistake)"
        r"|we apologi[sz]e|i apologi[sz]e|(?:sincere|our|my) apolog|(?:our|my) (?:own )?mistake"
        r"|\bsorry for (?:the |any |all )?(?:\w+ )?(?:bother|trouble|inconvenience|confusion"
        r"|mistake)"
        r"|(?:legitimate|permitted|authori[sz]ed|licensed) fork|misunderstanding"
        r"|(?:mistakenly|erroneously|accidentally|wrongly|incorrectly|inadvertently) (?:sent|filed"
        r"|submitted|issued|included|identified|reported|named|listed)"
        r"|(?:included|listed|named|identified|reported|claimed)\b[^.!?]{0,40}\b(?:inadvertently"
        r"|by accident|by mistake|in error)|\bnot our code\b|false claim"
        r"|(?:matter|issue|dispute|case|situation|complaint|problem)\b[^.!?]{0,80}"
        r"\b(?:resolved|settled|solved|closed)"
        r"|(?:resolved|settled|worked out|sorted out) (?:the |this |our |it |things |everything )?"
        r"(?:\w+ )?(?:amicably|matter|issue|dispute|between|with (?:him|her|them|the))"
        r"|\b(?:we|i)(?:'ve| have)? (?:now |since |mutually )?agreed (?:that|with|to)\b"
        r"|\bno longer (?:relevant|applies|apply|applicable|current)"
        r"|(?:reached|come to) (?:an |a )?(?:\w+ )?(?:agreement|settlement|understanding"
        r"|resolution)"
        r"|(?:user|owner|author|developer|he|she|they|holder|party)\b[^.!?]{0,30}\b(?:complied"
        r"|removed (?:the|our|all|my) (?!copyright|licen|notice|attribution|header)"
        r"|changed the licen|agreed to)|satisfied with the"
        r"|\b(?:we|i)(?:'re|'m| are| am) (?:now )?satisfied"
        r"|(?:do|does|did)(?: not|n't)(?: actually| in fact)? (?:infringe|violate)"
        r"[^.!?]{0,30}\b(?:our|my)\b"
        r"|问题已(?:经)?解决|已(?:经)?解决|已达成|解決し|erledigt|geklärt|acuerdo|resuelto|résolu"
    ),
    "asks for restoring": re.compile(
        rf"\b(?:please|could|can|kindly|request|ask|like|want|may|be|to|should|go ahead and|must)\b"
        rf"[^.!?]{{0,60}}\b{RESTORE}"
        rf"|(?:\bno objections? (?:to|against)|(?:not|n't) object to)\b[^.!?]{{0,60}}\b{RESTORE}"
        r"|wiederherstell|wieder her\b|wieder frei|rétabli|restable[cz]|ripristin|восстанов|恢复"
        r"|恢復"
        r"|復元|복구|gjenopprett|herstel"
    ),
}
