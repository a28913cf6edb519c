"""The first command of an install: the few settings that every provider needs."""

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from aupkeep.cli.acting import allowed, open_desk
from aupkeep.cli.output import output, show
from aupkeep.config.home import find_home
from aupkeep.config.settings import load
from aupkeep.model.errors import Invalid
from aupkeep.model.roles import StaffAct

if TYPE_CHECKING:
    from aupkeep.config.settings import Settings

LAST = {"enforcement", "listen"}  # what lets anything leave comes after everything else
NEEDED = {"name": "--name", "sender": "--sender", "prefixes": "--prefix"}


@click.command()
@click.option("--name", help="Your name, as customers and reporters know it.")
@click.option("--sender", help="The abuse address that mail comes from and answers go to.")
@click.option("--origin", help="The journal's name for ever; default: DOMAIN-OF-SENDER/journal.")
@click.option("--relay", help="The mail server that takes our mail: HOST or HOST:PORT.")
@click.option("--prefix", "prefixes", multiple=True, help="An own prefix; give it several times.")
@click.option("--language", type=click.Choice(["en", "nb"]), help="Of pages and mails.")
@click.option("--url", help="Where people will reach the pages.")
@output
def init(form: str, **given: Any) -> None:  # noqa: ANN401 - the options above
    """Set up this install: ask what matters, or take it from options; then say what is next.

    A new install with another language gets the sample policy in that language, to put its own
    sentences into. What is not given stays as it is; nothing is changed where one answer is wrong.
    Twice is once.
    """
    from aupkeep.app.first_settings import (
        FirstSettings,
        changes_of,
        origin_for,
        write_before_the_first_entry,
    )

    home = find_home()
    new = not home.checkpoints.exists()
    answers = {name: value for name, value in given.items() if value}
    if sys.stdin.isatty() and form == "text":
        answers = {**answers, **_asked(answers, load(home), new=new)}
    missing = [option for name, option in NEEDED.items() if new and not answers.get(name)]
    if missing:
        raise Invalid(f"init: expected {', '.join(missing)} on a new install, found none")
    if new and "origin" not in answers:
        answers["origin"] = origin_for(answers["sender"])
    changes, prefixes = changes_of(FirstSettings(**answers), home, load(home))
    write_before_the_first_entry(home, changes)
    context = open_desk()
    from aupkeep.app.notifying.delivery import relay_trouble
    from aupkeep.app.pages.doctor.load import doctor
    from aupkeep.app.policies import install_sample
    from aupkeep.app.settings import set_all

    set_all(context, changes, prefixes, by=allowed(context, StaffAct.SETTINGS))
    put = new and install_sample(home, answers.get("language", "en"))

    result = {
        "home": str(home.path),
        "settings": str(home.settings),
        "changed": {option: values[0] for option, values in changes.items()},
        "policy": str(home.policy) if put else None,
        "own": [str(prefix) for prefix in prefixes],
        "next": [
            {"check": check.check, "found": check.found, "remedy": check.remedy}
            for check in sorted(doctor(context, relay_trouble), key=lambda x: x.check in LAST)
            if not check.ok
        ],
    }
    show(form, result, lambda: _lines(result))


def _asked(given: dict[str, Any], now: "Settings", *, new: bool) -> dict[str, Any]:
    """What a person at a terminal answers about what no option gave; Enter keeps what is shown."""
    answers: dict[str, Any] = {}
    shown = {
        "name": ("Your name, as customers know it", now.provider.name),
        "sender": ("Your abuse address", now.mail.sender),
        "relay": (
            "The mail server that takes our mail",
            f"{now.mail.relay_host}:{now.mail.relay_port}",
        ),
        "language": ("Language of pages and mails (en, nb)", now.provider.language),
        "prefixes": ("Your own prefixes, with blanks between", ""),
    }
    for name, (question, default) in shown.items():
        if name not in given:
            needs = new and name in NEEDED
            text = click.prompt(
                question, default=None if needs else default, show_default=not needs
            )
            answers[name] = tuple(text.split()) if name == "prefixes" else text.strip()
    return answers


def _lines(made: dict[str, Any]) -> Iterator[str]:
    changed, own, waiting = made["changed"], made["own"], made["next"]
    yield from (f"{option} = {value}" for option, value in changed.items())
    yield from (f"{prefix} is ours." for prefix in own)
    if not changed and not own:
        yield "Nothing to change."
    yield f"Settings: {made['settings']}"
    if made["policy"]:
        yield f"The sample policy in that language: {made['policy']}; put your own sentences there."
    if waiting:
        yield ""
        yield "Next, in this order:"
    for check in waiting:
        yield f"  {check['check']}: {check['found']}"
        yield f"      {check['remedy']}"
    yield ""
    yield "`aupkeep up` starts everything; `aupkeep doctor` shows this list again."
