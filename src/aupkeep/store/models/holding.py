"""Customers, own space and who held which address when."""

from django.db import models
from django.db.models import Q

from aupkeep.store.fields import Document, Words


class CustomerRow(models.Model):
    """`model.customer.Customer`; its contacts are a document."""

    id = Words(primary_key=True)
    name = Words()
    type = Words()
    contacts = Document()
    brand = Words(null=True)
    tier = Words(null=True)
    parent = Words(null=True)
    external_id = Words(null=True, db_index=True)
    tags = Document()
    since = models.DateTimeField(null=True)
    bare = models.BooleanField()

    class Meta:
        """The table."""

        db_table = "store_customer"


class SpaceRow(models.Model):
    """`model.holding.OwnSpace`: one row for each site and prefix."""

    id = models.BigAutoField(primary_key=True)
    prefix = Words()
    site = Words()
    since = models.DateTimeField(null=True)

    class Meta:
        """The table."""

        db_table = "store_space"
        constraints = [models.UniqueConstraint(fields=["site", "prefix"], name="space_once")]


class AssignmentRow(models.Model):
    """`model.holding.Assignment`, keyed by site, family, prefix length, network and start.

    `network` is the first address as 16 bytes, so that both families sort as the numbers they are.
    """

    id = Words(primary_key=True)
    site = Words()
    family = models.SmallIntegerField()
    length = models.SmallIntegerField()
    network = models.BinaryField()
    prefix = Words()
    port_from = models.IntegerField()
    port_to = models.IntegerField()
    customer = models.ForeignKey(CustomerRow, models.PROTECT)
    resource = Words()
    start = models.DateTimeField()
    end = models.DateTimeField(null=True)
    known_from = models.DateTimeField()
    known_until = models.DateTimeField(null=True)
    source = Words()
    router = models.BooleanField()

    class Meta:
        """The table."""

        db_table = "store_assignment"
        indexes = [
            models.Index(
                fields=["site", "family", "length", "network", "start"], name="assignment_key"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(end__gt=models.F("start")),
                name="assignment_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(port_from__lte=models.F("port_to")), name="assignment_ports"
            ),
        ]
