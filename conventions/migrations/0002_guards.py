"""What the database refuses of an amendment that is no draft any more, whoever asks."""

from django.db import migrations

TABLE = "conventions_amendment"
WRITTEN = (
    "convention_id", "cooperation_id", "number", "reason", "new_ends_on", "changes",
    "amends_skills", "jobs_created", "jobs_retained", "follow_up_partner_id", "follow_up_lead_id",
    "schedule_id"
)  # fmt: skip
FROZEN = ("snapshot", "frozen_at", "frozen_by_id")
ENDED = (
    "status", "takes_effect_on", "document_id", "circuit_id", "signed_on", "signed_at_place",
    "cancelled_at", "cancelled_by_id"
)  # fmt: skip


def guard(
    name: str, event: str, function: str, *, table: str = TABLE, when: str = "true"
) -> migrations.RunSQL:
    """A trigger for each row of a table that is so."""
    return migrations.RunSQL(
        f"CREATE TRIGGER {name} {event} ON {table} FOR EACH ROW WHEN ({when}) "
        f"EXECUTE FUNCTION public.{function}",
        f"DROP TRIGGER {name} ON {table}",
    )


def frozen(name: str, columns: tuple[str, ...], *, when: str) -> migrations.RunSQL:
    """Refuse any change of these columns of an amendment that is so."""
    names = ", ".join(f"'{column}'" for column in columns)
    return guard(name, "BEFORE UPDATE", f"alize_frozen_columns({names})", when=when)


class Migration(migrations.Migration):
    dependencies = [("conventions", "0001_initial"), ("common", "0006_deliberation_functions")]
    operations = [
        guard("kept", "BEFORE DELETE", "alize_append_only()", when="OLD.status <> 'DRAFT'"),
        frozen("written", WRITTEN, when="OLD.status <> 'DRAFT'"),
        frozen("frozen", FROZEN, when="OLD.status <> 'DRAFT' AND NEW.status <> 'DRAFT'"),
        # That of a cooperation convention takes effect on the day of its last signature.
        frozen(
            "planned",
            ("takes_effect_on",),
            when="OLD.status <> 'DRAFT' AND OLD.convention_id IS NOT NULL",
        ),
        frozen("ended", ENDED, when="OLD.status IN ('SIGNED', 'CANCELLED')"),
        *(
            guard(
                "written",
                "BEFORE INSERT OR UPDATE OR DELETE",
                "alize_amendment_is_written()",
                table=table,
            )
            for table in ("conventions_amendedskills", "conventions_amendment_incoming")
        ),
    ]
