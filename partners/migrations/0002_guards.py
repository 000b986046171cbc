"""What the database refuses of what a partner promises, whoever asks."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("partners", "0001_initial"), ("common", "0007_agreement_functions")]
    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER of_its_years BEFORE INSERT OR UPDATE ON partners_pledge "
            "FOR EACH ROW EXECUTE FUNCTION public.alize_pledge_year()",
            "DROP TRIGGER of_its_years ON partners_pledge",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER has_pledged BEFORE UPDATE OF joined_on ON partners_partner "
            "FOR EACH ROW WHEN (NEW.joined_on > OLD.joined_on) "
            "EXECUTE FUNCTION public.alize_partner_pledged()",
            "DROP TRIGGER has_pledged ON partners_partner",
        ),
    ]
