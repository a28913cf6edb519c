"""The words beside an address that name a side: who came, or who was hit, in eleven languages.

Weights are ours, ordered so that a field name beats a preposition and both beat a position. Words
are compared without `_` and `-`: `src_ip`, `src-ip` and `srcip` are one. A label of two parts
("attacked" + "IP address") is built from its parts, so that no noun takes the wrong side's word.
"""

from aupkeep.intake import side_words_further as more
from aupkeep.intake.side_words_further import (
    HELD,
    SOURCE_FIELDS,
    SOURCE_PREPOSITIONS,
    TARGET_FIELDS,
)

VICTIM_SCORE, ON_SCORE, OTHER_SCORE = -4, -2, -3
FIELD, PREPOSITION, NOUN, ADDRESSED = 6, 5, 4, 3

# a word for a side, which may stand alone or before a noun
_OFFENDER = (
    "client,remote,source,sources,src,attacker,attackers,attacking,abuser,abusive,abusing,offender,"
    "offending,offenders,intruder,hostile,infringer,infringing,malicious,peer,spammer,spamming,"
    "scanner,scanning,suspicious,suspect,culprit,originating,origin,infected,compromised,"
    "vulnerable,reported,bot,zombie"
)
_VICTIM = (
    "dst,dest,destination,target,targets,targeted,victim,victims,attacked,protected,local,server,"
    "upstream,"
    "our,my,own,my own,our own,sensor,honeypot,scanned,flooded,hit,affected target,listening,"
    "probed,sinkhole"
)
_NOUNS = (
    "ip,ips,ip address,ip addresses,ip addr,ipaddr,ipaddress,ipv0,ipv0 address,address,addresses,"
    "addr,host,hosts,hostname,server,servers,system,systems,machine,machines,computer,device,"
    "network,network address,node"
)
_FIELDS = (
    "rhost,rip,raddr,oip,clienthost,xrealip,xoriginatingip,xsourceip,xclientip,xremoteip,"
    "srcaddr,srchost,srcipv0,srcipv0addr,remoteaddr,remotehost,remoteip,peeraddr,peerip,cip,"
    "source network address,viewer address,connecting host,connecting ip,ip of the attacker,"
    "open resolver,open resolvers,open dns resolver,open dns resolvers,recursive resolver,"
    "open proxy,open relay,ip v0 source,sender ip,sending ip,sending host,calling station,"
    # German, French, Dutch, Norwegian and Danish, Swedish, Spanish, Italian, Polish, Portuguese
    "angreifer,angreiferip,angreifende ip,angreifende adresse,quelle,quellip,quelladresse,"
    "quellhost,quellipadresse,quellnetzwerkadresse,verursacher,absenderip,absender ip,"
    "attaquant,ip source,adresse source,adresse ip source,source de,origine,ip origine,"
    "adresse ip attaquante,ip attaquante,adresse du réseau source,"
    "bron,bronip,bronadres,bronipadres,bronnetwerkadres,aanvaller,aanvallende ip,"
    "aanvallend ipadres,dader,herkomst,"
    "kilde,kildeip,kildeadresse,kildeipadresse,angriper,angriperip,angripar,avsenderip,kjelde,"
    "kjeldeadresse,angriber,angribende ip,"
    "källa,källip,källadress,källipadress,angripare,avsändarip,"
    "origen,ip de origen,ip origen,atacante,ip atacante,dirección de origen,"
    "sorgente,ip sorgente,indirizzo sorgente,attaccante,ip attaccante,indirizzo ip sorgente,"
    "źródło,źródłowy,źródłowe,atakujący,atakującego,adres źródłowy,"
    "origem,ip de origem,ip origem,endereço de origem,"
    # who sent it
    "absender,expéditeur,afzender,avsender,avsendar,avsändare,afsender,mittente,remitente,"
    "remetente,nadawca,napastnik"
)
_PREPOSITIONS = (
    "from,from ip,from ip address,from host,from address,h=,relay=,failed for,failure for,ban,"
    "banned,unban,already banned,blocking,blocked,block,found,attempt detected,hosted on,hosted at,"
    "with the ip,behind the ip,negotiate with,set up for,hosts.deny,triggered by,"
    "originating from,coming from,coming out of,attaqué par,attaquée par,scanné par,"
    "aangevallen door,angrepet av,"
    "angripen av,angrebet af,attackeras av,attackerad av,da parte di,attacco da,ddos da,"
    "atakowany przez,atakowana przez,atacado por,attaccato da,zaatakowany przez,"
    "attacked by,scanned by,flooded by,by ip,resolves to,resolving to,resolved to,points to,"
    "pointing to,hosted by,served from,"
    "located at,"
    "von,von ip,von der ip,depuis,depuis ip,fra,frå,vanaf,vanuit,van,van ip,från,desde,"
    "z,denied to,desde la ip,dall,dallip,"
    "proveniente da,provenant de,venant de,émanant de,issue de,issu de,stammend von,afkomstig van,"
    "procedente de,proveniente de,provenientes de,pochodzący z,pochodzące z,vindo de,vinda de,"
    "en provenance de,gehostet auf,"
    "hébergé sur,hébergée sur,gehost op,spesielt fra,ausgehend von,z adresu,a partir de,do ip"
)
_PLAIN = (
    # who tries it, behind the verb
    "probeert,försöker,versucht,prøver,forsøker,forsøger,intenta,tente,verstuurt,verschickt,"
    "skickar,"
    "scannt,scant,skannar,skanner,"
    "ip,ips,ip address,ip addresses,ipadresse,ipadressen,adresse ip,adresses ip,ipaddress,ipaddr,"
    "ip addr,addr,address,addresses,host,hosts,hostname,rcpt,user,login action,xforwardedfor,"
    "forwarded,query,acl,tlsout,tlsin,sslout,sslin,system,machine,rechner,domain,ipadres,"
    "ipadressen,ipadress,ipadresser,ipadressa,ipadressene,dirección ip,direcciones ip,"
    "adresse,adressen,adressa,dirección,indirizzo,endereço,maskinen,maskina,datamaskinen,"
    "o adresie,o adresie ip,control server,c0 server,c c server,phishing server,malware server"
    ",spam server,"
    "indirizzo ip,indirizzi ip,adres ip,adresu ip,endereço ip,endereços ip,tjener,maskin,server ip"
)
# what is the reader's: one word of the first line before one of the second
_YOURS = (
    "your,ihr,ihre,ihrem,ihren,ihres,ihrer,votre,vos,uw,jullie,din,ditt,dine,deres,dykkar,er,ert,"
    "era,jeres,su,sus,vuestro,vuestra,vostro,vostra,suo,seu,sua,vosso,vossa,państwa,wasz,waszego,"
    "waszym"
)
_HELD = (
    "server,servers,server ip,host,hosts,customer,customers,customers ip,network,client,clients,"
    "user,users,machine,ip,ips,ip address,ip addresses,range,system,systems,address,"
    "infrastructure,kunde,kunden,netz,netzwerk,rechner,klant,"
    "klanten,netwerk,ipadres,serveur,serveurs,réseau,adresse ip,"
    "machines,ipadresse,serveren,tjener,tenar,nett,nettverk,maskin,nät,servidor,cliente,red,rete,"
    "serwer,klient,klienta,serwera,sieci,servere,kunder,adresse,adressen,adress,adres,adresu"
    ",adresie,indirizzo,dirección,endereço,ipadress,ipadressen,maskin,maskinen,maszyna,maszyny"
)
_BEHIND = "kunden deres,serveren deres,nettet deres,nettverket deres,tenaren dykkar,kunden dykkar"
_HIT = (
    "dstip,dstaddr,dsthost,dstipv0,dstipv0addr,destip,destaddr,desthost,to,to ip,lip,laddr,sip v0,"
    "localip,localaddr,i=,sensorip,dvc,dvchost,interface,proxy,via,virtual host,"
    "listen,hitting,to origin,origin server,our ip address,unser,unsere,unserem,unseren,unseres,"
    "unserer,unserem server,"
    "unser server,ziel,zielip,zieladresse,zielipadresse,zielsystem,zielserver,opfer,opferip,"
    "angegriffen,angegriffene ip,angegriffener server,angegriffenes system,geschädigter,"
    "cible,ip cible,adresse cible,adresse ip cible,ip destination,adresse destination,"
    "adresse ip destination,adresse ip de destination,ip de destination,victime,notre,notre "
    "serveur,nos,nos serveurs,doel,doelip,doeladres,doelwit,doelsysteem,slachtoffer,onze,ons,"
    "onze server,bestemming,mål,målip,måladresse,målsystem,målmaskin,offeret,vår,våre,vårt,vores,"
    "vår server,vår tjener,tjeneren vår,serveren vår,våra,måladress,målet,destino,ip de destino,"
    "ip destino,víctima,ip víctima,nuestro,nuestra,nuestros,nuestro servidor,destinazione"
    ",ip destinazione,"
    "vittima,nostro,nostra,nostri,nostro server,cel,docelowy,adres docelowy,ofiara,nasz,naszego,"
    "nasz serwer,vítima,nosso,nossa,nosso servidor,"
    "angrepet adresse,angrepet ip,angripen adress,angrebet adresse,aangevallen ip,"
    "ip attaquée,adresse attaquée,ip atacada,dirección atacada,ip attaccato,indirizzo attaccato,"
    "zaatakowany adres,endereço atacado"
)
_AGAINST = (
    "against,hitting,gegen,tegen,naar,contre,vers,mot,contra,hacia,contro,verso,przeciwko,na adres,"
    "till"
)
# whoever tells of it
_REPORTER = "reporter,reporting,monitoring,complainant,submitter,detector,collector,observer,melder"
# where something is: the attacked side of an attack, but the side that runs what should not run
_ON = "running on,runs on,running at,listening on,listens on,on,auf,op,på,sur,su,em,en,na"
_OTHER = (
    "helo,helo=,ehlo,sip,sips,url,uri,referer,referrer,useragent,nameserver,name server,"
    "resolver,resolvers,mx,messageid,get,post,head,put,options,propfind,connect,not,"
    "except,instead of,whitelist,whitelisted,reporter,reported by,ns,reporting ip,our resolver,"
    "gateway,router,monitoring,dns server,dns servers,dnsserver,backend,netmask,subnet,mask,gw,"
    "allowlist,allow,permit,trusted,melder,rapporteur,not block,t block,not ban,t ban,never block,"
    "blocked by,detected by,stopped by,seen by,logged by,dropped by,filtered by,mitigated by,"
    "protected by,gesperrt von,blokkert av,bloqué par,bloqueado por,bloccato da,geblokkeerd door,"
    "forwarded by,relayed by,delivered by,passed by,received by,accepted by"
)
# these must stand right before the address or one word away
# whatever stands right behind these belongs to the writer, who was hit
_OURS = (
    "our,my,own,unser,unsere,unserem,unserer,mein,meine,notre,nos,mon,onze,ons,mijn,vår,våre,vårt,"
    "min,vores,våra,nuestro,nuestra,mi,nostro,nostra,mio,nasz,nosso,nossa"
)
OURS = frozenset(f"{_OURS},{more.OURS}".split(","))
YOURS = frozenset(f"{_YOURS},{more.YOURS}".split(","))
# "the server at": of whoever the words before it name; hit where one of these stands there
PLACED = frozenset(
    f"{noun} {where}"
    for noun in ("server", "servers", "host", "machine", "system", "computer")
    for where in ("at", "with", "behind")
)
AIMED = OURS | frozenset({*_AGAINST.split(","), "to", "on", "at", "target", "victim", "attacked"})
_CLOSE = (
    "z,to,on,via,not,probeert,försöker,versucht,prøver,forsøker,forsøger,"
    "intenta,tente,verstuurt,verschickt,skickar,scannt,scant,skannar,skanner,auf,gegen,op,tegen,"
    "against,except,my,our,på,sur,mot,van,vers,till,naar,allow,"
    "permit,cel,dall,resolver,resolvers,nameserver,mx,ns,url,uri,sip,get,post,head,put,connect,"
    "options"
)
# words that name the source only as the whole name of a field
SENDERS = frozenset(
    {"da", "od", "de", "från", "frå", "fra", "von", "van", "from", "vanaf", "desde"}
)
CLOSE = frozenset(_CLOSE.split(","))


def normalised(token: str) -> str:
    """A word without what writers join it with, its figures 0."""
    return token.rstrip(".-").replace("_", "").replace("-", "")


def _paired(sides: str) -> list[str]:
    """Each word for a side alone, before each noun, and grown together with it."""
    words = sides.split(",")
    nouns = _NOUNS.split(",")
    both = [f"{word} {noun}" for word in words for noun in nouns]
    return [*words, *both, *(f"{word}{noun}" for word in words for noun in nouns)]


def _joined(phrases: str) -> list[str]:
    """Each phrase, and grown together as the name of a column is: `ip_origen`."""
    apart = phrases.split(",")
    return [*apart, *(phrase.replace(" ", "") for phrase in apart)]


def _table() -> dict[str, int]:
    table: dict[str, int] = {}
    for words, weight in (
        (_OTHER.split(","), OTHER_SCORE),
        (_paired(_REPORTER), OTHER_SCORE),
        (_ON.split(","), ON_SCORE),
        (_AGAINST.split(","), VICTIM_SCORE),
        (_joined(f"{_HIT},{TARGET_FIELDS}"), VICTIM_SCORE),
        (_paired(_VICTIM), VICTIM_SCORE),
        (
            [f"{yours} {held}" for yours in sorted(YOURS) for held in f"{_HELD},{HELD}".split(",")],
            ADDRESSED,
        ),
        (_BEHIND.split(","), ADDRESSED),
        (f"{_PLAIN},{more.PLAIN}".split(","), NOUN),
        (sorted(PLACED), NOUN),
        (f"{_PREPOSITIONS},{SOURCE_PREPOSITIONS}".split(","), PREPOSITION),
        (_paired(_OFFENDER), FIELD),
        (_joined(f"{_FIELDS},{SOURCE_FIELDS}"), FIELD),
    ):
        for word in words:
            table.setdefault(word, weight)
    return table


CUES = _table()
