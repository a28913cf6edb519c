"""State that stood as JSON in flags gets tables; the flags it stood in are set aside."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from aupkeep.model.flag import Flag
from aupkeep.store.fields import JsonTextField, PlainTextField
from aupkeep.store.legacy_flags import (NAMES, PREFIXES, records_of)
from aupkeep.store.tables import TABLES

BATCH = 500


def _state(apps: Apps, alias: str) -> Any:  # noqa: ANN401 - a query of the flags as they were then
    """The flags that are no switches."""
    wanted = Q(name__in=NAMES)
    for prefix in PREFIXES:
        wanted |= Q(name__startswith=prefix)
    return apps.get_model("store", "FlagRow").objects.using(alias).filter(wanted)


def move(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the records of each flag and set the flag aside."""
    alias = schema_editor.connection.alias
    aside = apps.get_model("store", "MovedFlagRow").objects.using(alias)
    customers = apps.get_model("store", "CustomerRow").objects.using(alias)
    rows = _state(apps, alias)
    for row in rows.iterator(chunk_size=BATCH):
        flag = Flag(name=row.name, value=row.value, changed_at=row.changed_at)
        aside.create(name=flag.name, value=flag.value, changed_at=flag.changed_at)
        for record in records_of(flag, lambda name: customers.filter(id=name).exists()):
            made = TABLES[type(record)].row(record)
            then = apps.get_model("store", type(made).__name__)
            columns = [field.attname for field in then._meta.concrete_fields]  # noqa: SLF001 - Django's documented API
            then.objects.using(alias).create(**{name: getattr(made, name) for name in columns})
    rows.delete()


def move_back(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The flags as they were; what was changed since is lost."""
    alias = schema_editor.connection.alias
    flags = apps.get_model("store", "FlagRow").objects.using(alias)
    for row in apps.get_model("store", "MovedFlagRow").objects.using(alias).iterator():
        flags.create(name=row.name, value=row.value, changed_at=row.changed_at)


class Migration(migrations.Migration):
    """Seven tables, filled once."""

    dependencies = [("store", "0010_confirmed")]
    operations = [
        migrations.CreateModel(
            name='AdoptedPolicyRow',
            fields=[
                ('id', PlainTextField(primary_key=True, serialize=False)),
                ('digest', PlainTextField()),
                ('adopted_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'store_adopted_policy',
            },
        ),
        migrations.CreateModel(
            name='IdempotencyKeyRow',
            fields=[
                ('id', PlainTextField(primary_key=True, serialize=False)),
                ('digest', PlainTextField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'db_table': 'store_idempotency_key',
            },
        ),
        migrations.CreateModel(
            name='MovedFlagRow',
            fields=[
                ('name', PlainTextField(primary_key=True, serialize=False)),
                ('value', JsonTextField()),
                ('changed_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'store_moved_flag',
            },
        ),
        migrations.CreateModel(
            name='ClearanceRow',
            fields=[
                ('id', PlainTextField(primary_key=True, serialize=False)),
                ('customer', PlainTextField()),
                ('resource', PlainTextField()),
                ('source', PlainTextField()),
                ('until', models.DateTimeField()),
                ('by', PlainTextField()),
            ],
            options={
                'db_table': 'store_clearance',
                'indexes': [models.Index(fields=['customer', 'resource', 'until'], name='clearance_resource')],
            },
        ),
        migrations.CreateModel(
            name='PermissionRow',
            fields=[
                ('id', PlainTextField(primary_key=True, serialize=False)),
                ('customer', PlainTextField()),
                ('resource', PlainTextField()),
                ('kind', PlainTextField()),
                ('until', models.DateTimeField()),
                ('by', PlainTextField()),
                ('reasons', PlainTextField()),
                ('granted_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('revoked_by', PlainTextField(null=True)),
            ],
            options={
                'db_table': 'store_permission',
                'constraints': [models.UniqueConstraint(condition=Q(revoked_at__isnull=True), fields=('customer', 'resource', 'kind'), name='permission_one'), models.CheckConstraint(condition=Q(revoked_at__isnull=True, revoked_by__isnull=True) | Q(revoked_at__isnull=False, revoked_by__isnull=False), name='permission_revoked_by')],
            },
        ),
        migrations.CreateModel(
            name='ThresholdRow',
            fields=[
                ('id', PlainTextField(primary_key=True, serialize=False)),
                ('detector', PlainTextField()),
                ('threshold', PlainTextField()),
                ('value', models.FloatField()),
                ('words', PlainTextField()),
                ('of_class', PlainTextField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'store_threshold',
                'constraints': [models.UniqueConstraint(F('detector'), F('threshold'), Coalesce(F('of_class'), Value('')), condition=Q(withdrawn_at__isnull=True), name='threshold_one')],
            },
        ),
        migrations.CreateModel(
            name='ApprovalRow',
            fields=[
                ('id', PlainTextField(primary_key=True, serialize=False)),
                ('measure', PlainTextField()),
                ('hours', models.IntegerField(null=True)),
                ('reasons', PlainTextField()),
                ('cause', PlainTextField()),
                ('by', PlainTextField()),
                ('at', models.DateTimeField()),
                ('given_by', PlainTextField(null=True)),
                ('given_at', models.DateTimeField(null=True)),
                ('decision', PlainTextField(null=True)),
                ('case', models.ForeignKey(on_delete=models.PROTECT, to='store.caserow')),
            ],
            options={
                'db_table': 'store_approval',
                'indexes': [models.Index(condition=Q(given_at__isnull=True), fields=['at', 'id'], name='approval_waiting')],
                'constraints': [models.CheckConstraint(condition=Q(given_by__isnull=True, given_at__isnull=True, decision__isnull=True) | Q(given_by__isnull=False, given_at__isnull=False, decision__isnull=False) & ~Q(given_by=F('by')), name='approval_second_person')],
            },
        ),
        migrations.RunPython(move, move_back),
    ]
