"""What the documents point at is there: files, pictures, and every command they name."""

import re
from pathlib import Path

import click
import pytest

from aupkeep.cli.group import group

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)|src=\"([^\"]+)\"")
COMMAND = re.compile(r"\baupkeep ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?")
CODE = re.compile(r"`[^`\n]+`|^    .+$", re.MULTILINE)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path):
    """A link inside the project names a file or folder of it."""
    found = ("".join(one) for one in LINK.findall(path.read_text("utf-8")))
    inside = [one for one in found if "://" not in one and not one.startswith("mailto:")]
    assert [one for one in inside if not (path.parent / one).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_exist(path: Path):
    """A command or sub-command in a document is one of ours."""
    code = "\n".join(CODE.findall(path.read_text("utf-8")))
    wrong = []
    for name, below in COMMAND.findall(code):
        command = group.get_command(click.Context(group), name)
        if command is None:
            wrong.append(name)
        elif below and isinstance(command, click.Group) and not _below(command, below):
            wrong.append(f"{name} {below}")
    assert wrong == []


def _below(group: click.Group, name: str) -> click.Command | None:
    return group.get_command(click.Context(group), name)


def test_every_document_is_listed():
    """The list in docs/README.md, and that of the decisions, lead to every page."""
    listed = {one for one, _ in LINK.findall((ROOT / "docs/README.md").read_text("utf-8"))}
    why = (ROOT / "docs/decisions/README.md").read_text("utf-8")
    listed |= {f"decisions/{one}" for one, _ in LINK.findall(why)}
    pages = {str(path.relative_to(ROOT / "docs")) for path in ROOT.glob("docs/**/*.md")}
    assert pages - listed == {"README.md"}
