"""Check a policy pack, list the facts rules may use, evaluate a pack on facts."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from aupkeep.cli.acting import open_desk
from aupkeep.cli.output import listing, output, show, table
from aupkeep.model.errors import Invalid


@click.group()
def policy() -> None:
    """Policies are data: check and try them here."""


@policy.command()
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--like", help="Another pack, or en, nb for a sample: it must do the same as that.")
@output
def check(file: Path, like: str | None, form: str) -> int:
    """Check FILE (a pack's folder or one file); each problem has its line."""
    from aupkeep.app.telemetry.collector.detection_config import check_with_detectors

    result = check_with_detectors(file, like)
    head = ["file", "line", "rule", "reason"]

    def text() -> Iterator[str]:
        yield from listing(head, result.errors, f"{file}: no problems.")
        for pair in result.overlaps:
            both, kinds = " and ".join(pair.rules), ", ".join(pair.kinds)
            yield f"{both} overlap at {pair.level} for {kinds}: the first one speaks."

    show(form, result, text)
    return 0 if result.ok else 2


@policy.command("show")
@output
def show_(form: str) -> None:
    """Show the policy in force: each rule as a sentence, and what it did lately."""
    context = open_desk()
    from aupkeep.app.pages.policy.load import policy_record

    record = policy_record(context)
    head = ["rule", "clause", "status", "level", "when", "unless", "decided", "held"]
    rules = [rule for clause in record.clauses for rule in clause.rules]
    show(form, record, lambda: listing(head, rules, record.trouble or "No rule."))


@policy.command()
@output
def facts(form: str) -> None:
    """List every fact a rule may use, with type and meaning."""
    from aupkeep.app.policies import fact_table

    rows = fact_table()
    head = ["name", "type", "meaning"]
    show(form, rows, lambda: listing(head, rows, ""))


@policy.command()
@output
def documents(form: str) -> None:
    """List the versions of the binding documents, and from when each is in force."""
    context = open_desk()
    from aupkeep.app.policy_documents import list_documents

    known = list_documents(context)
    head = ["document", "version", "effective_from", "recorded_at", "digest"]
    show(form, known, lambda: listing(head, known, ""))


@policy.command("eval")
@click.argument("pack", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--facts",
    "file",
    required=True,
    type=click.Path(exists=True, allow_dash=True, path_type=Path),
    help="JSON with dotted or nested names.",
)
@output
def evaluate(pack: Path, file: Path, form: str) -> None:
    """Evaluate PACK on facts; absent facts are unknown and restrict nothing."""
    from aupkeep.app.policies import evaluate_pack

    text = sys.stdin.read() if str(file) == "-" else _read(file)
    result = evaluate_pack(pack, text)
    head = f"{result.rule}: {result.measure} ({result.level}) under {result.clause}."
    words = {True: "yes", False: "no", None: "unknown"}
    rows = [[step.rule, step.part, words[step.result], step.text] for step in result.trace]
    verdict = head if result.rule else "No rule speaks."
    names = ["rule", "part", "holds", "condition"]
    show(form, result, lambda: [verdict, *table(names, rows, "")])


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise Invalid(
            f"{file}: expected UTF-8, found {error.reason} at byte {error.start}"
        ) from error
