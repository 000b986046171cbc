"""What the database refuses about money, whoever asks."""

from django.db import migrations

from alize.common.database import append_only

SUM_TRIGGER = (
    "CREATE CONSTRAINT TRIGGER adds_up AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED "
    "FOR EACH ROW EXECUTE FUNCTION public.alize_schedule_sum()"
)


def adds_up(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(SUM_TRIGGER.format(table=table), f"DROP TRIGGER adds_up ON {table}")


class Migration(migrations.Migration):
    dependencies = [("funds", "0001_initial"), ("common", "0003_fund_functions")]
    operations = [
        append_only("funds_contribution"),
        append_only("funds_movement"),
        append_only("funds_scheduleversion"),
        append_only("funds_scheduleline"),
        migrations.RunSQL(
            "CREATE TRIGGER guard BEFORE INSERT ON funds_movement "
            "FOR EACH ROW EXECUTE FUNCTION public.alize_movement_guard()",
            "DROP TRIGGER guard ON funds_movement",
        ),
        adds_up("funds_scheduleversion"),
        adds_up("funds_scheduleline"),
    ]
