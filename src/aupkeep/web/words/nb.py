"""Bokmål."""

WORDS = {
    "skip": "Hopp til innholdet",
    "desk": "misbrukskontoret",
    "case": "sak",
    "months": "januar februar mars april mai juni juli august september oktober november desember",
    "days": "mandag tirsdag onsdag torsdag fredag lørdag søndag",
    "moment": "{day} {date}. {month} {year} kl. {hour}.{minute}",
    "left": "{span} igjen",
    "late": "gikk ut for {span} siden",
    "unit.d": "d",
    "unit.h": "t",
    "unit.min": "min",
    "exact.second": "på sekundet",
    "exact.around": "pluss/minus {span}",
    "time.unknown": "tidspunkt ikke oppgitt",
    # kundens side
    "customer.answer-before": "Svar før {when}",
    "customer.skipped": "Dager da kontoret vårt er stengt, er ikke regnet med:",
    "customer.no-deadline": "Du har ingen frist å svare innen",
    "customer.closed": "Saken er avsluttet",
    "customer.closed.fixed": "Problemet er løst, og ingenting er begrenset. Takk.",
    "customer.closed.not-abuse": "Vi så på det igjen: dette var ikke et brudd, og vi beklager. "
    "Ingenting henger ved deg.",
    "customer.closed.no-action": "Det trengtes ingen tiltak. Ingenting er begrenset.",
    "customer.closed.imported": "Dette ble behandlet tidligere. Ingenting er begrenset.",
    "customer.closed.withdrawn": "Vi trakk beslutningen. Ingenting henger ved deg.",
    "customer.attacked": "Det er du som blir angrepet: Vi finner ingen feil hos deg, og "
    "ingenting av dette legges deg til last. Si fra under om du vil ha beskyttelsen gjort om.",
    "customer.protected": "Dette beskytter deg nå",
    "customer.help": "Dette kan du gjøre",
    "customer.limited": "Dette er begrenset nå",
    "customer.limited.none": "Ingenting er begrenset.",
    "customer.recorded": "Et tiltak er besluttet, men foreløpig blir tiltak bare notert.",
    "customer.limited.held": "ingen avslutter den før {when}; så kan et menneske det i sju dager, "
    "ellers virker den igjen",
    "customer.limited.ended": "dataene blir tatt vare på, og det kan gjøres om, til {when}",
    "customer.limited.until": "til {when}, da opphører det av seg selv",
    "customer.limited.since": "siden {when}",
    "customer.works": "Dette virker som før",
    "customer.lifted": "Opphevet",
    "customer.left": "Noe der var begrenset før tiltaket vårt, og ikke av det. Det lot vi være som "
    "vi fant det.",
    "customer.saw": "Hva det gjelder",
    "customer.rule": "Hvilken regel",
    "customer.rule.where": "{document}, versjon {version}, {anchor}",
    "customer.strike": "En person har funnet at årsaken ligger hos deg. Det teller som et brudd "
    "til {when}; deretter teller det ikke lenger. Får du medhold i en klage, fjernes det.",
    "customer.reasons": "Begrunnelse",
    "customer.reasons.json": "Det samme for et program (JSON)",
    "customer.evidence": "Se bevisene ({count}, det som gjelder din side)",
    "customer.evidence.item": "del",
    "customer.evidence.items": "deler",
    "customer.fix": "Slik retter du det",
    "customer.said": "Dette har du svart",
    "customer.said.below": "sagt på dine vegne av forhandleren din",
    "customer.said.read": "lest av oss",
    "customer.said.stops": "ikke lest ennå - til det er lest, følger ikke noe strengere trinn, "
    "for eksempel fra varsel til sperre",
    "customer.said.holds": "ikke avgjort ennå - til den er det, går verken en regel eller de som "
    "bestemte før, videre. Det som ingen avgjør innen 72 timer, oppheves.",
    "customer.said.unread": "ikke lest ennå",
    "customer.judged.granted": "Du fikk medhold: det klagen gjaldt, er opphevet, og vi beklager.",
    "customer.judged.refused": "Klagen ble avvist, av to som ikke hadde del i beslutningen.",
    "customer.judged.stepped-down": "Ingen avgjorde klagen din innen 72 timer: det den gjaldt, "
    "er opphevet.",
    "test.title": "Er det rettet?",
    "test.waits": "Testen er i gang. Last siden på nytt om noen sekunder.",
    "test.text": "Vi spør én gang, fra vår egen adresse, om det som ble meldt, fortsatt er der: "
    "ingenting blir endret, og vi tar ikke vare på noe av det du viser. Det vi ser, står her og "
    "i saken din.",
    "test.send": "Jeg har rettet det: test igjen",
    "test.there": "Fortsatt der:",
    "test.gone": "Ikke der lenger:",
    "test.unclear": "Ikke sikkert:",
    "test.at.tcp-port": "tjenesten på",
    "test.at.web-page": "siden",
    "test.at.open-resolver": "navnetjeneren på",
    "test.at.amplifier": "tjenesten på",
    "test.at.flow-gone": "trafikk fra",
    "test.at.other": "på",
    "test.port": "port {port}",
    "test.error": "Ingenting ble testet: en test er i gang, eller siden er endret. Se på nytt.",
    "test.error.often": "Du har testet ofte. Prøv igjen om en time.",
    "mail.unmailed": "Ikke sendt på e-post",
    "mail.unmailed.text": "Dette har vi skrevet ned for deg uten å sende e-post. Det ber deg ikke "
    "om noe.",
    "mail.title": "E-post fra oss",
    "mail.always": "Vi skriver alltid når noe begrenses, gis tilbake eller snart tar slutt, når vi "
    "ber om svar innen en bestemt dag, og når et menneske her avgjør noe. Bare e-post som ikke "
    "ber deg om noe, kan slås av. Det den ville sagt, står fra da av på denne siden; ta vare på "
    "en lenke hit, eller be oss om en.",
    "mail.on": "Du får e-post som ikke ber deg om noe, om: {kind}.",
    "mail.off": "Du får ikke e-post som ikke ber deg om noe, om: {kind}.",
    "mail.turn-off": "Ikke send slik e-post",
    "mail.turn-on": "Send slik e-post igjen",
    "customer.rights": "Dine rettigheter",
    "customer.rights.who": "Hvem bestemte: {who}.",
    "customer.rights.text": "Du kan når som helst be om en ny vurdering så lenge lenken "
    "virker, og det koster ingenting. "
    "Den som ser på saken da, er en annen enn den som bestemte. Du kan også gå til domstolene. "
    "Du trenger ingen konto for denne siden.",
    "customer.rights.link": "Lenken virker til {when}. Ikke gi den videre: den som har "
    "lenken, kan svare for deg.",
    "customer.contact": "Vil du heller skrive? {contact}, og nevn sak {reference}.",
    "answer.title": "Svaret ditt",
    "answer.fixed": "Jeg har rettet det",
    "answer.fixed.what": "En person hos oss leser svaret og opphever det som måtte være begrenset.",
    "answer.not-me": "Det var ikke oss, eller det er falsk alarm",
    "answer.not-me.what": "Vi går gjennom bevisene igjen før noe annet skjer.",
    "answer.need-help": "Jeg trenger hjelp eller mer tid",
    "answer.need-help.what": "En person leser svaret og skriver tilbake.",
    "answer.appeal": "Jeg vil at en annen ser på det",
    "answer.text": "Med dine egne ord",
    "answer.text.hint": "Én setning er nok: hva du fant, hva du gjorde.",
    "answer.send": "Send svaret",
    "answer.thanks": "Takk, vi har fått svaret ditt.",
    "answer.error": "Vi fikk ikke sendt det ennå",
    "answer.error.kind": "Velg ett av de tre svarene.",
    "answer.error.text": "Skriv høyst {most} tegn.",
    "answer.error.reason": "Skriv hvorfor, med en setning eller to.",
    "answer.error.once": "Denne siden var alt brukt til å svare. Nå er den frisk igjen: send "
    "en gang til om du har mer å si.",
    # svarene til den som blir angrepet
    "attacked.fixed": "Jeg vil ha beskyttelsen gjort om",
    "attacked.fixed.what": "En person hos oss leser svaret og gjør den om.",
    "attacked.not-me": "Dette er ikke et angrep: Vi ventet denne trafikken",
    "attacked.not-me.what": "En person leser svaret før noe annet skjer.",
    "attacked.need-help": "Jeg trenger hjelp, eller noe virker dårligere",
    "attacked.need-help.what": "En person skriver tilbake.",
    "attacked.appeal": "Jeg vil at en annen ser på det",
    "attacked.text.hint": "Én setning er nok: hva du merker, hva du trenger.",
    "appeal.title": "Er du uenig i beslutningen?",
    "appeal.text": "Be om en ny vurdering. En som ikke tok beslutningen, leser begrunnelsen "
    "din og svarer her. Har ingen gjort det innen 72 timer, blir det som er begrenset, opphevet.",
    "appeal.reason": "Hvorfor er den feil?",
    "appeal.send": "Be om ny vurdering",
    # melderens side
    "reporter.title": "Meldingen din om {subject}",
    "reporter.lead.open": "Takk. Vi arbeider med den.",
    "reporter.lead.fixed": "Det er løst. Takk for at du sa fra.",
    "reporter.lead.no-abuse": "Vi undersøkte det og fant ikke noe brudd på reglene våre.",
    "reporter.lead.not-ours": "Denne adressen er ikke i nettet vårt, så vi kan ikke gjøre "
    "noe med den.",
    "reporter.lead.not-found": "Vi fant ikke det du beskriver. Et nytt eksempel med tid og "
    "tidssone ville hjelpe.",
    "reporter.lead.withdrawn": "Saken ble avsluttet uten tiltak.",
    "reporter.progress": "Så langt er den kommet",
    "reporter.received": "Mottatt",
    "reporter.passed-on": "Hos kunden vår",
    "reporter.limited": "Begrenset i nettet vårt",
    "reporter.closed": "Avsluttet",
    "reporter.not-yet": "ikke ennå",
    "reporter.about": "Dette meldte du",
    "reporter.kind": "Slag",
    "reporter.subject": "Om",
    "reporter.at": "Mottatt",
    "reporter.others": "Andre har meldt samme kilde: {count}.",
    "reporter.next": "Du hører fra oss igjen senest {when}.",
    "reporter.privacy": "Dette gir vi videre",
    "reporter.privacy.text": "Kunden vår leser hva det gjelder: adresse, tider, slag "
    "og antall, aldri linjene dine, navnet eller adressen din. "
    "Av samme grunn sier ikke denne siden hvem kunden vår er.",
    "reporter.link": "Lenken virker til {when}.",
    "reporter.contact": "Fortsetter det, eller har du mer? Skriv til {contact} og nevn "
    "{reference}.",
    # innlogging
    "sign-in.title": "Logg inn",
    "sign-in.lead": "Vi sender deg en lenke som virker én gang, i ti minutter.",
    "sign-in.address": "E-postadressen din hos oss",
    "sign-in.send": "Send meg en lenke",
    "sign-in.sent": "Se i e-posten din",
    "sign-in.sent.text": "Hører adressen til en av oss, er en lenke på vei. Den virker én gang, "
    "i denne nettleseren.",
    "sign-in.elsewhere": "Denne lenken er ukjent her. Den virker bare i nettleseren som ba om "
    "den. Be om en ny i denne.",
    "sign-in.plain": "Innlogging virker ikke på denne adressen: nettlesere beholder en økt bare "
    "over TLS eller på selve maskinen. Sett en proxy med TLS foran, eller åpne en tunnel og gå til "
    "adressen bak den:",
    "sign-in.again": "Be om en ny lenke",
    "alert.title": "Alarm",
    "alert.severity.low": "lav",
    "alert.severity.high": "høy",
    "alert.severity.critical": "kritisk",
    "alert.raised": "Utløst {at} UTC.",
    "alert.case": "Åpne sak {case}",
    "alert.text": "Trykk på knappen for å si at du ser på den, så blir ingen flere varslet. Bare "
    "knappen gjør det, ikke det å åpne denne siden.",
    "alert.go": "Jeg ser på den",
    "alert.by": "{who} ser på den siden {at} UTC. Ingen flere blir varslet.",
    "alert.by-link": "Noen ser på den siden {at} UTC, gjennom lenken som gikk til {target}. Ingen "
    "flere blir varslet.",
    "sign-in.link": "Velkommen tilbake",
    "sign-in.link.text": "Trykk på knappen for å logge inn på denne enheten. Bare knappen "
    "bruker opp lenken, "
    "så et e-postfilter som åpner den, gjør ingen skade.",
    "sign-in.go": "Logg inn nå",
    "sign-in.oidc": "Logg inn med",
    "sign-in.oidc.no-group": "Ingen av gruppene dine åpner denne siden. Be om:",
    "sign-in.oidc.no-claim": "Innloggingstjenesten oppga ingen gruppe for deg. Spør "
    "administratoren om den sender grupper hit, og be om:",
    "sign-in.oidc.kept-back": "Du er med i flere grupper enn innloggingstjenesten sender, så den "
    "sendte ingen. Be administratoren om å sende bare gruppene eller rollene som er tildelt her. "
    "Tilgangen din er som før.",
    "sign-in.oidc.refused": "Du slapp ikke inn: Innloggingen er for gammel, eller kontoen din "
    "hører ikke til her. Prøv igjen, eller spør en operatør.",
    "sign-in.oidc.away": "Innloggingstjenesten svarer ikke. Prøv igjen om et øyeblikk.",
    "sign-in.oidc.taken": "Rollene dine er endret og blir tatt over. Logg inn igjen om litt.",
    "sign-in.oidc.needed": "Du logger inn med kontoen din i bedriften. Lenken åpner ingenting.",
    "sign-in.passkey": "Logg inn med passnøkkel",
    "sign-in.passkey.working": "Følg enheten din.",
    "sign-in.passkey.failed": "Enheten svarte ikke. Prøv igjen, eller få en lenke tilsendt.",
    "sign-in.passkey.refused": "Passnøkkelen slapp deg ikke inn: Den er ukjent her, er fjernet, "
    "eller siden sto åpen for lenge. Prøv igjen.",
    "sign-in.passkey.needed": "Rollen din logger inn med passnøkkel. Lenken åpner ingenting.",
    "sign-in.passkey.nowhere": "Her finnes ingen passnøkler: De krever HTTPS eller localhost.",
    "sign-in.passkey.elsewhere": "Passnøkler krever HTTPS eller localhost. Her virker de på:",
    "sign-in.error.address": "Skriv e-postadressen din, for eksempel kari@example.org.",
    # feil
    "error.400.title": "Det kunne vi ikke lese",
    "error.400.text": "Siden sendte noe vi ikke ventet. Ingenting er endret. Gå tilbake og "
    "prøv igjen.",
    "error.403.title": "Dette kan du ikke gjøre",
    "error.403.text": "Ingenting er endret.",
    "error.404.title": "Her er det ingenting",
    "error.404.text": "Se etter at hele lenken kom med: e-postprogrammer deler av og til "
    "lange lenker i to.",
    "error.405.title": "Det må gjøres med knappen",
    "error.405.text": "Denne adressen tar bare imot det sidens egen knapp sender. Ingenting "
    "er endret.",
    "error.408.title": "Dette tok for lang tid",
    "error.408.text": "Forespørselen kom ikke fram i tide, og ingenting er gjort. Prøv igjen, med "
    "bedre forbindelse eller mindre filer.",
    "error.409.title": "Noe er endret i mellomtiden",
    "error.409.text": "Du har ikke endret noe. Se på siden igjen og bestem på nytt.",
    "ppl.machine": "Nettprosessen kan ikke endre roller her. På selve maskinen:",
    "error.412.title": "Noe er endret siden du så på siden",
    "error.412.text": "Du har ikke endret noe. Se på siden igjen og bestem på nytt.",
    "error.410.title": "Denne lenken virker ikke lenger",
    "error.410.text": "Den er brukt, for gammel eller trukket tilbake. Ingenting er tapt: be "
    "oss om en ny.",
    "strange.title": "Vi kan ikke vise dette akkurat nå",
    "strange.text": "En post i databasen vår er ikke slik vi skrev den. Ingenting er endret. De "
    "som driver tjenesten, finner den med kommandoen aupkeep verify.",
    "erased.title": "Dette er slettet",
    "erased.text": "Tiden var ute, etter regelen «{rule}». Journalen viser fortsatt at det fantes "
    "og når det ble slettet; innholdet er borte og kan ikke hentes tilbake.",
    "error.422.title": "Noe mangler",
    "error.422.text": "Ingenting er endret. Gå tilbake, rett det og send på nytt.",
    "error.421.title": "Dette er ikke vår adresse",
    "error.421.text": "Denne installasjonen svarer under navnene den har fått: [provider] url og "
    "[web] hosts. Den som driver den, kan legge til dette.",
    "error.500.title": "Vi gjorde en feil",
    "error.500.text": "Feilen er vår og er skrevet ned. Ingenting du sendte, er halvgjort. "
    "Prøv igjen om en stund.",
    "error.503.title": "Vi kan ikke svare akkurat nå",
    "error.503.text": "Ingenting er tapt og ingenting er endret. Prøv igjen om noen minutter.",
    "error.csrf": "Skjemaet var for gammelt, eller informasjonskapsler er slått av. Last "
    "siden på nytt og send en gang til.",
    "error.home": "Gå til startsiden",
}
