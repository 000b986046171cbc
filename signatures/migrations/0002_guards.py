"""What the database refuses about signatures, whoever asks."""

from django.db import migrations

from alize.common.database import append_only

FROZEN = {
    "signatures_circuit": (
        "document_id", "title", "text_title", "text_version", "text_sha256", "summary", "bundle",
        "effect", "message", "launched_at", "launched_by_id"
    ),
    "signatures_circuitsigner": (
        "circuit_id", "rank", "order", "capacity", "organisation", "name", "email", "replaces_id"
    ),
    "signatures_delegation": (
        "signer_id", "name", "function", "email", "mandate_id", "starts_on", "ends_on", "asked_at"
    ),
    "signatures_signingcode": ("signer_id", "digest", "sent_at", "expires_at"),
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
    dependencies = [("signatures", "0001_initial"), ("common", "0005_signature_functions")]
    operations = [
        append_only("signatures_signingevent"),
        guard("signatures_signingevent", "BEFORE INSERT", "alize_signing_chain"),
        guard("signatures_circuit", "BEFORE UPDATE", "alize_circuit_guard"),
        guard(
            "signatures_circuit",
            "BEFORE INSERT OR UPDATE OF expires_on",
            "alize_circuit_deadline",
            "deadline",
        ),
        guard("signatures_delegation", "BEFORE INSERT OR UPDATE", "alize_delegation_guard"),
        guard("signatures_circuitsigner", "BEFORE INSERT OR UPDATE", "alize_circuit_signer_guard"),
        *(guard(table, "BEFORE DELETE", "alize_append_only", "kept") for table in FROZEN),
        *(frozen(table, columns) for table, columns in FROZEN.items()),
    ]
