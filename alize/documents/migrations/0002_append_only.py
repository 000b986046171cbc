"""A document once made, a file once joined, never change."""

from django.db import migrations

from alize.common.database import append_only


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial"), ("common", "0001_database_functions")]
    operations = [
        append_only("documents_generateddocument"),
        append_only("documents_storedfile"),
    ]
