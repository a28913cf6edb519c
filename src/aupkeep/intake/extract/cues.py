"""The words beside an address that say what it was: the one who came, or the one who was hit.

The cue nearest before an address decides; what stands right behind it ("1.2.3.4 -> …") counts too.
Weights are ours, ordered so that a field name beats a preposition and both beat a position.
A phrase of up to three words is looked up without its underscores: `src_ip` and `srcip` are one.
"""

import re

WINDOW = 72  # characters before an address in which a cue is looked for
VICTIM_SCORE, OTHER_SCORE, ARROW_SCORE, LEADING_SCORE = -4, -3, 7, 8
LONGEST_PHRASE = 3
_OFFENDER = {
    6: (
        "client,client ip,client address,client host,clientip,clientaddr,clientaddress,"
        "clienthost,rhost,rip,raddr,src,srcip,srcaddr,srchost,source,sourceip,source ip,"
        "sourceaddress,source address,source network address,source host,sourcehost,remote,"
        "remoteip,remoteaddr,remoteaddress,remotehost,remote ip,remote address,remote host,"
        "x-real-ip,x-originating-ip,x-source-ip,x-client-ip,attacker,attackers,attacker ip,"
        "attackers ip,attacker address,attacking ip,attacking host,offender,offending,"
        "offending ip,offending host,offending address,viewer address,connecting host,peer,"
        "peerip,peeraddr,abuser,abusive ip,intruder,hostile ip,infringer,angreifer,"
        "quell-ip,quelle,bron,bron-ip,kilde,kilde-ip,adresse source,ip source,attaquant,"
        "aanvaller,angriper,angriper-ip"
    ),
    5: (
        "from ip,from ip address,from host,from,h=,relay=,failed for,failure for,ban,"
        "banned,unban,already banned,blocking,blocked,block,found,possible attack,"
        "attempt detected,hosted on,von,depuis,fra,vanaf,with the ip,behind the ip,"
        "negotiate with,hosts.deny"
    ),
    4: (
        "ip,ips,ip address,ip addresses,ip-address,ip-adresse,adresse ip,ipaddress,ipaddr,"
        "ip addr,addr,address,addresses,host,hosts,hostname,rcpt,user,login action,"
        "x-forwarded-for,forwarded,query,acl,tls-out,tls-in,ssl-out,ssl-in,system,machine,"
        "rechner,domain"
    ),
    3: (
        "your server,your server ip,ihrem server ip,your servers,your host,your hosts,"
        "your customer,your customers,your network,your client,your user,your machine,"
        "your ip,your ips,ihr server,ihrem server,ihr kunde,ihres kunden,uw klant,"
        "uw server,votre client,votre serveur,din kunde,deres kunde,deres server"
    ),
}
_VICTIM = (
    "dst,dstip,dstaddr,dsthost,dest,destip,destaddr,desthost,destination,destinationip,"
    "destination ip,destinationaddress,destination address,dest ip,to,to ip,ziel,ziel-ip,"
    "doel,mål,cible,lip,laddr,local,localip,localaddr,localaddress,local address,local ip,"
    "i=,server,serverip,serveraddr,server ip,server address,upstream,our,unser,unsere,"
    "unserem,unseren,onze,notre,nos,vår,våre,our server,our host,our ip,our network,"
    "our ip address,our servers,my,my server,my ip,my host,target,targetip,target ip,"
    "target address,target host,targets,victim,victim ip,victim address,opfer,on,auf,"
    "against,gegen,op,tegen,listen,listening on,interface,proxy,via,virtual host,sensor,"
    "sensorip,honeypot,dvc,hitting,attacked,attacked host,"
    "attacked ip,attacked server,attacked system,attacked machine,attacked address,targeted,"
    "targeted host,targeted ip,targeted server,targeted system,target server,target system,"
    "victim host,victim server,victims,our system,our machine"
)
_OTHER = (
    "helo,helo=,ehlo,sip,sips,url,uri,referer,referrer,user-agent,nameserver,name server,"
    "resolver,resolvers,mx,message-id,get,post,head,put,options,propfind,connect,not,"
    "except,instead of,whitelist,whitelisted,reporter,reported by,ns"
)
CUES = {
    **{word: weight for weight, words in _OFFENDER.items() for word in words.split(",")},
    **dict.fromkeys(_VICTIM.split(","), VICTIM_SCORE),
    **dict.fromkeys(_OTHER.split(","), OTHER_SCORE),
}
# these must stand right before the address or one word away
PREPOSITIONS = frozenset(
    {"to", "on", "via", "not", "auf", "gegen", "op", "tegen", "against", "except", "my", "our"}
)
TOKEN = re.compile(r"[\w.@-]+=?")
BARS = re.compile(r"\|\d{1,5}\|[\d.:A-Fa-f]{6}", re.ASCII)  # TCP|local|port|remote|port
HELO = re.compile(r"\]\)\s?\[")  # exim: "([what the peer said]) [where it came from]"
NAMED = re.compile(r"(?:[\w.-]{1,64}|\([^()]{0,64}\)\s?)[\[(]$", re.ASCII)  # a name the peer chose
ARROW_LEFT = re.compile(r"(?:->|=>|→|(?<= )>)\s?(?:[a-z]{2,5}/)?[\[(\"']{0,2}$", re.IGNORECASE)
ARROW_RIGHT = re.compile(
    r"[\])\"']{0,2}(?:[:#.]\d{1,5}|\(\d{1,5}\))?\s{0,2}(?:->|=>|-->|→|> |to\b)"
)
ACCESS = re.compile(r"[\])\"']{0,2}(?:,? [^\s\[]{1,64}){1,3} \[\d|\s(?:- ){1,3}")
STARTS = re.compile(r"[\s\"'\[(>*|]{0,8}(?:[A-Za-z0-9.-]{1,64}(?::\d{1,5})?\s)?", re.ASCII)


# the logging host after a syslog time (RFC 3164, RFC 5424) may be called "mx" or "server"
LOGGER = re.compile(
    r"[>\s]{0,4}(?:[A-Z][a-z]{2}\s{1,2}\d{1,2} |\d{4}-\d\d-\d\dT)\d\d:\d\d:\d\d\S{0,"
    r"20} (?=\S{1,64} )\S{1,64}",
    re.ASCII,
)


def weigh(line: str, place: tuple[int, int, int], after: int = 0) -> int:
    """How much speaks for an address being the one who acted; below zero: the one acted upon.

    `place` is where it starts and ends, and where the port beside it ends (0 without one);
    `after` is where the address before it ends: a cue belongs to the first address behind it.
    """
    by_place = _by_place(line, *place)
    if by_place:
        return by_place
    begin = place[0]
    logged = LOGGER.match(line)
    first = 0 if HELO.match(line, after) else after
    before = line[max(first, begin - WINDOW, logged.end() if logged else 0) : begin]
    if before.endswith("://"):
        return OTHER_SCORE
    if any(sign in before for sign in "->=→") and ARROW_LEFT.search(before):
        return VICTIM_SCORE
    named = NAMED.search(before) if before[-1:] in {"[", "("} else None
    return (nearest(before[: named.start()]) if named else 0) or nearest(before)


def _by_place(line: str, start: int, end: int, port_end: int) -> int:
    """The weight that what stands right behind an address gives it, 0 where it gives none."""
    if ACCESS.match(line, end) and STARTS.fullmatch(line, 0, start):
        return LEADING_SCORE  # an access log: the client comes first
    if ARROW_RIGHT.match(line, port_end or end):
        return ARROW_SCORE
    if BARS.match(line, end):
        return VICTIM_SCORE
    return OTHER_SCORE if HELO.match(line, end) else 0


def nearest(before: str) -> int:
    """The weight of the last cue in the text before an address, 0 where there is none."""
    tokens = [token.rstrip(".-").replace("_", "") for token in TOKEN.findall(before.lower())]
    for end in range(len(tokens), 0, -1):
        last = CUES.get(tokens[end - 1]) if tokens[end - 1].endswith("=") else None
        bare = [token.rstrip("=") for token in tokens[max(0, end - LONGEST_PHRASE) : end]]
        found = (CUES.get(" ".join(bare[start:])) for start in range(len(bare)))
        weight = last or next(filter(None, found), None)
        if weight and not (tokens[end - 1] in PREPOSITIONS and end < len(tokens) - 1):
            return weight
    return 0
