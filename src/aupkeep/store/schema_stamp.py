"""The stamp of a database: which program migrated it last.

Its first word is the newest migration of ours, `0046_case_source`; the rest is a digest of what is
installed, so that a warm start need not look at each migration.
"""

import hashlib
from functools import cache
from pathlib import Path

from django import get_version
from django.apps import apps

from aupkeep.model.errors import Unavailable


@cache
def of_program() -> str:
    """The stamp that this program's migrations leave; as installed when it is first asked."""
    names = [get_version()]
    for app in apps.get_app_configs():
        names += sorted(path.name for path in Path(app.path, "migrations").glob("*.py"))
        names.append(app.label)
    ours = Path(apps.get_app_config("store").path, "migrations").glob("[0-9]*.py")
    newest = max(path.stem for path in ours)
    return f"{newest} {hashlib.sha256(chr(10).join(names).encode()).hexdigest()}"


def refuse_newer(stored: str | None) -> None:
    """Raise `Unavailable` where a newer program migrated the database while this one ran.

    What this one would write then has no value in the columns that came since.
    """
    newest, blank, _ = (stored or "").partition(" ")  # one word alone: of an earlier release
    if blank and newest > of_program().partition(" ")[0]:
        raise Unavailable(
            f"database: a newer Aupkeep has migrated it to {newest} while this process ran; "
            "nothing was written: stop this process and start the version that is installed"
        )
