"""A seal once registered, what was said of it, never change."""

from django.db import migrations

from alize.common.database import append_only


class Migration(migrations.Migration):
    dependencies = [("seals", "0001_initial"), ("common", "0001_database_functions")]
    operations = [
        append_only("seals_seal"),
        append_only("seals_sealstanding"),
    ]
