"""What `just contract` needs: a home with one of everything, and a document that knows its ids.

    python tests/contract_home.py seed              fills $AUPKEEP_HOME, which does not exist yet
    python tests/contract_home.py known FILE        the OpenAPI document with the ids of that home

Drawn ids meet nothing: nine operations in ten would answer 404 and their bodies be read by nobody.
In the second document each name in a path is one of those that the home holds.
"""

import json
import os
import sqlite3
import sys
from itertools import chain
from pathlib import Path

KNOWN = {  # a name in a path, and what in the database it may be
    "absence": "SELECT id FROM store_absence",
    "action": "SELECT id FROM store_action",
    "address": "SELECT 'ola@aupkeep.example'",  # not who asks: they would end their own session
    "alert": "SELECT id FROM store_effect",
    "customer": "SELECT DISTINCT id FROM store_customer",
    "decision": "SELECT id FROM store_decision",
    "effect": "SELECT id FROM store_effect",
    "grant": "SELECT id FROM store_grant",
    "index": 'SELECT "index" FROM store_entry',
    "inquiry": "SELECT id FROM store_inquiry UNION SELECT reference FROM store_inquiry",
    "name": "SELECT id FROM store_source",
    "notice": "SELECT id FROM store_notice",
    "reference": "SELECT reference FROM store_case",
    "report": "SELECT id FROM store_report",
    "source": "SELECT id FROM store_source",
    "subject": "SELECT '203.0.113.70' UNION SELECT '203.0.113.10:22'",
    "target": "SELECT 'main'",
    "view": "SELECT id FROM store_saved_view",
}
MOST = 40  # ids of one kind


def seed_home(path: Path) -> None:
    """A home that the pages' tests use too, with two people of all roles."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "aupkeep.site.settings"
    import django

    from aupkeep.config.home import Home
    from databases import make_home

    home: Home = make_home(path)
    django.setup()
    from aupkeep.store import opening
    from web.seeded import seed

    opening.open_database(home)
    seed(home)


def known_document(text: str, database: Path) -> str:
    """The document in which every name in a path is one of those in the database.

    A name that nothing stands for yet stays as it is.
    """
    document = json.loads(text)
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as rows:
        ids = {name: [row[0] for row in rows.execute(sql)][:MOST] for name, sql in KNOWN.items()}
    for path, operations in document["paths"].items():
        own = {"name": ["spare"]} if "/tokens/" in path else {}  # not the one that it asks with
        asked = chain.from_iterable(one.get("parameters", ()) for one in operations.values())
        for parameter in asked:
            names = (ids | own)[parameter["name"]] if parameter["in"] == "path" else []
            if names:
                parameter["schema"] = {"enum": names}
    return json.dumps(document)


if __name__ == "__main__":
    place = Path(os.environ["AUPKEEP_HOME"])
    if sys.argv[1] == "seed":
        seed_home(place)
    else:
        document = Path(sys.argv[2]).read_text("utf-8")
        sys.stdout.write(known_document(document, place / "aupkeep.sqlite3"))
