"""What the database refuses of a support that has ended, whoever asks."""

from django.db import migrations

# What was written of its end stays by the operations alone: it may name somebody who is erased.
KEPT = ("status", "status_since", "labelled_on", "support_until", "closed_on")
NAMES = ", ".join(f"'{column}'" for column in KEPT)


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_initial"), ("common", "0002_committee_functions")]
    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER ended BEFORE UPDATE ON projects_project FOR EACH ROW "
            "WHEN (OLD.status IN ('CLOSED', 'INTERRUPTED')) "
            f"EXECUTE FUNCTION public.alize_frozen_columns({NAMES})",
            "DROP TRIGGER ended ON projects_project",
        ),
    ]
