"""Keys by which claims and measures are looked up; who works on a case, and until when it rests."""

import json
from ipaddress import ip_address, ip_network

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from aupkeep.model.host import address_key, name_key
from aupkeep.store.fields import PlainTextField

STEP = 5000
PRESENT = {
    "claim_address": ("claimrow", ["address", "at"], models.Q(address__isnull=False)),
    "claim_name": ("claimrow", ["name", "at"], models.Q(name__isnull=False)),
    "case_late": ("caserow", ["clause", "deadline_at"], models.Q(state="waiting")),
    "action_address": ("actionrow", ["address"], models.Q(address__isnull=False)),
}


def _claim(finding: str) -> tuple[bytes | None, bytes | None]:
    subject = json.loads(finding)["subject"]
    address = subject.get("address")
    key = address_key(ip_address(address)) if address else None
    return key, name_key(subject.get("url") or subject.get("domain"))


def _action(scope: str) -> tuple[bytes | None]:
    said = json.loads(scope)
    address, length = said.get("address"), said.get("prefix_length")
    if address and length is not None:
        address = ip_network(f"{address}/{length}", strict=False).network_address
    return (address_key(ip_address(address)) if address else None,)


FILLED = (
    ("store_claim", "finding", "address = %s, name = %s", _claim),
    ("store_action", "scope", "address = %s", _action),
)


def fill(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give every row its keys, by pages of ids."""
    for table, column, columns, keys_of in FILLED:
        last = ""
        while True:
            with schema_editor.connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT id, {column} FROM {table} WHERE id > %s ORDER BY id LIMIT {STEP}",
                    [last],
                )
                rows = cursor.fetchall()
                if not rows:
                    break
                cursor.executemany(
                    f"UPDATE {table} SET {columns} WHERE id = %s",
                    [(*keys_of(said), key) for key, said in rows],
                )
            last = rows[-1][0]


class Migration(migrations.Migration):
    """Empty columns, then their keys, then the indexes."""

    dependencies = [("store", "0030_verification")]
    operations = [
        migrations.AddField("caserow", "assignee", PlainTextField(null=True)),
        migrations.AddField("caserow", "snoozed_until", models.DateTimeField(null=True)),
        migrations.AddField("claimrow", "address", models.BinaryField(null=True)),
        migrations.AddField("claimrow", "name", models.BinaryField(null=True)),
        migrations.AddField("actionrow", "address", models.BinaryField(null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex("caserow", models.Index(fields=["resource"], name="case_resource")),
        migrations.AddIndex(
            "actionrow", models.Index(fields=["customer", "state"], name="action_customer")
        ),
        *(
            migrations.AddIndex(table, models.Index(fields=columns, name=name, condition=only))
            for name, (table, columns, only) in PRESENT.items()
        ),
    ]
