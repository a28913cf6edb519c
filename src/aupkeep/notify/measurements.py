"""What a detector counted, as text: English and Bokmål, with units, plurals and whole per cents.

>>> describe_counts({"syn_packets": 2575, "syn_per_second": 858, "window_s": 3.0}, "en")
'2,575 SYN packets in 3 s, 858 a second'

A detector names its counts as it likes; a name that is not in `PHRASES` is shown as it is, so a new
detector needs no line here. Values are numbers, or the texts that a finding's details hold.
"""

import math
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Literal

Language = Literal["en", "nb"]
MINUTE, HOUR, THOUSAND, TEN = 60, 3600, 1000, 10
WINDOW = "window_s"
SHOWN_ELSEWHERE = {"until", "protocol", "of", "sampling", "chance", WINDOW, "flow rows kept"}
RATES = ("syn_per_second", "replies_per_second", "packets_per_second")
PACKETS: dict[str, tuple[str, str]] = {
    "syn": ("SYN packets", "SYN-pakker"),
    "udp": ("UDP packets", "UDP-pakker"),
    "icmp": ("ICMP packets", "ICMP-pakker"),
    "fragment": ("fragments", "fragmenter"),
    "replies": ("large answers", "store svar"),
    "": ("packets", "pakker"),
}


class ValueFormat(StrEnum):
    """How a value is written."""

    COUNT = "count"
    SHARE = "share"  # from 0 to 1
    SIZE = "size"  # bytes
    BITS = "bits"  # a second
    LENGTH = "length"  # seconds


# Name → form, English, Bokmål; `one|many` where the count decides. In the order they are shown.
PHRASES: dict[str, tuple[ValueFormat, str, str]] = {
    "syn_packets": (
        ValueFormat.COUNT,
        "{} SYN packet|{} SYN packets",
        "{} SYN-pakke|{} SYN-pakker",
    ),
    "syn_per_second": (ValueFormat.COUNT, "{} a second", "{} i sekundet"),
    "packets": (ValueFormat.COUNT, "{} {packets}", "{} {packets}"),
    "packets_per_second": (ValueFormat.COUNT, "{} a second", "{} i sekundet"),
    "bits_per_second": (ValueFormat.BITS, "{}", "{}"),
    "replies": (ValueFormat.COUNT, "{} large answers", "{} store svar"),
    "replies_per_second": (ValueFormat.COUNT, "{} a second", "{} i sekundet"),
    "mean_bytes": (ValueFormat.SIZE, "{} each on average", "{} hver i snitt"),
    "times_the_requests": (
        ValueFormat.COUNT,
        "{} times as large as what was asked",
        "{} ganger så store som det som ble spurt om",
    ),
    "sessions": (ValueFormat.COUNT, "{} session|{} sessions", "{} økt|{} økter"),
    "servers": (
        ValueFormat.COUNT,
        "to {} mail server|to {} mail servers",
        "til {} e-posttjener|til {} e-posttjenere",
    ),
    "hosts": (ValueFormat.COUNT, "{} machine|{} machines", "{} maskin|{} maskiner"),
    "hosts_seen": (
        ValueFormat.COUNT,
        "{} machine seen|{} machines seen",
        "{} maskin|{} maskiner sett",
    ),
    "ports": (ValueFormat.COUNT, "{} port|{} ports", "{} port|{} porter"),
    "ports_seen": (ValueFormat.COUNT, "{} port seen|{} ports seen", "{} port|{} porter sett"),
    "tries": (ValueFormat.COUNT, "{} try|{} tries", "{} forsøk"),
    "failed_share": (ValueFormat.SHARE, "{} failed", "{} mislyktes"),
    "pings_each": (ValueFormat.COUNT, "{} ping each|{} pings each", "{} ping til hver"),
    "answered_hosts": (ValueFormat.COUNT, "{} answered", "{} svarte"),
    "silent_share": (ValueFormat.SHARE, "{} silent", "{} svarte ikke"),
    "clients": (ValueFormat.COUNT, "{} client|{} clients", "{} klient|{} klienter"),
    "addresses": (ValueFormat.COUNT, "{} address|{} addresses", "{} adresse|{} adresser"),
    "sources": (
        ValueFormat.COUNT,
        "from {} sender address|from {} sender addresses",
        "fra {} avsenderadresse|fra {} avsenderadresser",
    ),
    "calls": (ValueFormat.COUNT, "{} call|{} calls", "{} oppkall"),
    "pause_s": (ValueFormat.LENGTH, "one every {}", "ett hver {}"),
    "share_of_target": (ValueFormat.SHARE, "{} to one target", "{} til ett mål"),
    "share_of_mail": (ValueFormat.SHARE, "{} of its mail sessions", "{} av e-postøktene"),
    "bytes": (ValueFormat.SIZE, "{}", "{}"),
    "size": (ValueFormat.SIZE, "{} each on average", "{} hver i snitt"),
    "packets_out": (
        ValueFormat.COUNT,
        "{} packet sent|{} packets sent",
        "{} pakke sendt|{} pakker sendt",
    ),
    "bytes_out": (ValueFormat.SIZE, "{} sent", "{} sendt"),
    "bytes_in": (ValueFormat.SIZE, "{} received", "{} mottatt"),
    "mean_bytes_out": (ValueFormat.SIZE, "{} sent in each", "{} sendt i hver"),
    "mean_bytes_in": (ValueFormat.SIZE, "{} received", "{} mottatt"),
    "mean_seconds": (ValueFormat.LENGTH, "{} each on average", "{} hver i snitt"),
    "alike_bytes": (ValueFormat.SHARE, "{} alike in size", "{} like store"),
    "alike_seconds": (ValueFormat.SHARE, "{} alike in length", "{} like lange"),
    "answered": (ValueFormat.SHARE, "{} answered", "{} besvart"),
}


def describe_counts(evidence: Mapping[str, object], language: Language) -> str:
    """Every count as text, the first with the time it was counted in; "" for no counts."""
    parts = list(_parts(evidence, language))
    window = _number(evidence.get(WINDOW))
    if parts and window:
        parts[0] += f" {('in', 'på')[language == 'nb']} {format_duration(window, language)}"
    return ", ".join(parts)


def packet_rate(evidence: Mapping[str, object]) -> float:
    """Packets a second, 0.0 where none were counted: what two findings are compared by."""
    return next((rate for name in RATES if (rate := _number(evidence.get(name)))), 0.0)


def describe_rate(evidence: Mapping[str, object], language: Language) -> str:
    """How fast a flood was, with bits where they were counted; "" for what is no flood.

    >>> describe_rate({"packets_per_second": 514, "bits_per_second": 164_544, "of": "syn"}, "en")
    '514 SYN packets a second (165 kbit/s)'
    """
    name = next((field for field in RATES if _number(evidence.get(field))), None)
    if not name:
        return ""
    what = name.partition("_")[0]
    packets = _packets(evidence) if what == "packets" else PACKETS[what]
    second = ("a second", "i sekundet")[language == "nb"]
    text = f"{format_number(packet_rate(evidence), language)} {packets[language == 'nb']} {second}"
    bits = _number(evidence.get("bits_per_second"))
    return f"{text} ({format_quantity(bits, 'bit/s', language)})" if bits else text


FLAGS: dict[str, tuple[str, str]] = {  # what a detector states of its own evidence
    "answers_unseen": (
        "whether answers came is not known, for only one direction is known to be exported",
        "om det kom svar er ikke kjent, for bare én retning eksporteres så vidt vi vet",
    ),
    "awaits_complaint": (
        "no rule acts until a complaint, a list or a spam trap says the same",
        "ingen regel griper inn før en klage, en liste eller en spamfelle sier det samme",
    ),
}


def format_number(value: float, language: Language) -> str:
    """A number for the eye: whole from ten on, one place below.

    >>> format_number(1003.4, "en"), format_number(3.14159, "nb"), format_number(0.5, "en")
    ('1,003', '3,1', '0.5')
    """
    near = round(value, 1)
    text = f"{value:,.0f}" if near >= TEN or near == int(near) else f"{near:.1f}"
    if language == "nb":
        return text.replace(",", " ").replace(".", ",")
    return text


def format_quantity(value: float, unit: str, language: Language = "en") -> str:
    """A quantity with its unit, by thousands (SI).

    >>> format_quantity(1_234_000, "bit/s"), format_quantity(90, "B")
    ('1.2 Mbit/s', '90 B')
    >>> format_quantity(2.5e12, "B", "nb")
    '2,5 TB'
    """
    for sign in ("", "k", "M", "G"):
        if round(value) < THOUSAND:
            return f"{format_number(value, language)} {sign}{unit}"
        value /= THOUSAND
    return f"{format_number(value, language)} T{unit}"


def format_duration(seconds: float, language: Language) -> str:
    """A number of seconds with its unit.

    >>> format_duration(0.521, "en"), format_duration(300, "nb"), format_duration(86_400, "en")
    ('0.5 s', '5 min', '24 h')
    """
    units = ((HOUR, ("h", "t")), (MINUTE, ("min", "min")), (1, ("s", "s")))
    size, unit = next((entry for entry in units if seconds >= 2 * entry[0]), units[-1])
    return f"{format_number(seconds / size, language)} {unit[language == 'nb']}"


def _parts(evidence: Mapping[str, object], language: Language) -> Iterator[str]:
    """Each count in words: those we know in our order, then the others as they are named."""
    for name, (form, *words) in PHRASES.items():
        value = evidence.get(name)
        number = _number(value)
        if number is not None:
            yield _value_words(form, words[language == "nb"], number, language).format(
                packets=_packets(evidence)[language == "nb"]
            )
    for name, value in evidence.items():
        known = name in SHOWN_ELSEWHERE or (name in PHRASES and _number(value) is not None)
        if not known and value not in (None, False, "False", ""):
            said = FLAGS.get(name)
            plain = said[language == "nb"] if said else name.replace("_", " ")
            yield plain if value in (True, "True") else f"{plain} {value}"


def _value_words(form: ValueFormat, words: str, number: float, language: Language) -> str:
    """One value in its words; `{packets}` is left for the caller."""
    singular, _, plural = words.partition("|")
    shape = singular if number == 1 or not plural else plural
    value = {
        ValueFormat.SHARE: lambda: f"{number:.0%}".replace("%", " %" if language == "nb" else "%"),
        ValueFormat.SIZE: lambda: format_quantity(number, "B", language),
        ValueFormat.BITS: lambda: format_quantity(number, "bit/s", language),
        ValueFormat.LENGTH: lambda: format_duration(number, language),
    }.get(form, lambda: format_number(number, language))()
    return shape.replace("{}", value)


def _packets(evidence: Mapping[str, object]) -> tuple[str, str]:
    """What kind of packets were counted."""
    named = evidence.get("of") or evidence.get("protocol")
    return PACKETS.get(str(named), PACKETS[""])


def _number(value: object) -> float | None:
    """A number, also as text; None for anything else, a yes or no among it."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if 0 <= number < math.inf else None
