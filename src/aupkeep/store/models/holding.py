"""Customers, own space and who held which address when."""

from django.db import models
from django.db.models import Q

from aupkeep.store.fields import JsonTextField, PlainTextField


class CustomerRow(models.Model):
    """`model.customer.Customer`; its contacts are a document."""

    id = PlainTextField(primary_key=True)
    name = PlainTextField()
    type = PlainTextField()
    contacts = JsonTextField()
    brand = PlainTextField(null=True)
    tier = PlainTextField(null=True)
    parent = PlainTextField(null=True)
    external_id = PlainTextField(null=True, db_index=True)
    tags = JsonTextField()
    since = models.DateTimeField(null=True)
    bare = models.BooleanField()
    zone = PlainTextField(null=True)
    opted_out = JsonTextField(default=list)

    class Meta:
        db_table = "store_customer"
        indexes = [
            models.Index(
                fields=["parent"], name="customer_parent", condition=Q(parent__isnull=False)
            )
        ]


class SpaceRow(models.Model):
    """`model.holding.OwnSpace`: one row for each site and prefix."""

    id = models.BigAutoField(primary_key=True)
    prefix = PlainTextField()
    site = PlainTextField()
    since = models.DateTimeField(null=True)

    class Meta:
        db_table = "store_space"
        constraints = [models.UniqueConstraint(fields=["site", "prefix"], name="space_once")]


class HostedNameRow(models.Model):
    """`model.hosted_name.HostedName`."""

    id = PlainTextField(primary_key=True)
    site = PlainTextField()
    name = PlainTextField()
    address = PlainTextField()
    customer = models.ForeignKey(CustomerRow, models.PROTECT)
    resource = PlainTextField()
    start = models.DateTimeField()
    end = models.DateTimeField(null=True)
    known_from = models.DateTimeField()
    known_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "store_hosted_name"
        indexes = [
            models.Index(fields=["name", "address"], name="hosted_name"),
            models.Index(fields=["address"], name="hosted_name_address"),
        ]


class AssignmentRow(models.Model):
    """`model.holding.Assignment`, keyed by site, family, prefix length, network and start.

    `network` is the first address as 16 bytes, so that both families sort as the numbers they are.
    """

    id = PlainTextField(primary_key=True)
    site = PlainTextField()
    family = models.SmallIntegerField()
    length = models.SmallIntegerField()
    network = models.BinaryField()
    prefix = PlainTextField()
    port_from = models.IntegerField()
    port_to = models.IntegerField()
    customer = models.ForeignKey(CustomerRow, models.PROTECT, null=True)
    resource = PlainTextField()
    start = models.DateTimeField()
    end = models.DateTimeField(null=True)
    known_from = models.DateTimeField()
    known_until = models.DateTimeField(null=True)
    source = PlainTextField()
    router = models.BooleanField()
    pool = models.BooleanField(default=False)
    precedence = models.SmallIntegerField(default=0)

    class Meta:
        db_table = "store_assignment"
        indexes = [
            models.Index(
                fields=["site", "family", "length", "network", "start"], name="assignment_key"
            ),
            models.Index(
                fields=["source"],
                condition=Q(known_until__isnull=True, end__isnull=True),
                name="assignment_open_of_source",
            ),
            models.Index(
                fields=["resource"],
                condition=Q(known_until__isnull=True),
                name="assignment_of_resource",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(end__gt=models.F("start")),
                name="assignment_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(port_from__lte=models.F("port_to")), name="assignment_ports"
            ),
            models.CheckConstraint(
                condition=Q(pool=True, customer__isnull=True)
                | Q(pool=False, customer__isnull=False),
                name="assignment_pool",
            ),
        ]


class InventorySourceRow(models.Model):
    """`model.inventory_source.InventorySourceState`, and who asks that source at the moment."""

    name = PlainTextField(primary_key=True)
    state = JsonTextField()
    due_at = models.DateTimeField(null=True)
    token = models.BigIntegerField(default=0)
    worker = PlainTextField(null=True)
    leased_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "store_inventory_source"
