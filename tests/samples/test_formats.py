"""`docs/formats.md` is made of the parsers and reporters themselves, and is up to date.

`just accept` writes it again. What it lists must be right in every tier; that it lists everything
is looked at by night, so that whoever adds a parser or reporter edits no existing file.
"""

import os
import re
import sys
from collections.abc import Container, Iterable, Iterator
from pathlib import Path

import pytest

from aupkeep.intake.parser import Parser, parsers
from aupkeep.intake.profiles.profile import MailSort, Profile
from aupkeep.intake.profiles.registry import load_registry, shipped

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "formats.md"
ACCEPT = os.environ.get("AUPKEEP_ACCEPT") == "1"
HEAD = """# Formats and reporters that are read

Made from the code and its samples by `just accept`; a test holds it. What each format means is in
[Reading what comes in](intake.md), how to add one in [Adding a parser](adding/parser.md) and
[Adding a reporter](adding/reporter.md).
"""


def samples(folder: Path) -> int:
    """The sample files of a folder, without what is expected of them."""
    found = folder.iterdir() if folder.is_dir() else ()
    return sum(
        path.is_file() and not path.name.endswith((".expected.json", ".md")) for path in found
    )


def row(cells: Iterable[object]) -> str:
    """One line of a Markdown table."""
    return "| " + " | ".join(str(cell).replace("|", "/") for cell in cells) + " |"


def subject(parser: Parser) -> str:
    """The first sentence of the parser's module."""
    words = (sys.modules[parser.parse.__module__].__doc__ or "").strip()
    return " ".join(words.partition("\n\n")[0].split())


def how(sort: MailSort) -> str:
    """How one sort of mail is read."""
    if sort.outcome:
        return sort.outcome[0].value
    ways = [sort.container] if sort.container else []
    return " or ".join([*ways, *(["pattern"] if sort.read else [])]) or "as it comes"


def kinds(profile: Profile) -> str:
    """The kinds it speaks of, by the profile alone."""
    found = {sort.kind.name for sort in profile.sorts if sort.kind}
    for sort in profile.sorts:
        found |= {kind.name for kind in (sort.kinds or {}).values()}
    return ", ".join(sorted(found)) or "as the format says"


def names() -> set[str]:
    """What the page may list."""
    return {parser.name for parser in parsers()} | set(load_registry([shipped()]).profiles)


def listed() -> set[str]:
    """What the page lists."""
    return names() & set(re.findall(r"^\| `(.+?)` ", PAGE.read_text("utf-8"), re.MULTILINE))


def lines(known: Container[str]) -> Iterator[str]:
    """The page of these parsers and reporters, line by line."""
    shelf = load_registry([shipped()])
    yield from HEAD.splitlines()
    yield from ["", "## Formats", "", row(["parser", "reads", "samples"]), "|---|---|---|"]
    for parser in (parser for parser in parsers() if parser.name in known):
        count = samples(HERE / "intake" / parser.name)
        yield row([f"`{parser.name}`", subject(parser), count])
    head = row(["reporter", "who", "read as", "kinds", "must be proven", "samples"])
    yield from ["", "## Reporters", "", head, "|---|---|---|---|---|---|"]
    for name, one in shelf.profiles.items():
        if name not in known:
            continue
        read_as = ", ".join(dict.fromkeys(how(sort) for sort in one.sorts))
        proof = ", ".join(one.proof) or "anyone may send it"
        count = samples(HERE / "reporters" / name)
        yield row([f"`{name}`", one.title, read_as, kinds(one), proof, count])


def test_the_page_of_formats_is_up_to_date() -> None:
    page = "\n".join(lines(names() if ACCEPT else listed())) + "\n"
    if ACCEPT:
        PAGE.write_text(page, "utf-8")
    assert PAGE.read_text("utf-8") == page, "run `just accept`"


@pytest.mark.nightly("pages")
def test_the_page_of_formats_lists_all() -> None:
    assert names() - listed() == set(), "run `just accept`"
