"""What an install needs from its machine: systemd units that keep the processes apart."""

import os
import sys
from pathlib import Path

import click

from aupkeep.cli.output import output, show


@click.group()
def setup() -> None:
    """Write what this machine needs to run Aupkeep as a service."""


@setup.command("systemd")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@output
def systemd(folder: Path, form: str) -> None:
    """Write units, users and folders below FOLDER, which is / on the machine itself."""
    from aupkeep.daemon.units import STEPS, write_units

    script = Path(sys.argv[0]).absolute()
    program = str(script) if os.access(script, os.X_OK) else f"{sys.executable} -m aupkeep"
    written = [str(path) for path in write_units(folder, program)]
    show(form, {"written": written, "steps": list(STEPS)}, lambda: [*written, "", *STEPS])


@setup.command("monitoring")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@output
def monitoring(folder: Path, form: str) -> None:
    """Write alert rules for Prometheus and a dashboard for Grafana into FOLDER."""
    from aupkeep.daemon.units import write_monitoring

    written = [str(path) for path in write_monitoring(folder)]
    show(form, {"written": written}, lambda: written)


@setup.command("exporter")
@click.argument("system", type=click.Choice(["rt"]))
@output
def exporter(system: str, form: str) -> None:
    """Print a program that takes SYSTEM's history out: aupkeep setup exporter rt > rt_export.py."""
    from aupkeep.daemon.units import exporter_source

    _print(form, exporter_source(system))


@setup.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@output
def completion(shell: str, form: str) -> None:
    """Print what SHELL reads to complete our words: source <(aupkeep setup completion bash)."""
    from aupkeep.cli.group import group
    from aupkeep.cli.manual import completion_script

    _print(form, completion_script(group, shell))


@setup.command("man")
@output
def man(form: str) -> None:
    """Print the page of the manual: aupkeep setup man > /usr/local/share/man/man1/aupkeep.1."""
    from aupkeep import __version__
    from aupkeep.cli.group import group
    from aupkeep.cli.manual import manual_page

    _print(form, "\n".join(manual_page(group, __version__)))


def _print(form: str, text: str) -> None:
    """A file's text as it is for who redirects it, in one field for a program."""
    show(form, {"text": text}, text.splitlines)


@setup.command("roles")
@click.option("--owner", default="desk", show_default=True, help="The role that has the tables.")
@output
def roles(owner: str, form: str) -> None:
    """Print the SQL of a role for each process: aupkeep setup roles | psql aupkeep.

    As PostgreSQL's superuser, once the tables are there, and again after each upgrade.
    """
    from aupkeep.daemon.database_roles import role_statements

    statements = list(role_statements(owner))
    show(form, {"owner": owner, "statements": statements}, lambda: statements)
