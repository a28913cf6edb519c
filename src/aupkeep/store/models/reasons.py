"""What a decision is explained with: document versions, acceptances, statements of reasons."""

from django.db import models

from aupkeep.store.fields import JsonTextField, PlainTextField
from aupkeep.store.models.casework import CaseRow


class PolicyDocumentRow(models.Model):
    """`model.policy_document.PolicyDocument`."""

    id = PlainTextField(primary_key=True)
    document = PlainTextField()
    version = PlainTextField()
    effective_from = models.DateTimeField(null=True)
    digest = PlainTextField()
    clauses = JsonTextField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "store_policy_document"


class AcceptanceRow(models.Model):
    """`model.acceptance.Acceptance`: written once, never changed."""

    id = PlainTextField(primary_key=True)
    customer = PlainTextField()
    document = PlainTextField()
    version = PlainTextField()
    digest = PlainTextField()
    by = PlainTextField()
    accepted_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "store_acceptance"
        indexes = [models.Index(fields=["customer", "accepted_at"], name="acceptance_customer")]


class StatementRow(models.Model):
    """`model.statement.Statement`: written once; `id` is the decision's."""

    id = PlainTextField(primary_key=True)
    case = models.ForeignKey(CaseRow, models.PROTECT)
    reference = PlainTextField()
    made_at = models.DateTimeField()
    measure = PlainTextField()
    level = models.SmallIntegerField()
    scope = JsonTextField()
    starts = models.DateTimeField()
    ends = models.DateTimeField(null=True)
    deadline = models.DateTimeField(null=True)
    territory = PlainTextField()
    facts = JsonTextField()
    source = PlainTextField()
    automated_detection = models.BooleanField()
    automated_decision = models.BooleanField()
    ground = PlainTextField()
    clause = JsonTextField()
    standard = PlainTextField()
    evidence = models.SmallIntegerField()
    why = JsonTextField()
    reasons = PlainTextField()
    acceptance = JsonTextField(null=True)
    redress = JsonTextField()
    rule = PlainTextField()
    policy = PlainTextField()
    reverses = PlainTextField(null=True)

    class Meta:
        db_table = "store_statement"
