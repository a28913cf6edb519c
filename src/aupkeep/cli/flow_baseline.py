"""Thresholds from a week of observation: what it proposes, and a person's word on it."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click

from aupkeep.cli.acting import AS, open_desk, open_desk_as
from aupkeep.cli.output import output, show, table
from aupkeep.model.as_json import as_json

if TYPE_CHECKING:
    from aupkeep.app.telemetry.questions.baseline import ThresholdProposal
    from aupkeep.model.threshold import Threshold

HEAD = ["detector", "threshold", "class", "addresses", "usual", "now", "by", "proposes"]
OF_CLASS = click.option(
    "--class", "of_class", help="Only for customers of this class; default: all without their own."
)
REASONS = click.option("--reasons", required=True, help="Why; it stands in the journal.")


@click.group(invoke_without_command=True)
@output
@click.pass_context
def baseline(ctx: click.Context, form: str) -> None:
    """Show what seven days of flows propose; nothing changes before a person accepts it."""
    if ctx.invoked_subcommand is not None:
        return
    context = open_desk()
    from aupkeep.app.telemetry.questions.baseline import baseline as proposals

    proposed = proposals(context)
    show(form, proposed, lambda: table(HEAD, list(_rows(proposed)), "Nothing is measured."))


def _rows(proposals: "Iterable[ThresholdProposal]") -> Iterator[list[object]]:
    """What is proposed for all, and below it for each class."""
    for proposal in map(as_json, proposals):
        for of_class in ({"class": "all"}, *proposal["classes"]):
            yield [{**proposal, **of_class}.get(name) for name in HEAD]


@baseline.command()
@click.argument("detector")
@click.argument("threshold")
@click.argument("value", type=float)
@AS
@REASONS
@OF_CLASS
@output
def accept(
    detector: str, threshold: str, value: float,
    *, named: tuple[str, ...], reasons: str, of_class: str | None, form: str,
) -> None:  # fmt: skip
    """Let THRESHOLD of DETECTOR be VALUE, above the policy pack's; the collector takes it over."""
    context, person = open_desk_as(named)
    from aupkeep.app.telemetry.collector.detection_config import detector_named
    from aupkeep.app.telemetry.tuning.thresholds import accept as take

    accepted = take(
        context,
        detector_named(detector),
        threshold,
        value,
        person=person,
        reasons=reasons,
        of_class=of_class,
    )
    show(form, _threshold_record(accepted, accepted.words))


@baseline.command()
@click.argument("detector")
@click.argument("threshold")
@AS
@REASONS
@OF_CLASS
@output
def withdraw(
    detector: str,
    threshold: str,
    *,
    named: tuple[str, ...],
    reasons: str,
    of_class: str | None,
    form: str,
) -> None:
    """Let the figure for all, the policy pack's, or the default count again."""
    context, person = open_desk_as(named)
    from aupkeep.app.telemetry.tuning.thresholds import withdraw as give_up

    withdrawn = give_up(
        context, detector, threshold, person=person, reasons=reasons, of_class=of_class
    )
    show(form, _threshold_record(withdrawn, person))


def _threshold_record(threshold: "Threshold", by: str) -> dict[str, Any]:
    """An accepted threshold, or one that was withdrawn."""
    return {
        "detector": threshold.detector,
        "threshold": threshold.threshold,
        "class": threshold.of_class,
        "value": threshold.value,
        "by": by,
    }
