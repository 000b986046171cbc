"""What the database refuses about votes and decisions, whoever asks."""

from django.db import migrations

from alize.common.database import append_only

SECRET_TABLES = ("committees_participation", "committees_secretvote")
NEVER_REMOVED = (
    "committees_ballot",
    "committees_collectedvote",
    "committees_decision",
    "committees_proxy",
)
FROZEN = {
    "committees_collectedvote": (
        "ballot_id", "seat_id", "person_id", "choice", "reason", "by_phone", "entered_by_id"
    ),
    "committees_decision": ("reference", "project_id", "item_id", "ballot_id", "outcome"),
    "committees_proxy": ("meeting_id", "item_id", "giver_id", "holder_id", "given_by_id"),
}  # fmt: skip


def guard(table: str, event: str, function: str, name: str = "guard") -> migrations.RunSQL:
    """A trigger for each row of a table."""
    call = function if "(" in function else f"{function}()"
    return migrations.RunSQL(
        f"CREATE TRIGGER {name} {event} ON {table} FOR EACH ROW EXECUTE FUNCTION public.{call}",
        f"DROP TRIGGER {name} ON {table}",
    )


def frozen(table: str, columns: tuple[str, ...]) -> migrations.RunSQL:
    """Refuse any change of these columns."""
    names = ", ".join(f"'{column}'" for column in columns)
    return guard(table, "BEFORE UPDATE", f"alize_frozen_columns({names})", "frozen")


class Migration(migrations.Migration):
    dependencies = [("committees", "0001_initial"), ("common", "0002_committee_functions")]
    operations = [
        append_only("committees_vote"),
        append_only("committees_interestdeclaration"),
        append_only("committees_summonsanswer"),
        append_only("committees_rectification"),
        append_only("committees_minutesremark"),
        guard("committees_vote", "BEFORE INSERT", "alize_vote_guard"),
        guard("committees_ballot", "BEFORE UPDATE", "alize_ballot_guard"),
        *(guard(table, "BEFORE INSERT", "alize_secret_guard") for table in SECRET_TABLES),
        *(
            guard(table, "BEFORE UPDATE OR DELETE", "alize_secret_kept", "kept")
            for table in SECRET_TABLES
        ),
        migrations.RunSQL(
            "CREATE TRIGGER shuffle AFTER UPDATE ON committees_ballot FOR EACH ROW "
            "WHEN (OLD.status = 'OPEN' AND NEW.status <> 'OPEN' AND NEW.is_secret) "
            "EXECUTE FUNCTION public.alize_secret_shuffle()",
            "DROP TRIGGER shuffle ON committees_ballot",
        ),
        *(guard(table, "BEFORE DELETE", "alize_append_only", "kept") for table in NEVER_REMOVED),
        *(frozen(table, columns) for table, columns in FROZEN.items()),
    ]
