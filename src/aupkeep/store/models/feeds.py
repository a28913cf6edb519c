"""Feeds: how far each is fetched, and which items about us it lists.

This is the state of our own fetching, like the outbox: no entry of the journal speaks of a fetch
that changed nothing, so these rows are none that the journal names.
"""

from django.db import models

from aupkeep.store.fields import PlainTextField


class FeedRow(models.Model):
    """`model.feed.FeedState`, and who fetches it at the moment: a lease with a fencing token."""

    name = PlainTextField(primary_key=True)
    outcome = PlainTextField(null=True)
    due_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    good_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    failures = models.IntegerField(default=0)
    error = PlainTextField(default="")
    alarm = PlainTextField(default="")
    alarm_at = models.DateTimeField(null=True)
    seen = models.BigIntegerField(default=0)
    foreign = models.BigIntegerField(default=0)
    dead = models.BigIntegerField(default=0)
    ours = models.BigIntegerField(default=0)
    told = models.BigIntegerField(default=0)
    cursor = models.BigIntegerField(default=0)
    space = PlainTextField(default="")
    token = models.BigIntegerField(default=0)
    worker = PlainTextField(null=True)
    leased_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "store_feed"


class FeedCopyRow(models.Model):
    """`model.feed.FeedCopy`: the last good copy of one list; its bytes are kept without a raw."""

    id = models.BigAutoField(primary_key=True)
    feed = PlainTextField()
    name = PlainTextField()
    digest = PlainTextField(db_index=True)
    size = models.BigIntegerField()
    items = models.BigIntegerField()
    at = models.DateTimeField()
    etag = PlainTextField(default="")
    modified = PlainTextField(default="")

    class Meta:
        db_table = "store_feed_copy"
        constraints = [models.UniqueConstraint(fields=["feed", "name"], name="feed_copy_once")]


class FeedItemRow(models.Model):
    """`model.feed.FeedItem`."""

    id = models.BigAutoField(primary_key=True)
    feed = PlainTextField()
    key = PlainTextField()
    shown = PlainTextField()
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    told_at = models.DateTimeField()

    class Meta:
        db_table = "store_feed_item"
        constraints = [models.UniqueConstraint(fields=["feed", "key"], name="feed_item_once")]
