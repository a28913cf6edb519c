"""Test whether the harm of a case is still there."""

import click

from aupkeep.cli.acting import AS, open_desk_as
from aupkeep.cli.output import listing, output, show
from aupkeep.model.as_json import as_json


@click.command("probe")
@click.argument("reference", metavar="CASE")
@click.option("--place", default="", help="One of its places alone, as --plan lists them.")
@click.option("--plan", is_flag=True, help="List what would be asked; nothing is sent.")
@AS
@output
def case_probe(
    reference: str, *, place: str, plan: bool, named: tuple[str, ...], form: str
) -> None:
    """Test now whether the harm of CASE is still there; only its own places are asked."""
    context, person = open_desk_as(named)
    from aupkeep.app.probing.ask import ask_case, probe_plan
    from aupkeep.app.probing.run import run_probes
    from aupkeep.app.probing.runs import probe_record

    if plan:
        planned = probe_plan(context, reference, person=person)
        head = ["probe", "place", "barred"]
        empty = "No probe can ask about what its evidence names."
        show(form, planned, lambda: listing(head, as_json(planned)["places"], empty))
        return
    asked = ask_case(context, reference, person=person, place=place, leave=False)
    done = probe_record(run_probes(context, asked.case, asked.id))
    show(form, done, lambda: listing(["outcome", "probe", "place", "text"], done.results, ""))
