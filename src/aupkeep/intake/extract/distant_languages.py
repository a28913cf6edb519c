"""The words of Finnish, Hungarian, Romanian and Korean for each table of `further_languages`.

Each name is that of the table it goes on. Finnish and Hungarian say whose and from where at the end
of a word, Korean behind the address, and the Korean verb stands last, so what is asked for comes
before the word that asks. Romanian is written with and without its signs.
"""

# ---- demand_words
ASKING = (
    r"pyyd(?:än|ämme|etään)\w*|voisitteko|voitteko|toivomme|vaadimme|kehotamme|olkaa hyvä"
    r"|ystävällisesti"
    r"|kér(?:jük|em|nénk|ném)|szíveskedj\w*|felszólít\w*|elvárjuk|tudná(?:nak|tok)"
    r"|v[ăa] (?:rog|rug[ăa]m)|rug[ăa]m|solicit(?:[ăa]m)?|cerem|a[șşs]tept[ăa]m"
    r"|a[țţt]i putea|v[ăa] cerem"
)
_ROMANIAN = (
    r"m[ăa]suri|opri|bloca|investiga|verifica|elimina|[șşs]terge|dezactiva|suspenda|remedia"
    r"|deconecta|interveni|cur[ăa][țţt]a|anun[țţt]a(?! ?-?ne)|[îi]nchide(?! (?:tichet|caz|sesiz))"
)
REMEDY = (
    r"puuttu|lopetta|estä|sulke|poista(?!\w* (?:\w+ )?(?:esto|rajoit|lukit))|tarkist"
    r"|selvittä|tutki|katkais|keskeyt|toimenpit|ryhty|korjaa|puhdista"
    r"|intézkedj|intézked|szüntess|megszüntet|leállít|állíts[áa]k|vizsgálj|kivizsgál|ellenőriz"
    r"|eltávolít|távolítsák|tilts[áa]k(?! fel)|letilt|kapcsolj|lekapcsol|blokkolj|akadályozz"
    rf"|figyelmeztess|lépjenek|tegyenek|hagyj[áa]k abba|{_ROMANIAN}"
)
NO = "älkää|nem|nu (?=mai|bloca|opri|[îi]nchid)"
DENIED = r"luvatta|ilman|nélkül|f[ăa]r[ăa]|없이"
_ACTS = r"(?:조치|차단|중단|중지|삭제|조사|제거|점검|정지|폐쇄|처리|방지)(?! ?해제|\S*지 (?:말|마))"
ENDS_ASKING = (
    rf"{_ACTS}\S* ?(?:\S+ ){{0,4}}?\S{{0,6}}(?:부탁|바랍|바라|주세요|주십|요청|요망|주시)\S*"
)
ORDER = (
    r"lopettakaa|estäkää|poistakaa|sulkekaa|puuttukaa|állítsák le|szüntessék meg|tiltsák le"
    r"|intézkedjenek|távolítsák el|opri[țţt]i|bloca[țţt]i|lua[țţt]i m[ăa]suri|elimina[țţt]i"
)
# ---- charge_words
DEED = (
    r"hyök|murtau|yrit(?:e|tä|ti)|roskapost|skannaa|skannau|porttiskann|väsyty|kalastel"
    r"|tietojenkalast|huija|varasta|saastu|häirit|tunkeut|haittaohj|levitt"
    r"|támad|betör|próbál|kísérl|kéretlen|szkennel|portszkenn|feltör|jelszótör|adathal|lop(?:ja|ják"
    r"|nak)|fertőz"
    r"|kártev|kártékony|visszaél|zaklat|eláraszt|pásztáz|végigpászt|hamis|terjeszt|levélszem"
    r"|atac|[îi]ncearc|[îi]ncerc|sparg|scan[aăe]|ghic|nesolicit|fraud|fur[ăa]\b|infect|abuz|intruz"
    r"|fals[ăae]?\b|inund|tentativ|mali[țţt]ios|distribui"
    r"|공격|해킹|침입|침해|무차별|스캔|스팸|피싱|유포|악성|도용|탈취|무단|비정상|사칭|감염"
)
COMPLAINT = (
    r"valitus|väärinkäytö|tietoturvapoikk|panasz|incidens|pl[âa]ngere|reclama[țţt]ie|sesizare"
    r"|침해사고|신고"
)
SEEN = (
    r"(?:havait|huomas|näemme|saamme|saimme|lokeis|vastaanot)"
    r"|(?:észlel|tapasztal|látjuk|kapunk|kaptunk|naplóz|megfigyel)"
    r"|(?:am (?:detectat|observat|constatat|[îi]nregistrat|primit)|detect[ăa]m|observ[ăa]m"
    r"|constat[ăa]m|primim|vedem)|(?:탐지|감지|관찰|발견|수신|기록|확인되)"
)
_NNE = r"(?:palvelim|osoittee|ip-?osoittee|verko|asiakka|järjestelm|kone)\w{0,9}nne"
_UK = r"(?:szerver|hálózat|cím|ip-?cím|ügyfel|gép)\w{0,3}(?:[üu]k|[öo]k)"
THEIRS = (
    rf"{_NNE}|teidän|teiltä|{_UK}\w{{0,5}}|önök\w*|maguk\w*|dumneavoastr[ăa]|dvs|d-voastr[ăa]"
    r"|vostru|voastr[ăa]|귀사\S*|귀하\S*|귀측\S*|관리하(?:는|시는)"
)
FROM_THEIRS = (
    r"(?<!\w)(?:palvelim|osoittee|ip-?osoittee|verko)\w{0,4}(?:lta|ltä|sta|stä)nne(?!\w)"
    rf"|(?<!\w){_UK}(?:r[óő]l|b[óő]l|t[óő]l)(?!\w)|귀사\S* (?:\S+ ){{0,3}}?\S*(?:에서|로부터)"
)
FROM = r"de la|de pe|din"
POINTED = (
    r"tä(?:mä|män|ltä|stä|ssä)|seuraava\w*|oheis\w*|kyseis\w*|kyseinen|ez|ezt|ezen|ezek\w*"
    r"|alábbi\w*|következő\w*|mellékelt|acest\w*|aceast\w*|următo\w+|urmato\w+|mai jos|다음\S*"
    r"|아래\S*|해당|상기|첨부\S*"
)
ASSERTED = (
    r"edelleen|jatku|yhä|uudelleen|luvatta|ilman lup|továbbra|még mindig|folyamatos|ismét"
    r"|engedély\w* nélkül|hozzájárulás\w* nélkül|[îi]n continuare|continu[ăa]|[îi]nc[ăa]|din nou"
    r"|persist|f[ăa]r[ăa] (?:acord|permis|consim)|neautoriz|계속|지속|여전히|반복|아직도|무단"
)
HOLD = r"palvelin|osoite|sivusto|szerver|honlap|weboldal|cím|서버|사이트|홈페이지|주소"
MINE = r"meidän|oma|saját|저희|당사|우리|자사"
OWN_NOUN = (
    r"(?:palvelim|osoitte)\w{0,6}mme|szerver[üu]nk\w{0,4}|cím[üu]nk\w{0,4}"
    r"|(?:server\w{0,3}|site-?\w{0,3}) nostr[ui]|adres[ae] noastr[ăae]"
)
# ---- turning_words
EXCUSES = (
    r"pahoittel|anteeksi|virheelli|vahingossa|väär\w+ hälyty|erehdy|erehty|peruut|perumme"
    r"|huomiotta|aiheeton|oma virhe|meidän virhe"
    r"|elnézés|bocsán|téved|téves|vakriaszt|figyelmen kívül|visszavon|tárgytalan|a mi hibánk"
    r"|sajnálj|scuze|regret[ăa]m|din gre[șşs]|alarm[ăa] fals|fals[ăa] alarm|gre[șşs]it|eronat"
    r"|ignora[țţt]i|retragem|anul[ăa]m|eroarea noastr|vina noastr"
    r"|죄송|사과|실수|오탐|오인|착오|잘못|무시|철회|취소|오신고"
)
OVER = (
    r"loppu(?:nut|neet|i\b|ivat)|päätty|ei(?:vät)? (?:\S+ ){0,2}enää|korjattu|poistettu|ratkais"
    r"|suljettu|aiemmin|edelli(?:nen|sen) (?:omist|asiakas|halti)|viime (?:vuon|kuu|viik)"
    r"|kiitos (?:nope|avust|toimin|ilmoit)|on (?:nyt |jo )?(?:poistan|puhdistan|korjannut)"
    r"|poistimme|listaltamme"
    r"|megszűnt|abbamarad|megold(?:ód|ott)|már nem|lezár(?:t|ul)|megtisztít|levettük|korábbi"
    r" (?:tulaj|ügyf|bérl)|tavaly|múlt (?:év|hón|hét)"
    r"|köszönjük (?:a |az )?(?:gyors|segít|intéz|jelzés|bejelent)"
    r"|azóta|időközben|helyreállít"
    r"|s-au? (?:oprit|[îi]ncheiat|rezolvat|terminat)|au? [îi]ncetat|nu (?:\S+ )?mai|a fost"
    r" (?:rezolvat|[îi]nchis|cur[ăa][țţt]at|eliminat|remediat)|fostul|anul trecut|luna trecut"
    r"|s[ăa]pt[ăa]m[âa]na trecut|mul[țţt]umim pentru (?:promp|r[ăa]sp|ajut|interv|sesiz|notific)"
    r"|[îi]ntre timp"
    r"|de atunci|am (?:reinstalat|rezolvat|eliminat|cur[ăa])|din lista noastr"
    r"|종료되|중단되었|중단됐|해결되|해결됐|멈췄|멈추었|더 이상|더이상|완료되|완료했|삭제되|삭제됐"
    r"|제거되|제거했|조치되|조치 ?완료|이전 (?:사용|고객|소유)|작년|지난 ?(?:달|해|주)|과거|해제되"
)
EARLIER = (
    r"(?:ilmoit|kirjoit|lähet)\w*imme|aiemp\w+ (?:ilmoit|viest|valit)|vain tiedoksi|tiedoksenne"
    r"|ilmoituksenne|viestinne|kirjoititte|lähetitte|saimme (?:teiltä )?ilmoit"
    r"|(?:korábban|már) (?:jelez|bejelent|írt|küld)|korábbi (?:bejelent|level|panasz)"
    r"|(?:csak|kizárólag) tájékozt|írták|értesítésük|levelük|levelet kaptu|küldtek|kaptunk egy"
    r"|v-am (?:anun|raport|scris|trimis|semnal)|(?:reclama[țţt]ia|sesizarea|mesajul)"
    r" (?:noastr|nostru|anter)|doar (?:pentru|spre) (?:info|[șşs]tiin)|a[țţt]i (?:scris|trimis"
    r"|raportat|notificat|anun)|am primit (?:\S+ )?(?:\S+ )?(?:notific|aten[țţt]ion|avertis|sesiz)"
    r"|notificarea (?:dvs|dumn|voas)"
    r"|(?:지난번|앞서|어제|이전에) (?:\S+ )?(?:신고|메일|보고|알려)|참고용|참고로|귀사\S* (?:\S+ )?"
    r"(?:메일|통지|안내|경고)|보내신|보내주신|통보하신|(?:통지|안내|메일|경고)\S? 받"
)
LEAVE = (
    r"luva[ln]|luvallis|sovit|hyväksyn|tilaama|tilattu|tunkeutumistest|harjoit|vaarato|suunnitel"
    r"|engedély(?!\w* nélk)|hozzájárul(?!\w* nélk)|egyeztet|megállapod|megrendel|jóváhagy"
    r"|behatolás|penetráci|gyakorlat(?!ilag)|ártalmatlan|tervezett"
    r"|(?<!f[ăa]r[ăa] )permisi|(?<!f[ăa]r[ăa] )acord|aprob|autorizat|convenit|contractat"
    r"|programat|test\w* de (?:penetr|intruz|securit)|exerci[țţt]i|inofensiv|planificat"
    r"|허가(?! ?없)|승인(?! ?없)|동의(?! ?없)|합의|모의|침투|훈련|점검 예정|보안 점검|계약된"
    r"|예정된|협의|무해"
)
CONTESTS = (
    r"avatkaa|(?:poista|pura)\w* (?:\w+ )?esto|eston (?:poist|purk)|perusteet|aiheetta|palauttakaa"
    r"|estitte|suljitte|syytet"
    r"|felold|oldják fel|fellebb|kifogás|jogtalan|visszaállít|letiltott|alaptalan|vitatj"
    r"|nem értünk egyet|debloca|contest|apel[ăa]m|nejustificat|pe nedrept|reactiva|restaura"
    r"|a[țţt]i (?:blocat|suspendat|[îi]nchis|[șşs]ters)|nefondat|acuza"
    r"|해제|이의|항소|복구|부당|억울|차단하셨|정지하셨"
)
SPARES = (
    r"syytön|viaton|viattom|uhri\b|ei ole (?:hyök|lähde|syyll)|ei liity|ei tarvitse|väärennet"
    r"|ártatlan|áldozat|nem (?:\S+ )?(?:támadó|forrás)|semmi köze|hamisított|nem kell"
    r"|nevinovat|este (?:o )?victim|nu (?:este|e|sunt) (?:atac|surs|vinovat|o pl[âa]ng)|leg[ăa]tur"
    r"|falsificat|nu trebuie|무고|피해자|공격자가 아니|관련이? 없|관계가? 없|위조|신고가 아니"
)
BESIEGED = (
    r"hyökkäyksen (?:kohte|alai)|joutu\w* hyökkäy|meihin hyök"
    r"|támadás(?:t szenved| alatt| ér)|támadnak (?:minket|bennünket)"
    r"|sub atac|suntem atac|este atacat|[țţt]inta unui|공격을? ?(?:받|당)"
)
SUPPOSES = (
    r"oletetaan|oletta|kuvitel|teoree|jos (?:joku|asiakas)|kysely|tarjouspyyn|olen toimittaja"
    r"|luento"
    r"|koulutu|artikkeli|ennen kuin (?:osta|tila)"
    r"|tegyük fel|képzelj|elmélet|hipotet|kérdőív|pályázat|újságíró|sajtó|előadás|tanfolyam|cikk"
    r"|mielőtt (?:megren|vásár|szerz)|ha valaki"
    r"|s[ăa] presupun|imagina[țţt]i|ipotet|teoretic|chestionar|licita[țţt]i|jurnalist|pres[ăa]\b"
    r"|la seminar|articol|[îi]nainte (?:de a|s[ăa])"
    r"|가정하|가정해|만약|가령|설문|기자|취재|강의|교육|세미나|논문|기사|구매 ?전|계약 ?전|이론"
)
SELLS = (
    r"tarjou|alennu|ilmai|ratkaisumme|ilmoittaudu|uutiskir|ajánlat|kedvezm|ingyen|megoldásunk"
    r"|hírlevél|árlista|oferta noastr|solu[țţt]ia noastr|[îi]nscrie[țţt]i"
    r"|할인|무료|견적|솔루션|구독|신청하세요|프로모션"
)
ASKS = (
    r"(?:vain|pelkkä) kys|halu(?:aisi|amme) (?:tietää|kysy)|kysyisi|csak (?:kérdez|egy kérd|érdekl)"
    r"|szeretn\w+ (?:megkérd|tudni|érdekl)|érdeklődn|doar o [îi]ntreb|a[șşs] vrea s[ăa]"
    r"|(?:pute[țţt]i s[ăa] ne|ne pute[țţt]i) (?:spune|trimite|confirma)"
    r"|문의|궁금|알고 ?싶|질문|알려 ?주"
)
# ---- lifting_words
LIFTS = (
    r"(?:poista|pura|purka|avaa)\w* (?:\w+ )?(?:esto|rajoitu|lukitu)\w*"
    r"|(?:old|töröl|szüntes|vegy)\w* (?:fel |meg |le )?(?:a |az )?(?:tiltás|blokkol|korlátoz)\w*"
    r"|(?:tiltás|blokkolás|korlátozás)\w* (?:fel|meg|le)\w*"
    r"|(?:ridica|elimina|scoate|anula)\w* (?:blocaj|blocar|restric|limit|suspend)\w*|debloca\w*"
    r"|(?:차단|제한|정지)\S* ?(?:해제|풀어)\S*"
)
# ---- polarity_words
NOT = (
    r"ei (?:ole|ollut|lähet\w*|tule|hyök\w*|enää|koskaan)|eivät|emme (?:ole|lähet\w*|hyök\w*)|älkää"
    r"|nem|soha|nincs\w*|senki"
    r"|nu (?:am|m-am|ne-am|a|au|e|este|sunt|s-a\w?|ne|mai|trimit\w*|atac\w*|exist\w*)"
    r"|niciodat[ăa]|nimeni"
    r"|(?<!중단되지 )(?<!멈추지 )(?<!그치지 )않\S*|없(?!이)\S*|아니\S*|아닙\S*|못\S*"
)
GOES_ON = (
    r"lopet|lopp|vasta|reag|pyytän|tilan|sallit|luvan|korja|toimi|tiedä"
    r"|szűn|áll|válasz|reag|kért|kértünk|engedély|hagyták abba|tudjuk|rendel"
    r"|[îi]ncet|opri|r[ăa]spun|cerut|solicitat|permis|autorizat|[șşs]tim|abonat|dorim"
)
GONE = (
    r"ei(?:vät)? (?:\S+ ){0,2}enää|aiemmin|már nem|korábbi (?:tulajdonos|ügyfél|bérlő)\w*|nu mai"
    r"|fostul \w+|더 ?이상|이전 (?:사용자|고객|소유자)\S*"
)
ENDED = (
    r"loppunut|loppuneet|loppui\w*|päättyi\w*|päättynyt|korjattu|poistettu|ratkaistu|suljettu"
    r"|megszűnt\w*|abbamaradt\w*|megoldódott|megoldottuk|lezártuk|eltávolították|leállt\w*"
    r"|s-au? (?:oprit|[îi]ncheiat|rezolvat)|au? [îi]ncetat"
    r"|a fost (?:oprit|rezolvat|[îi]nchis|eliminat)"
    r"|종료되\S*|해결되\S*|해결됐\S*|멈췄\S*|중단되었\S*|중단됐\S*|삭제되\S*|완료되\S*"
)
MISTAKEN = (
    r"vahingossa|virheellisesti|erehdyksessä|tévedésből|tévesen|téves riasztás|vakriasztás"
    r"|din gre[șşs]eal[ăa]|eronat|gre[șşs]it|alarm[ăa] fals[ăa]|오탐\S*|실수\S*|착오\S*|오인\S*"
)
PERMITTED = (
    r"luvallamme|tilauksestamme|on (?:\S+ )?oma\w* \S+|engedélyünkkel|megbízásunkból"
    r"|a saját \S+|cu (?:acordul|permisiunea) (?:nostru|noastr[ăa])|la comanda noastr[ăa]"
    r"|(?:저희|당사)\S* (?:허가|승인|동의|의뢰)\S*"
)
QUOTED = (
    r"kiistämme|väitätte|kirjoititte|estitte|suljitte|tagadjuk|azt írták|azt állítják|letiltották"
    r"|neg[ăa]m|sus[țţt]ine[țţt]i|a[țţt]i (?:scris|sus[țţt]inut|blocat|suspendat)"
    r"|부인합니다|주장하\S*|차단하셨\S*"
)
PLANNED = (
    r"aiomme|suunnittelemme|haluaisimme (?!ilmoit|valit)\S+|tervezzük|szeretnénk (?!bejelen|jelez)"
    r"\S+|inten[țţt]ion[ăa]m|planific[ăa]m|am dori s[ăa] (?!v[ăa]|semnal|raport)\S+"
    r"|예정입니다|계획입니다|계획하고"
)
IF = r"jos|mikäli|ha (?:valaki|az|a)|amennyiben|dac[ăa]|만약|만일"
WHETHER = r"onko|olisiko|hogy vajon|vajon|dac[ăa]|여부\S*|인지|는지"
OPENERS = (
    r"onko|ovatko|voi(?:ko|mmeko|tteko)|miksi|kuka|mikä|miten|milloin|missä|miért|hogyan"
    r"|mikor|melyik|lehet|tudnak|de ce|cine|cum|c[âa]nd|unde|pute[țţt]i|exist[ăa]"
    r"|왜|누가|무엇|어떻게|언제|어디|혹시"
)
FINITE = (
    r"ovat|oli|pyydämme|yrittää|yritetään|lähettää|hyökkää|kérjük|próbál\w*|küld\w*|támad\w*"
    r"|sunt|v[ăa]|trimite|[îi]ncearc[ăa]|atac[ăa]|\S{1,12}(?:니다|세요|시오)"
)
CLAUSES = "mutta|koska|sillä|hanem|azonban|mert|viszont|îns[ăa]|deoarece|fiindcă|하지만|그러나"
# ---- line_shape
SMALL = (
    r"ja|joka|josta|että|tämä|tämän|olemme|meidän|teidän|mutta|myös|kun|sen|ovat|siitä|kanssa|oli"
    r"|az|és|hogy|nem|egy|ez|ezt|amely|ami|meg|volt|kérjük|pedig|miatt|[șşs]i|pe|din|care|este|nu"
    r"|să|cu|pentru|vă|sau|despre|[가-힣]{1,12}(?:니다|세요|시오|니까|나요|에서|에게|하여|부터|까지)"
)
# ---- disclaimers
OWNED_IS = "este"
OWNED_OURS = r"(?:\w+ )?nostru|(?:\w+ )?noastr[ăa]"
# ---- sentence_verbs
UNDER_ATTACK = (
    r" (?:\S+ ){0,4}(?:joutu\w+ hyökkäy|hyökkäyksen kohteena)"
    r"|(?:-(?:e?t|ra|re)\b| (?:ip-?)?cím(?:et|re|ünket|ünkre)\b| szerver(?:t|re|ünket|ünkre)\b)"
    r"| (?:este|a fost|e) (?:\S+ )?(?:atacat|[țţt]inta|victima|sub atac)"
    r"| ?에서 (?:\S+ ){0,5}?(?:공격|피해)\S* ?(?:받|당|입)"
    r"| ?(?:에 대한|에 대해|을 향|를 향|(?:을|를) (?:\S+ )?공격|으?로(?= ))"
)
DOES = (
    r" (?:yrittää|lähettää|hyökkää|skannaa|levittää|osallistuu|on saastunut)\b"
    r"|(?:-?(?:r[óő]l|b[óő]l|t[óő]l)"
    r"| (?:\S{1,12} )?(?:ip-?)?(?:cím|szerver|gép)\w{0,4}(?:r[óő]l|b[óő]l|t[óő]l))\b"
    r"| (?:(?:gép|szerver) )?fertőzött\b"
    r"| (?:próbál\w*|támad\w*|küld|szkennel\w*|pásztáz\w*|végigpásztáz\w*|terjeszt|részt vesz)\b"
    r"| (?:[îi]ncearc[ăa]|trimite|atac[ăa]|scaneaz[ăa]|distribuie|g[ăa]zduie[șşs]te|particip[ăa]|"
    r"este infectat)\b"
    r"| ?(?:(?:아이피|ip|주소|서버) ?)?(?:에서|로부터|으로부터|발(?= ))"
)
# ---- kind_words
KINDS = {
    "content/phishing": r"tietojenkalastelu\w*|kalastelusiv\w*|huijaussiv\w*"
    r"|varast\w* (?:\w+ ){0,2}(?:tunnuks|salasan)\w*|adathalász\w*"
    r"|hamis (?:\w+ )?(?:oldal|honlap)\w*"
    r"|jelszav\w* (?:\w+ )?lop\w*|(?:pagin|site)\w* (?:fals|frauduloas)\w*"
    r"|피싱|피싱을|피싱이|피싱사이트\w*|피싱페이지\w*|가짜 (?:\w+ )?(?:사이트|페이지)\w*",
    "content/malware": r"haittaohjelm\w*|kártevő\w*|kártékony\w*|rosszindulatú \w*"
    r"|(?:program|software|fișier)\w* mali[țţt]ios\w*|악성코드\w*|악성 (?:코드|프로그램|파일)\w*"
    r"|악성프로그램\w*|바이러스\w*|랜섬웨어\w*",
    "connection/ddos": r"palvelunestohyök\w*|túlterheléses\w*|ddos.?(?:támad|hyök)\w*"
    r"|atac\w* (?:de tip )?ddos|디도스\w*|서비스 거부\w*|ddos.?공격\w*",
    "connection/infected_host": r"saastunut\w*|saastune\w*|fertőzött\w*|infectat\w*|감염된\w*"
    r"|감염되\w*|좀비 ?pc\w*",
    "connection/login_attack": r"väsytyshyök\w*|murtau\w*|kirjautumisyrit\w*"
    r"|arva\w* (?:\w+ )?salasan\w*|salasan\w* (?:\w+ )?arva\w*|yrit\w* (?:\w+ ){0,3}kirjaut\w*"
    r"|jelszótör\w*|jelsz\w* (?:\w+ )?(?:próbál|talál)\w*|betörési kísérl\w*"
    r"|próbál\w* (?:\w+ ){0,3}(?:bejelentkez|belép|betör)\w*|sparg\w* (?:\w+ )?parol\w*"
    r"|ghici\w* (?:\w+ )?parol\w*|for[țţt]\w* brut\w*|autentific\w* e[șşs]uat\w*"
    r"|tentativ\w* de (?:autentific|conect|logare|acces|intruziune)\w*"
    r"|무차별 (?:대입|로그인)\w*|무차별대입\w*|브루트 ?포스\w*|비밀번호 (?:추측|대입|무차별)\w*"
    r"|로그인 시도\w*|무단 (?:로그인|접속|침입)\w*|비정상 (?:접속|로그인)\w*|침입 시도\w*"
    r"|해킹 시도\w*",
    "connection/port_scan": r"porttiskannau\w*|porttien skannau\w*|skannaa\w*|portszkennel\w*"
    r"|szkennel\w*|scan[ăa]r\w* (?:de )?port\w*|scanarea port\w*|scaneaz\w*|포트 ?스캔\w*"
    r"|포트스캔\w*|스캐닝\w*",
    "messaging/spam": r"roskapost\w*|mainosroska\w*|mainospost\w*"
    r"|kéretlen (?:\w+ )?(?:lev|e-?mail|üzen|rekl)\w*|levélszemét\w*"
    r"|spamet|spameket|mesaj\w* nesolicitat\w*|e-?mail\w* nesolicitat\w*|스팸|스팸을|스팸이"
    r"|스팸메일\w*"
    r"|스팸성\w*",
}
