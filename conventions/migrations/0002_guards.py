"""What the database refuses of a text that is no draft any more, whoever asks."""

from django.db import migrations

AMENDMENT = "conventions_amendment"
SUPPORTING = "conventions_cooperationconvention"
FOUNDING = "conventions_partnershipconvention"
WRITTEN = {
    AMENDMENT: (
        "convention_id", "cooperation_id", "number", "reason", "new_ends_on", "changes",
        "amends_skills", "jobs_created", "jobs_retained", "follow_up_partner_id",
        "follow_up_lead_id", "schedule_id",
    ),
    SUPPORTING: (
        "reference", "project_id", "decision_id", "starts_on", "payment_expected_on", "created_at",
        "created_by_id",
    ),
    FOUNDING: (
        "number", "starts_on", "renews_id", "territory", "jobs_target", "projects_target",
        "meetings_target", "specific_objectives", "insertion", "distant_jobseekers", "alternation",
        "employment_service", "schemes", "local_engineering", "allowance", "budget_comment",
        "chair_id", "chaired_by", "shared_functions",
    ),
}  # fmt: skip
FROZEN = ("snapshot", "frozen_at", "frozen_by_id")
ENDED = ("status", "circuit_id", "signed_on", "cancelled_at", "cancelled_by_id")
ALSO_FROZEN = {SUPPORTING: ("text_version",)}
ALSO_ENDED = {
    AMENDMENT: ("takes_effect_on", "signed_at_place"),
    SUPPORTING: ("recorded_at", "recorded_by_id"),
    FOUNDING: ("operator_circuit_id", "signed_at_place"),
}
DOCUMENTS = {FOUNDING: ("document_id", "operator_document_id")}
LINES = {
    "conventions_amendedskills": "alize_amendment_is_written",
    "conventions_amendmentmandate": "alize_amendment_is_written",
    "conventions_amendment_incoming": "alize_amendment_is_written",
    "conventions_signer": "alize_signer_is_written",
    "conventions_partnershipconvention_partners": "alize_party_is_written",
}
NO_DRAFT = "OLD.status <> 'DRAFT'"
GOES_ON = "NEW.status NOT IN ('DRAFT', 'CANCELLED')"


def guard(
    name: str, event: str, function: str, *, table: str, when: str = "true"
) -> migrations.RunSQL:
    """A trigger for each row of a table that is so."""
    return migrations.RunSQL(
        f"CREATE TRIGGER {name} {event} ON {table} FOR EACH ROW WHEN ({when}) "
        f"EXECUTE FUNCTION public.{function}",
        f"DROP TRIGGER {name} ON {table}",
    )


def frozen(name: str, columns: tuple[str, ...], *, table: str, when: str) -> migrations.RunSQL:
    """Refuse any change of these columns of a row that is so."""
    names = ", ".join(f"'{column}'" for column in columns)
    return guard(name, "BEFORE UPDATE", f"alize_frozen_columns({names})", table=table, when=when)


def guards(table: str) -> list[migrations.RunSQL]:
    """Kept, its words frozen with it, its document made once, its end final."""
    words = (*FROZEN, *ALSO_FROZEN.get(table, ()))
    return [
        guard("kept", "BEFORE DELETE", "alize_append_only()", table=table, when=NO_DRAFT),
        frozen("written", WRITTEN[table], table=table, when=NO_DRAFT),
        frozen("frozen", words, table=table, when=f"{NO_DRAFT} AND NEW.status <> 'DRAFT'"),
        frozen(
            "made",
            DOCUMENTS.get(table, ("document_id",)),
            table=table,
            when="OLD.document_id IS NOT NULL AND NEW.status <> 'DRAFT'",
        ),
        frozen(
            "ended",
            (*ENDED, *ALSO_ENDED[table]),
            table=table,
            when="OLD.status IN ('SIGNED', 'CANCELLED')",
        ),
        guard(
            "held",
            "BEFORE UPDATE OF status",
            "alize_signatures_hold()",
            table=table,
            when="NEW.status = 'SIGNED' AND OLD.status <> 'SIGNED'",
        ),
    ]


def years(table: str, function: str, *, written: str) -> list[migrations.RunSQL]:
    """Refuse a year mistyped in a row `written` so, until its text is frozen with its days."""
    changed = f"OLD.status = 'DRAFT' AND {written}"
    return [
        guard("years", "BEFORE INSERT", f"{function}()", table=table, when=written),
        guard("years_changed", "BEFORE UPDATE", f"{function}()", table=table, when=changed),
    ]


class Migration(migrations.Migration):
    dependencies = [("conventions", "0001_initial"), ("common", "0007_agreement_functions")]
    operations = [
        *(one for table in WRITTEN for one in guards(table)),
        # That of a cooperation convention takes effect on the day of its last signature.
        frozen(
            "planned",
            ("takes_effect_on",),
            table=AMENDMENT,
            when=f"{NO_DRAFT} AND OLD.convention_id IS NOT NULL",
        ),
        frozen("term", ("ends_on",), table=FOUNDING, when=f"{NO_DRAFT} AND OLD.status <> 'SIGNED'"),
        guard(
            "amended",
            "BEFORE UPDATE",
            "alize_term_is_amended()",
            table=FOUNDING,
            when="OLD.status = 'SIGNED' AND OLD.ends_on <> NEW.ends_on",
        ),
        *years(SUPPORTING, "alize_agreement_years", written=GOES_ON),
        *years(FOUNDING, "alize_agreement_years", written=GOES_ON),
        guard(
            "voided",
            "BEFORE UPDATE OF cancelled_by_id",
            "alize_void_decider()",
            table=SUPPORTING,
            when="NEW.cancelled_by_id IS NOT NULL AND NEW.void_asked_by_id IS NOT NULL",
        ),
        *years(AMENDMENT, "alize_amended_years", written="NEW.status <> 'CANCELLED'"),
        guard(
            "in_time",
            "BEFORE UPDATE OF circuit_id",
            "alize_signed_in_time()",
            table=AMENDMENT,
            when="NEW.circuit_id IS NOT NULL AND NEW.convention_id IS NOT NULL",
        ),
        guard(
            "in_time",
            "BEFORE UPDATE OF circuit_id, operator_circuit_id",
            "alize_signed_in_time()",
            table=FOUNDING,
            when="NEW.circuit_id IS NOT NULL",
        ),
        guard(
            "in_time",
            "BEFORE UPDATE OF expires_on",
            "alize_signed_in_time()",
            table="signatures_circuit",
            when="NEW.expires_on > OLD.expires_on",
        ),
        *(
            guard("written", "BEFORE INSERT OR UPDATE OR DELETE", f"{function}()", table=table)
            for table, function in LINES.items()
        ),
    ]
