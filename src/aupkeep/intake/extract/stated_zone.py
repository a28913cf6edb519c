"""The zone that a mail states for all its times: "all times are UTC", `Zeitzone: Europe/Berlin`.

A statement is a word for times or for a zone and, in the same sentence behind plain words, a zone
(`intake.zones`), or a zone that is used "for all times". Several that differ mean all of them; one
that cannot be read leaves the hour open. A line of a log states nothing: strangers write in it.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from aupkeep.intake.extract.match_kinds import vocabulary
from aupkeep.intake.extract.time_formats import STAMP
from aupkeep.intake.zones import UNPLACED, UNREADABLE, StatedZone, zone_at

START = 20_000  # characters of a part that say its zone
# behind these a zone stands, readable or not
LABELS = (
    "time zone,timezone,tz,zeitzone,tijdzone,tidssone,tidszone,tidszon,fuseau horaire,fuseau,"
    "server zone,log zone,local zone,clock zone,serverzone,"
    "huso horario,zona horaria,fuso orario,fuso horário,strefa czasowa"
)
NOUNS = (
    "time,times,stamps,timestamp,timestamps,date,dates,hours,clock,clocks,log,logs,entries,events,"
    "ereignisse,hendelser,événements,eventos,gebeurtenissen,händelser,zeit,zeiten,zeitangaben,zeitangabe,zeitstempel,uhrzeit,uhrzeiten,ortszeit,angaben,"
    "heure,heures,horaires,horodatages,horodatage,hora,horas,horario,horarios,"
    "tijd,tijden,tijdstippen,tijdstempels,tid,tider,tidspunkt,tidspunkter,tidsstempel,"
    "tidsstempler,tidsangivelser,tidene,klokkeslett,klokkeslæt,orario,orari,ore,"
    "tiden,tiderne,tiderna,tidspunktene,tidspunkterne,tidsstemplene,tidsstemplerne,tidsstämplar,"
    "tidsstämplarna,tidsangivelsene,tidsangivelserne,klokken,klokka,loggen,loggarna,loggerne,"
    "zeitpunkte,logzeit,logzeiten,serverzeit,protokoll,protokolle,einträge,logdaten,journal,"
    "journaux,registro,registros,registri,registo,registos,tijdstempel,logboek,logi,godzina,"
    "godzinach,czasu,wpisy,časové,času,zamanlar,kellonajat,idők,oră,"
    "czas,czasy,godziny,horário,horários,logger,loggene,čas,časy,saat,saatler,час,часи,время,"
    "времена,időpont,időpontok,orele,ajat,aikaleimat"
)
STATERS = frozenset(f"{LABELS},{NOUNS}".replace(" ", ",").split(","))  # words, for `vocabulary`
ENDS = re.compile(r"(?<!\bbzw)(?<!\bresp)[.;!?](?=\s|$)|\n[ \t>]*\n")
TOKEN = re.compile(r"[^\s:=(\[,\"']+")
WORD = re.compile(r"[^\W\d_]+")
# what may stand right before a name that is no zone we know, for it to be meant as one
MEANT = re.compile(
    r"(?:\b(?:in|en|em|i|w|is|are|ist|sind|er|sont|est|están|son|zijn|är|sono|são|som)\s|[:=(\[]\s?)$",
    re.IGNORECASE,
)
NAMED = re.compile(r"\s{0,3}(?:[:=]|(?:is|ist|er|est|es|é|è|är)\s)\s{0,3}[^\W\d]", re.IGNORECASE)
# "for the times", "all times": of which the zone is told before
FOR_ALL = re.compile(
    r"\b(?:(?:for|für|pour|para|voor|för|per|dla) (?:\w{1,12} ){0,3}|"
    r"(?:all|alle|sämtliche|alla|toutes?|tous|tod[ao]s|tutte|tutti|wszystkie) "
    r"(?:\w{1,4} ){0,2})$"
)
PAUSE = re.compile(r"(?:^|[,;.:?!(])[ \t]{0,2}(?=[A-Za-z])", re.MULTILINE)
PAUSED = re.compile(r"(?: times?)?[ \t]?(?:\)?[:.]\s|\)(?=[\s;,|])|[ \t]*(?:\n|$))", re.IGNORECASE)
COLUMN = re.compile(r"(?<![^\W_])[a-z_]{1,30}_utc(?=[\"']?\s{0,3}[,;|\t])", re.IGNORECASE)
ELSEWHERE = re.compile(
    r"\b(?!American|Canadian|European)[A-Z][a-z]{2,12}(?:n|ese|ish) (?i:western|central|mountain"
    r"|pacific|eastern) (?:standard |daylight )?time$"
)
# behind sshd's own last words only its reader adds: "… port 4711 ssh2 (UTC)"
OWN_END = re.compile(r" (?:port \d{1,5} ssh\d|\[preauth\]) \($", re.ASCII)
OWN_LONGEST = 24
WINDOW, MOST_WORDS = 100, 8
LOGGED = re.compile(r"[\d.:a-fA-F]{7,45} \S{1,64} \S{1,64} \[")  # how an access log begins


def stated_zone(text: str) -> StatedZone | None:
    """What a text states of the zone of all its times; None where it states nothing.

    >>> stated_zone("All times are UTC."), stated_zone("no zone here")
    (StatedZone(names=('UTC',)), None)
    """
    return spoken_zone(text, STATERS & vocabulary(text))


def zone_of_parts(*parts: str) -> StatedZone | None:
    """The zone that the words of a mail state for all its times, its subject among them."""
    return _zone_of("\n\n".join(part[:START] for part in parts))


@lru_cache(maxsize=4)  # asked by each parser and for each record
def _zone_of(text: str) -> StatedZone | None:
    return stated_zone(text)


def spoken_zone(text: str, words: frozenset[str] = STATERS) -> StatedZone | None:
    """The same, looking at each of these words that may state one."""
    names: dict[str | None, None] = {}
    for match in _pattern(words).finditer(text):
        if not _logged(text, match.start()):
            names.update(dict.fromkeys(_behind(text, match)))
    if not names:
        names.update(dict.fromkeys(_alone(text)))
    if None in names:
        return UNREADABLE
    return StatedZone(tuple(filter(None, names))) if names else None


@lru_cache(maxsize=256)
def _pattern(words: frozenset[str]) -> re.Pattern[str]:
    """The labels and nouns of which all words are among these."""
    labels, nouns = (
        "|".join(said for said in table.split(",") if words.issuperset(said.split()))
        for table in (LABELS, NOUNS)
    )
    return re.compile(
        rf"(?<![\w-])(?:(?P<label>{labels or '(?!)'})|(?:{nouns or '(?!)'}))(?![\w-])",
        re.IGNORECASE,
    )


def _logged(text: str, place: int) -> bool:
    """Whether a place stands in a line of a log."""
    start = text.rfind("\n", max(0, place - 4000), place) + 1
    line = text[start : start + 4000].partition("\n")[0]
    return (STAMP.match(line) or LOGGED.match(line)) is not None


def _behind(text: str, match: re.Match[str]) -> Iterator[str | None]:
    """The zone that a word for times or zones states, None for an unreadable one; or nothing."""
    label = match["label"] is not None
    said = text[match.end() : match.end() + WINDOW]
    end = said.find("\n") if label else -1
    cut = ENDS.search(said)
    said = said[: min(cut.start() if cut else WINDOW, end if end >= 0 else WINDOW)]
    doubtful = False
    for number, token in enumerate(TOKEN.finditer(said)):
        if number > MOST_WORDS:
            break
        placed = zone_at(said, token.start())
        unplaced = UNPLACED.match(said, token.start()) is not None
        if placed and ELSEWHERE.search(said, 0, placed.end):
            placed = placed._replace(name=None)  # "Australian central time" is not America's
        if placed and placed.name:
            yield from placed.names
            return
        meant = MEANT.search(said[: token.start()]) is not None
        doubtful = doubtful or ((unplaced or placed is not None) and meant)
        if not WORD.fullmatch(token[0]) and not placed:
            break
    before = _before(text, match.start())
    if before:
        yield from before
    elif doubtful or (label and NAMED.match(said)):
        yield None


def _alone(text: str) -> Iterator[str]:
    """The zones that stand alone: "Sample, UTC:", "(UTC)", or end a column's name: `start_utc`."""
    if COLUMN.search(text):
        yield "UTC"
    for match in PAUSE.finditer(text):
        placed = zone_at(text, match.end())
        alone = placed is not None and PAUSED.match(text, placed.end) is not None
        added = OWN_END.search(text, max(0, match.end() - OWN_LONGEST), match.end())
        if placed and alone and (added or not _logged(text, match.end())):
            yield from placed.names


def _before(text: str, place: int) -> tuple[str | None, ...]:
    """The zone that is used "for all times", before these words; None for an unreadable one."""
    said = text[max(0, place - WINDOW) : place]
    said = ENDS.split(said)[-1]
    if not FOR_ALL.search(said.lower()):
        return ()
    placed = [zone_at(said, token.start()) for token in TOKEN.finditer(said)]
    zone = next(filter(None, placed), None)
    return (zone and (zone.names or (None,))) or ()
