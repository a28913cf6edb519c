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
                ('id', aupkeep.store.fields.Words(primary_key=True, serialize=False)),
                ('address', aupkeep.store.fields.Words(unique=True)),
                ('name', aupkeep.store.fields.Words()),
                ('language', aupkeep.store.fields.Words()),
                ('active', models.BooleanField()),
                ('made_at', models.DateTimeField(null=True)),
                ('roles', aupkeep.store.fields.Document(default=list)),
            ],
            options={
                'db_table': 'store_staff',
            },
        ),
        migrations.CreateModel(
            name='BytesRow',
            fields=[
                ('digest', aupkeep.store.fields.Words(primary_key=True, serialize=False)),
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
                ('id', aupkeep.store.fields.Words(primary_key=True, serialize=False)),
                ('reference', aupkeep.store.fields.Words(unique=True)),
                ('resource', aupkeep.store.fields.Words()),
                ('clause', aupkeep.store.fields.Words()),
                ('kind', aupkeep.store.fields.Words()),
                ('state', aupkeep.store.fields.Words()),
                ('level', models.SmallIntegerField()),
                ('opened_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('deadline_at', models.DateTimeField(null=True)),
                ('events', models.BigIntegerField()),
                ('cause', aupkeep.store.fields.Words()),
                ('outcome', aupkeep.store.fields.Words(null=True)),
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
                ('text', aupkeep.store.fields.Words()),
            ],
            options={
                'db_table': 'store_checkpoint',
            },
        ),
        migrations.CreateModel(
            name='CustomerRow',
            fields=[
                ('id', aupkeep.store.fields.Words(primary_key=True, serialize=False)),
                ('name', aupkeep.store.fields.Words()),
                ('type', aupkeep.store.fields.Words()),
                ('contacts', aupkeep.store.fields.Document()),
                ('brand', aupkeep.store.fields.Words(null=True)),
                ('tier', aupkeep.store.fields.Words(null=True)),
                ('parent', aupkeep.store.fields.Words(null=True)),
                ('external_id', aupkeep.store.fields.Words(db_index=True, null=True)),
                ('tags', aupkeep.store.fields.Document()),
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
                ('name', aupkeep.store.fields.Words(primary_key=True, serialize=False)),
                ('value', aupkeep.store.fields.Document()),
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
                ('stamp', aupkeep.store.fields.Words()),
            ],
            options={
                'db_table': 'store_stamp',
            },
        ),
        migrations.CreateModel(
            name='TokenRow',
            fields=[
                ('id', aupkeep.store.fields.Words(primary_key=True, serialize=False)),
                ('name', aupkeep.store.fields.Words(unique=True)),
                ('digest', aupkeep.store.fields.Words(unique=True)),
                ('scopes', aupkeep.store.fields.Document()),
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
                ('id', aupkeep.store.fields.Words(primary_key=True, serialize=False)),
                ('kind', aupkeep.store.fields.Words()),
                ('text', aupkeep.store.fields.Words()),
                ('at', models.DateTimeField()),
                ('read_at', models.DateTimeField(null=True)),
                ('read_by', aupkeep.store.fields.Words(null=True)),
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
                ('id', aupkeep.store.fields.Words(primary_key=True, serialize=False)),
                ('site', aupkeep.store.fields.Words()),
                ('family', models.SmallIntegerField()),
                ('length', models.SmallIntegerField()),
                ('network', models.BinaryField()),
                ('prefix', aupkeep.store.fields.Words()),
                ('port_from', models.IntegerField()),
                ('port_to', models.IntegerField()),
                ('resource', aupkeep.store.fields.Words()),
                ('start', models.DateTimeField()),
                ('end', models.DateTimeField(null=True)),
                ('known_from', models.DateTimeField()),
                ('known_until', models.DateTimeField(null=True)),
                ('source', aupkeep.store.fields.Words()),
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
                ('id', aupkeep.store.fields.Words(primary_key=True, serialize=False)),
                ('clause', aupkeep.store.fields.Words()),
                ('clause_text', aupkeep.store.fields.Words()),
                ('document', aupkeep.store.fields.Words()),
                ('document_version', aupkeep.store.fields.Words()),
                ('standard', aupkeep.store.fields.Words()),
                ('evidence', models.SmallIntegerField()),
                ('level', models.SmallIntegerField()),
                ('measure', aupkeep.store.fields.Words()),
                ('scope', aupkeep.store.fields.Document()),
                ('starts', models.DateTimeField()),
                ('ends', models.DateTimeField(null=True)),
                ('author', aupkeep.store.fields.Document()),
                ('approvers', aupkeep.store.fields.Document()),
                ('reasons', aupkeep.store.fields.Words()),
                ('facts', aupkeep.store.fields.Document()),
                ('trace', aupkeep.store.fields.Document()),
                ('versions', aupkeep.store.fields.Document()),
                ('cause', aupkeep.store.fields.Words()),
                ('reverses', aupkeep.store.fields.Words(db_index=True, null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='store.caserow')),
            ],
            options={
                'db_table': 'store_decision',
            },
        ),
        migrations.CreateModel(
            name='ActionRow',
            fields=[
                ('id', aupkeep.store.fields.Words(primary_key=True, serialize=False)),
                ('reference', aupkeep.store.fields.Words()),
                ('driver', aupkeep.store.fields.Words()),
                ('target', aupkeep.store.fields.Words()),
                ('level', models.SmallIntegerField()),
                ('measure', aupkeep.store.fields.Words()),
                ('scope', aupkeep.store.fields.Document()),
                ('starts', models.DateTimeField()),
                ('until', models.DateTimeField()),
                ('versions', aupkeep.store.fields.Document()),
                ('automatic', models.BooleanField()),
                ('state', aupkeep.store.fields.Words()),
                ('proof', aupkeep.store.fields.Words(null=True)),
                ('changed_at', models.DateTimeField(null=True)),
                ('customer', aupkeep.store.fields.Words()),
                ('detector', aupkeep.store.fields.Words(db_index=True)),
                ('rule', aupkeep.store.fields.Words(db_index=True)),
                ('policy', aupkeep.store.fields.Words(db_index=True)),
                ('attribution', aupkeep.store.fields.Words(db_index=True)),
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
                ('id', aupkeep.store.fields.Words(primary_key=True, serialize=False)),
                ('kind', aupkeep.store.fields.Words()),
                ('key', aupkeep.store.fields.Words(unique=True)),
                ('payload', aupkeep.store.fields.Document()),
                ('due_at', models.DateTimeField()),
                ('token', models.BigIntegerField(default=0)),
                ('worker', aupkeep.store.fields.Words(null=True)),
                ('leased_until', models.DateTimeField(null=True)),
                ('attempts', models.IntegerField(default=0)),
                ('error', aupkeep.store.fields.Words(null=True)),
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
                ('entry', aupkeep.store.fields.Words(unique=True)),
                ('type', aupkeep.store.fields.Words()),
                ('at', models.DateTimeField()),
                ('actor', aupkeep.store.fields.Document()),
                ('salt', models.BinaryField(null=True)),
                ('payload', aupkeep.store.fields.Document(null=True)),
                ('case', aupkeep.store.fields.Words(null=True)),
                ('leaf', models.BinaryField()),
                ('erased', aupkeep.store.fields.Words(null=True)),
            ],
            options={
                'db_table': 'store_entry',
                'indexes': [models.Index(condition=models.Q(('case__isnull', False)), fields=['case', 'index'], name='entry_case'), models.Index(fields=['type', 'at'], name='entry_type')],
            },
        ),
        migrations.CreateModel(
            name='IncidentRow',
            fields=[
                ('id', aupkeep.store.fields.Words(primary_key=True, serialize=False)),
                ('kind', aupkeep.store.fields.Words()),
                ('resource', aupkeep.store.fields.Words()),
                ('first_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('events', models.BigIntegerField()),
                ('sources', aupkeep.store.fields.Document()),
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
                ('name', aupkeep.store.fields.Words()),
                ('type', aupkeep.store.fields.Words()),
                ('value', aupkeep.store.fields.Words()),
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
                ('id', aupkeep.store.fields.Words(primary_key=True, serialize=False)),
                ('kind', aupkeep.store.fields.Words()),
                ('party', aupkeep.store.fields.Words()),
                ('recipient', aupkeep.store.fields.Words()),
                ('language', aupkeep.store.fields.Words()),
                ('title', aupkeep.store.fields.Words()),
                ('text', aupkeep.store.fields.Words()),
                ('message_id', aupkeep.store.fields.Words(unique=True)),
                ('made_at', models.DateTimeField()),
                ('headers', aupkeep.store.fields.Document()),
                ('sent_at', models.DateTimeField(null=True)),
                ('failure', aupkeep.store.fields.Words(null=True)),
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
                ('id', aupkeep.store.fields.Words(primary_key=True, serialize=False)),
                ('digest', aupkeep.store.fields.Words(unique=True)),
                ('size', models.BigIntegerField()),
                ('channel', aupkeep.store.fields.Words()),
                ('received_at', models.DateTimeField(db_index=True)),
                ('media_type', aupkeep.store.fields.Words()),
                ('peer', aupkeep.store.fields.Words(null=True)),
                ('helo', aupkeep.store.fields.Words(null=True)),
                ('sender', aupkeep.store.fields.Words(null=True)),
                ('recipients', aupkeep.store.fields.Document()),
                ('key', aupkeep.store.fields.Words(null=True)),
                ('token', aupkeep.store.fields.Words(null=True)),
            ],
            options={
                'db_table': 'store_raw',
                'constraints': [models.UniqueConstraint(condition=models.Q(('key__isnull', False)), fields=('key',), name='raw_key')],
            },
        ),
        migrations.CreateModel(
            name='ReportRow',
            fields=[
                ('id', aupkeep.store.fields.Words(primary_key=True, serialize=False)),
                ('at', models.DateTimeField(db_index=True)),
                ('outcome', aupkeep.store.fields.Words()),
                ('reporter', aupkeep.store.fields.Words(null=True)),
                ('message_id', aupkeep.store.fields.Words(db_index=True, null=True)),
                ('reading', aupkeep.store.fields.Document()),
                ('inbox_reason', aupkeep.store.fields.Words(null=True)),
                ('done_at', models.DateTimeField(null=True)),
                ('raw', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='store.rawrow')),
            ],
            options={
                'db_table': 'store_report',
            },
        ),
        *OPERATIONS,
    ]
