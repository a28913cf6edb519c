"""Words that deny, ask, permit or quote what a sentence says, in many languages.

English, German, French, Dutch, Norwegian (bokmål and nynorsk), Swedish, Danish, Spanish, Italian,
Portuguese, Polish; Czech, Turkish, Ukrainian, Russian stand in `further_languages`. Each table is
one plain alternation in lower case; gaps are bounded. Where a word accuses in one language and
denies in another, it denies here: such a mail goes to a person.
"""

import re

from aupkeep.intake.extract import further_languages as more


def _pattern(*choices: str) -> re.Pattern[str]:
    """One pattern of whole words; each text holds choices between bars."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(choices)})(?!\w)")


# what denies; `GOES_ON` says which of its clauses accuse all the same
NOT = _pattern(
    r"not|cannot|never|no|none|nobody|no one|neither|nor|nothing|zero (?:evidence|signs?)"
    r"|(?:0|zero|null|noll|nul|z[ée]ro|cero) (?:[^\W\d]\w* )?(?:spam|complain|abus|attack|incident"
    r"|hit|infect|malware|phish|trap|listing|report|threat|beschwerd|angriff|vorf|klag|angrep|treff"
    r"|plaint|attaqu|quej|ataqu|reclam|segnalaz|attacc|klacht|aanval|skarg|atak)\w*",
    r"nicht|kein|keine[nmrs]?|nie|niemals|niemand|nichts|weder",
    r"ikke|ikkje|ingen|inga|intet|ingenting|aldri|aldrig|inte|inget|inga|ej|verken|varken",
    r"ne|pas|jamais|aucune?|aucuns|rien|nunca|ning[uú]n|ninguna|ninguno|jamás|tampoco",
    r"nadie|nada|non|nessun[oa]?|niente|não|nenhuma?|ninguém",
    r"niet|geen|nooit|niemand|nie|nigdy|żadn\w{1,3}|nikt",
    more.NOT,
)
CONTRACTED = re.compile(r"n't(?!\w)|(?<!\w)n'(?!importe)(?=\w)")
PORTUGUESE = re.compile(  # "no" is "in the" there
    r"no (?:servidor|site|endereço|ip|dia|host|nosso|seu|domínio|porto|porta|meu|vosso)\b"
)
# behind a word that denies: what was not done, not allowed, not wanted is a complaint
GOES_ON = re.compile(
    r"(?:[\w']+ ){0,3}(?:[sld]')?(?:"
    r"stop|ceas|respon|repl|answer|react|acted|action|remov|taken?\b|tak(?:e|ing)\b|fix|resolv|"
    r"clos|"
    r"secur|patch|clean|disabl|block|disconnect|help|accept|allow|permit|authori|request|consent|"
    r"solicit|subscri|signed up|opt|ask|invit|want|welcom|tolera|know|idea|understand|sure|certain|"
    r"aware|hesitat|only|just|limited|the first|legitim|normal|doubt|reason|excuse|improve|effect|"
    r"success|change|reverse|rdns|password|authenticat|protect|restrict|firewall|rate.?limit|"
    r"mistake|error|false|coincidence|end\b|ended|yet|enough|contact|ignor|tls|valid|"
    r"auf(?=[,.!]|$| damit)|aufgehört|aufhör|gestoppt|behoben|entfern|reagier|reaktion|beantwort|"
    r"antwort|geschlossen|"
    r"gesichert|gepatcht|geschützt|gelöscht|abgeschaltet|gesperrt|erlaubt|gestattet|genehmigt|"
    r"autorisiert|zulässig|akzept|hinnehm|toler|wissen|weiß|sicher|bestellt|angefordert|gewünscht|"
    r"eingewilligt|passwort|nur\b|zweifel|grund|ahnung|besser|länger hin|angemeldet|abonniert|"
    r"eingetragen|registriert|"
    r"opph|slutt|fjern|svar|fiks|lukk|sikr|tatt\b|stengt|tillat|lov\b|godkjen|autoriser|greit|"
    r"aksept|vet\b|veit\b|sikker|bedt|bestilt|ønsk|bare\b|passord|beskytt|nok\b|samtykk|tvil|"
    r"upphör|tagits|borttag|åtgärd|stäng|säkr|tillåt|behörig|bara\b|begärt|ophør|tilladt|godkend|"
    r"kun\b|arrêt|cess|répon|répond|réag|supprim|retir|corrig|ferm|sécuris|autoris|permis|tolér|"
    r"sais|savons|sûr|sollicit|demand|souhait|seulement|protég|mot de passe|doute|réaction|encore|"
    r"par(?:ado|a\b|ó\b|an\b)|deten|respond|respuesta|reaccion|elimin|cerr|asegur|autoriz|acept|"
    r"sab(?:e|o)|segur|ped(?:ido|imos)|s[oó]lo\b|contrase|duda|protegid|contest|smess|rispo|"
    r"rimoss|corre|chius|permess|accett|toller|sappiamo|richiest|solo\b|dubbi|respost|fech|aceit|"
    r"senha|gestopt|opgehoud|gereag|reactie|antwoord|verwijder|opgelost|gesloten|beveilig|toegest|"
    r"geautoriseerd|weten|weet\b|zeker|gevraagd|besteld|gewenst|alleen|wachtwoord|twijfel|przest"
    r"|odpow|"
    r"usun|napraw|zamk|zabezp|upraw|zgod|dozw|wiem|zamawia|tylko|hasł"
    rf"|{more.GOES_ON})"
)
# with which a clause tells more of a thing before it: what it denies is not that thing
TELLS_MORE = re.compile(
    r"(?<=\w )(?:which|that|who|whom|whose|som|qui|che|któr\w{1,3}|dat)(?= )|"
    r"(?<=mail )(?:we|i|they)(?= )|(?<=mails )(?:we|i|they)(?= )|(?<=messages )(?:we|i|they)(?= )|"
    r"(?<=it )(?:we|i|they)(?= )"
)
# what is over
GONE = _pattern(
    r"(?:now|by now|since then|inzwischen|mittlerweile|jetzt|nå|nu|maintenant|désormais|ahora|"
    r"ora|adesso|agora|"
    r"inmiddels|teraz) (?:\w+ )?(?:filtered|restricted|protected|firewalled|limited|private|"
    r"offline|safe|"
    r"secure|dicht|zu|sicher|geschützt|gefiltert|abgesichert|trygg|trygt|beskyttet|sikker|säker|"
    r"skyddad|"
    r"protégée?|filtrée?|sécurisée?|segur[oa]|protegid[oa]|filtrad[oa]|protett[oa]|filtrat[oa]|"
    r"veilig|"
    r"beveiligd|afgeschermd|zabezpieczon\w|bezpieczn\w)|only (?:its|their|our|to|for) own",
    r"no longer(?! (?:acceptable|tolerate|accept|ignore|wait))|not (?:\w+ ){0,6}any ?more|n't "
    r"(?:\w+ ){0,6}any ?more|used to (?:be|send|host|run|have|scan|attack|serve|act)|formerly|"
    r"(?:was|were|had been) previously|(?:is|was|are|were) (?:now )?(?:over|history|gone|clean)",
    r"before (?:i|we|my|our) (?:got|get|took|rented|received|bought|had|moved|became|ordered)|"
    r"previous (?:owner|holder|tenant|customer|user)s?|predecessor",
    r"(?:nicht|kein\w{0,2}|nie) (?:[\w-]+ ){0,5}mehr|nicht länger|früher|ehemals|vormals|"
    r"vorbesitzer\w?|"
    r"vormieter\w?|vor (?:mir|uns)|bevor (?:ich|wir)",
    r"(?:ikke|ikkje|inte|ikke) (?:[\w-]+ ){0,4}(?:lenger|lengre|lenge|längre|længere|mer|meir|"
    r"mere)|"
    r"forrige (?:eier|kunde|leier|bruker)|tidligere (?:eier|kunde|var)|pleide å|brukte å|förr|"
    r"tidigare (?:ägare|kund|var)|før (?:jeg|vi|eg|me)|innan (?:jag|vi)|plejede at",
    r"(?:ne|n'\w+) (?:[\w'-]+ ){0,4}plus|n'est plus|auparavant|autrefois|anciennement|"
    r"ancien (?:propriétaire|client|locataire)|avant (?:moi|nous|que)",
    r"ya no|dejó de|dejaron de|ha dejado de|antes de (?:que|mí|nosotros)|anterior (?:dueño|cliente|"
    r"propietario|titular)|(?:propietario|cliente|titular) anterior|non (?:[\w-]+ ){0,4}più|"
    r"ha smesso di|in passato|já não|não (?:[\w-]+ ){0,4}mais|deixou de|antes de mim",
    r"(?:niet|geen|nooit) (?:[\w-]+ ){0,5}meer|niet langer|vroeger|voorheen|vorige (?:eigenaar|"
    r"klant|"
    r"huurder)|voordat (?:ik|wij|we)|już nie|nie (?:[\w-]+ ){0,3}już|"
    r"poprzedni\w{0,3} (?:właściciel\w?|"
    r"klient\w?|najemc\w)|dawniej|przestał\w?",
    more.GONE,
)
# what was done about it; not where it is still to be done
ENDED = _pattern(
    r"removed|taken (?:down|offline)|took (?:\w+ ){0,3}(?:down|offline)|fixed|resolved|cleaned|"
    r"closed|patched|"
    r"secured|delisted|unlisted|stopped|ceased|ended|shut down|mitigated|remedied|disappeared|"
    r"unblocked|reinstalled|whitelisted|solved|repaired|has been quiet|went away",
    r"entfernt|behoben|beseitigt|gestoppt|aufgehört|geschlossen|gelöscht|bereinigt|abgeschaltet|"
    r"gelöst|beendet|erledigt|neu aufgesetzt|entsperrt|vom netz genommen|"
    r"ausgetragen|hörte auf|endete",
    r"fjernet|fjerna|tatt av|tatt ut av|strøket|stoppet|stoppa|sluttet|slutta|opphørt|opphørte|"
    r"lukket|lukka|rettet|retta|"
    r"fikset|"
    r"fiksa|ryddet|rydda|slettet|sletta|stengt|tatt ned|teken ned|løst|borte|avsluttet|"
    r"stoppade|stoppats|slutat|slutade|upphört|borttagen|borttaget|tagits bort|åtgärdat|åtgärdad|"
    r"stängd|stängt|löst|ophørt|ophørte|stoppede|holdt op|løst",
    r"supprimée?s?|retirée?s?|corrigée?s?|résolue?s?|fermée?s?|arrêtée?s?|cessée?s?|nettoyée?s?|"
    r"terminée?s?|"
    r"désactivée?s?|débloquée?s?|a cessé|s'est arrêtée?",
    r"eliminad[oa]s?|retirad[oa]s?|corregid[oa]s?|resuelt[oa]s?|cerrad[oa]s?|detenid[oa]s?|cesó|"
    r"terminó|paró|parado|limpiad[oa]s?|solucionad[oa]s?|desbloquead[oa]s?|se detuvo|"
    r"rimoss[oaie]|risolt[oaie]|corrett[oaie]|chius[oaie]|cessat[oaie]|terminat[oaie]|fermat[oaie]|"
    r"pulit[oaie]|removid[oa]s?|resolvid[oa]s?|corrigid[oa]s?|fechad[oa]s?|parou|terminou|cessou",
    r"verwijderd|opgelost|gestopt|gesloten|opgehouden|hersteld|opgeschoond|beëindigd|"
    r"offline gehaald|"
    r"verholpen|voorbij|usunięt\w{1,2}|naprawion\w{1,2}|rozwiązan\w{1,2}|zamknięt\w{1,2}|ustał\w?|"
    r"zakończył\w{0,2}|zakończon\w{1,2}",
    more.ENDED,
)
TO_DO = _pattern(  # before it: it is still to be done, or nobody did it
    r"to (?:be )?|be|please|must|should|shall|until|till|unless|get|want|wants|need|needs|cannot|"
    r"never|not|nor|if|once|have it|having|bitte|muss|müssen|soll|sollte|bis|damit|werden|nicht|"
    r"kein\w?|nie|"
    r"må|skal|bør|bli|blir|vennligst|ikke|ikkje|inte|til|inntil|før|aldri|aldrig|doit|être|soit|"
    r"pas|"
    r"jusqu'à|jamais|debe|sea|ser|no|nunca|hasta|sin|deve|essere|non|mai|não|nunca|moet|moeten|"
    r"worden|niet|nooit|totdat|musi|być|nie"
)
BY_US = re.compile(  # what stopped it was the writer's own guard
    r" (?:\w+ ){0,2}(?:by|von|durch|av|af|par|por|da|dal|door|przez) (?:the |our |my |a |"
    r"unsere\w? |"
    r"unserem |der |die |vår\w? |vores |notre |le |nuestr\w |el |nostr\w |onze |de |nosso |a |"
    r"naszą? )?"
    r"(?:\w+ ){0,2}(?:firewall|filter\w*|ids|ips|waf|fail2ban|system\w*|server\w*|guard|scrubb\w*|"
    r"brannmur\w*|pare-feu|cortafuegos|brandmur\w*|mitigation|honeypot|provider|us|uns|oss|nous)\b"
)
RETURNED = _pattern(
    r"again|back|still|continu(?:es?|ing|ed)|resumed|ongoing|restarted|reappeared|once more|wieder|"
    r"erneut|weiterhin|immer noch|nach wie vor|igjen|fortsatt|framleis|tilbake|på nytt|à nouveau|"
    r"de nouveau|toujours|de nuevo|otra vez|sigue|siguen|todavía|weer|opnieuw|nog steeds|igen|"
    r"fortfarande|ancora|di nuovo|novamente|ainda|de novo|znowu|znów|nadal|ponownie|stadig"
)
THANKS = re.compile(
    r"(?:thank\w*(?: you)?(?: (?:so|very) much)? for|merci (?:de|d'avoir|pour)|"
    r"(?:vielen )?dank(?:e)?,? (?:für|dass)|takk (?:for|til)|gracias por|bedankt (?:voor|dat)|"
    r"dank (?:u |je )?(?:wel )?voor|grazie (?:per|di)|obrigad[oa] por|dziękuj\w+ za|tack för|"
    r"tak for)"
    r" (?:\w+ ){0,3}(?:remov|tak|clos|fix|stop|clean|deal|handl|resolv|act|shut|delet|your quick|"
    r"entfern|beheb|lösch|schnell|abschalt|sperr|ha |avoir|fjern|stopp|stengt|rask|hjelp|retir|"
    r"supprim|"
    r"élimin|ferm|elimin|cerr|verwijder|sluit|snel|rimo|chiu|remo|fech|usun|att)"
)
# what a wrong report was
MISTAKEN = _pattern(
    r"mix-?ups?|confus(?:ed (?:it|them|this) with|ion on our)|verwechslung(?!sgef)\w*|"
    r"verwechselt|(?<!til )forveksl(?!ingsf)\w+|(?<!till )förväxl(?!ingsr)\w+|"
    r"confondu\w*|verwisseld|verwisseling|pomyłk\w+|pomyli\w+|equivoca\w+|sbagliat\w|"
    r"(?:we|i|vi|wir|nous|wij) (?:were|was|are|tok|tog|hadde|haben|lagen|sommes|nous sommes|"
    r"zaten) (?:wrong|feil|fel|uns geirrt|falsch|"
    r"trompés|fout)|enganámos|trompés|geirrt",
    r"by (?:mistake|accident)|mistakenly|wrongly|erroneously|in error|falsely|false positives?|"
    r"false alarm|our (?:own )?(?:mistake|error|fault)|misidentif\w+|incorrectly (?:list|flag|"
    r"report|"
    r"block)\w*",
    r"irrtümlich\w*|fälschlich\w*|versehentlich|zu unrecht|aus versehen|fehlalarm\w?|irrtum|"
    r"unser fehler",
    r"ved en (?:feil|feiltakelse|fejl|fejltagelse|misforståelse)|feilaktig|ved et uhell|"
    r"falsk alarm|"
    r"(?:en )?falsk positiv|med urette|av misstag|felaktigt|fejlagtigt|vår feil|mistak",
    r"par erreur|à tort|faux positifs?|fausse alerte|erronément|por error|por equivocación|"
    r"falsos? positivos?|erróneamente|falsa alarma|per errore|falsi? positiv[oi]|erroneamente|"
    r"por engano|por erro|indevidamente",
    r"per ongeluk|per abuis|ten onrechte|abusievelijk|vals positief|loos alarm|omyłkowo|"
    r"przez pomyłkę|"
    r"błędnie|fałszywy alarm",
    more.MISTAKEN,
)
# what somebody was allowed to do
PERMITTED = _pattern(
    r"(?:these|those|they|both|(?:this|that) one) (?:is|are) (?:all |both )?(?:fine|legitimate|"
    r"harmless|okay|innocent|trusted)",
    r"(?:is|was|are|were|ist|war|er|var|est|était|sont|es|era|è|zijn|jest|é) (?:only |just |nur |"
    r"bare |bara )?"
    r"(?:our|unser\w*|vår\w?|vores|les? nôtres?|notre|nuestr\w|nostr\w|onze|noss\w|"
    r"nasz\w?) (?:[\w-]+ ){0,3}"
    r"(?:[\w-]*scan\w*|[\w-]*test\w*|[\w-]*audit\w*|[\w-]*prüfung|[\w-]*skanning|escaneo\w*)",
    r"with (?:the |full )?(?:permission|consent|approval|knowledge|agreement) of|"
    r"mit (?:der )?(?:zustimmung|"
    r"erlaubnis|einwilligung)|med (?:samtykke|tillatelse|tilladelse|tillstånd|medgivande) (?:fra|"
    r"från)|"
    r"avec l'accord|con (?:el )?(?:permiso|consentimiento) de|con (?:il )?(?:consenso|permesso) d|"
    r"met toestemming van|com (?:a )?autorização d|za zgodą",
    r"(?:was|is|were|are|been|being|an|the|our|this|my) (?:\w+ ){0,3}(?:authori[sz]ed|permitted|"
    r"allowed(?! (?:for|from|to))|approved|agreed|arranged|commissioned|ordered|planned|scheduled|"
    r"sanctioned)|(?:our|the|a) (?:\w+ )?bug bount(?:y|ies)|"
    r"with (?:our|my) (?:\w+ )?(?:permission|consent|approval|knowledge|agreement)|on our behalf|"
    r"(?:at|on) our (?:own )?request|our own (?:\w+ )?(?:scan\w*|pen\w*|test\w*)|"
    r"we (?:have )?(?:\w+ )?(?:authori[sz]ed|permitted|allowed|approved|ordered|commissioned|"
    r"hired)",
    r"abgesprochen\w?|abgestimmt\w{0,2}|vereinbart\w{0,2}|genehmigt\w{0,2}|erlaubt|"
    r"beauftragt\w{0,2}|"
    r"in unserem auftrag|mit unserer (?:zustimmung|erlaubnis)|angekündigt\w{0,2}|geplant\w{0,2}|"
    r"zulässig",
    r"avtalt\w?|avtalte|godkjent\w?|godkjend\w?|tillatt|tillate|bestilt\w?|på oppdrag|planlagt\w?|"
    r"med (?:vårt|vår) (?:samtykke|tillatelse|godkjenning)|avtalad\w?|godkänd\w?|tillåte[nt]|"
    r"på uppdrag|med vårt (?:tillstånd|samtycke)|aftalt\w?|godkendt\w?|tilladt|planlagt",
    r"autorisée?s?|convenue?s?|commandée?s?|avec notre (?:accord|autorisation)|à notre demande|"
    r"approuvée?s?|autorizad[oa]s?|acordad[oa]s?|permitid[oa]s?|con nuestro (?:permiso|"
    r"consentimiento)|a petición nuestra|aprobad[oa]s?|autorizzat[oaie]|concordat[oaie]|"
    r"permess[oaie]|con il nostro consenso|combinad[oa]s?|aprovad[oa]s?",
    r"toegestaan|afgesproken|overeengekomen|goedgekeurd|in (?:onze )?opdracht|met onze toestemming|"
    r"uzgodnion\w{1,2}|autoryzowan\w{1,2}|dozwolon\w{1,2}|na nasze zlecenie|za naszą zgodą",
    more.PERMITTED,
)
# what the reader said or did: told again, not claimed
QUOTED = _pattern(
    r"(?:we|i) (?:deny|dispute|contest|refute)|(?:vi|jeg|eg|jag) (?:bestrider|nekter|benekter|"
    r"förnekar|"
    r"afviser)|(?:wir|ich) bestreite\w?|(?:nous|je) (?:contest\w+|ni(?:ons|e))|"
    r"negamos|rechazamos|neghiamo|contestiamo|wij? betwisten|zaprzeczamy",
    r"(?:you|your (?:\w+ )?(?:team|colleagues?|company|desk|letter|e-?mail|notice|report|"
    r"complaint|message|"
    r"warning|notification|system|filter|provider))(?: \w+){0,3} (?:wrote|writes?|said|says?|told|"
    r"tells?|claim(?:ed|s)?|reported|reports|informed|informs|accused?|alleged?|alleges|notified|"
    r"asserts?|asserted|stated?|states|warned|blocks?|blocked|disabled|suspended|removed|took down|"
    r"closed|shut|locked|deleted|disconnected|limited|flagged|flags|listed|lists|rates|treats|"
    r"classifies|mentions?|mentioned)",
    r"according to (?:you|your)|(?:received|got|regarding|concerning|about|to|re|answer\w*|"
    r"in) your "
    r"(?:\w+ )?(?:notice|complaint|report|letter|warning|notification|allegation)|your (?:notice|"
    r"complaint|report|letter|warning) (?:about|of|on|regarding|concerning|from)",
    r"sie (?:[\w§-]+ ){0,8}(?:geschrieben|mitgeteilt|gemeldet|behauptet|vorgeworfen|gesagt|"
    r"gesperrt|"
    r"abgeschaltet|deaktiviert|entfernt|gelöscht|informiert)|sie (?:schrieben|schreiben|"
    r"behaupte\w+|"
    r"meldeten|teilten|warfen|werfen|sagten)|(?:laut|gemäß|wegen|auf|"
    r"zu) ihre[rmns]? (?:\w+ )?(?:meldung|"
    r"schreiben|mail|nachricht|hinweis\w?|beschwerde|mitteilung)",
    r"(?:dere|du|de|i|ni) (?:skrev|skriver|skriv|sa|sier|seier|sagde|påsto|påstår|påstod|hevdet|"
    r"hevder|meldte|"
    r"varslet|varsla|"
    r"stengte|sperret|sperra|fjernet|fjerna|slettet|meddelade|stängde|spärrade|tog bort|lukkede|"
    r"har "
    r"(?:\w+ ){0,2}(?:skrevet|skrive|sagt|stengt|sperret|sperra|fjernet|fjerna|påstått|meldt|"
    r"varslet|"
    r"skrivit|stängt|spärrat|tagit|lukket|slettet))|ifølge (?:\w+ ){0,2}(?:deres|dykkar|dere|jer)|"
    r"(?:meldingen|varselet|brevet|klagen|henvendelsen) (?:deres|din)|enligt er",
    r"vous (?:nous |m')?(?:avez|aviez) (?:\w+ ){0,2}(?:écrit|dit|signalé|affirmé|supprimé|"
    r"bloqué|"
    r"désactivé|suspendu|fermé|retiré|indiqué|prétendu)|(?:selon|suite à|d'après|"
    r"à) votre (?:\w+ )?"
    r"(?:courrier|avis|signalement|message|lettre|mail|notification|plainte)",
    r"(?:nos |me )?(?:escribieron|dijeron|informaron|reportaron|comunicaron|bloquearon|"
    r"desactivaron|"
    r"eliminaron|retiraron|suspendieron|afirmaron)|(?:ustedes )?han (?:escrito|dicho|bloqueado|"
    r"eliminado|desactivado|suspendido|retirado|cerrado)|(?:según|sobre|por) su (?:aviso|"
    r"notificación|mensaje|carta|denuncia|correo)",
    r"(?:ci |mi )?(?:avete|ha) (?:scritto|detto|segnalato|bloccato|rimosso|disattivato|sospeso)|"
    r"secondo (?:la vostra|il vostro)|vocês (?:\w+ )?(?:escreveram|disseram|bloquearam|removeram|"
    r"desativaram|suspenderam)",
    r"(?:u|jullie) (?:schreef|schreven|zei|zeiden|meldde|meldden|beweerde|beweert|(?:heeft|hebben|"
    r"had|hadden) "
    r"(?:[\w§-]+ ){0,8}(?:geschreven|gemeld|geblokkeerd|verwijderd|gezegd|afgesloten|beweerd))|"
    r"volgens (?:u|uw|jullie)|(?:over|op|naar aanleiding van) uw (?:melding|bericht|brief|klacht)|"
    r"napisaliście|zablokowaliście|usunęliście|pisali państwo|twierdzicie",
    more.QUOTED,
)
# what is not, or not yet, so
PLANNED = _pattern(
    r"(?:will|shall|(?:is|are|am) (?:going|about|due|scheduled) to) (?:\w+ )?(?:perform|run|"
    r"conduct|"
    r"carry out|execute|start|scan|test|probe|launch|simulate)(?: \w+)?",
    r"(?:wird|werden|würde\w?) (?:[\w\u00a7.-]+ ){0,8}(?:durchführen|scannen|testen|ausführen|"
    r"starten)",
    r"(?:skal|kommer til å|vil|ska|kommer att) (?:\w+ ){0,2}(?:utføre|kjøre|gjennomføre|skanne|"
    r"teste|"
    r"utföra|köra|genomföra|skanna|testa|udføre|køre)",
    r"(?:va|vont|allons|vais) (?:\w+ )?(?:effectuer|lancer|réaliser|tester|scanner)|(?:va|van|"
    r"vamos|"
    r"voy) a (?:realizar|ejecutar|lanzar|escanear|probar)|(?:vai|vão|vamos) (?:realizar|executar|"
    r"testar)|(?:zal|zullen|gaat|gaan) (?:[\w\u00a7.-]+ ){0,6}(?:uitvoeren|scannen|testen)|"
    r"(?:będzie|będą|będziemy) (?:\w+ )?(?:wykonywać|skanować|testować|przeprowadzać)",
    r"(?:i|we)(?: would|'d) (?:like|love|wish) to(?! (?:report|inform|let|notify|make|draw|"
    r"bring|complain|point|tell|ask you to))|(?:i|we)(?:'m| am| are|'re)? (?:plan|planning|"
    r"intend|intending|going) (?:to|a|an|on)(?! (?:report|block|take|sue|file))|(?:i|"
    r"we) (?:will|shall|want to) (?:\w+ )?(?:run|perform|conduct|carry out|start|do|scan|test|"
    r"launch)|suppos(?:e|ing)|assuming|imagine|hypothetically|for example,? if|let us say|"
    r"let's say|we are planning|may i|may we|in case of",
    r"angenommen|gesetzt den fall|(?:wir|ich) (?:möchten?|planen?|würden?|wollen) (?:gern\w? |"
    r"nächste woche )?(?!ihnen|sie|melden|darauf)|planen wir|"
    r"möchten wir (?:gern\w? )?(?:einen?|am)|nehmen wir an",
    r"(?:vi|jeg|eg|me) (?:planlegger|planlegg|ønsker å|vil gjerne|skal)(?! (?:melde|varsle|"
    r"rapportere|si|gjøre))|sett at|tenk om|(?:vi|jag) (?:planerar|vill gärna|"
    r"tänker)(?! (?:anmäla|rapportera))|antag att|antag|(?:vi|jeg) (?:planlægger|"
    r"vil gerne)(?! (?:anmelde))",
    r"(?:nous|je) (?:souhait(?:ons|e)|aimer(?:ions|ais)|prévoy?ons|prévois|voudr(?:ions|ais)|"
    r"comptons)(?! (?:vous|signaler|porter))|supposons|imaginons|(?:queremos|quisiera|"
    r"quisiéramos|planeamos|pensamos|nos gustaría)(?! (?:informar|denunciar|reportar|"
    r"comunicar|avisar))|supongamos|imaginemos|vorremmo(?! (?:segnalar|informar))|supponiamo|"
    r"gostaríamos de(?! (?:denunciar|informar))|suponha\w*",
    r"(?:wij|we|ik) (?:willen|wil|zijn van plan|ben van plan|plannen) (?:graag )?(?!u |jullie|"
    r"melden|doorgeven)|stel dat|gesteld dat|załóżmy|planujemy|chcielibyśmy(?! (?:zgłosić|"
    r"poinformować))",
    more.PLANNED,
)
IF = re.compile(
    r"(?<![\w-])(?:if|unless|in case|provided that|in the event|wenn|falls|sofern|hvis|dersom|viss|"
    r"s'ils?|au cas où|indien|mocht|mochten|jeśli|jeżeli|gdyby|qualora|såfremt|ifall|"
    rf"{more.IF})(?![\w-])|"
    r"^\W{0,4}(?:(?:should|sollten?|skulle|were|si)(?! (?:è|sono|segnal|tratt|verific|preg|rilev|"
    r"comunic)) |"
    r"(?:als|om|se|caso) (?=\u00a7|u |jullie|het |de |deze|dit |er |iemand|ni |du |det |den |ip|"
    r"adressen|"
    r"il |lo |la |l'|o |a |un |una |um |uma |quest|este |esse ))"
)
# an indirect question
WHETHER = re.compile(
    r"(?<!\w)(?:whether|wonder\w*|(?:know|tell (?:me|us)|say|check|see|confirm|verify|find out|"
    r"clarify|"
    r"advise) (?:\w+ )?if|ask(?:s|ed)? (?:us|me) to (?:confirm|find out)|i (?:\w+ )?(?:want|need"
    r"|like) to know|please (?:confirm|clarify|explain)|"
    r"any idea|"
    r"ob (?=\S)|(?:wissen|fragen|frage) (?:mich|uns|gern\w?)|lur(?:er|te|ar) på|(?:vite|si|sjekke|"
    r"fortelle|"
    r"bekrefte|veta|undrar|tjekke) (?:\w+ )?om|om det (?:er|var) (?:slik|sant)|savoir si|"
    r"me demande si|dire si|"
    r"vérifier si|confirmer si|saber si|decir si|confirmar si|verificar si|me pregunto si|"
    r"sapere se|"
    r"dirmi se|confermare se|saber se|dizer se|"
    r"(?:weten|zeggen|vertellen|nagaan|controleren|bevestigen|vraag) (?:\w+ )?(?:me af )?of|"
    rf"czy|{more.WHETHER})(?!\w)"
)
ASKS_TO_SAY = re.compile(
    r"(?<!\w)(?:tell|say|confirm|let (?:me|us) know|explain|whether|sagen|mitteilen|bestätigen|"
    r"erklären|"
    r"fortelle|si\b|bekrefte|forklare|dire|confirmer|expliquer|decir|confirmar|explicar|zeggen|"
    r"vertellen|bevestigen|uitleggen|dirmi|dirci|confermare|spiegare|dizer|berätta|säga|bekräfta|"
    r"powiedzieć|potwierdzić)(?!\w)"
)
OPENERS = _pattern(  # with which a question begins
    r"is|are|was|were|do|does|did|has|have|had|can|could|may|might|should|would|will|what|which|"
    r"who|whose|"
    r"why|when|where|how|anybody|anyone|any|or",
    r"ist|sind|war|waren|wurde|wird|werden|hat|haben|kann|können|könnte\w?|darf|dürfen|dürfte\w?|"
    r"soll\w*|was|wer|wie|wo|warum|wieso|wann|welche\w?|gibt|stimmt|weiß|oder",
    r"er|var|ble|blei|blir|har|kan|kunne|får|skal|vil|vet|hva|kva|hvem|kven|hvordan|korleis|"
    r"hvor\w*|korfor|"
    r"hvilke\w*|når|finnes|finst|är|blev|vad|vem|hur|varför|finns|må|eller",
    r"est-ce|est-il|est-elle|est-on|a-t-\w+|peut-\w+|puis-je|pouvons-nous|pou\w+-vous|avez-vous|"
    r"avons-nous|"
    r"savez-vous|qui|quoi|comment|pourquoi|quand|où|quel\w*|y a-t-il|faut-il|ou",
    r"qué|quién|cómo|cuándo|dónde|por qué|puede\w*|podemos|hay|está|es|se|fue|chi|cosa|come|perché|"
    r"quando|dove|può|possiamo|posso|è|pode\w*|como|quem|onde|foi",
    r"zijn|werd|wordt|heeft|hebben|kunt|kunnen|mag|mogen|wat|wie|waar|waarom|wanneer|hoe|welke|of|"
    r"czy|"
    r"kto|jak|dlaczego|kiedy|gdzie",
    more.OPENERS,
)
# where a sentence falls into clauses: commas and their like, or a word that begins another thought
CLAUSE = re.compile(
    r"[,;:](?=\s)|\s[-\u2013\u2014]{1,2}\s|\s(?=(?:but|however|although|though|because|since|"
    r"whereas|aber|doch|"
    r"jedoch|sondern|weil|obwohl|denn|men|fordi|selv om|mais|car|parce que|pero|porque|aunque|maar|"
    r"omdat|want|perché|mas|ale|ponieważ|eftersom|utan|"
    rf"{more.CLAUSES})\s)|"
    r"\s(?=(?:and|und|og|et|och) \u00a7)|"
    r"\s(?=(?:and|und|og|et|y|en|och|e|i)\s(?:it|they|he|she|we|i|you|is|was|has|had|are|were|"
    r"still|now|then|keeps?|"
    r"continu\w+|start\w+|stop\w+|end\w+|did|does|do|send\w*|scan\w*|attack\w*|host\w*|er|ist|hat|"
    r"wird|wurde|sendet|greift|ble|har|sender|est|a|envoie|es|ha|envía|heeft|verstuurt|är|è|invia|"
    r"é)\b)"
)
# what stands in a clause of its own; one without any goes on with the clause before it
FINITE = _pattern(
    r"i|we|you|he|she|it|they|is|are|was|were|has|have|had|do|does|did|will|would|can|could|shall|"
    r"should|"
    r"must|keeps?|sends?|sent|hosts?|scans?|attacks?|tries|tried|please|which|that|this",
    r"ich|wir|sie|er|es|ist|sind|war|wurde|wird|werden|hat|haben|sendet|greift|bitte|die|der",
    r"jeg|eg|vi|dere|du|de|den|det|er|var|ble|blir|har|sender|prøver|som|jag|ni|är|blev|skickar",
    r"je|nous|vous|il|elle|est|sont|a|ont|était|envoie|attaque|qui|yo|nosotros|es|está|son|ha|han|"
    r"fue|envía|ataca|que|è|sono|hanno|invia|attacca|che|é|foi|envia|ataca",
    r"ik|wij|u|jullie|het|zijn|werd|wordt|heeft|hebben|verstuurt|valt|die|jest|są|był\w?|ma|wysyła",
    "\u00a7+",
    more.FINITE,
)
