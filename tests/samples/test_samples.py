"""Every sample of a parser is claimed by that parser alone, and read as its expected file says."""

import json
import os
from pathlib import Path

import pytest

from aupkeep.intake.mail.mail import read_mail
from aupkeep.intake.parse_output import parsed_file
from aupkeep.intake.parser import fallbacks, parsers, structured
from aupkeep.intake.reading import read
from aupkeep.model.as_json import as_json

HERE = Path(__file__).parent / "intake"
SAMPLES = sorted(
    path
    for path in HERE.glob("*/*")
    if path.is_file() and not path.name.endswith((".expected.json", ".md"))
)
ACCEPT = os.environ.get("AUPKEEP_ACCEPT") == "1"


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: str(path.relative_to(HERE)))
def test_sample_reads_as_expected(path: Path) -> None:
    found = [
        as_json(parsed_file(name, reading)) for name, reading in read(path.read_bytes(), path.name)
    ]
    expected = path.with_name(path.name + ".expected.json")
    if ACCEPT:
        expected.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    assert found == json.loads(expected.read_text("utf-8"))


@pytest.mark.parametrize(
    "path",
    [path for path in SAMPLES if path.suffix == ".eml"],
    ids=lambda path: str(path.relative_to(HERE)),
)
def test_sample_mail_is_claimed_by_its_parser_alone(path: Path) -> None:
    mail = read_mail(path.read_bytes())
    claimed = [parser.name for parser in structured(mail) or fallbacks(mail)]
    assert claimed == [path.parent.name]


@pytest.mark.parametrize("name", [parser.name for parser in parsers()])
def test_parser_has_a_sample(name: str) -> None:
    assert any(path.parent.name == name for path in SAMPLES), f"no sample in {HERE / name}"
