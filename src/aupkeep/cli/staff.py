"""People of the desk, API tokens, settings."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from aupkeep.cli.acting import open_desk, open_desk_for
from aupkeep.cli.output import listing, output, pairs, show
from aupkeep.config.home import find_home
from aupkeep.config.secrets import hidden
from aupkeep.config.settings import load, write_sample
from aupkeep.config.settings_edit import set_before_the_first_entry
from aupkeep.model.roles import ROLES, StaffAct
from aupkeep.model.token import SCOPES

ROLE = click.Choice([role.value for role in ROLES])
UNSET: tuple[object, ...] = ("", (), {}, None)


@click.group()
def staff() -> None:
    """The people of the desk."""


@staff.command("add")
@click.argument("address")
@click.option("--name", required=True, help="As it stands under decisions.")
@click.option("--language", type=click.Choice(["en", "nb"]), default="en", show_default=True)
@click.option(
    "--role",
    "roles",
    type=ROLE,
    multiple=True,
    default=("analyst",),
    show_default=True,
    help="What they are, several times for several; docs/roles.md says what each may do.",
)
@click.option("--unix-user", help="The user of this machine whose commands are theirs.")
@click.option("--me", is_flag=True, help="This is you: your own record takes the address and name.")
@output
def staff_add(
    address: str,
    name: str,
    language: str,
    roles: tuple[str, ...],
    unix_user: str | None,
    *,
    me: bool,
    form: str,
) -> None:
    """Add a person by mail ADDRESS and print a one-time sign-in link."""
    context, by = open_desk_for(StaffAct.SETTINGS)
    from aupkeep.app.access.authority import active_member
    from aupkeep.app.access.staff import add_person, name_person

    if me:
        result = name_person(context, address, name, language, known=active_member(by.id))
    else:
        result = add_person(
            context, address, name, language, roles=roles, unix_user=unix_user, by=by
        )
    show(form, result)


@staff.command("role")
@click.argument("address")
@click.option(
    "--role",
    "roles",
    type=click.Choice([role.value for role in ROLES]),
    multiple=True,
    required=True,
)
@output
def staff_role(address: str, roles: tuple[str, ...], form: str) -> None:
    """Give a person these roles instead of those they had."""
    context, by = open_desk_for(StaffAct.SETTINGS)
    from aupkeep.app.access.staff import change_roles

    show(form, change_roles(context, address, roles, by=by))


@staff.command("language")
@click.argument("address")
@click.argument("language", type=click.Choice(["en", "nb"]))
@output
def staff_language(address: str, language: str, form: str) -> None:
    """Have a person's pages and mails in this language; their account page does the same."""
    context, by = open_desk_for(StaffAct.SETTINGS)
    from aupkeep.app.access.staff import change_language

    show(form, change_language(context, address, language, by=by))


@staff.command("map")
@click.argument("address")
@click.option("--unix-user", help="Whose commands are theirs; without it, your own are.")
@output
def staff_map(address: str, unix_user: str | None, form: str) -> None:
    """Say once whose commands a user of this machine gives."""
    context = open_desk()
    from aupkeep.app.access.unix_users import map_user

    show(form, map_user(context, address, unix_user))


@staff.command("unbind")
@click.argument("address")
@click.option("--reason", required=True, help="Why; it stands in the journal.")
@output
def staff_unbind(address: str, reason: str, form: str) -> None:
    """Let another account of the issuer be this person; their sessions end."""
    context, by = open_desk_for(StaffAct.SETTINGS)
    from aupkeep.app.access.oidc.person import unbind

    show(form, unbind(context, address, reason, by))


@staff.command("link")
@click.argument("address")
@output
def staff_link(address: str, form: str) -> None:
    """Print a one-time sign-in link for a person, valid for 10 minutes."""
    context, by = open_desk_for(StaffAct.SETTINGS)
    from aupkeep.app.access.staff import sign_in_link

    show(form, sign_in_link(context, address, by=by))


@staff.command("remove")
@click.argument("address")
@click.option("--reason", required=True, help="Why; it stands in the journal.")
@output
def staff_remove(address: str, reason: str, form: str) -> None:
    """Let a person in no more, at once; what they decided stays under their name."""
    context, by = open_desk_for(StaffAct.SETTINGS)
    from aupkeep.app.access.staff import remove_person

    show(form, remove_person(context, address, reason, by=by))


@staff.command("outside")
@click.argument("decision")
@click.argument("address")
@click.option("--name", required=True, help="As it stands under the decision.")
@click.option("--days", type=click.IntRange(1, 14), default=3, show_default=True)
@output
def staff_outside(decision: str, address: str, name: str, days: int, form: str) -> None:
    """Name somebody outside the desk as the second person of DECISION, and of nothing else.

    With the reference of a case in its place they judge its appeal, which nobody here may judge.
    """
    context, by = open_desk_for(StaffAct.SETTINGS)
    from aupkeep.app.deciding.outside_judge import name_outsider

    show(form, name_outsider(context, decision, address, name, days=days, by=by))


@staff.command("list")
@output
def staff_list(form: str) -> None:
    """List the people of the desk: what they may do, how often they are signed in."""
    context = open_desk()
    from aupkeep.app.pages.people.load import staff_records

    people = [person for person in staff_records(context) if person.active]
    empty = "Nobody yet: aupkeep staff add you@example.com --name 'Your Name'"
    show(form, people, lambda: listing(["address", "name", "roles", "unix_user"], people, empty))


@staff.command("sessions")
@click.argument("address", required=False, default="")
@output
def staff_sessions(address: str, form: str) -> None:
    """List where people are signed in to the pages; with ADDRESS where one person is."""
    context, _ = open_desk_for(StaffAct.SETTINGS)
    from aupkeep.app.access.sessions import live_sessions

    sessions = live_sessions(context, address)
    head = ["person", "session", "since", "seen", "address", "browser", "by"]
    show(form, sessions, lambda: listing(head, sessions, "Nobody is signed in to the pages."))


@staff.command("end")
@click.argument("address")
@click.argument("session", required=False, default="")
@click.option("--reason", required=True, help="Why; it stands in the journal.")
@output
def staff_end(address: str, session: str, reason: str, form: str) -> None:
    """End one SESSION of a person, or all they have, at once."""
    context, by = open_desk_for(StaffAct.SETTINGS)
    from aupkeep.app.access.sessions import end_sessions

    show(form, end_sessions(context, address, session, by=by, reason=reason))


@staff.command("passkeys")
@click.argument("address")
@click.option("--remove", metavar="ID", help="Take this one away; its person is told by mail.")
@click.option("--reason", default="", help="Why it is taken away; it stands in the journal.")
@output
def staff_passkeys(address: str, remove: str | None, reason: str, form: str) -> None:
    """List a person's passkeys, or take a lost one away; people add theirs on their own page."""
    context, by = open_desk_for(StaffAct.SETTINGS)
    from aupkeep.app.pages.account.passkeys import list_passkeys, remove_passkey

    if remove:
        removed = remove_passkey(context, address, remove, by=by, reason=reason)
        show(form, removed)
        return
    passkeys = list_passkeys(address)
    show(form, passkeys, lambda: listing(["id", "name", "added", "used"], passkeys, "None."))


@click.group()
def token() -> None:
    """API tokens; a trusted one may post our own telemetry's findings."""


@token.command("add")
@click.argument("name")
@click.option("--trusted", is_flag=True, help="Its findings count as our own telemetry.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    default=("report",),
    show_default=True,
    help=f"What it may do, several times for several: {', '.join(SCOPES)}.",
)
@click.option("--days", type=click.IntRange(1, 90), default=90, show_default=True)
@click.option("--person", help="Whose own it is, by address; for the scope approve.")
@click.option("--target", help="Whose agent may use it, with the scope agent.")
@click.option("--customer", help="Whose cases it opens, and those below; with the scope reseller.")
@output
def token_add(
    name: str,
    *,
    trusted: bool,
    scopes: tuple[str, ...],
    days: int,
    person: str | None,
    target: str | None,
    customer: str | None,
    form: str,
) -> None:
    """Make a token named NAME; it is shown once."""
    context, by = open_desk_for(StaffAct.SETTINGS)
    from aupkeep.app.access.tokens import RESELLER, add_reseller_token, add_token

    if customer is not None:
        if scopes != (RESELLER,) or trusted or person or target:
            raise click.UsageError("--customer goes with --scope reseller alone")
        reseller = add_reseller_token(context, name, customer, days=days, by=by)
        show(form, reseller)
        return
    result = add_token(
        context,
        name,
        trusted=trusted,
        scopes=scopes,
        days=days,
        person=person,
        target=target,
        by=by,
    )
    show(form, result)


@token.command("list")
@output
def token_list(form: str) -> None:
    """List tokens: what each may do, and until when; secrets are never shown again."""
    context = open_desk()
    from aupkeep.app.pages.people.load import token_records

    tokens = token_records(context)
    head = ["name", "scopes", "target", "customer", "trusted", "made", "expires", "revoked", "used"]
    show(form, tokens, lambda: listing(head, tokens, "No token yet: aupkeep token add NAME"))


@token.command("revoke")
@click.argument("name")
@output
def token_revoke(name: str, form: str) -> None:
    """Revoke the token named NAME at once."""
    context, by = open_desk_for(StaffAct.SETTINGS)
    from aupkeep.app.access.tokens import revoke_token

    show(form, revoke_token(context, name, by=by))


@click.group(invoke_without_command=True)
@click.option(
    "--write", type=click.Path(dir_okay=False, path_type=Path), help="Write a sample here."
)
@output
@click.pass_context
def settings(ctx: click.Context, write: Path | None, form: str) -> None:
    """Show the settings in force, set one, or write a commented file to start from."""
    if ctx.invoked_subcommand is not None:
        return
    from dataclasses import asdict

    if write is not None:
        write_sample(write)
    home = find_home()
    values = {"home": str(home.path), **hidden(asdict(load(home)))}
    values["database"] = "postgresql" if values["database"] else "sqlite"
    show(form, values, lambda: _sections(values))


@settings.command("list")
@output
def settings_list(form: str) -> None:
    """List every option with its value, its default, and the file it comes from."""
    context = open_desk()
    from aupkeep.app.pages.settings.load import setting_records

    records = setting_records(context)
    head = ["option", "value", "origin", "place"]
    show(form, records, lambda: listing(head, records, ""))


@settings.command("set")
@click.argument("option", metavar="SECTION.OPTION")
@click.argument("values", nargs=-1, required=True)
@output
def settings_set(option: str, values: tuple[str, ...], form: str) -> None:
    """Set one option in aupkeep.toml; several VALUES for a list. Then start `up` again."""
    set_before_the_first_entry(find_home(), option, values)
    context, by = open_desk_for(StaffAct.SETTINGS)
    from aupkeep.app.settings import set_option

    file = set_option(context, option, values, by=by)
    result = {"option": option, "values": list(values), "file": str(file)}
    show(form, result, lambda: [f"{option} is set in {file}. Start `aupkeep up` again to use it."])


def _sections(values: Mapping[str, Any]) -> Iterator[str]:
    """Every option with its name, under the section it has in `aupkeep.toml`."""
    plain = {name: value for name, value in values.items() if not isinstance(value, Mapping)}
    yield from pairs(plain)
    for name, section in values.items():
        if isinstance(section, Mapping):
            yield ""
            yield f"[{name}]"
            yield from pairs(
                {key: value if value not in UNSET else "none" for key, value in section.items()}
            )
