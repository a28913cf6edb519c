"""Further words for kinds of abuse: what is done to persons, and forms that programs write.

`kind_words` joins them to its table. Each choice is lower case and begins with plain letters.
"""


def _near(words: str, others: str, gap: int = 6) -> str:
    """A word of one table and, in the same sentence behind it, one of another."""
    ends = others.replace(",", "|")
    return "|".join(
        rf"{word}\w* (?:\S{{0,39}}[^\s.!?;:] ){{0,{gap}}}(?:{ends})\w*" for word in words.split(",")
    )


_CHILDREN = "barn,børn,kind,child,minor,enfant,mineur,menor,niñ,minori,bambin,dziec,crianç,lapsi"
_ABUSED = "overgrep,seksuel,sexuel,missbrauch,abus,misbruik,sfrutt,wykorzyst,explora"
_LIES = (
    "ehrverletz,unwahr,verleumd,rufschädig,ærekrenk,usann,løgn,ärekränk,förtal,mensong,diffamat,"
    "calomni,calumni,difama,difam,diffamator,lasterlijk,smadelijk,nieprawdziw,zniesław,injuri,"
    "untrue,false and,libel,slander,defamat"
)
_TOLD = (
    "behauptung,beitrag,aussage,påstand,innlegg,utsagn,påstående,propos,publication,article,"
    "contenido,publicaci,afirmac,contenut,affermazion,bericht,uitlating,beweging,twierdze,wpis,"
    "statement,allegation,claim,post,content,page"
)
_READ, _OPEN_TO = (
    "read,readable,query,access,lesen,lesbar,gelesen,lese,lesbart",
    (
        "without a password,without password,without any password,without authentication,"
        "without login,ohne passwort,ohne anmeldung,uten passord,uten innlogging"
    ),
)
_SCANS, _PORTS = (
    "scan,scann,skann,skan,gescan",
    "ports,port ,porter,portar,poort,puerto,porte,porta,portów,portov",
)
# a machine that offers nothing to anybody: whoever comes to it looks for what is there
_BAITS = "honeypot,honey pot,honeynet,tarpit,honningfelle,honungsfäll,pot de miel"
_TOUCHED = (
    "contact,connect,hit,touch,reach,prob,visit,kontaktier,kontakt,erreich,berühr,traf,rammet"
    ",treff,contacté,touché,contactad,alcanzad,contattat,geraakt"
)
_OVER = "over ssh,via ssh,on ssh,per ssh,par ssh,por ssh,via rdp,over rdp,per rdp,via ftp,over ftp"
_TRIED_NAMES = (
    "tried,tries,trying,versucht,probiert,prøvd,prøver,försök,forsøg,essai,essay,probó,"
    "prueba,prova,probeer"
)
_SWEEPS = (
    "sonde,sondage,sondagg,barrid,exploraci,rastre,balay,scanning,abtast,varredur,escaneam,scanov"
)
_COPIED = "reproduc,replicat,copie,kopier,duplicat,mirror"
_BANKING = "banking,login,log-in,sign-in,nettbank,online-banking,access code,customer portal"
_USED = (
    "ohne meine erlaubnis,ohne unsere erlaubnis,ohne meine zustimmung,ohne genehmigung,ohne lizenz,"
    "without my permission,without our permission,without permission,without a licen,without my,"
    "sans mon autorisation,sans notre autorisation,sans autorisation,sin mi permiso,"
    "sin autorización,senza autorizzazione,senza il mio,uten min tillatelse,uten tillatelse,"
    "utan mitt tillstånd,utan tillstånd,uden tilladelse,zonder mijn toestemming,zonder toestemming,"
    "bez mojej zgody,bez zgody,sem autorização,sem a minha"
)
_WORKS = (
    "foto,photo,picture,bild,bilde,billede,text,artikkel,artikel,article,book,buch,song,film,"
    "video,image,imagen,libro,artículo,fotografi,immagin,zdjęci,artwork,software"
)
# how many of those who got a mail complained, behind how many there were
_COMPLAINTS = "complaint,beschwerde,klager,plainte,queja,reclami,klacht,skarg,reclama"
_COUNTED = ",".join(rf"[1-9]\d* {word}" for word in _COMPLAINTS.split(","))
# joined to kinds that `kind_words` has
EXTRA = {
    "content/csam": "|".join((_near(_ABUSED, _CHILDREN, 3), r"csem\b")),
    "content/phishing": _near(_COPIED, _BANKING),
    "copyright/copyright": "|".join(
        (_near(_WORKS, _USED, 10), _near("ohne,uten,utan", _WORKS, 4), r"urheber\w*|opphavs\w*")
    ),
    "vulnerability/open_service": _near(_READ, _OPEN_TO, 2),
    "connection/login_attack": (
        _near(_TRIED_NAMES, f"{_OVER},password,passwort,passord,lösenord,mot de passe,contraseñ", 9)
        + r"|ssh-\w*bruteforce|(?:ssh|rdp|ftp|smtp|imap|http|sip|telnet|wp)-(?:slow-)?bf\b|"
        r"hammer\w* (?:\S+ ){0,4}(?:ssh|rdp|ftp|vpn|imap|smtp|login|bastion|server)\b|"
        r"hämmer\w* (?:\S+ ){0,4}(?:ssh|rdp|ftp|vpn|imap|smtp|login|server)\b|"
        r"logon failures?|passwd guessing|"
        + _near("try,tries,tried,trying", "to sign in,to log in,to login,to log on,to sign on", 0)
        + r"|"
        r"essa(?:ie|ye)\w* de se connecter|cerca\w* di acced\w*|tent\w* (?:fazer|efetuar) login|"
        r"giriş yapmaya çal\u0131ş\w*|намага\w* (?:\w+ )?(?:увійти|зайти)"
        r"|пыта\w* (?:\w+ )?(?:войти|зайти)|"
        r"megpróbál\w* (?:\w+ )?bejelentkez\w*|încear\w* să se (?:conect|autentific)\w*|"
        r"로그인을? (?:시도|하려)\w*"
    ),
    "connection/port_scan": "|".join(
        (
            _near(_SCANS, _PORTS, 4),
            _near(_SWEEPS, _PORTS, 3),
            r"psad\b|port-scans?\b|port ?probes?\b|portabfragen?|portavsökning\w*|portsvep\w*",
        )
    ),
    "connection/vulnerability_scan": (
        r"http-probing|http-(?:cve|sensitive|crawl)[\w-]*|command injection|"
        r"weak (?:spots?|points?)|vulnerabilit(?:y|ies) in our|poking around"
    ),
    "connection/scraping": (
        r"robots\.txt|crawler\w*|laster ned hele|laddar ner hela|downloads? (?:our"
        r"|the) (?:whole|entire)|"
        r"downloading (?:our|the) (?:whole|entire)|télécharge tout|descarga tod[ao]"
        r"|lädt unser\w* gesamt\w*"
    ),
    "messaging/spam": (
        r"bad (?:e-?)?mails?|(?:casino|gambling|viagra|pharma|lottery) (?:e-?)?mails?|"
        r"(?:e-?)?mails? (?:\S+ ){0,2}(?:casino|viagra|gambling)|"
        + _near("mail,e-mail,message,nachricht,melding,bericht,messaggi,mensaje", _COUNTED, 9)
    ),
}
# kinds that a letter names in its own words alone
PERSONS = {
    "connection/reconnaissance": "|".join((_near(_BAITS, _TOUCHED, 9), _near(_TOUCHED, _BAITS, 9))),
    "content/defamation": "|".join(
        (_near(_LIES, _TOLD, 4), r"defam\w*|libel\w*|slander\w*|verleumd\w*|ærekrenk\w*|diffam\w*")
    ),
    "content/harassment": (
        r"harass\w*|stalk(?:s|ed|ing|er|ers)\b|cyber-?bull\w*|trakasser\w*|mobbing|mobber\b|"
        r"belästigt mich|harcèl\w*|acoso\b|acosa\w*|molestie\b|nękani\w*|assédio"
    ),
    "content/doxing": (
        r"dox+(?:ed|es|ing)?\b|(?:home|private) address and (?:phone|telephone)\w*|"
        r"(?:my|our) (?:home )?address,? (?:and )?(?:my |our )?(?:phone|telephone)"
    ),
    "content/intimate_images": (
        r"revenge porn\w*|intimate (?:images?|pictures?|photos?|videos?)|nacktbild\w*"
        r"|nude pictures? of me|"
        r"nakenbilde\w*|nøgenbilled\w*|photos? intimes?|fotos? íntimas?|foto intime"
    ),
    "content/hate_speech": (
        r"hate speech|hassrede\w*|volksverhetz\w*|hatefulle ytring\w*|discours de haine|"
        r"discurso de odio|incitamento all'odio|haatzaai\w*"
    ),
}
