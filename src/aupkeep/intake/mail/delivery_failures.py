"""Why a mail was not delivered: a class from the status code (RFC 3463) and the server's words.

The words come first, since many servers send one code for everything (5.0.0, 5.7.1). Each class is
what a desk would do something different about. The order of the table decides between words that
fit two classes: the narrower stands above the wider.
"""

import re
from functools import lru_cache

from aupkeep.model.correspondence import FailureReason as Why

LONGEST = 2_000  # characters of a reason that are looked at
STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
REPLY = re.compile(r"(?<![\d.])([45])\d\d(?=[ -]|$)", re.MULTILINE)
MAILBOX = r"(?:mail ?box|mailfolder|mail folder|account|inbox|user|recipient|customer|storage)"
BOX = (
    r"(?:postfach|mailbox|speicher|konto|boîte|messagerie|casella|buz[oó]n|caixa|postvak|postkasse"
    r"|postboks|innboks|brevlåda|skrzynk)\w{0,12}"
)
WHO = (
    r"\b(?:e-?mail-?)?(?:empfänger|benutzer|adresse|postfach|konto|destinataire|utilisateur"
    r"|compte|destinat[aá]rio"
    r"|usu[aá]rio|direcci[oó]n|endereço|cuenta|conta|utente|indirizzo|ontvanger|gebruiker|adres"
    r"|mottak|modtag|bruker|bruger|användar|adressat|mottag|użytkownik|odbiorc|skrzynk)\w{0,12}"
)
GONE = (
    r"unbekannt|nicht (?:gefunden|bekannt|vorhanden)|existiert nicht|ungültig|inconnu|introuvable"
    r"|n'existe pas|n'a pas été trouvé|invalide|desconocid|no existe|no se (?:ha )?encontr"
    r"|não existe"
    r"|não (?:foi )?encontrad|sconosciut|inesistente|non esiste|non (?:è stato )?trovat|onbekend"
    r"|niet gevonden|bestaat niet|niet bestaat|ukjent|ukendt|okänd|finnes ikke|findes ikke"
    r"|ikke funnet"
    r"|finns inte|hittades inte|nie istnieje|nie znaleziono|nieznan"
)
WIDE = frozenset({Why.POLICY, Why.SYSTEM, Why.MALFORMED, Why.OTHER})  # these say little
PHRASES: dict[Why, str] = {
    Why.LOOP: (
        r"mail loop|loop(?:s|ing)? (?:detected|back)|loop count|too many hops|hop ?count"
        r"|routing loop|forwarding loop|excessive recursion|mail for .{1,80} loops"
    ),
    Why.VIRUS: (
        r"\bvirus|malware|illegal attachment|potential security|attachment type|infected"
        r"|banned (?:file|content)|executable attach"
        r"|dangerous content"
    ),
    Why.TOO_BIG: (
        r"(?:message|mail|e-?mail|size|length|attachment)s?\b(?!.{0,60}(?:mail ?box|queue)).{0,40}"
        r"(?:(?<!for )too (?:big|large|long\b(?! (?:in|on|for)))|exceed|larger than"
        r"|over(?:size)?\b.{0,12}limit)(?!.{0,20}quota)|too large|zu groß|trop (?:gros|volumineux)"
        r"|for stor\b|te groot|demasiado grande|troppo grande"
        r"|maximum size|(?<!mailbox )exceeds? .{0,30}(?:size|maximum message)|message ?size"
    ),
    Why.MAILBOX_FULL: (
        rf"over ?quota|out of quota|quota (?:is )?(?:exceed|full|violat|limit)"
        rf"|exceed\w* .{{0,40}}(?:quota|storage|disk)|{MAILBOX}.{{0,40}}(?:\bfull\b|exceed"
        rf"|over (?:its |the )?(?:limit|quota|size))|insufficient (?:system )?(?:storage"
        rf"|disk|space)|not enough (?:storage|disk|space)|out of (?:storage|space)"
        rf"|disk (?:space|full|quota)|no space left|mailfull|quota.{{0,20}}(?:exceeded|reached)"
        rf"|{BOX}.{{0,40}}(?:\bvoll\b|plein|pien[oa]|llen[oa]|chei[oa]|\bvol\b|\bful[dl]t?\b)"
        r"|переполнен|一杯|いっぱい|容量|已满|满了|가득"
    ),
    Why.DISABLED: (
        rf"{MAILBOX}.{{0,50}}(?:disabled|suspend|inactive|deactivat|not active|locked"
        rf"|frozen|closed|expired|blocked for|no longer (?:active|in use|with us|used))"
        rf"|(?:disabled|inactive|suspended|closed) (?:mail ?box|account|user|recipient|by)"
        rf"|account.{{0,20}}(?:has been )?(?:terminated|cancel)"
    ),
    Why.USER_MOVED: (
        r"\b5\.1\.6\b|has moved|new (?:e-?mail )?address|no longer at|address.{0,20}changed"
    ),
    Why.UNPROVEN: (
        r"\bdmarc\b|\bspf\b|\bdkim\b(?!-signature)|sender id|smtp auth|unrout\w+ sender"
        r"|unauthenticated|not authenticated"
        r"|authentication (?:is )?(?:required|failed|check|information)|sender (?:policy"
        r"|address) .{0,40}(?:verif|reject|fail)|verify (?:the )?sender|reverse dns"
        r"|ptr record|\bptr\b|(?:cannot|unable to|could not) (?:find your|resolve"
        r"|verify) (?:reverse|your|the sender)|fcrdns|rdns|sender verif|domain of sender"
    ),
    Why.BLOCKED: (
        r"black ?list|block ?list|deny ?list|\brbl\b|\bdnsbl\b|spamhaus|spamcop|barracuda|sorbs"
        r"|[a-z]{0,6}rbl\b"
        r"|reputation|(?<!not )listed (?:in|at|by|on)\b|(?:ip|host|client|server|sender|network"
        r"|your)\b"
        r".{0,60}(?:block|bann|black)|blocked (?:by|using|due|for)|banned sending"
        r"|(?<!relay )(?<!relaying )(?<!rejected: )(?<!rejected : )access denied"
        r"|(?:mail|messages?) from .{1,80} (?:is |are )?(?:block|bann|reject(?!ed for policy)"
        r"|refus|not accepted)"
        r"|denied by .{0,30}list"
    ),
    Why.SPAM: (
        r"(?:\b|mc)spam|\bjunk|(?<!rate of )unsolicited|bulk (?:e-?)?mail|\buce\b|\bube\b|phish"
        r"|looks like"
        r"|(?:message|mail|content) .{0,40}(?:filter|scor)|considered .{0,20}(?:spam"
        r"|unsolicited)|bayes|(?:message|content|mail) (?:was )?(?:rejected|refused|denied"
        r"|blocked)(?: for| due| because| by).{0,30}(?:content|filter|url|link)"
    ),
    Why.RATE: (
        r"too many (?:connections|messages|recipients|mails|errors|concurrent|sessions"
        r"|requests|emails)|rate.?limit|frequency limit|throttl|exceed\w* .{0,30}(?:rate|frequency"
        r"|per (?:hour|day|minute)|connections|daily)|daily .{0,20}(?:limit|quota)"
        r"|receiving mail (?:at a rate|too)|unexpected volume|grey.?list"
        r"|gray.?list|too (?:fast|frequent)|unusual rate|temporarily deferred"
        r"|deferred due to user complaints"
    ),
    Why.HOST_UNKNOWN: (
        r"(?:host|domain|mx|name server|exchanger|site)\b[^:;]{0,50}(?:not (?:found|exist|known"
        r"|resolv)|unknown|does(?: not"
        r"|n't) exist|lookup fail|invalid|no such|can(?:not| ?'?t) be (?:found|resolved)"
        r"|non-?existent)|(?:unknown|bad|invalid|no such|unroutable|unrouteable"
        r"|nonexistent|illegal) (?:destination )?(?:mail )?(?:host|domain)|nxdomain"
        r"|name service error|dns (?:error|lookup|server|query|type|hard)"
        r"|no (?:valid )?(?:mx|a) (?:record|host|found)|null ?mx|no smtp service|no mx\b"
        r"|does not accept (?:e?mail"
        r"|messages)|misconfigured .{0,40}exchanger|host or domain name"
        r"|couldn't find any host|look ?up host|service not known|no route to host by name"
    ),
    Why.USER_UNKNOWN: (
        rf"(?:unknown|no such|invalid|bad|illegal|non-?existent|unrouteable|unroutable"
        rf"|unrecogni[sz]ed|undeliverable|incorrect) (?:\w+ ){{0,2}}(?:user|recipient"
        rf"|mail ?box|address|account|local|e-?mail|person|alias|destination)|(?:{MAILBOX}"
        rf"|address|alias|e-?mail address|name|addressee)s?\b.{{0,100}}(?:not? (?:found"
        rf"|exist|known|valid|listed|in|recogni|a (?:valid|known)|be found|defined"
        rf"|our customer|here)|unknown|does(?: not|n't) (?:exist|have)|didn't exist|doesn't"
        rf"|unavailable|invalid|reject|no longer (?:exist|valid|on|accept)|couldn't be found"
        rf"|refused|cannot be found|has been removed)|user unknown|no mail ?box (?:here|by)"
        rf"|not listed in|no such (?:user|person|id|one)|recipnotfound"
        rf"|no valid (?:recipients|address)|not a valid|is not (?:a )?(?:known|valid|local"
        rf"|registered)|who is that|no one (?:here )?by that name|(?:recipient"
        rf"|address) (?:address )?rejected|requested action not taken: mailbox|can(?:not"
        rf"|'t) (?:find|locate) (?:the )?(?:user|recipient|address|your)|not our customer"
        rf"|not have an? (?:\S+ )?account|never logged|delivery error: dd"
        rf"|user .{{0,40}}unknown|this user|no account|unknown to|dosn't exist"
        rf"|destination is not|not found in|recipients? not found|(?:recipient|address)(?:es)? "
        rf"(?:address(?:es)? )?rejected"
        rf"|{WHO}.{{0,60}}(?:{GONE})|не (?:существует|найден)|нет такого"
        r"|(?:ユーザ|アドレス|宛先|受信者|メールボックス|ディレクトリ).{0,30}(?:存在しま|見つかりま"
        r"|不明|ありません)|(?:用户|收件人|邮箱|地址).{0,20}(?:不存在|无效|找不到)"
    ),
    Why.EXPIRED: (
        r"expired|(?:delivery|retry|retrying) .{0,30}(?:time ?out|time exceeded|timeout"
        r"|exhaust)|too long (?:in|on) (?:the )?queue|been in (?:the )?queue"
        r"|(?:could not be|not been|unable to be) .{0,60}(?:for|within|in"
        r"|after) .{0,20}(?:hours?|days?|minutes)|giving up(?! on)|gave up"
        r"|retry (?:limit|time)|attempts? (?:fail|exceed)|time limit exceeded"
        r"|unsuccessful after|queue time|maximum .{0,20}(?:retr|attempt|time)"
        r"|message (?:is )?too old|deadline|failed (?:after )?\d{1,3} (?:attempts|tries)"
    ),
    Why.NETWORK: (
        r"connection (?:was )?(?:refused|timed out|reset|lost|dropped|closed|failed"
        r"|broken)|timed? ?out|no route|unreachable|not reachable|could(?: not|n't)"
        r" (?:connect|establish|contact)"
        r"|(?:failed|unable|not able) to (?:connect|establish|contact)"
        r"|did not accept (?:our|the) .{0,20}connect|socket error|not answering|didn'?t respond"
        r"|not respond|not available.{0,20}host"
        r"|network (?:error|is|problem)|lost connection|bad connection|can'?t connect"
        r"|tls .{0,30}(?:fail|required|error|handshake)|starttls"
    ),
    Why.MALFORMED: (
        r"(?:bad|invalid|missing|malformed|duplicate|illegal"
        r"|improper) (?:\S+ ){0,2}(?:header|syntax|format|structure|encoding|message-?id"
        r"|mime|characters?|from|line)|syntax error|not rfc|rfc ?\d{3,4}|8.?bit|charset"
        r"|line too long|bare lf|non-?ascii|nested|unparseable"
    ),
    Why.POLICY: (
        r"polic(?:y|ies)|only accept|relay(?:ing)?\b|not (?:allowed|permitted|authori[sz]ed"
        r"|accepting"
        r"|accept)|prohibit|restrict|administrat|refused|denied|reject|forbidden"
        r"|unauthori[sz]ed|not member|must be a member|moderat|filter|security|violation"
        r"|whitelist|not local|compliance|not (?:a )?member|need(?:s)? to|permission"
    ),
    Why.SYSTEM: (
        r"(?:system|server|internal|local|i/o|configuration|service|resource|software"
        r"|database|program|pipe|command|agent|transport|process)s?\b.{0,40}(?:error|fail"
        r"|problem|unavailable|not available|shut|down|busy|broken|exited|crash|died)"
        r"|cannot (?:open|write|create|lock|append)|too busy|resources|maintenance"
        r"|can't create|permission denied|exit status|unable to (?:create|open|lock)"
        r"|temporar|try (?:again )?later|lock (?:file|failed)"
    ),
}
# What no class is told by: whose host said it, whose address it was, where to read more.
ASIDE = re.compile(
    r"<[^<>\s]{1,320}>|[^\s<>@]{1,64}@[^\s<>@]{1,253}|https?:/{0,2}\S{1,500}"
    r"|(?:remote )?\b(?:host|server|mta|mx)\b[^:;]{0,300}?\b(?:said|says|replied|responded"
    r"|returned)"
    r"\b[^:;]{0,60}:|recipient address rejected ?:(?= ?\w)(?! ?access denied)",
    re.IGNORECASE,
)
WORDS = tuple((why, re.compile(words, re.IGNORECASE)) for why, words in PHRASES.items())
CODES: dict[str, Why] = {
    "1.0": Why.USER_UNKNOWN, "1.1": Why.USER_UNKNOWN, "1.2": Why.HOST_UNKNOWN,
    "1.3": Why.USER_UNKNOWN, "1.4": Why.USER_UNKNOWN, "1.6": Why.USER_MOVED,
    "1.7": Why.UNPROVEN, "1.8": Why.UNPROVEN, "1.10": Why.USER_UNKNOWN,
    "2.0": Why.DISABLED, "2.1": Why.DISABLED, "2.2": Why.MAILBOX_FULL, "2.3": Why.TOO_BIG,
    "3.0": Why.SYSTEM, "3.1": Why.MAILBOX_FULL, "3.2": Why.SYSTEM, "3.4": Why.TOO_BIG,
    "3.5": Why.SYSTEM, "4.0": Why.NETWORK, "4.1": Why.NETWORK, "4.2": Why.NETWORK,
    "4.3": Why.SYSTEM, "4.4": Why.HOST_UNKNOWN, "4.5": Why.RATE, "4.6": Why.LOOP,
    "4.7": Why.EXPIRED, "5.3": Why.RATE, "5.4": Why.MALFORMED, "6.0": Why.MALFORMED,
    "6.1": Why.MALFORMED, "6.3": Why.MALFORMED, "6.6": Why.MALFORMED, "7.0": Why.POLICY,
    "7.1": Why.POLICY, "7.2": Why.POLICY, "7.7": Why.UNPROVEN, "7.8": Why.UNPROVEN,
    "7.17": Why.UNPROVEN, "7.20": Why.UNPROVEN, "7.21": Why.UNPROVEN, "7.22": Why.UNPROVEN,
    "7.23": Why.UNPROVEN, "7.24": Why.UNPROVEN, "7.25": Why.UNPROVEN, "7.26": Why.UNPROVEN,
    "7.27": Why.UNPROVEN, "7.28": Why.RATE,
}  # fmt: skip
PLAIN = frozenset({"1.1", "1.2", "1.10", "2.2", "2.3", "3.4", "4.7", "4.6", "7.26", "7.28"})


@lru_cache(maxsize=512)  # a report says the same of many, and is asked more than once
def reason_of(why: str, status: str = "") -> Why:
    """The class of a failure by the server's words, else by its status code.

    >>> reason_of("550 5.7.1 user unknown").value, reason_of("", "5.2.2").value
    ('user-unknown', 'mailbox-full')
    """
    why = why[:LONGEST]
    codes = [code for code in (status, status_in(why)) if code]
    kinds = [code.partition(".")[2] for code in codes]
    plain = next((CODES[kind] for kind in kinds if kind in PLAIN), None)
    said = _by_words(ASIDE.sub(" ", why))
    if (said is None or said in WIDE) and plain:
        return plain
    coded = next((CODES[kind] for kind in kinds if kind in CODES), None)
    return said or coded or _by_words(why) or Why.OTHER


def _by_words(why: str) -> Why | None:
    return next((name for name, pattern in WORDS if pattern.search(why)), None)


def status_in(text: str) -> str:
    """The first enhanced status code in a text that says more than success, "" without one."""
    codes = [match[1] for match in STATUS.finditer(text[:LONGEST]) if match[1][0] != "2"]
    telling = [code for code in codes if not code.endswith(".0.0")]
    return (telling or codes or [""])[0]


def permanent(status: str, why: str) -> bool | None:
    """Whether trying again is of no use: by the status code, else by the SMTP reply; or None.

    >>> permanent("4.2.2", ""), permanent("", "550 no such user"), permanent("", "no")
    (False, True, None)
    """
    code = status or status_in(why)
    if code[:1] in {"4", "5"}:
        return code[0] == "5"
    match = REPLY.search(why[:LONGEST])
    return match[1] == "5" if match else None
