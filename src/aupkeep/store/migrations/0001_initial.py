import aupkeep.store.fields
import django.db.models.deletion
from aupkeep.store.migrations._initial_rest import OPERATIONS
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Staff',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('id', aupkeep.store.fields.PlainTextField(primary_key=True, serialize=False)),
                ('address', aupkeep.store.fields.PlainTextField(unique=True)),
                ('name', aupkeep.store.fields.PlainTextField()),
                ('language', aupkeep.store.fields.PlainTextField()),
                ('active', models.BooleanField()),
                ('made_at', models.DateTimeField(null=True)),
                ('roles', aupkeep.store.fields.JsonTextField(default=list)),
            ],
            options={
                'db_table': 'store_staff',
            },
        ),
        migrations.CreateModel(
            name='BytesRow',
            fields=[
                ('digest', aupkeep.store.fields.PlainTextField(primary_key=True, serialize=False)),
                ('data', models.BinaryField()),
                ('kept_at', models.DateTimeField(db_index=True)),
            ],
            options={
                'db_table': 'store_bytes',
            },
        ),
        migrations.CreateModel(
            name='CaseRow',
            fields=[
                ('id', aupkeep.store.fields.PlainTextField(primary_key=True, serialize=False)),
                ('reference', aupkeep.store.fields.PlainTextField(unique=True)),
                ('resource', aupkeep.store.fields.PlainTextField()),
                ('clause', aupkeep.store.fields.PlainTextField()),
                ('kind', aupkeep.store.fields.PlainTextField()),
                ('state', aupkeep.store.fields.PlainTextField()),
                ('level', models.SmallIntegerField()),
                ('opened_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('deadline_at', models.DateTimeField(null=True)),
                ('events', models.BigIntegerField()),
                ('cause', aupkeep.store.fields.PlainTextField()),
                ('outcome', aupkeep.store.fields.PlainTextField(null=True)),
                ('strikes', models.IntegerField()),
                ('rank', models.SmallIntegerField()),
            ],
            options={
                'db_table': 'store_case',
            },
        ),
        migrations.CreateModel(
            name='CheckpointRow',
            fields=[
                ('size', models.BigIntegerField(primary_key=True, serialize=False)),
                ('text', aupkeep.store.fields.PlainTextField()),
            ],
            options={
                'db_table': 'store_checkpoint',
            },
        ),
        migrations.CreateModel(
            name='CustomerRow',
            fields=[
                ('id', aupkeep.store.fields.PlainTextField(primary_key=True, serialize=False)),
                ('name', aupkeep.store.fields.PlainTextField()),
                ('type', aupkeep.store.fields.PlainTextField()),
                ('contacts', aupkeep.store.fields.JsonTextField()),
                ('brand', aupkeep.store.fields.PlainTextField(null=True)),
                ('tier', aupkeep.store.fields.PlainTextField(null=True)),
                ('parent', aupkeep.store.fields.PlainTextField(null=True)),
                ('external_id', aupkeep.store.fields.PlainTextField(db_index=True, null=True)),
                ('tags', aupkeep.store.fields.JsonTextField()),
                ('since', models.DateTimeField(null=True)),
                ('bare', models.BooleanField()),
            ],
            options={
                'db_table': 'store_customer',
            },
        ),
        migrations.CreateModel(
            name='FlagRow',
            fields=[
                ('name', aupkeep.store.fields.PlainTextField(primary_key=True, serialize=False)),
                ('value', aupkeep.store.fields.JsonTextField()),
                ('changed_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'store_flag',
            },
        ),
        migrations.CreateModel(
            name='LogRow',
            fields=[
                ('id', models.SmallIntegerField(primary_key=True, serialize=False)),
                ('size', models.BigIntegerField()),
                ('frontier', models.BinaryField()),
            ],
            options={
                'db_table': 'store_log',
            },
        ),
        migrations.CreateModel(
            name='StampRow',
            fields=[
                ('id', models.SmallIntegerField(primary_key=True, serialize=False)),
                ('stamp', aupkeep.store.fields.PlainTextField()),
            ],
            options={
                'db_table': 'store_stamp',
            },
        ),
        migrations.CreateModel(
            name='TokenRow',
            fields=[
                ('id', aupkeep.store.fields.PlainTextField(primary_key=True, serialize=False)),
                ('name', aupkeep.store.fields.PlainTextField(unique=True)),
                ('digest', aupkeep.store.fields.PlainTextField(unique=True)),
                ('scopes', aupkeep.store.fields.JsonTextField()),
                ('trusted', models.BooleanField()),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'store_token',
            },
        ),
        migrations.CreateModel(
            name='AnswerRow',
            fields=[
                ('id', aupkeep.store.fields.PlainTextField(primary_key=True, serialize=False)),
                ('kind', aupkeep.store.fields.PlainTextField()),
                ('text', aupkeep.store.fields.PlainTextField()),
                ('at', models.DateTimeField()),
                ('read_at', models.DateTimeField(null=True)),
                ('read_by', aupkeep.store.fields.PlainTextField(null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='store.caserow')),
            ],
            options={
                'db_table': 'store_answer',
            },
        ),
        migrations.AddField(
            model_name='caserow',
            name='customer',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='store.customerrow'),
        ),
        migrations.CreateModel(
            name='AssignmentRow',
            fields=[
                ('id', aupkeep.store.fields.PlainTextField(primary_key=True, serialize=False)),
                ('site', aupkeep.store.fields.PlainTextField()),
                ('family', models.SmallIntegerField()),
                ('length', models.SmallIntegerField()),
                ('network', models.BinaryField()),
                ('prefix', aupkeep.store.fields.PlainTextField()),
                ('port_from', models.IntegerField()),
                ('port_to', models.IntegerField()),
                ('resource', aupkeep.store.fields.PlainTextField()),
                ('start', models.DateTimeField()),
                ('end', models.DateTimeField(null=True)),
                ('known_from', models.DateTimeField()),
                ('known_until', models.DateTimeField(null=True)),
                ('source', aupkeep.store.fields.PlainTextField()),
                ('router', models.BooleanField()),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='store.customerrow')),
            ],
            options={
                'db_table': 'store_assignment',
            },
        ),
        migrations.CreateModel(
            name='DecisionRow',
            fields=[
                ('id', aupkeep.store.fields.PlainTextField(primary_key=True, serialize=False)),
                ('clause', aupkeep.store.fields.PlainTextField()),
                ('clause_text', aupkeep.store.fields.PlainTextField()),
                ('document', aupkeep.store.fields.PlainTextField()),
                ('document_version', aupkeep.store.fields.PlainTextField()),
                ('standard', aupkeep.store.fields.PlainTextField()),
                ('evidence', models.SmallIntegerField()),
                ('level', models.SmallIntegerField()),
                ('measure', aupkeep.store.fields.PlainTextField()),
                ('scope', aupkeep.store.fields.JsonTextField()),
                ('starts', models.DateTimeField()),
                ('ends', models.DateTimeField(null=True)),
                ('author', aupkeep.store.fields.JsonTextField()),
                ('approvers', aupkeep.store.fields.JsonTextField()),
                ('reasons', aupkeep.store.fields.PlainTextField()),
                ('facts', aupkeep.store.fields.JsonTextField()),
                ('trace', aupkeep.store.fields.JsonTextField()),
                ('versions', aupkeep.store.fields.JsonTextField()),
                ('cause', aupkeep.store.fields.PlainTextField()),
                ('reverses', aupkeep.store.fields.PlainTextField(db_index=True, null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='store.caserow')),
            ],
            options={
                'db_table': 'store_decision',
            },
        ),
        migrations.CreateModel(
            name='ActionRow',
            fields=[
                ('id', aupkeep.store.fields.PlainTextField(primary_key=True, serialize=False)),
                ('reference', aupkeep.store.fields.PlainTextField()),
                ('driver', aupkeep.store.fields.PlainTextField()),
                ('target', aupkeep.store.fields.PlainTextField()),
                ('level', models.SmallIntegerField()),
                ('measure', aupkeep.store.fields.PlainTextField()),
                ('scope', aupkeep.store.fields.JsonTextField()),
                ('starts', models.DateTimeField()),
                ('until', models.DateTimeField()),
                ('versions', aupkeep.store.fields.JsonTextField()),
                ('automatic', models.BooleanField()),
                ('state', aupkeep.store.fields.PlainTextField()),
                ('proof', aupkeep.store.fields.PlainTextField(null=True)),
                ('changed_at', models.DateTimeField(null=True)),
                ('customer', aupkeep.store.fields.PlainTextField()),
                ('detector', aupkeep.store.fields.PlainTextField(db_index=True)),
                ('rule', aupkeep.store.fields.PlainTextField(db_index=True)),
                ('policy', aupkeep.store.fields.PlainTextField(db_index=True)),
                ('attribution', aupkeep.store.fields.PlainTextField(db_index=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='store.caserow')),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='store.decisionrow')),
            ],
            options={
                'db_table': 'store_action',
            },
        ),
        migrations.CreateModel(
            name='EffectRow',
            fields=[
                ('id', aupkeep.store.fields.PlainTextField(primary_key=True, serialize=False)),
                ('kind', aupkeep.store.fields.PlainTextField()),
                ('key', aupkeep.store.fields.PlainTextField(unique=True)),
                ('payload', aupkeep.store.fields.JsonTextField()),
                ('due_at', models.DateTimeField()),
                ('token', models.BigIntegerField(default=0)),
                ('worker', aupkeep.store.fields.PlainTextField(null=True)),
                ('leased_until', models.DateTimeField(null=True)),
                ('attempts', models.IntegerField(default=0)),
                ('error', aupkeep.store.fields.PlainTextField(null=True)),
                ('done_at', models.DateTimeField(null=True)),
                ('dead_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'store_effect',
                'indexes': [models.Index(condition=models.Q(('dead_at__isnull', True), ('done_at__isnull', True)), fields=['due_at', 'id'], name='effect_work'), models.Index(condition=models.Q(('dead_at__isnull', False)), fields=['dead_at'], name='effect_dead')],
            },
        ),
        migrations.CreateModel(
            name='EntryRow',
            fields=[
                ('index', models.BigIntegerField(primary_key=True, serialize=False)),
                ('entry', aupkeep.store.fields.PlainTextField(unique=True)),
                ('type', aupkeep.store.fields.PlainTextField()),
                ('at', models.DateTimeField()),
                ('actor', aupkeep.store.fields.JsonTextField()),
                ('salt', models.BinaryField(null=True)),
                ('payload', aupkeep.store.fields.JsonTextField(null=True)),
                ('case', aupkeep.store.fields.PlainTextField(null=True)),
                ('leaf', models.BinaryField()),
                ('erased', aupkeep.store.fields.PlainTextField(null=True)),
            ],
            options={
                'db_table': 'store_entry',
                'indexes': [models.Index(condition=models.Q(('case__isnull', False)), fields=['case', 'index'], name='entry_case'), models.Index(fields=['type', 'at'], name='entry_type')],
            },
        ),
        migrations.CreateModel(
            name='IncidentRow',
            fields=[
                ('id', aupkeep.store.fields.PlainTextField(primary_key=True, serialize=False)),
                ('kind', aupkeep.store.fields.PlainTextField()),
                ('resource', aupkeep.store.fields.PlainTextField()),
                ('first_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('events', models.BigIntegerField()),
                ('sources', aupkeep.store.fields.JsonTextField()),
                ('level', models.SmallIntegerField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='store.caserow')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='store.customerrow')),
            ],
            options={
                'db_table': 'store_incident',
            },
        ),
        migrations.CreateModel(
            name='NameRow',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('name', aupkeep.store.fields.PlainTextField()),
                ('type', aupkeep.store.fields.PlainTextField()),
                ('value', aupkeep.store.fields.PlainTextField()),
                ('seen_at', models.DateTimeField()),
                ('ttl', models.BigIntegerField()),
            ],
            options={
                'db_table': 'store_name',
                'constraints': [models.UniqueConstraint(fields=('name', 'seen_at', 'type', 'value'), name='name_once')],
            },
        ),
        migrations.CreateModel(
            name='NoticeRow',
            fields=[
                ('id', aupkeep.store.fields.PlainTextField(primary_key=True, serialize=False)),
                ('kind', aupkeep.store.fields.PlainTextField()),
                ('party', aupkeep.store.fields.PlainTextField()),
                ('recipient', aupkeep.store.fields.PlainTextField()),
                ('language', aupkeep.store.fields.PlainTextField()),
                ('title', aupkeep.store.fields.PlainTextField()),
                ('text', aupkeep.store.fields.PlainTextField()),
                ('message_id', aupkeep.store.fields.PlainTextField(unique=True)),
                ('made_at', models.DateTimeField()),
                ('headers', aupkeep.store.fields.JsonTextField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('failure', aupkeep.store.fields.PlainTextField(null=True)),
                ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='store.caserow')),
                ('decision', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='store.decisionrow')),
            ],
            options={
                'db_table': 'store_notice',
            },
        ),
        migrations.CreateModel(
            name='RawRow',
            fields=[
                ('id', aupkeep.store.fields.PlainTextField(primary_key=True, serialize=False)),
                ('digest', aupkeep.store.fields.PlainTextField(unique=True)),
                ('size', models.BigIntegerField()),
                ('channel', aupkeep.store.fields.PlainTextField()),
                ('received_at', models.DateTimeField(db_index=True)),
                ('media_type', aupkeep.store.fields.PlainTextField()),
                ('peer', aupkeep.store.fields.PlainTextField(null=True)),
                ('helo', aupkeep.store.fields.PlainTextField(null=True)),
                ('sender', aupkeep.store.fields.PlainTextField(null=True)),
                ('recipients', aupkeep.store.fields.JsonTextField()),
                ('key', aupkeep.store.fields.PlainTextField(null=True)),
                ('token', aupkeep.store.fields.PlainTextField(null=True)),
            ],
            options={
                'db_table': 'store_raw',
                'constraints': [models.UniqueConstraint(condition=models.Q(('key__isnull', False)), fields=('key',), name='raw_key')],
            },
        ),
        migrations.CreateModel(
            name='ReportRow',
            fields=[
                ('id', aupkeep.store.fields.PlainTextField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField(db_index=True)),
                ('outcome', aupkeep.store.fields.PlainTextField()),
                ('reporter', aupkeep.store.fields.PlainTextField(null=True)),
                ('message_id', aupkeep.store.fields.PlainTextField(db_index=True, null=True)),
                ('reading', aupkeep.store.fields.JsonTextField()),
                ('inbox_reason', aupkeep.store.fields.PlainTextField(null=True)),
                ('done_at', models.DateTimeField(null=True)),
                ('raw', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='store.rawrow')),
            ],
            options={
                'db_table': 'store_report',
            },
        ),
        *OPERATIONS,
    ]
