"""Prove the journal: leaves against signed checkpoints, and rows against what was recorded."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from aupkeep.app.desk import Desk
from aupkeep.config.home import Home
from aupkeep.config.keys import public_keys
from aupkeep.evidence import export as exporting
from aupkeep.evidence.verify import Keys, Leaf, Verdict, check

KEY_NAME = "aupkeep"


def verify_home(desk: Desk) -> dict[str, Any]:
    """Check this home: log, checkpoints of the database and of the file outside it, then rows."""
    from aupkeep.app.rows import changed_rows
    from aupkeep.store import checkpoints, log

    texts = [*checkpoints.read(desk.home.checkpoints), *checkpoints.stored()]
    verdict = check(log.leaves(), texts, _keys(desk.home), origin=desk.settings.provider.origin)
    result = _shown(verdict)
    if verdict.ok:
        result |= changed_rows(log.leaves())
    return result


def verify_export(path: Path) -> dict[str, Any]:
    """Check an export; its own keys are believed, which shows it whole but not whose it is."""
    with path.open("rb") as lines:
        return _shown(exporting.check_export(lines))


def export_journal(desk: Desk, path: Path) -> dict[str, Any]:
    """Write the journal for somebody else to verify; private data stays as it is, so mind whom."""
    from aupkeep.store import checkpoints, log

    entries = 0
    leaves: Iterable[Leaf] = (Leaf(*one) for one in log.leaves())
    texts = checkpoints.stored()
    lines = exporting.export_lines(leaves, texts, _keys(desk.home), desk.settings.provider.origin)
    with path.open("wb") as file:
        for line in lines:
            file.write(line)
            entries += 1
    return {"file": str(path), "entries": entries - 1, "checkpoints": len(texts)}


def _keys(home: Home) -> Keys:
    return [(KEY_NAME, key) for key in public_keys(home, "journal")]


def _shown(verdict: Verdict) -> dict[str, Any]:
    return {
        "ok": verdict.ok,
        "entries": verdict.entries,
        "first_bad": verdict.first_bad,
        "reason": verdict.reason,
        "erased": verdict.erased,
    }
