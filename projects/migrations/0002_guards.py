"""What the database refuses of a support that has ended, and of a review dealt with."""

from django.db import migrations

# What was written of its end stays by the operations alone: it may name somebody who is erased.
KEPT = ("status", "status_since", "labelled_on", "support_until", "closed_on")
NAMES = ", ".join(f"'{column}'" for column in KEPT)
# A request is answered once; the reason of a refusal may name somebody who is erased.
ANSWERED = ("needs_help", "help_answered_at", "help_answered_by_id", "help_project_id")
ANSWER = ", ".join(f"'{column}'" for column in ANSWERED)

# Who took a company in difficulty in hand did so; the review keeps saying so.
HANDLED = "'situation', 'handled_at', 'handled_by_id'"


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_initial"), ("common", "0002_committee_functions")]
    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER ended BEFORE UPDATE ON projects_project FOR EACH ROW "
            "WHEN (OLD.status IN ('CLOSED', 'INTERRUPTED')) "
            f"EXECUTE FUNCTION public.alize_frozen_columns({NAMES})",
            "DROP TRIGGER ended ON projects_project",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER help_answered BEFORE UPDATE ON projects_followupreview FOR EACH ROW "
            "WHEN (OLD.help_answered_at IS NOT NULL) "
            f"EXECUTE FUNCTION public.alize_frozen_columns({ANSWER})",
            "DROP TRIGGER help_answered ON projects_followupreview",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER handled BEFORE UPDATE ON projects_followupreview FOR EACH ROW "
            "WHEN (OLD.handled_at IS NOT NULL) "
            f"EXECUTE FUNCTION public.alize_frozen_columns({HANDLED})",
            "DROP TRIGGER handled ON projects_followupreview",
        ),
    ]
