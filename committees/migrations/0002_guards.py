"""What the database refuses about votes, whoever asks."""

from django.db import migrations

from alize.common.database import append_only


class Migration(migrations.Migration):
    dependencies = [("committees", "0001_initial"), ("common", "0002_committee_functions")]
    operations = [
        append_only("committees_vote"),
        append_only("committees_interestdeclaration"),
        migrations.RunSQL(
            "CREATE TRIGGER guard BEFORE INSERT ON committees_vote "
            "FOR EACH ROW EXECUTE FUNCTION public.alize_vote_guard()",
            "DROP TRIGGER guard ON committees_vote",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER guard BEFORE UPDATE ON committees_ballot "
            "FOR EACH ROW EXECUTE FUNCTION public.alize_ballot_guard()",
            "DROP TRIGGER guard ON committees_ballot",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER kept BEFORE DELETE ON committees_ballot "
            "FOR EACH ROW EXECUTE FUNCTION public.alize_append_only()",
            "DROP TRIGGER kept ON committees_ballot",
        ),
    ]
