"""Which mail tells a notice, under which brand; of which kinds a customer wants no mail."""

from django.db import migrations, models

from aupkeep.store.fields import JsonTextField, PlainTextField


class Migration(migrations.Migration):
    """Three columns with their defaults; no row changes."""

    dependencies = [("store", "0033_inquiry")]
    operations = [
        migrations.AddField(
            "noticerow", "within", PlainTextField(default="")
        ),
        migrations.AddIndex(
            "noticerow", models.Index(fields=["within"], name="notice_within")
        ),
        migrations.AddField("noticerow", "brand", PlainTextField(default="")),
        migrations.AddField("customerrow", "opted_out", JsonTextField(default=list)),
    ]
