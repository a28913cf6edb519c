"""The templates' own tags: words by language, times, hostile text. Built in to every template."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from aupkeep.app.pages import labels
from aupkeep.app.pages.in_language import in_language, number_in, quantity_in, words_in
from aupkeep.app.pages.traffic.page import TrafficPicture
from aupkeep.model.ladder import Evidence, Level, Measure
from aupkeep.web import formatting
from aupkeep.web.chart import Chart, chart
from aupkeep.web.words import say

register = template.Library()
NOT_TOLD = "not told"
ENDED = {
    "fixed": "fixed by the customer",
    "not-abuse": "not abuse",
    "no-action": "no measure needed",
    "withdrawn": "withdrawn by us",
    "imported": "dealt with before, in another system",
}
ANSWERED = {
    "fixed": "Fixed",
    "not-me": "Not us, or a false alarm",
    "need-help": "Needs help or more time",
    "appeal": "Appeal: asks another person to look",
}
ATTACKED = {
    "fixed": "Asks for the protection to be undone",
    "not-me": "No attack: the traffic was expected",
    "need-help": "Needs help, or something works worse",
}
STATE_TINTS = {
    "open": "info",
    "answered": "warning",
    "applied": "success",
    "wanted": "warning",
    "pending": "warning",
    "lifting": "warning",
    "failed": "danger",
    "inbox": "warning",
    "slow": "warning",
    "suspended": "danger",
}
TINTS = {"critical": "danger", "high": "warning", "medium": "info", "low": "neutral"}


@register.simple_tag(takes_context=True)
def word(context: template.Context, key: str, **values: object) -> str:
    """The page's words for `key` in the page's language; values are shown plain, times in UTC."""
    safe = {
        name: f"{value.astimezone(UTC):%Y-%m-%d %H:%M}"
        if isinstance(value, datetime)
        else value
        if type(value) is int
        else plain(value)
        for name, value in values.items()
    }
    return say(context["language"], key, **safe)


@register.simple_tag(takes_context=True)
def t(context: template.Context, text: object) -> str:
    """These English words in the page's language; for attributes, titles and options too."""
    return words_in(plain(text), context["language"])


@register.simple_tag(takes_context=True)
def plural(context: template.Context, count: int, singular: str, many: str) -> str:
    """The word for one thing or for many, in the page's language."""
    return words_in(singular if count == 1 else many, context["language"])


@register.simple_tag(takes_context=True)
def said(context: template.Context, text: object) -> str:
    """What the machine says, in the page's language.

    What has no words there stays English and is marked as such (WCAG 3.1.2); of `known: anything`
    the first part is in the language all the same, and of `one; another` each.
    """
    shown, language = plain(text or ""), context["language"]
    words = in_language(shown, language)
    if words is not None:
        return words
    head, colon, rest = shown.partition(": ")
    known = in_language(head, language) if colon and "; " not in head else None
    if known is not None:
        return format_html("{}: {}", known, said(context, rest))
    first, joint, more = shown.partition("; ")
    if joint:
        return format_html("{}; {}", said(context, first), said(context, more))
    return format_html('<span lang="en">{}</span>', shown) if shown else ""


@register.simple_tag(takes_context=True)
def ago(context: template.Context, at: datetime, now: datetime) -> str:
    """How long ago."""
    return formatting.span(now - at, context["language"])


@register.simple_tag(takes_context=True)
def since(context: template.Context, at: datetime, now: datetime) -> str:
    """How long ago, to the second below two minutes: what comes every second is late soon."""
    seconds = max(0, int((now - at).total_seconds()))
    short = seconds < 2 * formatting.MINUTE
    return f"{seconds} s" if short else formatting.span(now - at, context["language"])


@register.simple_tag(takes_context=True)
def hours_long(context: template.Context, hours: int) -> str:
    """A number of hours as a span."""
    return formatting.span(timedelta(hours=hours), context["language"])


@register.simple_tag(takes_context=True)
def word_for(context: template.Context, prefix: str, value: object, suffix: str = "") -> str:
    """The words for a value, such as `answer.fixed` for the answer `fixed`."""
    return say(context["language"], ".".join(filter(None, (prefix, str(value), suffix))))


@register.simple_tag(takes_context=True)
def kind_name(context: template.Context, kind: str) -> str:
    """What a kind of abuse is called, in the page's language."""
    return labels.kind_title(kind, context["language"])


@register.simple_tag(takes_context=True)
def measure_name(context: template.Context, measure: Measure) -> str:
    """What a measure is called, in the page's language."""
    return labels.title_of(measure, context["language"])


@register.simple_tag(takes_context=True)
def did_name(context: template.Context, did: str) -> str:
    """What the desk did in a case: a measure, or how it was closed."""
    if did in set(Measure):
        return labels.title_of(Measure(did), context["language"])
    return say(context["language"], f"desk.outcome.{did}")


@register.simple_tag(takes_context=True)
def count_items(context: template.Context, count: int) -> str:
    """`1 item`, `3 items`."""
    key = "customer.evidence.item" if count == 1 else "customer.evidence.items"
    return f"{count} {say(context['language'], key)}"


@register.simple_tag(takes_context=True)
def when(context: template.Context, at: datetime, zone: str = "UTC") -> str:
    """A moment in words in the page's language, in a reader's zone."""
    return formatting.moment(at, context["language"], zone)


@register.simple_tag(takes_context=True)
def until(context: template.Context, at: datetime, now: datetime) -> str:
    """How long is left, or how long ago it passed."""
    key = "left" if at > now else "late"
    return say(context["language"], key, span=formatting.span(at - now, context["language"]))


@register.simple_tag(takes_context=True)
def exact(context: template.Context, seconds: float) -> str:
    """How exact a time is."""
    return formatting.exactness(seconds, context["language"])


@register.simple_tag
def zone_name(name: str) -> str:
    """A time zone's name for the eye: its city."""
    return name.rpartition("/")[2].replace("_", " ")


@register.filter
def utc(at: datetime) -> SafeString:
    """A time for the desk: UTC, to the second, machine-readable too."""
    return _stamp(at, "%Y-%m-%d %H:%M:%S")


@register.filter
def minute(at: datetime) -> SafeString:
    """A time for the desk: UTC, to the minute."""
    return _stamp(at, "%Y-%m-%d %H:%M")


@register.filter
def past(at: datetime, now: datetime) -> bool:
    """Whether a moment has passed."""
    return at <= now


@register.filter
def plain(text: object) -> str:
    """Hostile text with what is invisible made visible; still escaped by the template."""
    return formatting.plain(str(text))


@register.filter
def joined(texts: Iterable[object], between: str) -> str:
    """Several hostile texts as one, each as `plain` has it; the built-in `join` escapes at once."""
    return between.join(map(plain, texts))


@register.filter
def tint(urgency: object) -> str:
    """The colour of an urgency; the word always stands beside it."""
    return TINTS[str(urgency)]


@register.filter
def state_tint(state: object) -> str:
    """The colour of a state; its word always stands beside it."""
    return STATE_TINTS.get(str(state), "neutral")


@register.filter
def words(text: str) -> list[str]:
    """The words of a text, for a template to walk."""
    return text.split()


@register.filter
def day(at: datetime) -> str:
    """A day in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%d}"


@register.filter
def ended(outcome: object) -> str:
    """How a case ended, in the desk's English."""
    return ENDED[str(outcome)]


@register.filter
def answered(kind: object, attacked: bool) -> str:  # noqa: FBT001 - a template's filter
    """What a customer answered, in the desk's English; who is attacked is asked other things."""
    return ATTACKED.get(str(kind), ANSWERED[str(kind)]) if attacked else ANSWERED[str(kind)]


@register.filter
def level(value: Level | Evidence) -> str:
    """L3, E1: the short name of a level."""
    return value.name


@register.filter
def percent(value: float) -> str:
    """A share from 0 to 1 as whole percent."""
    return f"{value:.0%}"


@register.filter
def marks(parts: Sequence[Any]) -> str:
    """Which fields are marked in a text, each once, in their order."""
    return ", ".join(dict.fromkeys(part.mark for part in parts if part.mark))


@register.simple_tag
def drawing(picture: TrafficPicture) -> Chart | None:
    """The shapes of a traffic picture, None where there is nothing to draw."""
    return chart(picture)


@register.filter
def number(value: float, language: str) -> str:
    """A count or rate for the eye: its thousands apart, whole from ten on, one place below."""
    return number_in(value, language)


@register.filter
def bits(value: float, language: str) -> str:
    """Bits a second with their unit."""
    return quantity_in(value, "bit/s", language)


@register.filter
def bitrate(rate: int, language: str) -> str:
    """Bytes a second as bits a second."""
    return quantity_in(rate * 8, "bit/s", language)


@register.filter
def size(value: float, language: str) -> str:
    """Bytes with their unit."""
    return quantity_in(value, "B", language)


@register.filter
def given(value: int | None, language: str) -> str:
    """A number, or that it was not exported."""
    return words_in(NOT_TOLD, language) if value is None else number_in(value, language)


@register.filter
def thousandth(at: datetime | None, language: str) -> SafeString | str:
    """A flow's time, UTC, to the thousandth of a second."""
    if at is None:
        return words_in(NOT_TOLD, language)
    there = at.astimezone(UTC)
    text = f"{there:%Y-%m-%dT%H:%M:%S}.{there.microsecond // 1000:03d}"
    return format_html('<time datetime="{}Z">{}</time>', text, text.replace("T", " "))


def _stamp(at: datetime, shape: str) -> SafeString:
    there = at.astimezone(UTC)
    return format_html(
        '<time datetime="{}">{}</time>', f"{there:%Y-%m-%dT%H:%M:%SZ}", f"{there:{shape}}"
    )
