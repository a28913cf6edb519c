"""Everything a stranger may send, changed at random with coverage as the guide (libFuzzer).

    python tests/fuzz/target.py [libFuzzer options] [FOLDER of seeds]

The first byte of an input says as what the rest is read; see `FORMS`. A defect is an exception, a
reading without an outcome, a reason that names a defect of ours, or an offset that points outside
its text. libFuzzer itself tells inputs that take too long or too much memory.
"""

import json
import sys
from importlib import import_module

import atheris

with atheris.instrument_imports(include=["aupkeep.intake", "aupkeep.model"]):
    reading_room = import_module("aupkeep.intake.reading")
    sandbox = import_module("aupkeep.intake.sandbox.reading_json")
    import_module("aupkeep.intake.parser").parsers()  # plugins are imported when first asked for

FORMS = (
    ("auto", "mail.eml"),
    ("mail", "mail.eml"),
    ("xarf", "xarf.json"),
    ("csv", "2026-03-01-scan_adb-example.csv"),
    ("text", "note.txt"),
    ("auto", "report.csv"),
    ("auto", "report.xml"),
    ("auto", "report.json"),
)


def check(data: bytes) -> None:
    """Read one input and doubt the answer."""
    form, name = FORMS[data[0] % len(FORMS)] if data else FORMS[0]
    for _, reading in reading_room.read(data[1:], name, form):
        said = reading.reason or ""
        assert said or reading.findings, "an outcome without a reason"
        assert "could not be read to its end" not in said, said
        told = json.dumps(sandbox.reading_to_json(reading))
        assert sandbox.reading_from_json(json.loads(told)) == reading
        for finding in reading.findings:
            assert str(finding.subject) != "nothing", "a claim about nothing"
            assert 0 <= finding.confidence <= 1, finding.confidence
            for part, start, end in finding.offsets.values():
                assert 0 <= start <= end <= len(reading.parts[part]), "an offset outside its text"


if __name__ == "__main__":
    atheris.Setup(sys.argv, check)
    atheris.Fuzz()
