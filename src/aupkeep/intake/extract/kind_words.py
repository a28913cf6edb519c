"""The words for each kind of abuse over a whole mail, in the languages of the desk's reporters.

English, German, French, Dutch, Norwegian (bokmål and nynorsk) first; Swedish, Danish, Spanish,
Italian, Polish and Portuguese where a word is enough. Each choice is lower case, begins with plain
letters and is a plain pattern; choices stand between bars. The order of kinds decides a tie, the
narrower word first.
"""

from aupkeep.intake.extract.further_kind_words import EXTRA, PERSONS
from aupkeep.intake.extract.further_languages import KINDS


def _joined(body: str) -> str:
    """One pattern of a table's lines."""
    return "|".join(line.strip().strip("|") for line in body.strip().split("\n"))


# services that nobody should reach from everywhere, and what is said of one that is open to all
_SERVICES = (
    "dns,ntp,snmp,ldap,cldap,memcached,ssdp,chargen,rdp,smb,telnet,vnc,mongodb,redis,elasticsearch,"
    "portmapper,tftp,mssql,netbios,mdns,resolver,resolvedor,proxy,mellomtjener,relay,smtp-relé,"
    "recursão"
)
_OPEN = (
    "åpen,åpent,åpne,öppen,öppet,öppna,åben,åbent,åbne,offen,offene,offener,offenes,ouvert,ouverte,"
    "ouverts,abierto,abierta,abiertos,aberto,aberta,abertos,aperto,aperta,aperti,otwarty,otwarta,"
    "otwarte,exposed,eksponert,eksponerte,exponerad,exponerat,exponiert,exposé,exposée,expuesto,"
    "expuesta,exposto,exposta,expostos,esposto,esposta,blootgesteld,wystawiony,"
    "acessível,acessíveis,accesible,accesibles,accessibile,toegankelijk,tilgjengelig,tilgjengeleg,"
    "tillgänglig,tilgængelig,erreichbar,dostępny,dostępna"
)
_VERB_TOO = "open,opne,ope"  # these mean it before the name of a service alone
_GAP = r"(?:\S{0,39}[^\s.!?;:] )"  # a word within the sentence
_EVERYBODY = (
    r"(?:any|anyone|anybody|anywhere|everyone|everybody|everywhere|the whole|the entire|überall|"
    r"tod[ao] el|tout le monde|tod[ao]s|tutti|całego|wszystkich|hele|hela|hvem som helst|"
    r"kven som helst|alle|alla|internett?|jedem|"
    r"jeder|beliebig\w*|tous|n'importe|chiunque|qualsiasi|qualquer|cualquier\w*|iedereen|każd\w+|"
    r"dowoln\w+)"
)
_UNLOCKED = (
    "ohne passwort|without (?:a |any )?password|sans mot de passe|uten passord|sin contraseña|"
    "senza password|sem senha|bez hasła|zonder wachtwoord|utan lösenord|uden adgangskode|"
    "ungeschützt|unprotected|without authentication|unauthenticated"
)
_OURS = "our,my,vår,vårt,våre,våra,unser,onze,ons,notre,nuestro,nostro"
_QUERY = r"(?:dns|ntp|snmp|monlist|queries|anfragen|forespørsler|zapytania|requêtes)[^\s.]{0,20} "
_ANSWERS = (
    "answers,responds,replies,answering,beantwortet,reagiert,reageert,svarer,svarar,antwortet,"
    "répond,risponde,responde,antwoordt,odpowiada"
)


def _composed() -> str:
    """What says of a service that it is open to all, in any order of words."""
    ends, names = _OPEN.replace(",", "|"), _SERVICES.replace(",", "|")
    opened = rf"(?:{ends}|(?:is|are|er|är) open|kan nås)(?!\w)"
    after = [rf"{name}[-\w]{{0,20}} {_GAP}{{0,4}}{opened}" for name in _SERVICES.split(",")]
    words = f"{_OPEN},{_VERB_TOO}".split(",")
    opens = {
        word: word + "".join(rf"(?<!{ours} {word})" for ours in _OURS.split(",")) for word in words
    }
    before = [rf"{opens[word]} {_GAP}{{0,2}}(?:\w{{1,20}}-)?(?:{names})" for word in words]
    query = rf"{_QUERY}{_GAP}{{0,4}}{_EVERYBODY}(?!\w)"
    answered = [rf"{word} {_GAP}{{0,3}}{query}" for word in _ANSWERS.split(",")]
    answers = _ANSWERS.replace(",", "|")
    served = [
        rf"{name}[-\w]{{0,20}} {_GAP}{{0,4}}(?:{answers}) {_GAP}{{0,4}}{_EVERYBODY}(?!\w)"
        for name in _SERVICES.split(",")
    ]
    bare = [rf"{name}[-\w]{{0,20}} {_GAP}{{0,4}}(?:{_UNLOCKED})" for name in _SERVICES.split(",")]
    return "|".join([*after, *before, *answered, *served, *bare])


# what is taken from people or guessed, and with which word
_SECRETS = (
    "password,passwort,passwört,credential,login,log-in,kodeord,adgangskode,passord,lösenord,"
    "zugangsdaten,anmeldedaten,kennwort,kennwört,identifiant,mot de passe,mots de passe,contraseñ,"
    "credencial,credenzial,senha,dane logow,danych logow,dane dostęp,hasł,wachtwoord,inloggegeven,"
    "coordonnées bancaires,datos bancarios,dati bancari,dados bancários,bankoplysn,kortnum,"
    "numéro de carte,numeri di carta,kreditkart,bankgegeven,card data,card detail,card number,"
    "kortopplysn,kartendaten"
)
_TAKEN = (
    "steal,stole,harvest,captur,stjel,stjæl,stjäl,vole,récolt,dérob,soutir,roba,ruba,sottra,carpi,"
    "wyłudz,kradn,collect,gather,abgegriff,abgreif,stehl,stiehl,erbeut,steelt,stelen,ontfutsel,"
    "fisker,lurer,asks for,réclam,demande,pide,chiede,pede,verlangt,fragt nach,vraagt om,ber om,"
    "samlar in,innsaml,samler ind"
)
_GUESSED = "guess,erraten,errät,raten,raden,raadt,gjett,gætte,gissa,devin,adivin,indovin,zgad,odgad"
# who poses as somebody, and as what
_POSES = (
    "clone,imita,imite,mimic,impersonat,poses as,posing as,pretends to be,copy of,usurpe,kopie,"
    "si spaccia,se fait passer,se faz passar,se hace pasar,podszywa,podrabia,nachgeahm,nachgebaut,"
    "nachgemacht,gibt sich als,nagemaakt,nabootst,fake,falsk,falsa,falso,fausse,fałszyw,gefälscht,"
    "etterlign,efterlign,fraudul,gir seg ut,utger sig,udgiver sig,härma"
)
_POSED = (
    "bank,banque,banco,banca,login,log-in,sign-in,inlog,innlogg,connexion,accesso,anmelde,pålogging,"
    "netbank,nettbank,portal"
)
# what is mailed, and that nobody asked for it
_MAILED = (
    "mail,e-mail,email,message,advert,newsletter,werbung,reklam,reclame,courrier,courriel,publicité,"
    "prospection,publipostage,publicidad,correo,correio,propaganda,mensagem,mensagens,pubblicità,posta,"
    "messaggi,poczt,wiadomoś"
)
_UNWANTED = (
    "unwanted,unsolicited,unrequested,unerwünscht,unverlangt,ungebeten,uønsk,oönskad,ongewenst,"
    "ongevraagd,indésirable,non sollicit,non désir,no solicitad,no desead,não solicitad,indesejad,"
    "non richiest,indesiderat,niechcian,niezamówion"
)
# with which harm is handed out
_SPREADS = (
    "distribut,deliver,drops,spreads,serves,installs,verbreite,verteilt,liefert,distribu,diffus,"
    "difund,installa,instala,sprer,spreder,sprider,verspreid,rozpowszechn,rozsyła,infect,infiziert,"
    "verseucht"
)
_VIRUS = "virus,wirus,vírus,trojan,troyan,cavallo,malware,malicios,schad,złośliw,skade,kwaadaard"
# what is no real page
_FALSE = "fake,faux,fausse,falsk,falsa,falso,falsch,valse,nep,gefälscht,fałszyw"
_PAGE = "site,web,sida,side,pagina,página,page,seite,sito,stron,portal"
# with which a flood comes upon somebody, and of what
_FLOODS = (
    "flood,flute,inund,submerge,inonda,zalewa,überflut,überschwemm,geflutet,overspoel,oversvøm,översvämm,"
    "bombard,bestook,beschieß,overwhelm,overload,surcharge,überlaste,sobrecarg,sovraccari,overbelast,"
    "överbelast,przeciąż"
)
_FLOODED = (
    "udp,tcp,syn,icmp,packet,paket,paquet,pacote,pacchett,pakiet,pakke,datapak,traffi,trafik,tráf,"
    "ruch,verke,http,request,query,queries,anfrage,requête,petici,solicitud,richiest,verzoek,forespørs,"
    "förfråg,zapyta,żąda,pedido,requisi"
)
# who tries to come in
_TRIES = (
    "try,tries,trying,prova,provano,intenta,intentan,tenta,tentano,tentam,tente,tentent,próbuj,"
    "probeer,forsøger,försöker,prøver,forsøker,versucht"
)
_ENTERS = (
    "break in,get in,enter,entr,accede,acessa,pénétrer,włama,zalogowa,binnen,inbre,ind på,inn på,"
    "in på,log ind"
)

# who attacks, and which service that asks for a password
_ATTACKS = (
    "attack,angriff,angreif,greift,angrep,angreb,angrip,attaqu,ataque,ataca,attacc,aanval,atak"
)
_LOGINS = "ssh,rdp,ftp,sftp,imap,smtp auth,telnet,vnc,winrm,remotedesktop,remote desktop"


def _near(words: str, others: str, gap: int = 8) -> str:
    """A word of one table and, in the same sentence behind it, one of another."""
    ends = others.replace(",", "|")
    return "|".join(rf"{word}\w* {_GAP}{{0,{gap}}}(?:{ends})\w*" for word in words.split(","))


MAIL = {
    kind: "|".join((_joined(body), *(more[kind] for more in (KINDS, EXTRA) if kind in more)))
    for kind, body in {
        "content/csam": r"""
            child sexual abuse|csam\b|child porn\w*|child abuse (?:material|images?|content)|
            sexual exploitation of (?:children|minors)|
            kinderporn\w*|kindesmissbrauch\w*|missbrauchsdarstellung\w*|
            pédoporno\w*|pédocriminal\w*|pornographie (?:infantile|juvénile|enfantine)|
            kindermisbruik\w*|barneporno\w*|overgrepsmateriale\w*|overgrepsbilde\w*|barnporr\w*|
            barnporno\w*|børneporno\w*|
            pornograf[ií]a infantil|abuso sexual infantil|pedopornograf\w*|pornografia minorile|
        """,
        "content/terrorist": r"""
            terrorist\w*|terrorism\w*|terror(?:isme|ismus|isti|ysty)\w*|terrorpropaganda|
            terrorinnhold|apologie du terrorisme|extremist propaganda|
        """,
        "content/phishing": r"""
            phish\w*|credential (?:theft|harvest\w*)|fake login page|spoofed (?:login|web)\w*|
            hameçonnage|nettfiske\w*|nätfiske\w*|zugangsdaten abgreif\w*|wyłudzani\w*|
            fałszyw\w* stron\w*|
            suplantación de identidad|imita la (?:web|página)|suplanta\w*|
            fake (?:log-?in|sign-?in) \w*|falske?\w* (?:innloggings?|påloggings?|login)\w*|
            gefälschte\w* (?:anmelde|login)\w*|página fraudulenta|pages? frauduleuses?|
            valse (?:inlog|login)\w*|falsk\w* inloggning\w*|
        """
        + "|".join(
            (
                _near(_TAKEN, _SECRETS),
                _near(_SECRETS, _TAKEN),
                _near(_POSES, _POSED),
                _near(_FALSE, _PAGE, 1),
            )
        ),
        "content/malware": r"""
            malware|malicious (?:software|content|code|file|url|payload|binar\w{1,3})s?|
            trojan\w*|virus sites?|viruses|ransomware|exploit kit|dropper\w*|
            payload (?:url|host|server|file)s?|(?:second|next|further)[ -]stages?|
            spyware|
            schadsoftware|schadprogramm\w*|schadcode|maliciels?|logiciels? malveillants?|
            cheval de troie|kwaadaardige (?:software|code)|schadelijke software|skadevare|
            skadeleg programvare|skadelig (?:programvare|kode)|skadlig kod|skadlig programvara|
            software malicioso|código malicioso|malintencionado|software dannoso|
            złośliw\w* (?:oprogramowani\w*|kod\w*)|
            (?:info)?stealers?|information stealer\w*|keylogger\w*|cryptominer\w*|
            infects (?:its |all )?visitors|fake (?:browser |flash )?updates?|
        """
        + _near(_SPREADS, _VIRUS),
        "infrastructure/botnet": r"""
            botnet\w*|command.and.control|c2\b|c&c\b|c2 server|bot controller|botnetz\w*|
            commande et (?:de )?contrôle|kommandoserver\w*|kommando- und kontroll\w*|
        """,
        "connection/infected_host": r"""
            infected (?:host|machine|system|device|computer|with)|(?:is|are|was|be) infected|
            mirai\b|sinkhole\w*|drone\b|
            bot infection|
            infiziert\w*|infecté\w*|geïnfecteerd\w*|besmet\w*|infisert\w*|smittet\w*|
            infekterad\w*|inficeret\w*|infectad\w*|infetta\w*|zainfekowan\w*|infekcj\w*|
        """,
        "copyright/copyright": r"""
            copyright\w*|dmca|infring\w*|piracy|pirated|
            urheberrecht\w*|droits? d'auteur|contrefaçon|auteursrecht\w*|opphavsrett\w*|
            upphovsrätt\w*|ophavsret\w*|derechos? de autor|diritt\w* d'autore|
            praw\w* autorski\w*|direitos? autora\w*|
        """,
        "content/brand_infringement": r"""
            trademark\w*|counterfeit\w*|brand abuse|brand infringement|impersonat\w* our brand|
            markenrecht\w*|markenverletz\w*|varemerke\w*|merkinbreuk\w*|marque déposée|
            varumärke\w*|
        """,
        "content/fraud": r"""
            fraud\w*|scam\w*|fake (?:web ?)?(?:shop|store)s?|swindl\w*|
            fakeshops?|fake-shops?|advance.fee|
            betrug\w*|betrüg\w*|fraude\w*|escroquerie\w*|arnaque\w*|oplicht\w*|nepwinkel\w*|
            svindel\w*|svik\b|bedrageri\w*|estafa\w*|truff\w*|oszust\w*|burla\b|
            falske? nettbutikk\w*|
        """,
        "connection/sql_injection": r"""
            sql.?injections?|sql.?injektion\w*|injections? sql|sql.?injeksjon\w*|
            sql.?injectie\w*|inyecci[oó]n sql|iniezione sql|sql.?attacks?|sqli\b|attaques? sql|
        """,
        "connection/ddos": r"""
            dos.?attacks?|ddos.?attacks?|ddos\b|denial.of.service|syn.?flood\w*|udp.?flood\w*|
            http.?flood\w*|dns.?flood\w*|flooding|reflection attack|amplification (?:attack|ddos)|
            volumetric attack|layer.?7 (?:flood|attack)\w*|ddos.?angriff\w*|
            (?:syn|udp|tcp|icmp)[- ]?(?:flut|flom|inond|inund|zalew|záplav)\w*|
            überlastungsangriff\w*|déni de service|attaques? ddos|
            ddos.?aanval\w*|tjenestenekt\w*|tenestenekt\w*|ddos.?angrep\w*|
            överbelastningsattack\w*|ddos.?attack\w*|overbelastningsangreb\w*|
            denegación de servicio|negazione del servizio|odmow\w* usługi|negação de serviço|
            ataques? ddos|attacc\w* ddos|
        """
        + _near(_FLOODS, _FLOODED),
        "vulnerability/open_service": r"""
            open (?:dns |ntp |ldap |ssdp |recursive )?(?:resolvers?|recurs\w*|server)|
            open (?:relay|proxy|proxies|port|service)|
            amplif(?:y|ied|ies|ication(?: vector| factor| source)?)|dns reflector\w*|
            reflection (?:source|vector)|answers? (?:\w+ ){0,2}quer(?:y|ies) from any\w*|
            (?:ntp|dns|ssdp|cldap|ldap|snmp|memcached|chargen) (?:amplif\w*|reflect\w*)|
            (?:reachable|open) (?:from|to) the (?:whole )?internet|
            verstärker\w*|verstärkung\w*|reflektor\w*|offene[rnsm]? (?:\w+-)?(?:dienst|resolver)\w*|
            offene[rnsm]? \w{2,9}-(?:server|dienst\w*)|
            forsterk\w*|forsterkar\w*|åpe[nt]e? \w{2,9}-?(?:tjeneste|tjener|server|resolver)\w*|
            åpent (?:\w+ )?(?:resolver|relé)|
            amplificateur\w*|amplification dns|serveur \w{2,9} ouvert|service \w{2,9} ouvert|
            réflecteur\w*|amplificador\w*|amplificar\b|servidor \w{2,9} abierto|
            amplificación|reflector(?:es)?|
            amplificatore\w*|amplificazione|resolver (?:dns )?apert\w|riflettore\w*|
            versterker\w*|versterking\w*|open \w{2,9}-(?:server|dienst|resolver)\w*|
            förstärkar\w*|förstärkning\w*|forstærk\w*|wzmacniacz\w*|amplificação|refletor\w*|
            openly accessible|publicly (?:accessible|exposed|reachable)|amplifiers?|reflectors?|
            exposed (?:service|port|rdp|smb|vnc|telnet|memcached|redis|ntp|ldap|snmp)\w*|
            exploitable (?:\w+ )?(?:ntp|dns|portmapper|chargen|ssdp|snmp|ldap) serv\w{2,3}|
            exposed (?:elasticsearch|mongodb|docker)\w*|
            accessible from the internet|
            (?:unprotected|unsecured|ungeschützte\w?) (?:data|daten)\w*|
            offene[rnsm]? (?:dns-?)?(?:resolver|dienst\w*|proxy|relay|port\w*|server)|
            aus dem internet erreichbar|öffentlich (?:erreichbar|zugänglich)|
            résolveurs? (?:dns )?ouverts?|relais ouvert|service exposé|
            accessible depuis internet|accessible publiquement|open(?:bare)? dns-?resolver\w*|
            publiek toegankelijk\w*|vanaf het internet bereikbaar|
            åpen (?:dns-?)?(?:resolver|tjeneste|relé|proxy|port)|open teneste|
            åpne (?:dns-?)?(?:resolver|relé|proxy)\w*|åbne (?:dns-?)?(?:resolver|tjeneste)\w*|
            öppna (?:dns-?)?(?:resolver|tjänst)\w*|resolver (?:dns )?aberto|serviço aberto|
            servidor \w{2,9} aberto|server \w{2,9} aperto|åpne? tjenester?|
            åpent tilgjengelig|tilgjengelig fra internett|tilgjengeleg frå internett|
            öppen (?:dns-?)?(?:resolver|tjänst|relä)|åben (?:dns-?)?(?:resolver|tjeneste)|
            servicio abierto|resolver abierto|servizio esposto|
            otwart\w* (?:resolver|usług|port)\w*|åpen \w{0,12}port|eksponert \w{0,12}port|
            COMPOSED
        """.replace("COMPOSED", _composed()),
        "connection/login_attack": r"""
            failed attempts|attempting to log|
            brute.?forc\w*|login attempts?|log-?in attempts?|failed log-?ins?|
            log-?[io]n failures?|failed logons?|
            failed to log ?(?:on|in)|audit failure|ssh attacks?|
            password (?:guessing|attack|spray\w*)|dictionary attack|
            unauthori[sz]ed (?:access|login)|failed password|login.?attack\w*|
            credential stuffing|hack\w* attempts?|break.?in attempts?|
            authentication (?:attack|failures?|attempts?)|
            tried to log ?in|(?:unknown|invalid) user ?names?|bad passwords?|
            anmeldung\w* fehlgeschlagen|aanmelding\w* mislukt|inloggen mislukt|accesso fallito|
            falha (?:de|no) (?:login|autentica\w*)|nieudan\w* logowani\w*|rdp-a\w+|ssh-a\w+|
            ftp-a\w+|
            denyhosts|hosts\.deny|
            attempt\w{0,3} to (?:log ?(?:in|on)|gain access)|try\w{0,3} to log ?in|
            anmeldeversuch\w*|login-?versuch\w*|einbruchsversuch\w*|einloggversuch\w*|
            passwort.?angriff\w*|zugriffsversuch\w*|fehlgeschlagene\w* (?:anmeld\w*|login\w*)|
            fehler beim anmelden|hackversuch\w*|
            tentatives? (?:de |d')?(?:connexion|intrusion|authentification|piratage|login)|
            attaques? (?:par|en|de) force brute|force brute|
            échecs? (?:de |d')(?:connexion|authentification)|
            inlogpoging\w*|inbraakpoging\w*|mislukte (?:login|inlog|aanmeld)\w*|
            aanmeldpoging\w*|
            påloggingsforsøk\w*|innloggingsforsøk\w*|innbruddsforsøk\w*|
            innbrotsforsøk\w*|mislykkede? (?:pålogging|innlogging)\w*|
            mislukka (?:pålogging|innlogging)\w*|passordgjetting\w*|passordgjetning\w*|
            bryte seg inn|bryta sig in|bryde ind|forsøk\w* (?:på )?å logge|
            prøvd?e?r? (?:\w+ )?å logge|
            försöker (?:\S+ )?logga|
            försök\w* (?:att )?logga|forsøg\w* (?:på )?at logge|
            einzuloggen|anzumelden|einzubrechen|tent\w* de se connecter|
            s'introduire|in te loggen|intent\w* iniciar sesión|
            inloggningsförsök\w*|intrångsförsök\w*|loginforsøg\w*|indbrudsforsøg\w*|
            intentos? de (?:acceso|inicio|intrusión|login)|fuerza bruta|
            tentativ\w* di (?:accesso|login|intrusione)|forza bruta|
            prób\w* (?:logowania|włamania)|atak\w* siłow\w*|
            tentativas? de (?:acesso|login|intrusão)|força bruta|
            user(?:_?names?)?[\s,;\x7c]{1,24}pass\w*|benutzer(?:name)?[\s,;\x7c]{1,24}passw\w*|
            usuario[\s,;\x7c]{1,24}contrase\w*|utilisateur[\s,;\x7c]{1,24}mot de passe|
        """
        + "|".join(
            (
                _near(_GUESSED, _SECRETS),
                _near(_SECRETS, _GUESSED),
                _near(_TRIES, _ENTERS),
                _near(_ATTACKS, _LOGINS),
                _near(_LOGINS, _ATTACKS, 4),
            )
        ),
        "connection/port_scan": r"""
            port ?scan\w*|port ?sweep\w*|(?:tcp|udp|syn|icmp|network) scans?|
            scanning (?:our|my|us|for|of)|scan(?:ning)? (?:activity|traffic)|
            (?:unauthori[sz]ed|hostile|repeated|unwanted) scans?|
            scans (?:us|our|my)|netscan\w*|scanned|
            host ?sweep\w*|
            portskanning\w*|portskann\w*|poortscan\w*|scans? de ports|balayage de ports|
            scan des ports|portscann\w*|netzwerkscan\w*|portskan\w*|escaneo\w* de puertos|
            scansion\w* (?:di|delle) porte|gescannt|scannt\b|scant\b|gescand\b|scannée?s?\b|
            escane(?:a|ad[oa]|ando)\b|scansiona\w*|skanuje\w*|skanowan\w*|skannet\b|skannar\b|
            skannes\b|varrid[oa]\b|varrendo\b|
skanowani\w* portów|varredura de portas|
        """,
        "connection/vulnerability_scan": r"""
            vulnerability scan\w*|web attacks?|exploit\w* attempts?|attempts? to exploit|
            probing|bad ?bots?|web.?exploit\w*|path traversal|directory traversal|shellshock|
            log4shell|remote code execution attempt|web application attack|waf alert|
            schwachstellenscan\w*|schwachstellen-scan\w*|angriffe? auf (?:die |unsere )?web\w*|
            ausnutzungsversuch\w*|exploit-?versuch\w*|scans? de vulnérabilités|
            tentatives? d'exploitation|kwetsbaarhedenscan\w*|kwetsbaarheidsscan\w*|
            sårbarhetsskann\w*|sårbarhetsskan\w*|sårbarhetsscan\w*|utnyttelsesforsøk\w*|
            sårbarhedsscan\w*|escaneo de vulnerabilidades|
            scansion\w* (?:di|delle) vulnerabilità|
        """,
        "connection/scraping": r"""
            scrap(?:es|ed|ing)\b|scraper\w*|web crawl\w*|aggressive crawl\w*|excessive crawl\w*|
            harvesting of (?:content|data)|crawling our|
        """,
        "messaging/spam": r"""
            spam\w*|unsolicited (?:commercial |bulk )?(?:(?:e-?)?mail|message|newsletter)s?|
            ube\b|uce\b|
            e-?mail abuse report|abuse report for an? e-?mail|(?:e-?mail )?feedback report|
            junk mail|mass mail\w*|harvest\w*|blog spam|comment spam|
            bulk (?:e-?)?mail\w*|
            unerwünschte\w* (?:werbe)?(?:e-?)?mails?|
            unerwünschte\w* werb\w*|unverlangte\w* (?:werbe\w*|e-?mail\w*)|
            werbe-?mails?|pourriel\w*|courriels? (?:non sollicités?|indésirables?)|
            ongewenste (?:e-?)?mail\w*|ongevraagde (?:e-?)?mail\w*|søppelpost\w*|
            uønsket e-?post|uønskt e-?post|nettsøppel|skräppost\w*|oönskad e-?post|
            uønsket (?:e-?)?mail\w*|correo (?:no deseado|basura)|posta indesiderata|
            niechcian\w* (?:poczt\w*|wiadomoś\w*)|mensagens não solicitadas|lixo eletrônico|
        """
        + "|".join((_near(_UNWANTED, _MAILED, 1), _near(_MAILED, _UNWANTED, 1))),
        "reputation/blocklist": r"""
            has been (?:black|block)listed|dnsbl listing|
            listed (?:in|on) (?:the )?(?:sbl|xbl|cbl|rbl)|blacklist(?:ed|ing) notice|
        """,
        "content/exposed_data": r"""
            data (?:leak|breach|exposure)\w*|leaked (?:data|credential|database)\w*|
            exposed (?:data\w*|credential\w*|files?|backups?|git|repositor\w*|bucket\w*)|
            open (?:bucket|directory|database)|publicly readable|
            datenleck\w*|offenliegende daten|fuites? de données|données exposées|datalek\w*|
            gelekte gegevens|datalekkasje\w*|lekkede data|eksponerte data|dataläck\w*|
            datalæk\w*|fuga de datos|filtración de datos|fuga di dati|wyciek\w* danych|
            vazamento de dados|
        """,
        "infrastructure/compromised_server": r"""
            compromised|hacked (?:site|website|server|web site|account|wordpress|cms)|
            been hacked|deface(?:d|ment)\w*|web ?shell\w*|backdoor\w*|
            kompromittier\w*|gehackt\w*|compromis\b|piratée?s?\b|gecompromitteerd\w*|
            kompromitter\w*|hacket\b|hakka\b|komprometter\w*|hackad\w*|comprometid\w*|
            compromess\w*|zhakowan\w*|skompromitowan\w*|défigur\w*|defacement|
        """,
    }.items()
} | PERSONS
