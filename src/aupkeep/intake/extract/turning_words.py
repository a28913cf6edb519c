"""Stems with which a letter does something else than report, in many languages: each turns it.

It excuses itself, tells of an end or of an earlier letter, of leave, of a case that is only
supposed, of who is innocent or attacked; it asks, contests, or sells (`charge`). Texts are in small
letters, addresses and links are signs.
"""

from aupkeep.intake.extract import further_languages as more
from aupkeep.intake.extract.charge_words import stems
from aupkeep.intake.extract.lifting_words import CLOSES, OWN_MAIL

EXCUSES = stems(
    r"(?:apolog|sorry(?! (?:for (?:my|the) (?:\w+ )?(?:english|language|length|form)"
    r"|to (?:bother|trouble|disturb|write)|if|in advance)))|regret(?:tabl|ful)"
    r"|our (?:own )?(?:mistake|fault|error|oversight|blunder)|embarrass|retract|withdraw"
    r"|disregard|ignore (?:it|our|this|that|the)|spurious|false (?:alarm|alert|positive|report"
    r"|warning)"
    r"|mistaken|misread|mis(?:identif|attribut)|mixed up|got it wrong|(?:we|i) (?:were"
    r"|was) wrong|stand down|all[- ]clear|in error\b",
    r"(?:report|notice|complaint|mail|message|alert|listing|claim)\w* (?:\S+ ){0,6}(?:was|were|is"
    r"|are) (?:wrong|incorrect|unfounded|inaccurate|baseless)",
    r"(?:[\w-]*meldung|hinweis|anzeige|beschwerde|bericht|mail)\w* (?:\S+ ){0,6}(?:war|waren|ist"
    r"|sind) (?:falsch|unrichtig|unbegründet|fehlerhaft)|uns vertan|mich vertan",
    r"(?:melding|varsel|klage|rapport|anmälan|anmeldelse)\w* (?:\S+ ){0,6}(?:var|er|är) (?:feil"
    r"|galt|uriktig|grunnløs|fel|ogrundad|forkert)",
    r"(?:signalement|plainte|alerte|message) (?:\S+ ){0,6}(?:était|est) (?:faux|erroné|infondé)"
    r"|(?:aviso|denuncia|informe|queja) (?:\S+ ){0,6}(?:era|fue) (?:fals|errón|incorrect|infund)"
    r"|(?:segnalazione|avviso) (?:\S+ ){0,6}era (?:sbagliat|errat|infondat|fals)"
    r"|(?:denúncia|aviso|notificação) (?:\S+ ){0,6}(?:estava|era|foi) (?:errad|incorret|infund)"
    r"|(?:melding|klacht|bericht) (?:\S+ ){0,6}(?:was|is) (?:onjuist|fout|onterecht|ongegrond)",
    r"entschuldig(?!en sie (?:bitte )?die (?:störung|späte|kurze))|verzeih|nachsicht|entwarnung"
    r"|fehlalarm|irrtum|irrtüm|versehen|unsinn"
    r"|zurückzieh|ziehen (?:\S+ ){0,5}zurück|gegenstandslos|hinfällig|nichtig|verwechsl(?!ungsgef)"
    r"|(?:falsch|fehl)meld",
    r"beklag|unnskyld|lei for|ber om (?:unnskyldning|orsaking)|se bort|sjå bort|feilmeld"
    r"|falsk alarm|trekk\w* (?:\S+ ){0,3}(?:tilbake|meldingen|varselet)|feil(?:tak|aktig)"
    r"|ved en feil|misforstå|ursäkt|förlåt|bortse|fel av oss|av misstag|dra tillbaka|beklager"
    r"|undskyld|fejl(?:melding|agtig|alarm|tagelse)",
    r"excus|désolé|par erreur|fausse alerte|à tort|ne (?:pas )?tenir compte|ignorer"
    r"|retirons|disculp|perdón|lamentamos (?:el|la|los|las|mucho|profund)|error nuestro|erróneo"
    r"|por error|falsa alarma|ignoren"
    r"|hagan caso omiso|excuses|spijt|vergissing|vals alarm|ten onrechte|negeren|intrekken|scus"
    r"|(?:per|nostro) errore|errore nostro|desculp|engano|przepraszam|pomyłk",
    r"nous nous sommes trompés|s'agissait d'une erreur|erreur de notre part|(?:retiramos"
    r"|retirons) (?:la|el|nuestr|notre)",
    r"geirrt|irren uns|nos equivocamos|(?:es|fue|hubo) un error|foutje|on(?:s|ze) fout|excuus",
    r"ignor(?:ate|are)|falso (?:allarme|positivo)|un errore d|ci siamo sbagliati|rettific"
    r"|ritir(?:o|iamo) la",
    r"(?:erro|engano) (?:d?[oe] )?noss[oa]|nosso (?:erro|engano)|por erro|falso (?:alarme"
    r"|positivo)|desconsider",
    r"ignorem|equivoc|retir(?:o|amos) (?:a|o|noss)|przeprasz|pomyli|omyłk|błędn|fałszywy alarm"
    r"|wycofuj|sprostowan",
    r"(?:proszę|prosimy) zignorować",
    # the writer's own doing, and that they have put it right
    r"(?:that|this|it) (?:was|is|were) (?:only |just )?(?:our|my) (?:own )?(?:\w+ )?(?:monitor"
    r"|script|cron|backup|scanner"
    r"|probe|check|test|job|employee|colleague|admin)",
    r"(?:we|i) (?:have |'ve )?(?:since |now |already )?(?:corrected|fixed|repaired|solved"
    r"|disabled|switched off|turned off"
    r"|reinstalled|cleaned) (?:it|this|that|the (?:script|job|server|password|problem|cause))",
    r"das war (?:nur )?(?:unser|mein)\w* |(?:wir|ich) haben? (?:es|das"
    r"|den fehler) (?:\S+ ){0,3}(?:behoben|korrigiert|abgestellt)"
    r"|det var (?:bare )?(?:vår|vårt|min|mitt|vores) |(?:vi|jeg|jag) har (?:nå |nu )?(?:rettet"
    r"|fikset|åtgärdat|løst|lagat)"
    r"|c'était (?:notre|mon|ma) |nous l'avons (?:corrigé|réparé)|era (?:nuestro|mi|il nostro"
    r"|nosso) "
    r"|lo hemos (?:corregido|arreglado)|dat was (?:onze|ons|mijn) |abbiamo (?:corretto|risolto"
    r"|sistemato)|to był\w? nasz",
    more.EXCUSES,
)
OVER = stems(
    r"(?:off|from) (?:our|the|all) (?:\w+ )?(?:block|black|deny)?-?lists?|removal|convict|conclud"
    r"|freigegeben|freigabe|von (?:unserer|der) (?:\w+ )?\w*liste|avlist|strøket|de (?:notre"
    r"|la) liste"
    r"|de (?:nuestra|la) lista|van (?:onze|de) (?:\w+ )?\w*lijst|från vår (?:\w+ )?\w*lista"
    r"|fra vores (?:\w+ )?\w*liste",
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
    r"(?:a|ont|han|ha|hanno) cess|cesaron|merci (?:pour|de) (?:votre|la) (?:rapid|prompt|réact"
    r"|interv)|depuis lors",
    r"gracias por (?:la|su|el) (?:rápid|pront|interv)|desde entonces|tack (?:för|så)"
    r"|(?:tusind )?tak for h",
    r"holdt (?:helt )?op|ophørt|slutat|upphört|dall[ae] (?:nostra )?(?:\w+ )?(?:blacklist|lista)"
    r"|figura più",
    r"non (?:\S+ ){0,3}più|cessat|in passato|precedente (?:propriet|client)|da allora"
    r"|si è conclus|già (?:stat|servit)",
    r"grazie per (?:il|la|l'|aver)\W?(?:rapid|pront|tempestiv|intervent|risol|rimos)|encerrad"
    r"|já não",
    r"não (?:\S+ ){0,3}mais|cess(?:ou|aram)|par(?:ou|aram)\b|(?:foi|foram) removid"
    r"|da (?:nossa )?(?:\w+ )?lista",
    r"antig[oa] (?:don|client)|desde então|obrigad[oa] pel[oa] (?:rápid|pront|agil)|zamknięt"
    r"|ustał|przestał",
    r"został\w? usunięt|z (?:naszej )?(?:\w+ )?listy|poprzedni\w* (?:właściciel|najemc|klient)"
    r"|od tego czasu",
    r"dzięk\w+ za (?:szybk|natychm|pomoc)",
    r"(?:a|ont) été (?:trait|résol|corrig|arrêt|neutralis|supprim)|(?:ha|han) sido (?:resuel|atend"
    r"|solucion)|è stat\w (?:risolt|gestit)|(?:foi|foram) (?:tratad|resolvid)|is verholpen",
    CLOSES,
    more.OVER,
)
# of what the letter speaks that went before it
EARLIER = stems(
    r"(?:our|my) (?:[\w'-]+ ){0,3}(?:report|notice|complaint|mail|e-?mail|message|ticket|alert"
    r"|warning|letter|notification|case|request) (?:of|from|dated|about|on|was"
    r"|concerning|regarding|yester|last|earlier)",
    r"(?:we|i)(?:'d|'ve| had| have)? (?:\w+ )?(?:sent|wrote|mailed|reported|notified|alerted|filed"
    r"|complained|informed|raised|submitted)(?! (?:by|from))",
    r"(?:yesterday|earlier|this morning|last (?:night|week|month|year)|in (?:january|february"
    r"|march"
    r"|april|may|june|july|august|september|october|november|december))[ ,](?:\S+ ){0,4}(?:wrote"
    r"|sent"
    r"|mailed|reported|told|informed)",
    r"unsere\w? (?:\S+ ){0,2}(?:[\w-]{0,20}meldung|mails?\b|beschwerde|anzeige|nachricht"
    r"|hinweis|mitteilung)|(?:haben|hatten)"
    r" (?:wir |ich )?ihnen (?:\S+ ){0,5}(?:gemeldet|geschrieben|geschickt|mitgeteilt|gesendet)",
    r"(?:vi|jeg|eg) (?:\S+ )?(?:sendte|skrev|meldte|varslet|varsla|rapporterte)|(?:varselet"
    r"|meldingen"
    r"|klagen|rapporten) (?:vår|fra|om|av|i går)|(?:vårt|vår) (?:varsel|melding|klage)"
    r"|vår anmälan|vi (?:skickade|anmälde)|vores (?:anmeldelse|besked)",
    r"notre (?:signalement|messages?\b|plainte|alerte|courriel)|nous vous avons (?:\S+ )?(?:signal"
    r"|écrit"
    r"|envoy)|nuestro (?:aviso|mensaje|informe)|(?:les|le) (?:enviamos|escribimos|(?:avis"
    r"|inform)amos (?:ayer|hace|el))|onze (?:melding|klacht|mails?\b)|(?:hebben|hadden) (?:wij"
    r"|we) (?:\S+ ){0,5}(?:gemeld"
    r"|geschreven|gestuurd)",
    r"la nostra segnalazione d|vi (?:avevamo|abbiamo) (?:già )?(?:segnalat|scritt|comunicat)"
    r"|havíamos (?:inform|denunc)",
    r"nossa (?:denúncia|notificação|mensagem) (?:de|do|anterior)|nasz\w* (?:zgłoszeni|wiadomoś"
    r"|skarg)\w* z",
    r"zgłaszaliśmy|zgłosiliśmy|pisaliśmy|poprzedni\w* zgłoszeni",
    r"for (?:your )?(?:information|records?|reference|awareness) only|only (?:for"
    r"|in) (?:your )?(?:information|copy)",
    r"(?:nur|lediglich|ausschließlich) zur (?:info|kennt)|(?:kun|bare|endast|slechts"
    r"|alleen) (?:til|for|för|ter) (?:info|orient|känn)",
    r"(?:solo|únicamente) (?:a título )?(?:inform|para su (?:inf|con))|a titolo informativo"
    r"|per conoscenza",
    r"(?:apenas|somente) para (?:info|conhec)|(?:tylko|wyłącznie) (?:do wiad|inform)"
    r"|à titre d'info|kopi til orient",
    # … and what the reader wrote: whoever quotes it answers it
    r"you (?:have |had |just |recently |yesterday )?(?:wrote|written|sent|mailed|e-?mailed"
    r"|forwarded|notified"
    r"|informed|warned|told) (?:\w+ )?(?:me|us|this|the following)\b|(?:got|received"
    r"|have) (?:this|the following|a|your) "
    r"(?:\w+ )?(?:mail|e-?mail|notice|message|letter|warning) from you",
    r"sie (?:haben |hatten )?(?:mir|uns) (?:\S+ ){0,4}(?:geschrieben|geschickt|mitgeteilt"
    r"|gesendet|gemeldet)"
    r"|ihre\w? (?:mail|e-mail|nachricht|mitteilung|schreiben|hinweis)\b",
    r"(?:dere|du|i|ni|de) (?:\S+ )?(?:skrev|sendte|skickade|skriver) (?:\S+ )?(?:til )?(?:meg|mig"
    r"|oss|os|dette|detta)\b"
    r"|vous (?:m'|nous )(?:avez|aviez) (?:\S+ )?(?:écrit|envoyé|signalé|informé)"
    r"|votre (?:courriel|mail|message|avis) d"
    r"|(?:me|nos) (?:enviaron|escribieron|mandaron|han enviado|han escrito)|su (?:correo|mensaje"
    r"|aviso) de"
    r"|(?:u|jullie) (?:\S+ )?(?:stuurde|stuurden|schreef|schreven|mailde) (?:mij|me|ons)"
    r"|(?:mi|ci) avete (?:\S+ )?(?:scritto|inviato|mandato|segnalato)|(?:me|nos) (?:enviaram"
    r"|escreveram|mandaram)"
    r"|(?:napisali|przysłali|wysłali)(?:ście)? (?:państwo )?(?:do mnie|do nas|mi|nam)",
    more.EARLIER,
)
LEAVE = stems(
    r"(?:ask|hir|engag|book)ed (?:us|me) to|uns (?:\S+ )?(?:gebeten|beauftragt)|bedt (?:oss"
    r"|meg) om"
    r"|(?:nous|m')\s?(?:a|ont) (?:demandé|chargé)|nos (?:pidió|encargó)|ons gevraagd",
    r"authori[sz]ed|permission|permit(?:ted)?\b|consent|approv|agreed|agreement (?:of|with"
    r"|between)"
    r"|engaged by|contracted|commissioned|scheduled|rehears|sanctioned",
    r"exempt|(?:list|table|set) of exceptions|(?:our|these|trusted|known|following) exceptions"
    r"|ausnahme(?:n|liste|regel)|unntak|undantag|undtagelse|excepciones|uitzondering|eccezion"
    r"|exceções|wyjątk|(?:white|allow) ?-?lists? (?:of|for|below|attached)",
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
    r"test d'intrusion|pentest|penetratietest|penetrationstest|prueba de (?:penetr|intrus)"
    r"|simulacro|encargad",
    r"test di (?:penetr|intrus|sicurezza)|concordat|permess|incaricat|su incarico|esercitazion"
    r"|programmat[oa]",
    r"teste de (?:invas|intrus|penetr)|autorizaç|permiss|combinad|consentiment|agendad",
    r"test\w* penetrac|simulad[oa]|simula[çc][ãa]o|symulacj|simulazion|övning|enligt avtal"
    r"|avtalat|na zlecenie|uzgodnion|zaplanowan|autoryzowan|ćwiczen|zezwol|upoważn"
    r"|zgod[ąęy]\b",
    more.LEAVE,
)
CONTESTS = stems(
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
    r"lever la (?:mesure|susp)|réactiv|rétablir|injust|reactiv|restablec|alegando|oppong"
    r"|contest(?:o|iamo|azion)\b",
    r"åpnes? (?:\w+ )?igjen|genåbn|påst[oå]d|klage på (?:\w+ )?(?:sp[eæ]rr|stengning|blok|lukning"
    r"|nedtag|suspen|beslut|vedtak)|öppnas? igen|herstellen|heropen|onterecht",
    r"vorgeworfen|beschuldig|gegendarstell|accused of|(?:on|nos|me|mi) (?:m')?ac+us|vengo accusat"
    r"|acusad[oa]s? de",
    r"oskarż|beskyld|anklagas|anklages",
    r"ricorso|ripristin|sblocc|a torto|controno|reativ|restabele|desbloqu|indevid|odwoł|sprzeciw",
    r"przywróc|odblok|niesłuszn|bezpodstawn",
    more.CONTESTS,
)
SPARES = stems(
    r"(?:not an?|no|kein\w{0,2}|nenhum\w?|ning[uú]n\w?|nessun\w?|aucune?|żad\w{1,4}|geen|ingen"
    r"|inget"
    r"|intet|ikke (?:et|noe)|inte (?:en|ett)) (?:(?:real|actual|true|echte\w?|verdadeir\w|real\w?"
    r"|vero|virkelig\w*|verklig\w*|prawdziw\w+) )?(?:attack|angriff|ataque|attacc|attaque|atak"
    r"|aanval|angrep|angreb)",
    r"please (?:do not|don't) (?:act|react|block|treat)"
    r"|bitte (?:\S+ ){0,3}nicht (?:sperren|reagieren)"
    r"|merci de ne (?:rien|pas) (?:faire|bloquer|agir)|no (?:hagan nada|bloqueen)|non bloccate"
    r"|niet (?:te )?(?:blokkeren|reageren)|proszę nie (?:blok|reag)|neblokujte|engellemeyin",
    r"take no (?:further )?action|no action (?:is )?(?:needed|required|necessary)"
    r"|do(?: not|n't) take (?:any )?action",
    r"innocent|blameless|not (?:at fault|to blame|guilty|the (?:source|origin|culprit|attacker))"
    r"|no part|no fault|nothing (?:wrong|to do with)|had nothing|did nothing|(?:only|merely"
    r"|just) (?:\w+ ){0,3}(?:hop|relay|intermedi|target|victim|bystander)|(?:was|were|is"
    r"|been) (?:forged|spoofed)|(?:is|are) fine|among the targets|only as (?:one of )?(?:the|a)\b"
    r"|target list|advance warning"
    r"|may be (?:attacked|targeted)|another (?:network|provider|company)|whose provider",
    r"unschuldig|keine schuld|nichts (?:damit )?zu tun|nichts getan|gefälscht(?:e|er)? absender"
    r"|zielscheibe|im visier|anderen? (?:netz|anbieter|provider)",
    r"uskyldig|uten skyld|ikke skyld|ikke noe med|ingenting med|ikke gjort noe|forfalsk"
    r"|er (?:selv )?målet|annet nett|annen leverandør|oskyldig|inget med|uskyldig",
    r"innocent|rien à voir|pas en cause|usurpé|est (?:la )?(?:cible|victime)|inocente"
    r"|nada que ver|es (?:la )?víctima|onschuldig|niets mee te maken|innocente|niente a che"
    r"|inocente|niewinn",
    r"(?:you|your (?:\w+ ){1,2}|customer) (?:is|are|was|were) (?:\w+ )?(?:the"
    r"|a) (?:\w+ )?(?:victim|target)",
    r"(?:accus|blam)(?:e|ing) (?:nobody|no ?one)|not (?:accus|blam|complain)ing|not (?:come"
    r"|originate) from you",
    r"(?:not|n't|no) (?:(?:as|meant|intended|filing|making) ){0,2}(?:an? )?(?:complaint"
    r"|accusation|abuse report)",
    r"(?:keine (?:weitere )?(?:aktion|handlung|maßnahme)|brauchen nichts)"
    r"|aucune (?:autre )?action|rien à faire",
    r"no es necesario|ninguna acción|no hace falta|geen (?:verdere )?actie|ingen (?:åtgärd"
    r"|handling)",
    r"nessuna (?:ulteriore )?azione|non c'entra|nenhuma ação|nada a ver|nic wspólnego|nie trzeba",
    r"usurpation d'adresse|adresse (?:\w+ )?usurpée|indirizzo fals|vervalst\w* (?:\w+ )?\w*adres",
    r"förfalskad\w* (?:avs|adr|käll)|sfałszowan\w* adres|gefälschte\w* (?:absender|quell|adress)",
    OWN_MAIL,
    more.SPARES,
)
# that whom it names, or who writes, is under attack; of whose doing it speaks it accuses
ATTACKED = stems(
    r"(?:your|this|the) protected (?:\w+ )?(?:site|server|host|domain|zone|asset|application)"
    r"|ihre geschützte|votre site protégé|su sitio protegido|uw beschermde|tw[oó]j\w* chronion"
    r"|(?:det|den) beskyttede",
    r"under (?:\w+ )?(?:attack|siege|fire)|(?:is|are|am|being|gets?) (?:\w+ )?(?:attacked"
    r"|targeted|flooded|besieged)",
    r"(?:wird|werden) (?:\S+ ){0,3}(?:angegriffen|geflutet)|unter beschuss|im visier",
    r"(?:blir|er|bliver) (?:selv )?(?:angrepet|utsatt|rammet|angrebet)|attackeras|under angreb",
    r"subi(?:t|ssons)|sommes attaqués|est attaqué|está siendo|nos atacan|word(?:t|en) aangevallen",
    r"está (?:sufr|recib)\w+|(?:wordt|worden) (?:\S+ ){0,3}(?:bestookt|aangevallen)|onder vuur"
    r"|bajo ataque",
    r"sotto attacco|(?:viene|vengono|siamo) (?:\w+ )?(?:attaccat|bersagliat|inondat|colpit)"
    r"|subi(?:sce|amo|endo)\b|bersaglio",
    r"sob ataque|est(?:á|amos) (?:sendo|sofrendo|recebendo|sob)|sofr(?:e|emos|endo)\b",
    r"(?:jest|są|jesteśmy) (?:\S+ ){0,3}(?:celem|atakowan|zalewan)|pod atakiem|ofiarą",
    more.BESIEGED,
)
SUPPOSES = stems(
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
    r"survey|seminar paper|thesis|pretend(?!(?:s|ed|ing)? to )|table-?top|role-?play|war ?game"
    r"|inject \d|assume (?:your|that|the|our)|press enquir|before (?:buy|purch)|scenario",
    r"supponiam|ipotet|immagin(?:ate|iamo)|prima di (?:acquist|noleg|ordin)|supon(?:ha|do|hamos)"
    r"|imagin(?:e|em) (?:que|se)",
    r"przypuść|hipotet|wyobra(?:ź|zi)|zanim (?:kup|wynaj|zam)|avant d'ach|antes de compr",
    # lines for a course, a paper, a newspaper
    r"(?:in|for) (?:the|our|my|a|this) (?:\w+ )?(?:course(?! of)|lecture|workshop|seminar|class"
    r"|training)\b(?! (?:cent|room|network|lab|server|environment|platform|site|system))",
    r"(?:whether|if) (?:\S+ ){1,8}?may be (?:publish|used in|includ|shown)|(?:publish\w*"
    r"|includ\w*|used?|put|add(?:ed)?) (?:\S+ ){0,4}(?:in|into|for|as|with) (?:our|the|a"
    r"|my) (?:(?!guest)\w+ ){0,2}(?:data ?set|corpus|paper|study|article|book)\b",
    r"(?:we|i|who) (?:\w+ )?(?:write|are writing|am writing|prepare|are preparing) (?:an?"
    r"|the|our|my)"
    r" (?:\w+ ){0,2}(?:article|story|feature|thesis)\b|before (?:we|i) (?:print|go to press)",
    r"schreib\w* (?:gerade )?(?:an )?(?:einen|einem) (?:\w+ )?(?:artikel|beitrag)|bevor wir drucken"
    r"|(?:im|für den|für das) (?:kurs|seminar|lehrgang)\b|in (?:der|unserer) (?:vorlesung"
    r"|schulung)",
    r"skriver (?:en|ei) (?:\w+ )?(?:artikkel|artikel|reportasje)|(?:før|innan|inden) vi trykk?"
    r"|(?:på|til) kurset|forelesning|föreläsning|forelæsning",
    r"(?:écri|prépar)\w+ un (?:\w+ )?(?:article|reportage)|(?:escrib|prepar)\w+ un (?:artículo"
    r"|reportaje)|schrijven een (?:\w+ )?artikel|(?:voor|tijdens) de cursus",
    r"(?:scriv|prepar)\w+ un articolo|(?:escrev|prepar)\w+ uma? (?:artigo|reportagem|matéria)"
    r"|pisz\w+ artykuł|na (?:kurs|szkoleni|wykład)",
    # … and whoever tells of it to all, or asks for a newspaper
    r"(?:press|media) (?:release|statement|inquiry|query)|for immediate release|i(?:'m"
    r"| am) a (?:\w+ )?"
    r"(?:journalist|reporter (?:at|for|with|from))|presse(?:mitteilung|melding|meddelelse|anfrage)"
    r"|pressmeddelande|persbericht|persvraag|(?:communiqué|dossier) de presse|nota de prensa"
    r"|comunicado de (?:prensa|imprensa)|comunicato stampa|nota de imprensa|informacja prasowa"
    r"|komunikat prasowy",
    r"(?:jeg|eg|jag) er journalist|jag är journalist|(?:ich bin|als) journalist|je suis journaliste"
    r"|soy periodista|sono un\w? giornalista|sou jornalista|ik ben journalist|jestem dziennikar"
    r"|(?:in|auf) unsere[mnr] (?:\w*(?:kurs|seminar|lehrgang|schulung|vorlesung|workshop)"
    r"|ausbildung)"
    r"|(?:på|i|til|under) (?:vårt|vår|et|dette|vores|vort|ett|detta) (?:\w+ )?\w*(?:kurs|seminar"
    r"|uddannelse)"
    r"|(?:dans|lors de|pendant) (?:notre|nos|le|la|une?) (?:\w+ )?(?:cours(?! de)|formation"
    r"|atelier)"
    r"|(?:en|durante) (?:nuestro|el|un|este) (?:\w+ )?(?:curso(?! de)|taller|seminario)"
    r"|(?:nel|durante il|al) (?:nostro )?(?:corso(?! d)|seminario|laboratorio)"
    r"|(?:no|em|durante o) (?:nosso )?(?:curso(?! de)|seminário)"
    r"|(?:in|tijdens|voor) (?:onze|de|deze|een) (?:cursus|training|opleiding|workshop)"
    r"|(?:na|podczas) (?:naszym |naszego )?(?:kurs|szkoleni|warsztat)",
    more.SUPPOSES,
)
SELLS = stems(
    r"let (?:our|us) (?:\w+ ){0,3}(?:stop|protect|handle|secure|defend|fix)"
    r"|costs? you (?:money|dear)"
    r"|(?:stop|protect|fix|remove|clean)\w* (?:\S+ ){1,5}for you\b|special offer|price list"
    r"|ask (?:us )?for (?:a|our) (?:quote|offer|price)|(?:request|get) a quote",
    r"sonderangebot|preisliste|(?:unser team|wir) (?:stopp|schütz|übernehm)\w* (?:\S+ ){0,4}für sie"
    r"|la (?:oss|teamet vårt) (?:stoppe|beskytte|ordne)|pristilbud|offre spéciale|oferta especial",
    r"upgrade|your (?:\w+ ){0,2}(?:score|rating|subscription|plan)\b|invoice (?:no|number|\d)"
    r"|quotation|job opening",
    r"(?:free )?(?:demo|trial|webinar|whitepaper)\b|our (?:platform|solution|product|service"
    r"|tool) (?:\w+ )?(?:help|protect|can)|premium|pricing|discount|book a|quick (?:chat|call)"
    r"|account executive|companies like yours|customers like you|\d+ ?% (?:off|less)|schedule a"
    r"|fifteen.minute|15.minute|in this (?:issue|edition)|read more|subscribe\b",
    r"unverbindlich|kostenlose\w? (?:demo|beratung)|uforpliktende|sans engagement",
    r"jetzt (?:kostenlos )?testen|vrijblijvend|senza impegno|sem compromisso|sin compromiso"
    r"|bez zobowiązań",
    r"contrate (?:já|agora|noss)|por apenas|nossa (?:auditoria|solução)|la nostra soluzione"
    r"|nasze rozwiązani",
    # who asks to take part in something
    r"(?:register|enrol+|sign up|book) (?:now|today|here|your|by|before)|(?:limited|few|only \w+) "
    r"(?:places|seats|spots)|meld(?:e|en sie)? (?:deg|dig|dere|je|u|dich|sich) (?:\w+ ){0,2}(?:på"
    r"|til|aan|an)\b"
    r"|jetzt (?:anmelden|buchen)|(?:få|begrenset|begrænsede?|begränsa\w+) (?:\w+ )?(?:plasser"
    r"|pladser|platser)"
    r"|begrenzte (?:plätze|teilnehmer)|anmäl (?:dig|er)|påmelding|tilmelding"
    r"|inscr[ií]b[ae]\w*(?! la)"
    r"|inscrivez|places limitées|plazas limitadas|iscriv(?:iti|etevi)|posti limitati|inscreva-se"
    r"|inscrições|vagas limitadas|schrijf (?:u|je) (?:nu )?in\b|zapisz się|zapraszamy na"
    r"|liczba miejsc|solliciteer|bewerben sie|søk (?:på )?stillingen|postulez",
    more.SELLS,
)
# that it only asks
ASKS = stems(
    r"(?:only|just|merely|simply) (?:ask|wonder|want\w* to (?:know|ask)|like to know|an? question)",
    r"(?:lurer|spør|undrer) (?:\w+ )?bare|(?:kun|bare) et spørsmål|bare (?:å )?(?:spørre|vite)",
    r"(?:nur|lediglich|bloß) (?:eine \w*frage|fragen|wissen)|(?:simple|juste une) question",
    r"(?:solo|sólo) (?:una pregunta|quer|una domanda|vorr)|só uma (?:dúvida|pergunta)"
    r"|alleen een vraag",
    r"tylko (?:pytanie|zapyta)|bara en fråga|kun et spørgsmål|abonnementsopplysning"
    r"|subscriber(?:'s)? (?:data|details|info\w*|identity|name)|disclos\w+ (?:\S+ ){1,4}subscriber"
    r"|anschlussinhaber|bestandsdaten|données d'abonn|datos del abonado|dati dell'abbonato",
    more.ASKS,
)
