"""Every reason that is counted has its sentence, in the code and in the documentation."""

import re
from pathlib import Path

from aupkeep.telemetry.drop_reasons import REASONS

ROOT = Path(__file__).parents[2]
COUNTED = re.compile(r"(?:dropped|counted)\[([^\]]+)\]")
WORD = re.compile(r"\"([a-z_0-9]+)\"")


def counted() -> set[str]:
    """The reasons that readers of captures, datagrams and logs count."""
    room = ROOT / "src/aupkeep/telemetry"
    paths = [path for part in ("wire", "capture", "logs") for path in (room / part).rglob("*.py")]
    texts = [
        path.read_text("utf-8")
        for path in (*paths, ROOT / "src/aupkeep/app/telemetry/files/decode.py")
    ]
    assert len(texts) > 20
    return {word for text in texts for one in COUNTED.findall(text) for word in WORD.findall(one)}


def test_each_reason_has_a_sentence():
    assert counted() == set(REASONS)


def test_each_reason_is_documented():
    page = (ROOT / "docs/flows-formats.md").read_text("utf-8")
    assert [reason for reason in REASONS if f"| `{reason}` | {REASONS[reason]} |" not in page] == []
