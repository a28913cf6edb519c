"""The words of Czech, Turkish, Ukrainian and Russian for each table of what a letter does and says.

Each name is that of the table it goes on (`demand_words`, `charge_words`, `turning_words`,
`lifting_words`, `polarity_words`, `kind_words`, `disclaimers`); stems, no sentences, in small
letters. Czech denies with `ne-` before the verb, Turkish within it, and the Turkish verb stands
last, so what is asked for comes before the word that asks.
Finnish, Hungarian, Romanian and Korean go on in `distant_languages`.
"""

from aupkeep.intake.extract import distant_languages as far

# ---- demand_words
ASKING = (
    r"pros[ií]m\w*|žád(?:ám|áme|ající)|můžete|mohli? byste|vyzýv\w+|požaduj\w+|očekáv\w+|laskavě"
    r"|l[üu]tfen|acilen|derhal|rica|talep"
    r"|прошу|просимо|просить|прохан\w+|будь ласка|чи могли|могли б|вимага\w+|очіку\w+"
    r"|пожалуйста|могли бы|можете|требу\w+|ожида\w+|просьб\w+|просим(?!о)|убедительно"
    rf"|{far.ASKING}"
)
_TURKISH_ACTS = (
    r"(?:(?:durdur|engelle|kapat|incele|araştır|sonlandır|kald[ıi]r|temizle|askıya|ilgilen"
    r"|müdahale|kes(?=in|il|me)|yasakla|bildir|uyar|düzelt|gider)(?!\w{0,4}m[ae]y[ıi]n)"
    r"|gereğ|gerekeni|gerekli|önlem|tedbir|harekete|son ver|kontrol ed)"
)
REMEDY = (
    r"náprav|zjedn|zastav|ukonč|přeruš|odpoj|zablok|vypn|odstran|prošetř|prověř|vyšetř|zkontrol"
    r"|řeš|vyřeš|opatř|zakroč|zasáh|zásah|zabrán|zamez|smaz|smaž|uzavř(?!\w* (?:případ|tiket"
    r"|požad))"
    rf"|kontaktuj|upozorn|{_TURKISH_ACTS}"
    r"|заход|припин|зупин|заблок|відключ|вимкн|усун|видал|перевір|розслід|розібра|розберіт"
    r"|прибра|втрут|закри(?!т\w* (?:справ|заявк|звернен|скарг))|обмеж|зреаг|попереди|вжи[тй]"
    r"|прекрат|останов|отключ|выключ|удал|провер|расслед|разбер|разобр|убер|убрать|вмеш|"
    r"закр(?:ыть|ойте)(?! (?:\S+ )?(?:обращен|заявк|тикет))|огранич|отреаг|предупред|"
    r"мер[ыа]?\b|устран"
    rf"|{far.REMEDY}"
)
NO = rf"не|ні|нет|{far.NO}"
DENIED = rf"без|değil\w*|verme[dm]i\w*|olmadan|almadan|yok(?:tur)?|{far.DENIED}"
ENDS_ASKING = (
    rf"{_TURKISH_ACTS}\w* (?:\S+ ){{0,4}}(?:rica|talep|bekli|isti|arz|dile)\w*|{far.ENDS_ASKING}"
)
ORDER = (
    r"udělejte s tím|zařiďte|zjednejte|řešte to|gereğini yapın|son verin|зробіть щось"
    r"|розберіться|вживіть|zastavte|ukončete|zablokujte|vypněte|odpojte|odstraňte|zakročte"
    r"|durdurun|engelleyin|kapatın|припиніть|зупиніть|заблокуйте|вимкніть|відключіть|приберіть"
    r"|прекратите|остановите|заблокируйте|отключите|уберите|разберитесь|примите меры|"
    r"сделайте что-нибудь"
    rf"|{far.ORDER}"
)
# ---- charge_words
DEED = (
    r"útoč|útok|napad|spam|nevyžád|sken|hádá|uhodn|uhád|prolom|pronik|vnik|pokus|pokouš|snaží"
    r"|zkouš|zneuž|podvod|krade|krást|škodliv|zavir|infik|zaplav|zahlc|rozesíl|obtěž|nabour"
    r"|láme|dobýv|bombard|ťuká"
    r"|saldır|istenmeyen|tara(?:ma|nıyor|maya|yor)|dene(?!t|y(?!e))|tahmin|sızma|girmeye"
    r"|kötüye|zararl|dolandır|oltala|sahte|çal(?:ıyor|maya|ın)|kaba kuvvet|bulaş|çalış"
    r"|атак|напад|спам|небажан|скан|підб|підібр|перебира|злам|злом|спроб|намага|шахра|краде"
    r"|викрада|фішинг|шкідлив|зараж|розсил|вторгн|зловжи|ламає|ломит|бомбард|підробл|флуд"
    r"|нежелат|фишинг|вирус|подбор|взлом|взлам|попыт|пытает|пытают|мошен|крад|похищ|вредонос"
    r"|заражен|рассыл|вторж|злоупотр|поддел"
    rf"|{far.DEED}"
)
COMPLAINT = (
    r"stížnost|hlášení|oznámení o|incident|útok|şikayet|ihbar|olay bildir|скарг|повідомлення про"
    r"|жалоб|сообщение о|инцидент"
    rf"|{far.COMPLAINT}"
)
SEEN = (
    r"(?:zaznamen|zjisti|deteko|pozoru|vidím|evidu|obdrže|dostáv|registru|zachyt|přichází nám)"
    r"|(?:tespit|gözlem|gözlü|kayd[eı]|alıyoruz|aldık|görüyoruz|fark et|algıla)"
    r"|(?:виявил|зафіксув|спостер|бачимо|отриму|отримал|реєстру|зареєстр|помітил|надходить)"
    r"|(?:обнаруж|зафиксир|фиксир|наблюда|видим|получил|получаем|регистрир|заметил|поступа)"
    rf"|{far.SEEN}"
)
_YOURS = (
    r"(?:adres|sunucu|ağ|müşteri|sistem|makine|bilgisayar|ip|altyapı|blo[kğ]|site|sayfa|alan)"
    r"[\w']{0,6}n[ıiuü]z"
)
THEIRS = rf"v[aá]š\w*|vás|vám|vámi|sizin|{_YOURS}\w{{0,5}}|ваш\w*|вас|вам|вами|{far.THEIRS}"
FROM_THEIRS = rf"(?<!\w){_YOURS}d[ae]n(?!\w)|{far.FROM_THEIRS}"
FROM = rf"ze|od|з|із|зі|від|через|с|со|из|от|{far.FROM}"
POINTED = (
    r"t[eé]to|tento|tato|toto|tyto|tohoto|níže|následujíc\w+|uveden\w+|bu|şu|aşağıda\w*"
    r"|belirtilen|söz konusu|це[йяі]?|ця|ці|цього|цієї|цих|нижче|наведен\w+|вказан\w+|наступн\w+"
    r"|это[тй]?|эта|эти|этого|этих|указанн\w+|данн(?:ый|ого|ая|ой)|следующ\w+|приведенн\w+|"
    r"ниже"
    rf"|{far.POINTED}"
)
ASSERTED = (
    r"stále|pořád|neustále|opět|znovu|pokračuj|trvá|bez (?:našeho|mého) (?:souhlas|vědom)"
    r"|neoprávněn|izinsiz|yetkisiz|несанкц"
    r"|hâl[âa]|hala|devam ed|sürüyor|sürekli|yeniden|tekrar|durmu?yor|iznimiz (?:olmadan|yok)"
    r"|досі|далі|знову|трива|продовжу|постійно|без (?:нашої|моєї) (?:згод|дозвол)"
    r"|до сих пор|вс[её] ещ[её]|снова|опять|продолжа|постоянно|непрерывно|"
    r"без (?:нашего|моего) (?:соглас|разреш)"
    rf"|{far.ASSERTED}"
)
HOLD = (
    r"serveru?|adresa|stránka|web|počítač|síť|сервер|адреса|сторінка|сайт|комп'ютер|адрес|страница"
    r"|компьютер|сеть"
    rf"|{far.HOLD}"
)
MINE = rf"náš|naše|můj|moje|наш\w?|мій|моя|мой|bizim|{far.MINE}"
# ---- turning_words
EXCUSES = (
    r"omlouv|omluv|omyl|nedopatřen|chybn[eěáéý]|našeho? chyb|naš[ei] chyba|planý poplach"
    r"|falešn\w* poplach|spletl|mýlil|neberte|ignorujte|stahujeme|bereme zpět|odvoláváme|záměn"
    r"|özür|kusura|yanlış(?:lık|\w* (?:alarm|bildir|ihbar|rapor))|hatal[ıi]|bizim hata|hatamız"
    r"|yanlışlıkla|dikkate almay|geri çek|geri al[ıi]yoruz|sehven|karıştır"
    r"|вибач|перепрош|помилк|помиляли|хибн|не зважайте|ігноруйте|не беріть|відклика|відкличемо"
    r"|непорозумін|переплутал|знімаємо (?:скарг|заяв)|просимо (?:її|його|їх)? ?не "
    r"|извин|прошу прощен|по ошибке|ошибочн|наш\w* ошибк|ошиблись|"
    r"ложн\w* (?:тревог|срабат)|не обращайте|игнорируйте|отзыва|недоразумен|перепутал|"
    r"снимаем жалоб|просим (?:её|его|их)? ?не "
    rf"|{far.EXCUSES}"
)
OVER = (
    r"(?:už|již) (?:\S+ ){0,2}ne|(?:skončil|přestal|ustal|vyřešen|uzavřen[ao]?\b|uzavřeli jsme"
    r"|vyčištěn"
    r"|opraven[ao]?\b|odstraněn[aoy]?\b|vypnut[aoy]?\b)|dříve|předchozí (?:majitel|vlastník"
    r"|nájemce|uživatel)|minulý (?:rok|měsíc|týden)|loni|děkujeme za (?:rychl|pomoc|řešen)|mezitím"
    r"|vyřadili"
    r"|artık|sona er|bitti|durdu(?!r)|kesildi|çözüldü|giderildi|temizlendi|kapatıldı|kaldırıldı"
    r"|önceki (?:sahib|kiracı|müşteri|kullanıcı)|geçen (?:yıl|ay|hafta)|eskiden"
    r"|daha önce(?:den|ki)?|teşekkür(?:ler)? ed\w* (?:hızlı|yardım)|listemizden"
    r"|більше не|вже не|припинил[аио]с|закінчил|завершил|усунут|вирішен|виправлен|очищен"
    r"|закрит[аоий]\b"
    r"|попередн\w+ (?:власник|орендар|клієнт|користув)|минулого (?:року|місяця|тижня)|раніше"
    r"|колись|дякуємо за (?:швидк|допомог|реакц)|зі свого списку|з (?:нашого )?списку|відтоді"
    r"|больше не|уже не|прекратил[аио]сь|закончил|завершил|устранен[аоы]?\b|решен[аоы]?\b|"
    r"исправлен|очищен|закрыт[аоы]?\b|предыдущ\w+ (?:владел|клиент|арендат|пользоват)|"
    r"прошл\w+ (?:год|месяц|недел)|ранее|раньше|когда-то|"
    r"(?:спасибо|благодар\w+) (?:\w+ )?за (?:быстр|помощ|оператив|реакц)|"
    r"из (?:нашего |своего )?списк|с тех пор|до того,? как"
    rf"|{far.OVER}"
)
EARLIER = (
    r"naš[ei]\w* (?:\S+ )?(?:hlášení|stížnost|zpráv|oznámení|e-?mail)\w* (?:ze?|od|o|z)\b"
    r"|(?:hlásili|psali|poslali|nahlásili|oznámili) jsme|psali jste|poslali jste|napsali jste"
    r"|pouze pro (?:informaci|vaši)|jen pro informaci|vaš[ei]\w* (?:zpráv|e-?mail|upozorněn"
    r"|oznámen)"
    r"|(?:bildirmiştik|yazmıştık|göndermiştik|şikayet etmiştik)|önceki (?:bildirim|şikayet"
    r"|e-?posta)"
    r"|yalnızca bilg|sadece bilg|bilgi amaçlı|(?:bildiriminiz|e-?postanız|uyarınız|yazınız)"
    r"|ми (?:вже )?(?:повідомляли|писали|надсилали|скаржились)|наш\w* (?:попередн\w+ )?(?:скарг"
    r"|повідомлен|лист)\w* (?:від|за|про|на|щодо)|лише для (?:вашої )?інформ|тільки для інформ"
    r"|ви (?:нам |мені )?(?:писали|надіслали|повідомили|написали)|ваш\w? (?:лист|повідомлен)"
    r"|мы (?:уже )?(?:сообщали|писали|отправляли|жаловались)|"
    r"наш\w* (?:предыдущ\w+ )?(?:жалоб|сообщен|письм)\w* (?:от|за|о|на|по)\b|"
    r"(?:только|лишь) для (?:вашей )?информ|"
    r"вы (?:нам |мне )?(?:писали|сообщили|прислали|написали)|"
    r"ваш[ае]? (?:письм|сообщен|уведомлен)"
    rf"|{far.EARLIER}"
)
LEAVE = (
    r"povolen|souhlas(?!íte)|dohodn|domluven|objedn|pověřen|schválen|plánovan|penetračn|cvičení\b"
    r"|po dohodě|oprávněn[ýáé]|neškodn|zkušebn"
    r"|izin(?!siz)|izn[ei]|onay(?!sız)|anlaş|mutab|planl[ıia]|yetkilend|sipariş|görevlend"
    r"|sızma test|penetrasyon|tatbikat|zararsız|bilgimiz dahilinde"
    r"|дозв[оі]л|згод(?:и|ою|а|у)\b|погодж|узгодж|домовл|замовлен|запланов|уповноваж|пентест"
    r"|тест\w* на проникн|навчан|нешкідлив|санкціонов|дозволен"
    r"|(?<!не)разреш[её]н|согласован|согласи[ея]|договор[её]н|заказан|запланирован|"
    r"уполномоч|тест\w* на проникн|учени[яй]\b|безвредн|(?<!не)санкционирован"
    rf"|{far.LEAVE}"
)
CONTESTS = (
    r"odblok|odvol(?:ání|áváme|ávám)|námit|rozporuj|neprávem|neoprávněně (?:zablok|vypn|smaz)"
    r"|obnov(?:te|it|ení)|(?:zablokovali|vypnuli|smazali|odstranili) jste|obviň|zrušte (?:blok"
    r"|omez)|itiraz|engel\w* kald|haksız|tekrar aç|yeniden (?:aç|etkin)|askıdan|geri yükle|suçlan"
    r"|(?:engellediniz|kapattınız|kaldırdınız)|blok\w* kald"
    r"|розблок|оскарж|апеляц|заперечу|не згодн|безпідставн|поновіть|відновіть|відновити доступ"
    r"|зн(?:яти|іміть) блок|звинувач|ви (?:заблокували|вимкнули|видалили|закрили)"
    r"|обжал|апелляц|возража|не соглас[не]|необоснованн|восстановите|восстановить доступ|"
    r"сн(?:ять|имите) блок|обвин|вы (?:заблокировали|отключили|удалили|закрыли)"
    rf"|{far.CONTESTS}"
)
SPARES = (
    r"nevinn|není (?:\S+ )?(?:útočník|zdroj|útok|viník)|nemá (?:s tím )?nic společn|obětí|podvržen"
    r"|nejde o (?:útok|stížnost)|nepodezír|není třeba|nestěžuj|nic nepodnik|jiného poskytovatele"
    r"|masum|suçsuz|kurban|mağdur|saldırı değil|şikayet değil|şikâyet değil|ilgisi yok"
    r"|bir şey yapman\w* gerek|gerek yok|hedefi?\b|taklit edilmiş|kaynağı değil"
    r"|невинн|жертв|не (?:є )?(?:атак|джерел|скарг)"
    r"|не має (?:до цього )?(?:жодн\w+ )?(?:стосунк|віднош)"
    r"|підроблен\w* адрес|жодних дій|нічого робити не|не потрібно нічого|не звинувачу|не скарж"
    r"|невинов|не (?:является )?(?:источник|атак|жалоб)|"
    r"не имеет (?:к этому )?(?:никак\w+ )?отнош|подделан\w* адрес|никаких действий|"
    r"ничего делать не|не требуется|не обвиня|не жалу"
    rf"|{far.SPARES}"
)
BESIEGED = (
    r"(?:pod|čelí\w*|terčem|cílem) (?:\w+ )?(?:útok|ddos|palb)\w*|jsme pod|(?:na|náš"
    r"|naše) (?:\S+ ){1,4}někdo útočí"
    r"|saldırı altında|saldırıya (?:uğr|maruz)|hedef al|під атак|атакують (?:нас|наш|мій)"
    r"|зазнає|потерпа|атакуют (?:нас|наш|мой)|подверга|страда"
    rf"|{far.BESIEGED}"
)
SUPPOSES = (
    r"předpokládejme|představte si|hypotet|teoret|dotazník|výběrov\w* řízení|co kdyby|kdyby\b"
    r"|než (?:koupíme|objednáme|podepíš)|novinář|tiskov|školen|přednáš|pro článek|seminář"
    r"|varsay|diyelim ki|farz ed|hayal ed|anket|ihale|gazeteci|basın|eğitim(?:i|de|için)"
    r"|ders(?:i|te)|makale|teorik|olsaydı|satın almadan|sipariş vermeden"
    r"|припустимо|уявіть|гіпотет|теорет|анкет|тендер|журналіст|пресс?-|пресслужб|лекці|семінар"
    r"|навчальн|статт[іяю]|перш ніж|якби"
    r"|предположим|представьте|журналист|лекци|семинар|обучен|стать[яеию]\b|прежде чем|"
    r"если бы"
    rf"|{far.SUPPOSES}"
)
SELLS = (
    r"nabídk|sleva|zdarma|ceník|naše (?:řešení|služba)|nezávazn|přihlaste se|odběr novinek"
    r"|indirim|ücretsiz|teklif|çözümümüz|fiyat|hemen kayd|abonelik|знижк|безкоштовн|пропоз"
    r"|прайс|наше рішення|зареєструйт|підпис(?:ка|атися)"
    r"|скидк|бесплатн|предложени|прайс|наше решение|зарегистрируйтесь|"
    r"подпис(?:ка|аться|итесь)"
    rf"|{far.SELLS}"
)
ASKS = (
    r"(?:jen|pouze) (?:dotaz|se ptáme|chci se zeptat|otázk)|sadece (?:sor|merak)|bir sorum"
    r"|лише (?:питан|запит)|тільки (?:питан|запит)|хочу запитати"
    r"|только (?:вопрос|запрос)|хочу спросить|хот(?:им|ел\w*) (?:бы )?(?:узнать|спросить)|"
    r"подскажите"
    rf"|{far.ASKS}"
)
# ---- lifting_words
LIFTS = (
    r"(?:zruš|sejm|sundej|odstra[nň]|ukonč)\w* (?:\w+ )?(?:blokac|blokov|blok|omezen|zákaz)\w*"
    r"|odblok\w+|(?:engel|blok|kısıtla|yasa[kğ]|erişim engel)\w* (?:\w+ )?kald[ıi]r\w*"
    r"|(?:зн[яі]\w*|скасу\w*|прибер\w*|прибра\w*) (?:\w+ )?(?:блокув|обмежен|бан)\w*|розблок\w+"
    r"|(?:сним\w*|снять|отмен\w*|убер\w*|убрать) (?:\w+ )?(?:блокир|огранич|бан)\w*"
    rf"|{far.LIFTS}"
)
# ---- polarity_words
NOT = (
    r"není|nejsou|nejsme|nejsem|nebyl[aoyi]?|nebud\w+|nemá(?:me|m)?|nemůž\w+|neútoč\w+|ne(?:po"
    r"|ode|roze)?sílá\w*"
    r"|ne(?:po|ode|roze)s(?:lal|ílal)\w*|neskenuj\w+|neskenoval\w*|neprovád\w+|nepochází\w*|nejde"
    r"|neproběhl\w*|nedochází|nezaútočil\w*|nehostuj\w+|žádn\w+|nikdy|nikdo|nijak"
    r"|değil\w*|yok|yoktur|hiçbir|asla"
    r"|(?!dur|kes|bit|yan[ıi]tla|cevapla)\w{2,20}(?:m[ae]d[ıi](?:m|k|n|lar|ler|ysa)?"
    r"|m[ıiuü]yor(?:uz|um|lar)?|m[ae]m[ıi]ş(?:t[ıi]r?)?|m[ae]m[ae]kte(?:dir)?)"
    r"|не|ні|немає|нема|жодн\w+|ніколи|ніхто|нічого|ніяк\w*|нет|никто|никогда|ничего|никаки\w*"
    rf"|{far.NOT}"
)
GOES_ON = (
    r"přest|reag|odpov|povol|objedn|dovol|souhlas|chce|vyžád|припин|зупин|реаг|відпов|дозвол"
    r"|просил|замовл|згод|лише|тільки|знаєм|хоч|усун|уповноваж"
    r"|прекрат|останов|отвеч|разреш|заказ|соглас|только|знаем|хот|устран|уполномоч"
    rf"|{far.GOES_ON}"
)
GONE = (
    r"(?:už|již) (?:\S+ ){0,3}ne\w+|ne\w+ (?:už|již)|dříve|předchozí\w* (?:majitel|vlastník"
    r"|nájemce)\w*|artık|eskiden|önceki (?:sahib|kiracı|müşteri)\w*|більше не|вже не|раніше"
    r"|попередн\w+ (?:власник|орендар|клієнт)\w*"
    r"|больше не|уже не|ранее|раньше|предыдущ\w+ (?:владел|арендат|клиент)\w*"
    rf"|{far.GONE}"
)
ENDED = (
    r"skončil\w*|přestal\w*|ustal\w*|vyřešen\w*|vyčištěn\w*|uzavřen\w*|odstraněn\w*|vypnut\w*"
    r"|opraven\w*"
    r"|sona erdi|durdu|durduruldu|kesildi|çözüldü|giderildi|temizlendi|kapatıldı|kaldırıldı|bitti"
    r"|припинил\w*|припинено|зупинено|закінчил\w*|завершил\w*|усунуто|вирішено|виправлено"
    r"|очищено|видалено"
    r"|прекратил\w*|прекращен\w*|остановлен\w*|закончил\w*|завершил\w*|устранен\w*|"
    r"решен[аоы]?|исправлен\w*|очищен\w*|удален\w*"
    rf"|{far.ENDED}"
)
MISTAKEN = (
    r"omylem|nedopatřením|chybně|mylně|planý poplach|yanlışlıkla|sehven|hatalı\w*|yanlış alarm"
    r"|помилково|помилков\w+|хибн\w+|через помилку|ошибочно|по ошибке|ложн\w+ тревог\w*"
    rf"|{far.MISTAKEN}"
)
PERMITTED = (
    r"(?:je|byl[aoi]?|jsou) (?:\S+ ){0,2}(?:náš|naše|dohodnut\w*|povolen\w*|objednan\w*"
    r"|plánovan\w*)"
    r"|s naším (?:souhlasem|vědomím)|na naši objednávku|iznimizle|onayımızla|bilgimiz dahilinde"
    r"|bizim (?:\S+ ){0,2}(?:taram|test|sunucu)\w*|з наш(?:ого|ої) (?:дозволу|згоди)"
    r"|на наше замовлення|(?:це|був|була|було) (?:\S+ ){0,2}наш\w{0,2} (?:власн\w+ )?(?:скан"
    r"|тест|сервер)\w*|с наш(?:его|ей) (?:разрешения|согласия)|по нашему заказу|"
    r"(?:это|был|была|было) (?:\S+ ){0,2}наш\w{0,2} (?:собственн\w+ )?(?:скан|тест|сервер)\w*"
    rf"|{far.PERMITTED}"
)
QUOTED = (
    r"popíráme|odmítáme|(?:napsali|psali|tvrdíte|zablokovali|vypnuli|smazali) (?:jste|že)|tvrdíte"
    r"|podle vaš\w+ (?:zpráv|oznám)\w*|reddediyoruz|(?:yazdınız|engellediniz|kapattınız"
    r"|iddia ettiniz)"
    r"|заперечуємо|ви (?:\S+ ){0,2}(?:писали|написали|стверджуєте|заблокували|вимкнули|видалили)"
    r"|згідно з вашим|отрицаем|вы (?:\S+ ){0,2}(?:утверждаете|заблокировали|отключили|удалили)|"
    r"согласно вашему"
    rf"|{far.QUOTED}"
)
PLANNED = (
    r"(?:budeme|plánujeme|chystáme se|chceme|chtěli bychom) (?!nahlásit|oznámit|upozornit|vás"
    r"|ohlásit)(?:\S+ ){0,3}\w+"
    r"|planlıyoruz|düşünüyoruz|yapacağız|yapmak istiyoruz|плануємо|збираємось|збираємося"
    r"|хотіли б (?!повідомити|поскаржитись)\S+|припустимо|předpokládejme|varsayalım"
    r"|планируем|собираемся|хотели бы (?!сообщить|пожаловаться)\S+|предположим"
    rf"|{far.PLANNED}"
)
IF = rf"pokud|jestliže|kdyby|eğer|şayet|якщо|якби|если|{far.IF}"
WHETHER = (
    r"zda|jestli|zdali|чи|ли|(?:olup|yapıp|gönderip) (?:olmad|yapmad|göndermed)\w+"
    rf"|{far.WHETHER}"
)
OPENERS = (
    r"je|jsou|byl\w?|můžeme|smíme|mohu|lze|proč|kdo|co|jak|kdy|kde|který|máte|чи|хто|що|як|де|коли"
    r"|чому|який|яка|можна|kim|ne zaman|neden|nasıl|acaba|hangi|nerede"
    r"|кто|что|как|где|когда|почему|какой|какая|можно|есть ли"
    rf"|{far.OPENERS}"
)
FINITE = (
    r"je|jsou|byl[aoyi]?|má|mají|jsem|jsme|prosíme?|se|є|був|була|було|були|має|мають|просимо"
    r"|\w{2,20}yor\w{0,4}"
    r"|был[аио]?|есть|имеет|имеют|является|просим|прошу|идет|идёт|ведется|ведётся"
    rf"|{far.FINITE}"
)
CLAUSES = (
    "ale|avšak|protože|však|jelikož|ama|fakat|ancak|çünkü|але|проте|бо|однак|оскільки|но|однако"
    "|потому что"
    rf"|{far.CLAUSES}"
)
# ---- line_shape
SMALL = (
    r"na|se|je|že|pro|od|ve|jsme|náš|váš|který|která|není|při|bir|ve|bu|için|ile|olarak|biz|siz"
    r"|olan|ancak|gibi|на|не|що|та|від|до|це|ми|ви|наш|ваш|для|и|что|с|от|как|это|мы|вы|по|из"
    rf"|{far.SMALL}"
)
# ---- disclaimers
OWNED_IS = rf"je|jsou|byl[ao]?|є|{far.OWNED_IS}"
OWNED_OURS = rf"náš|naše|bizim|наш[аеі]?|{far.OWNED_OURS}"
# ---- sentence_verbs
UNDER_ATTACK = (
    r" (?:je|byl\w?|se stal\w?) (?:\w{1,12} ){0,3}(?:pod útokem|napad\w{2,6}|terčem|cílem|obětí)"
    r"| (?:является|стала?|был[аио]?|подвергается|находится)(?! (?:\w+ )?источник) "
    r"(?:\w{1,12} ){0,3}(?:жертв\w+|целью|атак\w*|под атак)"
    r"| (?:čelí|є|був|була|зазнає|зазнала?|потерпає)(?! (?:\w+ )?джерел) "
    r"(?:\w{1,12} ){0,3}(?:útok\w*|жертв\w+|ціллю|атак\w*|під атак)"
    r"| (?:\w{1,14} ){0,3}(?:saldırıya|saldırı altında|hedef al\w+|kurban\w*)"
    rf"|{far.UNDER_ATTACK}"
)
DOES = (
    r" (?:se )?(?:útočí|skenuje|zkouší|láme|posílá|rozesílá|hádá|pokouší|snaží|zahlcuje"
    r"|odpovídá)\b"
    r"| (?:атакует|сканирует|рассылает|пытается|отправляет|взламывает|отвечает|участвует|проводит"
    r"|осуществляет|вед[её]т|заражен|заражён|является (?:\w+ )?(?:источник\w+|частью|узлом))\b"
    r"| (?:атакує|сканує|підбирає|розсилає|намагається|надсилає|перебирає|відповідає)\b"
    r"| (?:(?:ip|numaralı|adresli) ){0,2}(?:adres(?:inizden|inden|iniz)|sunucunuz(?:dan)?"
    r"|makineniz(?:den)?|ip'nizden|müşteriniz)\b"
    rf"|{far.DOES}"
)
# ---- kind_words
_KINDS = {
    "content/phishing": r"podvodn\w* (?:stránk|web|přihlaš)\w*|podvržen\w* stránk\w*|oltala\w*"
    r"|фішинг\w*"
    r"|sahte (?:\w+ )?(?:site|sayfa|giriş)\w*|(?:шахрайськ|підроблен)\w* (?:\w+ )?(?:сайт"
    r"|сторінк)\w*|krade \w* ?(?:hesla|přihlašovací)|краде \w* ?(?:парол|дані)\w*"
    r"|фишинг\w*|(?:мошеннич|поддельн|фальшив)\w* (?:\w+ )?(?:сайт|страниц)\w*"
    r"|крад[её]т \w* ?(?:парол|данны)\w*",
    "content/malware": r"škodliv\w* (?:software|kód|soubor)\w*|zararlı (?:yazılım|dosya|kod)\w*"
    r"|шкідлив\w* (?:програм|код|файл)\w*|вірус\w*|троян\w*"
    r"|вирус\w*|вредоносн\w* (?:программ|код|файл)\w*",
    "connection/ddos": r"ddos.?útok\w*|zahlc\w*|ddos.?saldırı\w*|hizmet dışı bırakma\w*"
    r"|відмов\w* в обслуговуванні|флуд\w*|ddos.?атак\w*|отказ\w* в обслуживании",
    "connection/login_attack": r"(?:uhodnout|uhádnout|prolomit|hádá\w*|hádání) (?:\w+ )?hes\w*"
    r"|poko?[uú]š\w* (?:\S+ ){0,4}(?:přihl|prihl|vnikn)\w*|pokus\w* o (?:neoprávněn\w* )?(?:přihl"
    r"|prihl|průnik|prienik|vnik)\w*|(?:zkouš|zkoušen)\w* (?:\w+ )?hes\w*|slovníkov\w* útok\w*"
    r"|útok\w* hrubou silou"
    r"|(?:parola|şifre) (?:deneme|tahmin|kırma)\w*|kaba kuvvet\w*|(?:підібра|підбира|підбор"
    r"|підбір|перебор|перебира)\w* (?:\w+ )?парол\w*"
    r"|(?:подбор|подбира|угад)\w* (?:\w+ )?парол\w*|несанкционированн\w* (?:доступ|вход)\w*"
    r"|попытк\w* (?:\w+ )?(?:вход|взлом|авториз|подключ)\w*",
    "connection/port_scan": r"sken(?:uj|ov)\w*|port tara\w*|portlar\w* tar\w*|скан(?:у[єюв]"
    r"|уванн)\w*|сканир\w*",
    "messaging/spam": r"nevyžádan\w* (?:\w+ )?(?:pošt|e-?mail|zpráv|reklam|sdělen)\w*"
    r"|istenmeyen (?:\w+ )?(?:e-?posta|mail|ileti|reklam)\w*|спам\w*"
    r"|небажан\w* (?:\w+ )?(?:пошт|лист|реклам|розсилк)\w*"
    r"|нежелательн\w* (?:\w+ )?(?:почт|письм|реклам|рассылк)\w*",
}
KINDS = {
    kind: "|".join(table[kind] for table in (_KINDS, far.KINDS) if kind in table)
    for kind in {**_KINDS, **far.KINDS}
}
OWN_NOUN = far.OWN_NOUN
