"""The command line told to other programs: completion of a shell, and a page of the manual."""

from collections.abc import Iterator

import click
from click.shell_completion import get_completion_class

PROGRAM = "aupkeep"
VARIABLE = "_AUPKEEP_COMPLETE"


def completion_script(group: click.Command, shell: str) -> str:
    """What a shell reads to complete our words; `shell` is bash, zsh or fish."""
    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"expected bash, zsh or fish, found {shell}")
    return kind(group, {}, PROGRAM, VARIABLE).source()


def manual_page(group: click.Group, version: str) -> Iterator[str]:
    """The lines of `aupkeep.1` in man(7): every command with its options, as `--help` has them."""
    yield f'.TH AUPKEEP 1 "" "Aupkeep {version}" "User commands"'
    yield from (".SH NAME", r"aupkeep \- keeps a provider's acceptable use policy")
    yield from (".SH SYNOPSIS", r"\fBaupkeep\fR COMMAND [OPTIONS]")
    yield from (".SH DESCRIPTION", *_text(group.help or ""))
    yield ".SH COMMANDS"
    for words, command in _commands(group, ()):
        usage = " ".join(command.collect_usage_pieces(click.Context(command, info_name=words)))
        yield from (".TP", f"\\fB{_plain(words)}\\fR {_plain(usage)}", *_text(command.help or ""))
        for parameter in command.params:
            if isinstance(parameter, click.Option) and parameter.help and not parameter.hidden:
                names = ", ".join((*parameter.opts, *parameter.secondary_opts))
                yield from (".br", f"\\fI{_plain(names)}\\fR: {_plain(parameter.help)}")
    yield from (
        ".SH FILES",
        "State lives under \\fI$AUPKEEP_HOME\\fR, settings in its aupkeep.toml.",
    )
    yield from (
        ".SH EXIT STATUS",
        "0 done, 2 wrong words or input, others as docs/cli.md lists them.",
    )


def _commands(group: click.Group, path: tuple[str, ...]) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is not None and getattr(command, "invoke_without_command", True):
            yield " ".join((*path, name)), command
        if isinstance(command, click.Group):
            yield from _commands(command, (*path, name))


def _text(text: str) -> Iterator[str]:
    """Paragraphs of a help text."""
    for number, paragraph in enumerate(text.strip().split("\n\n")):
        if number:
            yield ".sp"
        yield _plain(" ".join(paragraph.split()))


def _plain(text: str) -> str:
    """Text that man(7) shows as it is: no request, no escape."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped
