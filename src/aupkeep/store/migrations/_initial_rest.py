"""What the first migration makes last: links, claims, own space, and every index."""

import aupkeep.store.fields
import django.db.models.deletion
from django.db import migrations, models

OPERATIONS = [
    migrations.CreateModel(
        name='LinkRow',
        fields=[
            ('id', aupkeep.store.fields.PlainTextField(primary_key=True, serialize=False)),
            ('kind', aupkeep.store.fields.PlainTextField()),
            ('digest', aupkeep.store.fields.PlainTextField(unique=True)),
            ('party', aupkeep.store.fields.PlainTextField()),
            ('made_at', models.DateTimeField()),
            ('expires_at', models.DateTimeField()),
            ('single_use', models.BooleanField()),
            ('used_at', models.DateTimeField(null=True)),
            ('revoked_at', models.DateTimeField(null=True)),
            ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='store.caserow')),
            ('report', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='store.reportrow')),
        ],
        options={
            'db_table': 'store_link',
        },
    ),
    migrations.CreateModel(
        name='ClaimRow',
        fields=[
            ('id', aupkeep.store.fields.PlainTextField(primary_key=True, serialize=False)),
            ('finding', aupkeep.store.fields.JsonTextField()),
            ('held', aupkeep.store.fields.JsonTextField()),
            ('at', models.DateTimeField()),
            ('kind', aupkeep.store.fields.PlainTextField()),
            ('resource', aupkeep.store.fields.PlainTextField()),
            ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='store.customerrow')),
            ('incident', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='store.incidentrow')),
            ('report', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='store.reportrow')),
        ],
        options={
            'db_table': 'store_claim',
        },
    ),
    migrations.CreateModel(
        name='SpaceRow',
        fields=[
            ('id', models.BigAutoField(primary_key=True, serialize=False)),
            ('prefix', aupkeep.store.fields.PlainTextField()),
            ('site', aupkeep.store.fields.PlainTextField()),
            ('since', models.DateTimeField(null=True)),
        ],
        options={
            'db_table': 'store_space',
            'constraints': [models.UniqueConstraint(fields=('site', 'prefix'), name='space_once')],
        },
    ),
    migrations.AddIndex(
        model_name='caserow',
        index=models.Index(fields=['rank', 'opened_at', 'id'], name='case_queue'),
    ),
    migrations.AddIndex(
        model_name='caserow',
        index=models.Index(fields=['state', 'rank', 'opened_at', 'id'], name='case_state'),
    ),
    migrations.AddIndex(
        model_name='caserow',
        index=models.Index(fields=['clause', 'rank', 'opened_at', 'id'], name='case_clause'),
    ),
    migrations.AddIndex(
        model_name='caserow',
        index=models.Index(fields=['customer', 'opened_at'], name='case_customer'),
    ),
    migrations.AddIndex(
        model_name='caserow',
        index=models.Index(condition=models.Q(('deadline_at__isnull', False), models.Q(('state', 'closed'), _negated=True)), fields=['deadline_at'], name='case_deadline'),
    ),
    migrations.AddConstraint(
        model_name='caserow',
        constraint=models.UniqueConstraint(condition=models.Q(('state', 'closed'), _negated=True), fields=('customer', 'resource', 'kind'), name='case_open_once'),
    ),
    migrations.AddIndex(
        model_name='assignmentrow',
        index=models.Index(fields=['site', 'family', 'length', 'network', 'start'], name='assignment_key'),
    ),
    migrations.AddConstraint(
        model_name='assignmentrow',
        constraint=models.CheckConstraint(condition=models.Q(('end__isnull', True), ('end__gt', models.F('start')), _connector='OR'), name='assignment_ends_after_start'),
    ),
    migrations.AddConstraint(
        model_name='assignmentrow',
        constraint=models.CheckConstraint(condition=models.Q(('port_from__lte', models.F('port_to'))), name='assignment_ports'),
    ),
    migrations.AddIndex(
        model_name='decisionrow',
        index=models.Index(fields=['ends', 'starts'], name='decision_force'),
    ),
    migrations.AddIndex(
        model_name='actionrow',
        index=models.Index(fields=['target', 'state', 'until'], name='action_target'),
    ),
    migrations.AddIndex(
        model_name='actionrow',
        index=models.Index(condition=models.Q(('automatic', True)), fields=['starts'], name='action_automatic'),
    ),
    migrations.AddIndex(
        model_name='incidentrow',
        index=models.Index(fields=['customer', 'resource', 'kind', 'last_at'], name='incident_window'),
    ),
    migrations.AddIndex(
        model_name='noticerow',
        index=models.Index(fields=['recipient', 'made_at'], name='notice_recipient'),
    ),
    migrations.AddIndex(
        model_name='reportrow',
        index=models.Index(condition=models.Q(('done_at__isnull', True), ('inbox_reason__isnull', False)), fields=['at', 'id'], name='report_inbox'),
    ),
    migrations.AddIndex(
        model_name='claimrow',
        index=models.Index(fields=['customer', 'resource', 'kind', 'at'], name='claim_window'),
    ),
]
