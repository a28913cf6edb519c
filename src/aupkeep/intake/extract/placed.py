"""What a line says of where something runs: "open resolver: 192.0.2.1".

In a letter about what runs somewhere a word for a side tells less: what malware calls to be
commanded is the accused, though it was called and did not come ("the trojan connects to 192.0.2.1,
its C2").
"""

import re
from collections.abc import Mapping

from aupkeep.intake.extract.addresses import AddressSpan
from aupkeep.intake.side_words import NOUN, ON_SCORE, VICTIM_SCORE

AT = re.compile(r"\b(?:at|under|unter|sous|bajo) $", re.IGNORECASE)
# with which malware calls, right before whom
CALLS = re.compile(
    r"\b(?:(?:connect|communicat|beacon|call|talk|report|phon)\w*(?: home| back| out)? (?:to|with)|"
    r"contact\w*|(?:verbind\w*|kommunizier\w*) (?:sich )?(?:mit|zu)|kontaktier\w*|kobler\w* (?:seg "
    r")?til|"
    r"ansluter till|se connecte\w* à|communique\w* avec|se conecteaz[ăa] la|se conecta\w* (?:a|con)"
    r"|si connett\w* a|verbinding (?:maakt )?met|łącz\w* się z)"
    r"(?: (?:the|your|ip|address|host|server|ihrem|ihrer|deres|votre|su|adresse|rechner)){0,4}"
    r"\s{1,2}[\[(]?$",
    re.IGNORECASE,
)
# … and behind whom, what it is
CONTROLLER = re.compile(
    r"\bc2\b|\bc&c\b|\bcommand.{1,5}control|\bcontrol(?:ler| server|panel)|"
    r"\b(?:its|their) commands\b|"
    r"kommando|steuer\w*server|commande et contrôle|serveur de (?:contrôle|commande)|"
    r"comand[ăa] [șşs]i control|komentopalvel|vezérlőszerver|명령"
    r"|servidor de (?:control|comando)|server di comando|serwer\w* (?:sterując|kontrol)",
    re.IGNORECASE,
)
SINKHOLE = re.compile(r"sink-?hol", re.IGNORECASE)
STRUCK = re.compile(
    r"(?:attack|flood|angriff|angrep|angreb|åtak|attaque|attacc|ataque|aanval|atak|ddos)\w{0,3} "
    r"(?:\w{1,8} ){0,2}\S{1,5}\s{1,2}[\[(]?$",
    re.IGNORECASE,
)
WINDOW = 60  # characters before an address in which it is said to be called
Weighed = tuple[int, AddressSpan]  # what speaks for an address, and the address


def placed(line: str, weighed: list[Weighed], where: Mapping[int, int]) -> list[Weighed]:
    """The same, with a weight for what runs where a sign or a word says that it does.

    `where` are the weights of words for a place, but not where an attack is on it.
    """
    hit = {spot.start for w, spot in weighed if w == ON_SCORE and _is_struck(line, spot)}
    moved = [(w if spot.start in hit else where.get(w, w), spot) for w, spot in weighed]
    return [
        (NOUN, spot)
        if (weight == 0 and _is_parted(line, spot))
        or (weight in {0, VICTIM_SCORE} and _is_called(line, spot))
        else (weight, spot)
        for weight, spot in moved
    ]


def _is_struck(line: str, spot: AddressSpan) -> bool:
    """Whether an attack is said to be on an address."""
    return STRUCK.search(line, max(0, spot.start - WINDOW), spot.start) is not None


def _is_parted(line: str, spot: AddressSpan) -> bool:
    """Whether a colon stands beside an address, or a word for the place right before it."""
    at = AT.search(line, max(0, spot.start - 8), spot.start) is not None
    return at or line.startswith(": ", spot.end) or line[: spot.start].rstrip().endswith(":")


def _is_called(line: str, spot: AddressSpan) -> bool:
    """Whether something is said to call this address, which commands it."""
    if not CALLS.search(line, max(0, spot.start - WINDOW), spot.start):
        return False
    return CONTROLLER.search(line, spot.end) is not None and SINKHOLE.search(line) is None
