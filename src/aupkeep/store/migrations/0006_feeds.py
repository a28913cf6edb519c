"""Tables of the feeds we fetch: how each stands, its last good copies, the items about us."""

from django.db import migrations, models

from aupkeep.store.fields import PlainTextField


class Migration(migrations.Migration):
    """Three new tables; nothing that stands is touched."""

    dependencies = [("store", "0005_filing")]
    operations = [
        migrations.CreateModel(
            name="FeedRow",
            fields=[
                ("name", PlainTextField(primary_key=True, serialize=False)),
                ("outcome", PlainTextField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("tried_at", models.DateTimeField(null=True)),
                ("good_at", models.DateTimeField(null=True)),
                ("read_at", models.DateTimeField(null=True)),
                ("failures", models.IntegerField(default=0)),
                ("error", PlainTextField(default="")),
                ("alarm", PlainTextField(default="")),
                ("alarm_at", models.DateTimeField(null=True)),
                ("seen", models.BigIntegerField(default=0)),
                ("foreign", models.BigIntegerField(default=0)),
                ("dead", models.BigIntegerField(default=0)),
                ("ours", models.BigIntegerField(default=0)),
                ("told", models.BigIntegerField(default=0)),
                ("cursor", models.BigIntegerField(default=0)),
                ("space", PlainTextField(default="")),
                ("token", models.BigIntegerField(default=0)),
                ("worker", PlainTextField(null=True)),
                ("leased_until", models.DateTimeField(null=True)),
            ],
            options={"db_table": "store_feed"},
        ),
        migrations.CreateModel(
            name="FeedCopyRow",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("feed", PlainTextField()),
                ("name", PlainTextField()),
                ("digest", PlainTextField(db_index=True)),
                ("size", models.BigIntegerField()),
                ("items", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("etag", PlainTextField(default="")),
                ("modified", PlainTextField(default="")),
            ],
            options={
                "db_table": "store_feed_copy",
                "constraints": [
                    models.UniqueConstraint(fields=["feed", "name"], name="feed_copy_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="FeedItemRow",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("feed", PlainTextField()),
                ("key", PlainTextField()),
                ("shown", PlainTextField()),
                ("first_seen", models.DateTimeField()),
                ("last_seen", models.DateTimeField()),
                ("told_at", models.DateTimeField()),
            ],
            options={
                "db_table": "store_feed_item",
                "constraints": [
                    models.UniqueConstraint(fields=["feed", "key"], name="feed_item_once")
                ],
            },
        ),
    ]
