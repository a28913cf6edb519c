"""What a kind of abuse is called in a heading, in two languages.

Nouns that name what was seen and nobody's guilt; the sentences stand in `phrases`.
"""

from aupkeep.notify.measurements import Language

NAMES: dict[str, tuple[str, str]] = {
    "assist/abuse_service": ("Service for abuse", "Tjeneste for misbruk"),
    "connection/ddos": ("Attack traffic (DDoS)", "Angrepstrafikk (DDoS)"),
    "connection/infected_host": ("Malware on a machine", "Skadevare på en maskin"),
    "connection/login_attack": ("Password guessing", "Passordgjetting"),
    "connection/port_scan": ("Port scan", "Portskanning"),
    "connection/reconnaissance": ("Network probing", "Nettverkskartlegging"),
    "connection/scraping": ("Heavy scraping", "Tung nedlasting"),
    "connection/sql_injection": ("Attack on a web application", "Angrep på en nettløsning"),
    "connection/vulnerability_scan": ("Search for weaknesses", "Leting etter svakheter"),
    "content/brand_infringement": ("Misuse of a brand", "Misbruk av varemerke"),
    "content/csam": ("Sexual abuse of children", "Seksuelle overgrep mot barn"),
    "content/csem": ("Sexual exploitation of children", "Seksuell utnytting av barn"),
    "content/data_harvesting": ("Collecting of personal data", "Innsamling av persondata"),
    "content/defamation": ("Defamation", "Ærekrenkelse"),
    "content/doxing": ("Personal data published", "Publiserte persondata"),
    "content/exposed_data": ("Exposed data", "Data på avveie"),
    "content/fraud": ("Fraud", "Svindel"),
    "content/harassment": ("Harassment", "Trakassering"),
    "content/hate_speech": ("Hateful content", "Hatefullt innhold"),
    "content/incitement": ("Incitement", "Oppfordring til vold"),
    "content/intimate_images": ("Intimate pictures", "Intime bilder"),
    "content/malware": ("Malware offered", "Spredning av skadevare"),
    "content/phishing": ("Phishing page", "Svindelside"),
    "content/prohibited_goods": ("Prohibited goods", "Forbudte varer"),
    "content/pyramid_scheme": ("Pyramid scheme", "Pyramidespill"),
    "content/remote_compromise": ("Machine taken over", "Overtatt maskin"),
    "content/suspicious_registration": ("Suspicious name", "Mistenkelig navn"),
    "content/terrorist": ("Terrorist content", "Terrorinnhold"),
    "content/unfair_practice": ("Unfair trade", "Urimelig handelspraksis"),
    "copyright/copyright": ("Copyright", "Opphavsrett"),
    "copyright/cyberlocker": ("Copyright: file store", "Opphavsrett: fillager"),
    "copyright/link_site": ("Copyright: links", "Opphavsrett: lenker"),
    "copyright/p2p": ("Copyright: file sharing", "Opphavsrett: fildeling"),
    "copyright/ugc_platform": ("Copyright: shared content", "Opphavsrett: delt innhold"),
    "copyright/usenet": ("Copyright: Usenet", "Opphavsrett: Usenet"),
    "general/irresponsible": ("Irresponsible use", "Uansvarlig bruk"),
    "infrastructure/botnet": ("Part of a botnet", "Del av et botnett"),
    "infrastructure/compromised_server": ("Machine taken over", "Overtatt maskin"),
    "interference/platform_attack": ("Attack on our platform", "Angrep på plattformen vår"),
    "interference/service_evasion": ("Getting around limits", "Omgåelse av grenser"),
    "interference/sniffing": ("Listening in on traffic", "Avlytting av trafikk"),
    "intrusion/data_access": ("Access to others' data", "Tilgang til andres data"),
    "intrusion/data_tampering": ("Change of others' data", "Endring av andres data"),
    "law/data_loss": ("Loss of data", "Tap av data"),
    "law/unspecified": ("Breach of law", "Lovbrudd"),
    "messaging/bulk_messaging": ("Bulk mail", "Masse-e-post"),
    "messaging/mail_bombing": ("Flooding of mailboxes", "Oversvømming av e-postkasser"),
    "messaging/spam": ("Unsolicited mail", "Uønsket e-post"),
    "operations/burglary": ("Burglary", "Innbrudd"),
    "operations/outage": ("Outage", "Driftsavbrudd"),
    "protection/inbound_ddos": ("Attack on a machine (DDoS)", "Angrep mot en maskin (DDoS)"),
    "reputation/blocklist": ("Blocklist entry", "Oppføring på blokkeringsliste"),
    "reputation/threat_intelligence": ("Listed as a threat", "Oppført som en trussel"),
    "responsibility/third_party": ("Acts of a user's user", "Handlinger av kundens bruker"),
    "retaliation/provocation": ("Provocation", "Provokasjon"),
    "test/drill": ("Drill", "Øvelse"),
    "use/high_risk_environment": ("High-risk use: environment", "Høyrisikobruk: miljø"),
    "use/high_risk_health": ("High-risk use: health", "Høyrisikobruk: helse"),
    "vulnerability/cve": ("Known weakness", "Kjent svakhet"),
    "vulnerability/misconfiguration": ("Unsafe set-up", "Utrygt oppsett"),
    "vulnerability/open_service": ("Open service", "Åpen tjeneste"),
}


def noun(kind: str, language: Language = "en") -> str:
    """What a kind is called within a sentence.

    >>> noun("connection/login_attack")
    'password guessing'
    """
    name = named(kind, language)
    return name[:1].lower() + name[1:]


def named(kind: str, language: Language = "en") -> str:
    """A kind of the taxonomy as a heading; any other stays as it is.

    >>> named("connection/login_attack"), named("connection/login_attack", "nb")
    ('Password guessing', 'Passordgjetting')
    """
    return NAMES.get(kind, (kind, kind))[language == "nb"]
