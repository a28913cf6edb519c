"""Views of the queue under a name: whose there are; saved, changed, deleted."""

from urllib.parse import unquote_plus

import click

from aupkeep.cli.acting import AS, acting, open_desk, open_desk_as
from aupkeep.cli.case_filters import case_filters
from aupkeep.cli.output import listing, output, show
from aupkeep.model.as_json import as_json

HEAD = ["name", "query", "shared", "mine", "owner", "view"]


@click.group()
def view() -> None:
    """What the queue shows under a name: filters and order; `case list --view NAME` uses it."""


@view.command("list")
@output
def list_all(*, form: str) -> None:
    """List your own and those that colleagues share."""
    context = open_desk()
    from aupkeep.app.deciding.case_views import list_views

    views = list_views(acting(context))
    shown = [{**as_json(item), "query": unquote_plus(item.query)} for item in views]
    show(form, views, lambda: listing(HEAD, shown, "No view is saved."))


@view.command("save")
@click.argument("name")
@click.option("--of", "view", help="Of: open (default), answered, waiting, handled, all, closed.")
@case_filters
@click.option("--shared", is_flag=True, help="Everybody at the desk sees it.")
@AS
@output
def save(
    name: str, *, shared: bool, named: tuple[str, ...], form: str, **asked: str | None
) -> None:
    """Save filters and order under NAME; your own view of that name is changed."""
    context, person = open_desk_as(named)
    from aupkeep.app.deciding.save_views import save_view

    words = {word: value for word, value in asked.items() if value is not None}
    show(form, save_view(context, name, words, person=person, shared=shared))


@view.command("change")
@click.argument("name")
@click.option("--name", "new", help="Its name from now on.")
@click.option("--shared/--own", default=None, help="Shared with everybody, or yours alone.")
@AS
@output
def change(
    name: str, *, new: str | None, shared: bool | None, named: tuple[str, ...], form: str
) -> None:
    """Rename your view NAME, share it or no longer."""
    context, person = open_desk_as(named)
    from aupkeep.app.deciding.save_views import change_view

    show(form, change_view(context, name, person=person, name=new, shared=shared))


@view.command("delete")
@click.argument("name")
@AS
@output
def delete(name: str, *, named: tuple[str, ...], form: str) -> None:
    """Delete your view NAME."""
    context, person = open_desk_as(named)
    from aupkeep.app.deciding.save_views import delete_view

    show(form, delete_view(context, name, person=person))
