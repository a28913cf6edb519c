"""The tags of the desk's figures: statistics drawn, options shown. Built in to every template."""

from collections.abc import Sequence
from datetime import timedelta

from django import template

from aupkeep.app.pages.in_language import number_in
from aupkeep.app.pages.statistics.page import (
    AgeCount,
    CustomerCount,
    FirstAct,
    OutcomeCount,
    WrongShare,
)
from aupkeep.web import diagrams, formatting
from aupkeep.web.diagrams import Bars, Spark
from aupkeep.web.words import say

register = template.Library()
NOTHING = "\N{EN DASH}"


@register.simple_tag(takes_context=True)
def age(context: template.Context, hours: int | None) -> str:
    """An age that cases are younger than, "older" for the rest."""
    if hours is None:
        return say(context["language"], "sta.older")
    return f"< {formatting.span(timedelta(hours=hours), context['language'])}"


@register.simple_tag(takes_context=True)
def seconds(context: template.Context, value: float | None) -> str:
    """A length in words, to the second below a minute; a dash for none."""
    if value is None:
        return NOTHING
    if value < formatting.MINUTE:
        return f"{value:.0f} s"
    return formatting.span(timedelta(seconds=value), context["language"])


@register.simple_tag(takes_context=True)
def stacked(context: template.Context, rows: Sequence[AgeCount]) -> Bars:
    """Open cases by age: who waits for us, who for a customer."""
    return diagrams.bars(
        (
            age(context, row.hours),
            number_in(row.desk + row.customer, context["language"]),
            [("main", row.desk), ("back", row.customer)],
        )
        for row in rows
    )


@register.simple_tag(takes_context=True)
def spans(context: template.Context, act: FirstAct) -> Bars | None:
    """The median and the ninth decile of the time to the first act, None for none."""
    values = (("sta.median", act.median), ("sta.p90", act.p90))
    if act.median is None:
        return None
    return diagrams.bars(
        (say(context["language"], key), seconds(context, value), [("main", value or 0.0)])
        for key, value in values
    )


@register.simple_tag(takes_context=True)
def counted(context: template.Context, rows: Sequence[OutcomeCount | CustomerCount]) -> Bars:
    """How many cases ended how, or were whose."""
    return diagrams.bars(
        (
            say(context["language"], f"sta.outcome.{row.outcome}")
            if isinstance(row, OutcomeCount)
            else row.customer,
            number_in(row.cases, context["language"]),
            [("main", row.cases)],
        )
        for row in rows
    )


@register.simple_tag(takes_context=True)
def ranges(context: template.Context, rows: Sequence[WrongShare]) -> Bars:
    """Shares of what came to nothing, each with the range that its number leaves."""
    language = context["language"]
    return diagrams.ranges(
        (
            row.name,
            f"{number_in(row.wrong, language)} / {number_in(row.judged, language)}",
            row.wrong / row.judged if row.judged else 0.0,
            row.low,
            row.high,
        )
        for row in rows
    )


@register.simple_tag
def spark(hours: Sequence[int]) -> Spark | None:
    """A case's claims by the hour as one small line of bars, None for none."""
    return diagrams.spark(hours) if any(hours) else None


@register.simple_tag
def setting(value: object) -> str:
    """An option's value for the eye: a dash for nothing, the items of a list."""
    if value is None or value in ("", [], {}):
        return NOTHING
    if isinstance(value, list):
        return formatting.plain(", ".join(map(str, value)))
    return formatting.plain(str(value).lower() if isinstance(value, bool) else str(value))
