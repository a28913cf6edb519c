"""A rule that is fine, as a mapping to break in one place at a time."""

import json
from pathlib import Path

import aupkeep

SAMPLE = Path(aupkeep.__file__).parent / "policies" / "sample"
SHIELDS = {"customer": {"protected": False, "critical": False}}
GIVEN = {
    "finding": {"kind": "connection/login_attack", "role": "offender"},
    "evidence.level": 2,
    "target.port": 22,
    "harm.in_progress": True,
    "cleared.recently": False,
    **SHIELDS,
}
RULE = {
    "id": "close-port",
    "clause": "intrusion",
    "title": "Close one port",
    "status": "live",
    "when": (
        "finding.kind == 'connection/login_attack' && finding.role == 'offender' && "
        "has(target.port) && harm.in_progress"
    ),
    "unless": "customer.protected || customer.critical || cleared.recently",
    "needs": "E2",
    "measure": "block-port",
    "scope": "port",
    "hours": 24,
    "notice": "limit",
    "owner": "abuse-desk",
    "rationale": "seen by two",
    "false-positives": ["a jump host"],
    "given": GIVEN,
    "tests": [{"expect": "matches"}, {"expect": "held", "facts": {"customer.protected": True}}],
}


def sample() -> dict[str, str]:
    """The files of the sample pack, name → text."""
    return {path.name: path.read_text("utf-8") for path in sorted(SAMPLE.glob("*.yaml"))}


def rule(**changes: object) -> dict[str, object]:
    """The fine rule with changes; a value of None leaves the key out."""
    names = {key.replace("_", "-"): value for key, value in changes.items()}
    return {key: value for key, value in {**RULE, **names}.items() if value is not None}


def files(*rules: dict[str, object]) -> dict[str, str]:
    """One file with these rules, one key to a line."""
    return {"rules.yaml": json.dumps({"rules": list(rules)}, indent=1, ensure_ascii=False)}
