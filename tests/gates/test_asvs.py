"""`docs/asvs.md` has each requirement of OWASP ASVS 5.0.0 of level 1 and 2, once.

A row stands for one requirement, or for a range of a section that does not apply. *met* names tests
or pages that exist; *differs* names the decision to do otherwise; anything else says why.
"""

import ast
import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "asvs.md"
# level of each requirement, section by section: V1.1.1 is the first digit of V1.1
SECTIONS = """
V1.1 22  V1.2 1111122223  V1.3 112222222223  V1.4 222  V1.5 123
V2.1 122  V2.2 112  V2.3 12223  V2.4 23
V3.1 3  V3.2 113  V3.3 12223  V3.4 11222233  V3.5 11122333  V3.6 3  V3.7 22333
V4.1 12233  V4.2 23333  V4.3 22  V4.4 1222
V5.1 2  V5.2 112333  V5.3 113  V5.4 222
V6.1 122  V6.2 111111112222  V6.3 11223333  V6.4 112233  V6.5 22222333
V6.6 2223  V6.7 33  V6.8 2222
V7.1 222  V7.2 1111  V7.3 22  V7.4 11222  V7.5 223  V7.6 22
V8.1 1233  V8.2 1123  V8.3 133  V8.4 23
V9.1 111  V9.2 1222
V10.1 22  V10.2 223  V10.3 22223  V10.4 1111122222233333  V10.5 22222  V10.6 22  V10.7 222
V11.1 2233  V11.2 22233  V11.3 11233  V11.4 1222  V11.5 23  V11.6 23  V11.7 33
V12.1 12233  V12.2 11  V12.3 22223
V13.1 2333  V13.2 222223  V13.3 2233  V13.4 1222233
V14.1 22  V14.2 12223333  V14.3 122
V15.1 12233  V15.2 12233  V15.3 1222222  V15.4 3333
V16.1 2  V16.2 22222  V16.3 2222  V16.4 222  V16.5 2223
V17.1 23  V17.2 22223333  V17.3 22
"""
WORDS = SECTIONS.split()
LEVELS = {
    f"{section}.{number}": int(level)
    for section, levels in zip(WORDS[::2], WORDS[1::2], strict=True)
    for number, level in enumerate(levels, 1)
}
WANTED = {number: level for number, level in LEVELS.items() if level < 3}
ROW = re.compile(
    r"\| (V[\d.]+)(?: to (V[\d.]+))? \| ([12, ]+) \| (.+?) "
    r"\| (met|not applicable|differs|open) \| (.+) \|"
)
TEST = re.compile(r"`([\w/]+\.py)::(test_\w+)`")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#([^)\s]+))?\)")
STANDARD = {1: 70, 2: 183, 3: 92}  # how many requirements of each level the standard says it has
MOST_WORDS = 8


def rows() -> list[re.Match[str]]:
    """The rows of the page."""
    lines = PAGE.read_text("utf-8").splitlines()
    found = [match for line in lines if (match := ROW.fullmatch(line))]
    begun = [line for line in lines if re.match(r"\| V\d+\.", line)]
    assert len(found) == len(begun), "a row of another form"
    return found


def numbers(row: re.Match[str]) -> list[str]:
    """The requirements that a row stands for, those of level 3 left out."""
    section, _, first = row[1].rpartition(".")
    last = (row[2] or row[1]).rpartition(".")[2]
    return [
        number
        for place in range(int(first), int(last) + 1)
        if LEVELS[number := f"{section}.{place}"] < 3
    ]


def names_of(path: Path) -> set[str]:
    """The functions of a test file."""
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def headings(path: Path) -> set[str]:
    """The anchors of a page's headings."""
    titles = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_the_table_of_levels_is_the_standards():
    assert Counter(LEVELS.values()) == STANDARD


def test_each_requirement_stands_there_once_with_its_level():
    listed = Counter(number for row in rows() for number in numbers(row))
    assert listed == Counter(list(WANTED))
    for row in rows():
        levels = {str(WANTED[number]) for number in numbers(row)}
        assert set(row[3].replace(" ", "").split(",")) == levels, row[1]
        assert len(row[4].split()) <= MOST_WORDS, row[4]


def test_each_row_names_what_shows_it():
    """Tests and pages that exist; where it is not met, a reason in words."""
    known: dict[str, set[str]] = {}
    for row in rows():
        tests, links = TEST.findall(row[6]), LINK.findall(row[6])
        assert row[5] != "met" or tests or links, row[0]
        assert row[5] == "met" or len(row[6].split()) > 2, row[0]
        assert row[5] != "differs" or "](decisions/" in row[6], row[0]
        assert row[6].count("::") == len(tests), f"not a test: {row[0]}"
        for file, name in tests:
            path = ROOT / "tests" / file
            assert name in known.setdefault(file, names_of(path)), f"{row[1]}: {file}::{name}"
        for page, anchor in links:
            path = PAGE.parent / page
            assert path.exists(), f"{row[1]}: {page}"
            assert not anchor or anchor in headings(path), f"{row[1]}: {page}#{anchor}"


def test_the_counts_at_its_head_are_those_of_its_rows():
    """Chapter by chapter."""
    counted: dict[str, Counter[str]] = {}
    for row in rows():
        chapter = counted.setdefault(row[1].partition(".")[0], Counter())
        chapter[row[5]] += len(numbers(row))
    kinds = ("met", "not applicable", "differs", "open")
    shown = [
        f"| {chapter} | " + " | ".join(str(counts[kind]) for kind in kinds) + " |"
        for chapter, counts in counted.items()
    ]
    lines = PAGE.read_text("utf-8").splitlines()
    total = [str(sum(counts[kind] for counts in counted.values())) for kind in kinds]
    shown.append("| all | " + " | ".join(total) + " |")
    assert [line for line in shown if line not in lines] == []
