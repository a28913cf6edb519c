"""The journal, its tree, its signed checkpoints, and the outbox."""

from django.db import models
from django.db.models import Q

from aupkeep.store.fields import JsonTextField, PlainTextField


class EntryRow(models.Model):
    """`model.entry.Entry` with its index and the leaf's bytes; salt and payload may be erased."""

    index = models.BigIntegerField(primary_key=True)
    entry = PlainTextField(unique=True)
    type = PlainTextField()
    at = models.DateTimeField()
    actor = JsonTextField()
    salt = models.BinaryField(null=True)
    payload = JsonTextField(null=True)
    case = PlainTextField(null=True)
    leaf = models.BinaryField()
    erased = PlainTextField(null=True)

    class Meta:
        db_table = "store_entry"
        indexes = [
            models.Index(
                fields=["case", "index"], name="entry_case", condition=Q(case__isnull=False)
            ),
            models.Index(fields=["type", "at"], name="entry_type"),
        ]


class LogRow(models.Model):
    """The one row of the log: how many leaves, and the frontier of its tree."""

    id = models.SmallIntegerField(primary_key=True)
    size = models.BigIntegerField()
    frontier = models.BinaryField()

    class Meta:
        db_table = "store_log"


class CheckpointRow(models.Model):
    """A signed checkpoint: the log's size and root at the end of one transaction."""

    size = models.BigIntegerField(primary_key=True)
    text = PlainTextField()

    class Meta:
        db_table = "store_checkpoint"


class VerificationRow(models.Model):
    """`model.verification.Verification`: our own note, outside the journal."""

    id = PlainTextField(primary_key=True)
    at = models.DateTimeField()
    by = PlainTextField()
    seconds = models.FloatField()
    ok = models.BooleanField()
    entries = models.BigIntegerField()
    first_bad = models.BigIntegerField(null=True)
    reason = PlainTextField(null=True)
    erased = models.BigIntegerField()
    unkept = models.BigIntegerField()
    unsigned = models.BigIntegerField()

    class Meta:
        db_table = "store_verification"


class CosignatureRow(models.Model):
    """A checkpoint with our signature and that of one witness, by the witness's verifier key."""

    id = models.BigAutoField(primary_key=True)
    size = models.BigIntegerField()
    witness = PlainTextField()
    text = PlainTextField()

    class Meta:
        db_table = "store_cosignature"
        constraints = [models.UniqueConstraint(fields=["witness", "size"], name="cosignature_once")]


class WitnessRow(models.Model):
    """How one witness of ours stands: `model.witness.WitnessState`."""

    key = PlainTextField(primary_key=True)
    size = models.BigIntegerField(default=0)
    frontier = models.BinaryField(default=b"")
    good_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    failures = models.IntegerField(default=0)
    error = PlainTextField(default="")
    behind_since = models.DateTimeField(null=True)
    dispute = PlainTextField(default="")
    disputed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "store_witness"


class WitnessedLogRow(models.Model):
    """What we cosigned last of another log: `model.witness.WitnessedLog`."""

    origin = PlainTextField(primary_key=True)
    size = models.BigIntegerField()
    root = models.BinaryField()
    text = PlainTextField()
    at = models.DateTimeField(null=True)
    dispute = PlainTextField(default="")
    disputed = PlainTextField(default="")
    disputed_at = models.DateTimeField(null=True)
    resumed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "store_witnessed_log"


class EffectRow(models.Model):
    """`model.entry.Effect` and how far it is: leased by a fencing token, done, or dead."""

    id = PlainTextField(primary_key=True)
    kind = PlainTextField()
    key = PlainTextField(unique=True)
    payload = JsonTextField()
    due_at = models.DateTimeField()
    flow = PlainTextField(default="")
    lane = PlainTextField(default="normal")
    order_at = models.DateTimeField(null=True)  # its place among what waits: `store.fair_queue`
    merge = PlainTextField(default="")
    token = models.BigIntegerField(default=0)
    worker = PlainTextField(null=True)
    leased_until = models.DateTimeField(null=True)
    attempts = models.IntegerField(default=0)
    error = PlainTextField(null=True)
    done_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)

    class Meta:
        """The table; what is neither done nor dead is the work to do."""

        db_table = "store_effect"
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                name="effect_work",
                condition=Q(done_at__isnull=True, dead_at__isnull=True),
            ),
            models.Index(
                fields=["order_at", "id"],
                name="effect_order",
                condition=Q(done_at__isnull=True, dead_at__isnull=True),
            ),
            models.Index(
                fields=["flow", "order_at"],
                name="effect_flow",
                condition=Q(done_at__isnull=True, dead_at__isnull=True),
            ),
            models.Index(
                fields=["merge"],
                name="effect_merge",
                condition=Q(done_at__isnull=True, dead_at__isnull=True),
            ),
            models.Index(
                fields=["dead_at"], name="effect_dead", condition=Q(dead_at__isnull=False)
            ),
        ]
