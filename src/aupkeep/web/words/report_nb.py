"""Bokmål, det offentlige meldingsskjemaet."""

WORDS = {
    "report.title": "Meld misbruk",
    "report.lead": "Fortell {operator} om noe i nettet som er ulovlig eller bryter vilkårene for "
    "bruk. Du trenger ingen konto. Hva gjelder det?",
    "report.listen": "Mottaket er under oppsett: Meldingen blir tatt vare på og lest, men ingen "
    "e-post blir sendt ennå. Ta vare på lenken til siden.",
    "report.group.attack": "En maskin angriper eller oversvømmer",
    "report.group.deceit": "Noen skal lures",
    "report.group.rights": "Noens rettigheter",
    "report.group.people": "Mennesker blir skadet",
    "report.group.else": "Noe annet",
    "report.matter.phishing": "Meld nettfiske",
    "report.matter.phishing.what": "En side eller e-post som utgir seg for å være en annen, for å "
    "få passord, koder eller kort.",
    "report.matter.malware": "Meld skadelig programvare",
    "report.matter.malware.what": "En side eller fil som smitter maskiner, eller en tjener som "
    "styrer smittede.",
    "report.matter.spam": "Meld søppelpost",
    "report.matter.spam.what": "E-post eller meldinger til mange som ikke har bedt om dem.",
    "report.matter.break-in": "Meld innbruddsforsøk",
    "report.matter.break-in.what": "Gjetting av passord, utnyttede hull, innlogging uten lov.",
    "report.matter.scan": "Meld skanning",
    "report.matter.scan.what": "En maskin som prøver mange porter eller adresser.",
    "report.matter.flood": "Meld et tjenestenektangrep",
    "report.matter.flood.what": "Trafikk som skal gjøre en tjeneste ubrukelig.",
    "report.matter.fraud": "Meld bedrageri",
    "report.matter.fraud.what": "En butikk som ikke leverer, en falsk investering, et falskt "
    "lotteri.",
    "report.matter.copyright": "Meld brudd på opphavsrett",
    "report.matter.copyright.what": "Verket ditt, eller et du kan tale for, spres uten tillatelse.",
    "report.matter.brand": "Meld misbruk av et varemerke",
    "report.matter.brand.what": "Et navn, en logo eller et design brukt uten tillatelse.",
    "report.matter.privacy": "Meld personopplysninger på avveie",
    "report.matter.privacy.what": "Andres opplysninger ligger åpent, eller er lagt ut mot deres "
    "vilje.",
    "report.matter.intimate": "Meld intime bilder",
    "report.matter.intimate.what": "Spredt uten samtykke fra den som er på dem.",
    "report.matter.harassment": "Meld trakassering",
    "report.matter.harassment.what": "Noen blir fulgt etter, truet eller mobbet.",
    "report.matter.defamation": "Meld ærekrenkelser",
    "report.matter.defamation.what": "Usanne påstander som skader noens gode navn.",
    "report.matter.hate": "Meld hatefulle ytringer",
    "report.matter.hate.what": "Hat mot mennesker for det de er.",
    "report.matter.threat": "Meld trusler eller oppfordring til vold",
    "report.matter.threat.what": "Er noen i fare nå? Ring politiet først.",
    "report.matter.terror": "Meld terrorinnhold",
    "report.matter.terror.what": "Hyllest av, oppskrift på eller oppfordring til terror.",
    "report.matter.child": "Meld seksuelle overgrep mot barn",
    "report.matter.child.what": "Du trenger ikke oppgi navn. Send ingen bilder og ingen film.",
    "report.matter.goods": "Meld ulovlige varer",
    "report.matter.goods.what": "Tilbud om det loven ikke tillater å selge.",
    "report.matter.other": "Meld noe annet",
    "report.matter.other.what": "Alt annet som er ulovlig eller bryter vilkårene.",
    "report.mail": "Vil du heller skrive e-post?",
    "report.mail.text": "Maskiner og misbrukskontorer skriver til {contact}, helst i XARF eller "
    "ARF. Et program kan også sende meldinger; dokumentasjonen fra leverandøren sier hvordan.",
    "report.other": "Det gjelder noe annet",
    "report.optional": "(valgfritt)",
    "report.error": "Ikke sendt",
    "report.errors": "Noe mangler før vi kan gå videre",
    "report.child": "Skriv bare hvor det er. Ikke send materialet, en kopi eller et skjermbilde: "
    "Det kan i seg selv være straffbart. Ingen her kommer til å åpne det.",
    "report.where": "Hvor er det?",
    "report.where.hint": "Én per linje: hele nettadressen, eller en adresse som "
    "203.0.113.7:41822, med port om du vet den. Høyst 20.",
    "report.at": "Når?",
    "report.at.hint": "Siste gang du så det, slik klokken eller loggen viser det.",
    "report.zone": "I hvilken tidssone?",
    "report.zone.hint": "Den klokken eller loggen bruker. Mange logger er i UTC.",
    "report.zone.choose": "Velg en sone",
    "report.zone.places": "Etter sted (sommertid er tatt med)",
    "report.zone.offsets": "Etter avstand fra UTC",
    "report.why": "Hvorfor er det ulovlig eller i strid med vilkårene?",
    "report.why.hint": "Med dine egne ord: hva som skjer, hvem det skader, hvilken lov eller "
    "regel det bryter om du vet det. La være å skrive private opplysninger; vi kan måtte vise "
    "det til kunden vår.",
    "report.lines": "Logglinjer eller e-posthoder",
    "report.lines.hint": "Lim dem inn som de er, med tidspunkter. Kunden vår kan få se dem, med "
    "dine egne opplysninger skjult.",
    "report.upload": "Filer",
    "report.upload.hint": "En e-post som .eml, en logg: høyst 5 filer, {most} MB til sammen. De "
    "blir tatt vare på som de er og aldri kjørt.",
    "report.upload.kept": "Fil {number}, {size} byte, er tatt vare på",
    "report.rights": "Verket og retten din til det",
    "report.work": "Hvilket verk?",
    "report.work.hint": "Tittel, opphaver, år, og hvor det finnes lovlig.",
    "report.authority": "Du er",
    "report.authority.owner": "den som har retten",
    "report.authority.agent": "en som kan handle for den som har retten",
    "report.contact": "Postadresse og telefon",
    "report.contact.hint": "Om vi skal nå deg på annen måte enn e-post.",
    "report.you": "Deg",
    "report.you.text": "Loven krever navn og adresse fra den som melder. Kunden vår får aldri se "
    "dem.",
    "report.you.anonymous": "Du kan la begge stå tomme. Da kan vi ikke fortelle deg på e-post hva "
    "som kom ut av det, men siden du får etterpå, kan.",
    "report.name": "Navn",
    "report.name.hint": "Ditt, eller virksomhetens.",
    "report.email": "E-postadresse",
    "report.email.hint": "Vi sender én e-post med en knapp som viser at den er din. Til da venter "
    "meldingen på et menneske.",
    "report.statement": "Erklæringen din",
    "report.good_faith": "Jeg mener i god tro at det jeg har skrevet, er riktig og fullstendig.",
    "report.sworn": "Opplysningene er riktige, og jeg erklærer under straffansvar at jeg har "
    "retten eller kan handle for den som har den.",
    "report.signature": "Underskrift",
    "report.signature.hint": "Skriv hele navnet ditt.",
    "report.misuse": "Den som ofte sender åpenbart grunnløse meldinger, kan for en tid ikke bli "
    "hørt.",
    "report.check": "Se over før du sender",
    "report.look": "Stemmer dette?",
    "report.look.text": "Slik forsto vi det. Ingenting er sendt ennå.",
    "report.kind": "Gjelder",
    "report.as-written": "du skrev {text}",
    "report.nameless": "Uten navn",
    "report.send": "Send meldingen",
    "report.change": "Endre",
    "report.next": "Når du har sendt, får du en side med et nummer. E-posten med knappen kommer "
    "straks. Et menneske eller en skreven regel avgjør, og du får høre hvorfor.",
    "report.next.anonymous": "Når du har sendt, får du en side med et nummer. Ta vare på lenken: "
    "Den er eneste måte å se hva som kom ut av det.",
    "report.noscript": "Bruk {wait} på å lese gjennom, og send så: Den korte ventetiden "
    "holder roboter ute.",
    "report.proof.working": "Nettleseren din gjør et regnestykke som holder roboter ute. Det tar "
    "noen sekunder.",
    "report.proof.done": "Klar til å sende.",
    "report.proof.sending": "Den blir sendt så snart regnestykket er ferdig.",
    "report.soon": "Nesten: Vent {wait}, og trykk så på knappen en gang til. Ingenting er tapt.",
    "report.busy": "Det kom mange meldinger fra nettet ditt eller med e-postadressen din. Trykk på "
    "knappen igjen om {wait}; ingenting er tapt så lenge siden er åpen. Haster det? Skriv en "
    "e-post.",
    "report.again": "Siden er brukt før, eller mer enn et døgn gammel. Ingenting er tapt: Se over "
    "igjen, og trykk på knappen en gang til.",
    "report.seconds": "{count:sekund|sekunder}",
    "report.minutes": "{count:minutt|minutter}",
    "report.confirm": "Er dette adressen din?",
    "report.confirm.text": "Meldingen {reference} ble sendt med adressen {email}. Trykk på knappen "
    "om det var deg.",
    "report.confirm.go": "Ja, det var meg",
    "report.confirm.not": "Var det ikke deg? Da kan du bare lukke siden.",
    "report.error.missing": "Fyll ut dette.",
    "report.error.long": "Høyst {most} tegn.",
    "report.error.line": "Én linje med vanlige tegn, takk.",
    "report.error.where.missing": "Skriv minst én nettadresse eller nettverksadresse.",
    "report.error.where.many": "Høyst 20, én per linje. Send resten i en ny melding.",
    "report.error.where.unclear": "Vi kan ikke lese {found}. Skriv hele nettadressen med https://, "
    "eller én adresse som 203.0.113.7.",
    "report.error.at.missing": "Uten tidspunktet kan ingen si hvem som hadde adressen.",
    "report.error.at.unclear": "Skriv dato og klokkeslett som 2026-03-01T12:00. Kanskje fantes "
    "ikke klokkeslettet den dagen.",
    "report.error.at.never": "Tidspunktet er ennå ikke kommet, eller det er før år 2000.",
    "report.error.zone.unclear": "Velg sonen klokken eller loggen bruker: Vi gjetter ikke.",
    "report.error.why.missing": "Skriv en setning eller to.",
    "report.error.email.unclear": "Skriv en adresse som et menneske leser, for eksempel "
    "kari@example.org.",
    "report.error.good_faith.missing": "Vi kan bare ta imot meldinger med denne erklæringen.",
    "report.error.sworn.missing": "Vi kan bare ta imot meldinger om opphavsrett med denne "
    "erklæringen.",
    "report.error.authority.missing": "Velg én av de to.",
    "report.error.signature.missing": "Skriv hele navnet ditt.",
    "report.error.upload.gone": "Filen ble tatt vare på i et døgn og er borte. Velg den på nytt.",
    "report.error.upload.many": "Høyst 5 filer.",
    "report.error.upload.large": "Filene er for store til sammen.",
    "report.error.upload.full": "Det er ikke plass til filer akkurat nå. Lim inn linjene i "
    "stedet, eller prøv igjen senere.",
    "report.error.upload.busy": "Det kom mange filer fra nettet ditt. Prøv igjen om {found} "
    "sekunder, eller lim inn linjene.",
    "report.error.upload.unwanted": "Ingen filer i denne saken, takk.",
    # det melderens side sier i tillegg, om en melding fra skjemaet
    "filed.sent": "Vi har fått meldingen din",
    "filed.number": "Nummeret er {reference}. Ta vare på lenken til denne siden: Her ser du hva "
    "som kommer ut av det.",
    "filed.asked": "Se nå i e-posten din: Trykk på knappen der for å vise at adressen er din. Til "
    "da teller meldingen som en uten kjent avsender, og venter på et menneske.",
    "filed.silent": "Ingen e-post kunne sendes, så adressen din er ikke bekreftet. Meldingen er "
    "tatt vare på, og et menneske leser den.",
    "filed.confirmed": "Takk, adressen din er bekreftet.",
    "filed.anonymous": "Du oppga ikke navn. Et menneske leser meldingen; denne siden sier fra når "
    "saken er avsluttet.",
    "filed.next": "Dette skjer nå",
    "filed.next.read": "Et program leser den i løpet av minutter og finner ut hvem den gjelder.",
    "filed.next.decide": "Det som haster (et angrep, nettfiske), blir sett på i løpet av timer, "
    "andre saker i løpet av noen virkedager.",
    "filed.next.told": "Når det er avgjort, får du begrunnelsen her og på e-post.",
    "filed.decided": "Avgjørelsen",
    "filed.decided.automatic": "Et program avgjorde etter en skreven regel.",
    "filed.decided.person": "Et menneske avgjorde.",
    "filed.redress": "Er du uenig?",
    "filed.redress.text": "Skriv til {contact} og nevn {reference}: En som ikke avgjorde saken, "
    "ser på den igjen, og det koster ingenting. Du kan også klage til myndigheten som fører tilsyn "
    "med digitale tjenester i landet ditt, og gå til domstolene.",
    "error.429.title": "For mye på én gang",
    "error.429.text": "Ingenting er endret. Prøv igjen om en stund.",
    "error.413.title": "Det er for stort",
    "error.413.text": "Ingenting er endret. Gå tilbake og send mindre.",
}
