"""Finds web addresses, defanged or not: http://, hxxp://, http[:]//, evil[.]example (RFC 3986).

Only those a mail complains about are wanted: the reporter's own pages, the work that was copied
and the links of a footer are told apart by their words and place.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from aupkeep.intake.extract.addresses import DOT, read_address
from aupkeep.model.subject import Address

URL = re.compile(
    r"(?<![A-Za-z0-9])(?:h(?:tt|xx|\*\*)ps?|ftp|fxp)(?:\[:\]|:|\[:\/\/\]|"
    r"\[:\/\])(?://)?[^\s<>\"'`]{4,2000}",
    re.IGNORECASE | re.ASCII,
)
HOST = re.compile(r"[A-Za-z0-9_]?[A-Za-z0-9_.-]{1,252}[A-Za-z0-9]", re.ASCII)
KEYED = re.compile(
    r"(?:url|source|urls|uri|link|site|website|web page|page|phish\w{0,5}|malware|"
    r"location|infringing\w{0,3}(?: \w{1,12}){0,2}|seite|"
    r"adresse|lien|nettsted|domain)\s{0,3}[:=]\s{0,3}[\[<(]?$",
    re.IGNORECASE,
)
# … or a sentence says that the thing complained about lies there
POINTED = re.compile(
    r"(?:host(?:s|ed|ing)?|shell|page|site|malware|file|script|kit|phish\w{0,5}|content|seite|side|"
    r"nettside|fil|pagina|fichier|datei|found|located|available|distributed|served|abused|"
    r"copied|imitated) (?:\w{1,12} )?"
    r"(?:at|on|under|via|from|unter|auf|sur|à|på|op)\s{0,3}[<\"'(]?$",
    re.IGNORECASE,
)
THEIRS = re.compile(
    r"original|authori[sz]ed|legitimate|official|our (?:\w{2,12} )?(?:site|website|work|"
    r"page|policy|service|report)|more information|"
    r"further information|for details|see also|contact|visit us|about us|"
    r"imprint|impressum|unsubscribe|privacy|"
    r"terms|faq|whois|lookup|look-up|delist|feedback|reply|reference|ticket|"
    r"evidence|screenshot|imitat|copied from|"
    r"behalf of|mehr informationen|weitere informationen|plus d'informations|"
    r"meer informatie|mer informasjon|"
    r"\b(?:(?:the )?real one|quello vero|(?:das|die|der) echte|le vrai|el verdadero|de[nt] ekte)\b|"
    # the real one beside the copy, and what a copy does to it
    r"\b(?:real|genuine|true|authentic|actual|echte[nrsm]?|richtige[nrsm]?|rechtmäßige\w{0,2}|ekte|"
    r"ekta|äkta|ægte|offi[sz]\w{3,8}|offici\w{2,6}|oficial\w{0,2}|ufficial\w|véritable|vrai|légitime|"
    r"legítim\w|legittim\w|verdader\w|auténtic\w|ver[oa]|autentic\w|prawdziw\w{1,3}|oryginaln\w|"
    r"unsere|vår|notre|nuestr\w|nostr\w|onze|nasz\w?) (?:[\w-]{2,20} )?(?:site|web\w{0,8}|pages?|"
    r"shop|store|login|url|domain|seite|side|nettsted|nettside|portal|pagina|página|sitio|sito|boutique|"
    r"tienda|winkel|stron\w|hjemmeside|hemsida|sida|adresse|address|bank|brand)|"
    r"\b(?:imit(?:es|e|iert|eert|a|ando|erer|erar)|copies|kopier(?:t|er|ar)|copie|copia|nachgeahmt|"
    r"etterlign\w{0,4}|nachahm\w{0,4}|mimic\w{0,4}|clones?|cloned|spoof(?:s|ing)|impersonat\w{1,4}|"
    r"pretend\w{0,3}|suplanta|nabootst|efterlign\w{0,4}|podszywa)\b",
    re.IGNORECASE,
)
# where the copy lies, by a word that else speaks of what was copied
COPY_AT = re.compile(
    r"\b(?:copy|imitation|clone|replica|counterfeit|fake|kopie|nachahmung|kopi|etterligning|kopia|"
    r"copia|copie|imitación|imitazione|imitação|namaak)(?: of (?:it|ours|them|these))?\s"
    r"(?:at|on|under|unter|auf|på|sur|à|en|op|su|em)\s{0,3}[<\"'(]?$",
    re.IGNORECASE,
)
THEIR_PATH = re.compile(
    r"unsubscribe|privacy|/faq|/legal|/terms|whois|/lookup|delist|/abuse|"
    r"/report|rfc\d",
    re.IGNORECASE,
)
# without a scheme: www.evil.example, evil[.]example/login
BARE = re.compile(
    r"(?<![\w@./:\[\]()-])[A-Za-z0-9][\w-]{0,62}(?:(?:\.|\[\.\]|\(\.\)|\[dot\]|\(dot\))[\w-]{1,63}){1,8}"
    r"(/[^\s<>\"'`]{0,1000})?",
    re.ASCII | re.IGNORECASE,
)
LABEL = re.compile(r"[a-z][a-z0-9-]{1,62}", re.ASCII)  # a top level is no number
FANGS = re.compile(r"hxx|h\*\*|\[\.\]|\(\.\)|\[dot\]|\(dot\)|\[:", re.IGNORECASE)
WORDY = re.compile(r"[^\W\d_]{4}")
TRAILING = ".,;:!?)]}>*'"
BEFORE = 90  # characters before a link in which words explain it


class UrlSpan(NamedTuple):
    """One URL: `text[start:end]` is its source; `strong` when the mail points at it.

    `url` is empty where only a host is named.
    """

    url: str
    host: str
    address: Address | None
    start: int
    end: int
    strong: bool


def read_url(text: str) -> str:
    """The URL a slice of source text means.

    >>> read_url("hxxp://evil[.]example/login")
    'http://evil.example/login'
    """
    plain = re.sub(DOT, ".", text, flags=re.IGNORECASE)
    plain = plain.replace("[:]", ":").replace("[://]", "://").replace("[:/]", ":/")
    return re.sub(r"^h(?:xx|\*\*)p", "http", plain, flags=re.IGNORECASE)


def find_urls(text: str, not_of: str) -> Iterator[UrlSpan]:
    """Every URL that is not the reporter's own (`not_of`: his domain) and is not explained away."""
    for match in URL.finditer(text):
        source = match[0].rstrip(TRAILING)
        url = read_url(source)
        host = _host(url)
        before = text[max(0, match.start() - BEFORE) : match.start()]
        near = _since_link(before.rpartition("\n\n")[2])
        copied = COPY_AT.search(near)
        theirs = not copied and THEIRS.search(near)
        if not host or _of(host, not_of) or theirs or THEIR_PATH.search(url):
            continue
        end = match.start() + len(source)
        pointed = copied or FANGS.search(source) or KEYED.search(near) or POINTED.search(near)
        strong = pointed is not None or _alone(text, match.start(), end)
        yield UrlSpan(url, host, read_address(host), match.start(), end, strong)
    if any(sign in text for sign in ("[.]", "(.)", "[dot]", "(dot)", "www.")):
        yield from _bare(text, not_of)


def _since_link(near: str) -> str:
    """The words since the link before, where there are any: they speak of this one."""
    links = list(URL.finditer(near))
    rest = near[links[-1].end() :] if links else ""
    return rest if WORDY.search(rest) else near


def _bare(text: str, not_of: str) -> Iterator[UrlSpan]:
    """Pages and names without a scheme, which are defanged or which the mail points at.

    The `url` of a name without a path is empty: a whole domain is another claim than a page on it.
    """
    for match in BARE.finditer(text):
        source = match[0].rstrip(TRAILING)
        fanged = FANGS.search(source) is not None
        if not (fanged or source[:4].lower() == "www."):
            continue
        plain = read_url(source)
        host = plain.partition("/")[0].lower()
        near = text[max(0, match.start() - BEFORE) : match.start()].rpartition("\n\n")[2]
        named = LABEL.fullmatch(host.rpartition(".")[2]) and HOST.fullmatch(host)
        if not named or _of(host, not_of) or THEIRS.search(near) or THEIR_PATH.search(plain):
            continue
        end = match.start() + len(source)
        pointed = (
            fanged or KEYED.search(near) or POINTED.search(near) or _alone(text, match.start(), end)
        )
        if pointed:
            yield UrlSpan(
                plain if "/" in plain else "", host, None, match.start(), end, strong=True
            )


def _host(url: str) -> str:
    rest = url.partition("://")[2]
    host = re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[2]
    host = host.partition(":")[0].lower()
    return host if "." in host and HOST.fullmatch(host) else ""


def _of(host: str, domain: str) -> bool:
    """True when host and domain share their last two labels; a wider match would hide a claim."""
    return bool(domain) and host.split(".")[-2:] == domain.split(".")[-2:]


def _alone(text: str, start: int, end: int) -> bool:
    """True when the URL stands on a line of its own, as in a list."""
    before = text[max(0, start - 8) : start].rpartition("\n")[2]
    after = text[end : end + 8].partition("\n")[0]
    return not before.strip(" \t>*-•\"'<[(") and not after.strip(" \t\r>\"'])*")
