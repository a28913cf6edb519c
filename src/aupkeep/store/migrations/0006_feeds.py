"""Tables of the feeds we fetch: how each stands, its last good copies, the items about us."""

from django.db import migrations, models

from aupkeep.store.fields import Words


class Migration(migrations.Migration):
    """Three new tables; nothing that stands is touched."""

    dependencies = [("store", "0005_filing")]
    operations = [
        migrations.CreateModel(
            name="FeedRow",
            fields=[
                ("name", Words(primary_key=True, serialize=False)),
                ("outcome", Words(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("tried_at", models.DateTimeField(null=True)),
                ("good_at", models.DateTimeField(null=True)),
                ("read_at", models.DateTimeField(null=True)),
                ("failures", models.IntegerField(default=0)),
                ("error", Words(default="")),
                ("alarm", Words(default="")),
                ("alarm_at", models.DateTimeField(null=True)),
                ("seen", models.BigIntegerField(default=0)),
                ("foreign", models.BigIntegerField(default=0)),
                ("dead", models.BigIntegerField(default=0)),
                ("ours", models.BigIntegerField(default=0)),
                ("told", models.BigIntegerField(default=0)),
                ("cursor", models.BigIntegerField(default=0)),
                ("space", Words(default="")),
                ("token", models.BigIntegerField(default=0)),
                ("worker", Words(null=True)),
                ("leased_until", models.DateTimeField(null=True)),
            ],
            options={"db_table": "store_feed"},
        ),
        migrations.CreateModel(
            name="FeedCopyRow",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("feed", Words()),
                ("name", Words()),
                ("digest", Words(db_index=True)),
                ("size", models.BigIntegerField()),
                ("items", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("etag", Words(default="")),
                ("modified", Words(default="")),
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
                ("feed", Words()),
                ("key", Words()),
                ("shown", Words()),
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
