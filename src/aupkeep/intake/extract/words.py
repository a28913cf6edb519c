"""The words that say what kind of abuse it was: in one log line, and over a whole mail.

English first; German, French, Dutch and Norwegian where one word does it. A kind is a value of
`model.taxonomy`. Each pattern is a plain alternation, read once from left to right.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

# the first kind whose words stand in a line is the line's; the order is from narrow to broad
LINE = {
    "connection/sql_injection": r"sql.?injection|union(?:\s|\+|%00){1,3}(?:all(?:\s|\+|%00))?"
    r"select|"
    r"sqlmap|information_schema",
    "connection/port_scan": r"port ?scan|scanlogd|attackalert|syn_stealth|synscan|\bdpt=\d|"
    r"dst_?port=\d|stealth scan|port flooding|flags \[s\]|"
    r"\bet scan|(?:deny|denied) (?:tcp|udp)|filterlog",
    "connection/ddos": r"\bd?dos\b|ddos|syn.?flood|udp.?flood|http.?flood|amplification|"
    r"flood(?:ing)? (?:attack|detected)|limiting (?:requests|connections)",
    "connection/login_attack": r"failed password|password (?:check )?(?:fail|mismatch)|passwords? "
    r"(?:do|does)(?:n't| not) match|auth\w{0,14} (?:has )?(?:fail|error|"
    r"attempt|reject|denied|unsuccessful)|"
    r"fail\w{0,3} (?:\S{1,12} ){0,2}(?:login|logon|auth|pass|password)|"
    r"(?:login|logon|log ?in|sign-?in|signin)(?: \S{1,24}){0,5} (?:fail|"
    r"attempt|error|denied|incorrect|reject|invalid|unsuccess)|login[_ "
    r"](?:fail|error|attempt|denied|incorrect)|"
    r"(?:invalid|illegal|unknown|nonexistent|unauthori[sz]ed|bad|wrong) "
    r"(?:user|login|password|pw|credential|auth|extension)|no such user|"
    r"user not found|user unknown to|access denied for (?:user|\S{1,40}@)|"
    r"brute.?force|bruteforce|bad rcon|maximum auth|max sender auth|too "
    r"much auth|not in allow|not allowed because|\[preauth\]|\bsasl\b|no "
    r"supported auth|authenticator failed|auth(?:entication)? mechanism|"
    r"auth login|auth command|no auth attempts|badlogin|wrongpassword|wrong "
    r"password|tried to login|attack\w{0,4} on login|username or password|"
    r"invalid(?:accountid|password)|failed md0|did not receive identification|"
    r"bad protocol version|"
    r"no matching peer|no pg_hba|wp-login|xmlrpc\.php|login denied|user "
    r"\S{1,24} denied|failedacl|chalresponsefailed|"
    r"invalidaccountid|fail login|login failed|might not have worked|not "
    r"found, ip|not allowed to (?:log|talk)|could not retrieve user|authentication$",
    "messaging/spam": r"\bspam|relay(?:ing)? (?:not permitted|access denied|attempt|denied)|"
    r"relay attempt|rejected rcpt|reject: rcpt|\brbl\b|dnsbl|blacklist|"
    r"sender verify|user unknown|unknown user|unrouteable|"
    r"mailbox unavailable|no mail in smtp|smtp (?:protocol|call|connection)|"
    r"pregreet|harvest|unsolicited|recipient address rejected|listed (?:in|"
    r"by|at)",
    "connection/vulnerability_scan": r"w00tw00t|nikto|nmap|masscan|zgrab|nuclei|acunetix|"
    r"wpscan|\.\./|"
    r"etc/passwd|shellshock|\(\) ?\{|/\.env|/\.git|phpunit|file does "
    r"not exist|access forbidden|script not found|forbidden by rule|"
    r"badbot|bad.?bot|exploit|vulnerab|configured attacker|modsecurity|"
    r"\battack|/cgi-bin/|wp-content|wp-config|robots\.txt",
    "connection/reconnaissance": r"probe|reconnaissance|refused connect|query(?: \(cache\))? .{0,"
    r"80}denied|unauthorized connection|not allowed|ratelimit|banned|"
    r"blocked|dropped|denied|rejected|refused",
}
MAIL = {
    "content/csam": r"child sexual abuse|csam\b|child porn\w*|kinderporn\w*",
    "content/phishing": r"phish\w*|hameçonnage|credential theft|fake login page|nettfiske\w*",
    "content/malware":
        r"malware|malicious (?:software|content|code|file|url)s?|trojan\w*|"
        r"schadsoftware|skadevare|maliciels?|virus sites?|viruses|ransomware|"
        r"exploit kit",
    "infrastructure/botnet": r"botnet|command.and.control|c2\b|c&c\b|c2 server|bot controller",
    "connection/infected_host":
        r"infected (?:host|machine|system|with)|sinkhole\w*|drone|infiziert\w*",
    "copyright/copyright":
        r"copyright\w*|dmca|infring\w*|urheberrecht\w*|droits? d'auteur|"
        r"auteursrecht\w*|opphavsrett\w*|contrefaçon",
    "content/brand_infringement": r"trademark\w*|counterfeit\w*|brand abuse|markenrecht\w*",
    "content/fraud": r"fraud\w*|scam\w*|betrug\w*|fraude|oplichting|svindel|escroquerie",
    "connection/sql_injection": r"sql.?injections?",
    "connection/ddos":
        r"dos.?attacks?|ddos.?attacks?|ddos\b|denial.of.service|syn.?flood\w*|udp.?flood\w*|"
        r"flooding|tjenestenekt\w*|déni de service|reflection attack|amplification "
        r"(?:attack|ddos)",
    "vulnerability/open_service":
        r"open (?:resolvers?|relay|proxy|proxies|port|service|recursive)|"
        r"openly accessible|publicly (?:accessible|exposed|reachable)|amplifiers?|"
        r"offene[rn]? (?:resolver|dienst|proxy)",
    "connection/login_attack":
        r"brute.?forc\w*|login attempts?|failed logins?|ssh attacks?|password "
        r"guessing|dictionary attack|anmeldeversuch\w*|login-?versuch\w*|"
        r"inlogpoging\w*|påloggingsforsøk\w*|innloggingsforsøk\w*|tentatives? "
        r"(?:de )?connexion|"
    r"unauthori[sz]ed (?:access|login)|failed password|login.?attack\w*|"
    r"credential stuffing|hack\w* attempts?|break.?in attempts?",
    "connection/port_scan":
        r"port ?scans?|port ?scanning|portscan\w*|scanning (?:our|my|for|"
        r"of)|network scans?|poortscan\w*|portskanning|scan de ports|scanned",
    "connection/vulnerability_scan":
        r"vulnerability scan\w*|web attacks?|exploit attempts?|probing|"
        r"bad ?bots?|web.?exploit\w*",
    "messaging/spam":
        r"spam\w*|unsolicited (?:commercial |bulk )?e?-?mails?|ube\b|uce\b|"
        r"pourriel\w*|søppelpost|junk mail|mass mail\w*|spamtrap\w*|harvest\w*|"
        r"blog spam|comment spam",
    "reputation/blocklist":
        r"has been (?:black|block)listed|dnsbl listing|listed (?:in|on) "
        r"(?:the )?(?:sbl|xbl|cbl|rbl)",
}  # fmt: skip
PEERS = re.compile(r"bittorrent|peer.to.peer|\bp2p\b|torrent|edonkey|emule", re.IGNORECASE)
_BENIGN = (
    r"successful(?:ly)? (?:log|auth|sign)|login successful|log(?:in|on) "
    r"success|accepted (?:password|publickey|keyboard|gssapi|connection)|"
    r"session (?:opened|closed|revisited)|authentication (?:succeeded|successful)|"
    r"logged (?:in|out)(?: successfully)?"
)
BENIGN = re.compile(rf"(?<!un)(?:{_BENIGN})", re.IGNORECASE)


def _choices(body: str) -> list[str]:
    """The alternatives of a pattern that stand outside any parenthesis."""
    found, depth = [""], 0
    for sign in body:
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and depth == 0:
            found.append("")
        else:
            found[-1] += sign
    return found


def _by_start(table: dict[str, str]) -> dict[str, re.Pattern[str]]:
    """The words of a table by their first letters: `START` of them, fewer where a sign follows."""
    groups: dict[str, list[str]] = {}
    for choice in (one for body in table.values() for one in _choices(body)):
        plain = PLAIN.match(choice)
        start = plain[0][:START] if plain else ""
        groups.setdefault(start, []).append(choice)
    return {start: re.compile("|".join(choices)) for start, choices in groups.items()}


START = 3  # letters
PLAIN = re.compile(r"(?:[^\W_](?![?*]))+")
_LINES = [(kind, re.compile(body)) for kind, body in LINE.items()]
_STARTS = _by_start(MAIL)
_KINDS = [(kind, re.compile(body)) for kind, body in MAIL.items()]
ENOUGH = 32_768  # characters of prose that are weighed; a mail says early what it is about
TITLE_WEIGHT = 4
# what a form says of itself: X-ARF's Report-Type and Category, and their like
FIELD = re.compile(
    r"^[>\s*]{0,4}(?:report-type|(?:abuse|attack|incident|report|threat) ?type|type"
    r"|class(?:ification)?|problem|service|reason)\s{0,3}[:=]([^\n]{1,80})",
    re.IGNORECASE | re.MULTILINE,
)


TYPED = frozenset(
    {"type", "class", "classification", "problem", "service", "reason", "abusetype", "attacktype",
     "incidenttype", "reporttype", "threattype"}
)  # fmt: skip  # the words of which a line of FIELD holds one


def line_kind(lower: str) -> str | None:
    """The kind that the words of one line name, or None.

    The line is in lower case with all figures 0, as `lines` remembers it.
    """
    return next((kind for kind, pattern in _LINES if pattern.search(lower)), None)


WORD = re.compile(r"\w+")
GAPS = {sign: " " for sign in range(128) if not WORD.match(chr(sign))}


@lru_cache(maxsize=16)  # the parts of one mail, asked about more than once
def vocabulary(text: str) -> frozenset[str]:
    """The distinct words of a text in lower case: what no word of it begins need not be tried."""
    lower = text.lower()
    return frozenset(lower.translate(GAPS).split() if lower.isascii() else WORD.findall(lower))


def _named(text: str) -> Iterator[str]:
    """The words of the mail table in a text, from left to right."""
    starts = {word[:START] for word in vocabulary(text)} & _STARTS.keys()
    lower = text.lower()
    places = sorted((place, start) for start in starts for place in _places(lower, start))
    done = 0
    for place, start in places:
        match = _STARTS[start].match(lower, place) if place >= done else None
        if match:
            done = match.end()
            yield match[0]


def _places(lower: str, start: str) -> list[int]:
    """Where words begin with these letters."""
    found = []
    at = lower.find(start)
    while at >= 0:
        before = lower[at - 1 : at]
        if not (before.isalnum() or before == "_"):
            found.append(at)
        at = lower.find(start, at + 1)
    return found


@lru_cache(maxsize=4096)
def _word_kind(word: str) -> str:
    """The first kind of the table whose words these are."""
    return next(kind for kind, pattern in _KINDS if pattern.fullmatch(word))


def mail_kind(title: str, parts: Sequence[str]) -> tuple[str, float] | None:
    """The kind a whole mail is about with a confidence from 0 to 1, or None.

    Each distinct word counts once, in the title or in a field that names the type four times;
    ties go to the table's order.
    """
    votes: Counter[str] = Counter()
    seen: set[str] = set()
    bodies = [part[:ENOUGH] for part in parts]
    weighed = [(title, TITLE_WEIGHT), (_fields(bodies), TITLE_WEIGHT)]
    for text, weight in (*weighed, *((body, 1) for body in bodies)):
        for word in _named(text):
            if word not in seen:
                seen.add(word)
                votes[_word_kind(word)] += weight
    if not votes:
        return None
    order = list(MAIL)
    kind, most = max(votes.items(), key=lambda item: (item[1], -order.index(item[0])))
    if kind == "content/fraud" and votes["content/phishing"]:
        kind = "content/phishing"  # phishing is a fraud; the narrower word says more
    if kind == "copyright/copyright" and any(PEERS.search(part[:ENOUGH]) for part in parts):
        kind = "copyright/p2p"
    return kind, round(min(0.8, 0.4 + 0.4 * most / sum(votes.values())), 2)


def _fields(bodies: Iterable[str]) -> str:
    """What the fields say that name the type of the report."""
    return "\n".join(
        match[1] for body in bodies if TYPED & vocabulary(body) for match in FIELD.finditer(body)
    )
