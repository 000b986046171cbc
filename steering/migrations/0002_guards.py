"""What the database refuses of a steering committee whose minutes are signed, whoever asks."""

from django.db import migrations

TABLE = "steering_steeringmeeting"


def guard(name: str, event: str, function: str, *, when: str) -> migrations.RunSQL:
    """A trigger for each row that is so."""
    return migrations.RunSQL(
        f"CREATE TRIGGER {name} {event} ON {TABLE} FOR EACH ROW WHEN ({when}) "
        f"EXECUTE FUNCTION public.{function}",
        f"DROP TRIGGER {name} ON {TABLE}",
    )


class Migration(migrations.Migration):
    dependencies = [("steering", "0001_initial"), ("common", "0005_signature_functions")]
    operations = [
        guard(
            "signed_is_final",
            "BEFORE UPDATE",
            "alize_signed_minutes_are_final()",
            when="OLD.status = 'SIGNED'",
        ),
        guard(
            "signed_is_kept",
            "BEFORE DELETE",
            f"alize_append_only('{TABLE}_is_frozen')",
            when="OLD.status = 'SIGNED'",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER signed_is_final BEFORE INSERT OR UPDATE OR DELETE"
            " ON steering_validation FOR EACH ROW"
            " EXECUTE FUNCTION public.alize_validations_are_final()",
            "DROP TRIGGER signed_is_final ON steering_validation",
        ),
    ]
