"""What the database refuses about votes and decisions, whoever asks."""

from django.db import migrations

from alize.common.database import append_only

SECRET_TABLES = ("committees_participation", "committees_secretvote")
NEVER_REMOVED = (
    "committees_ballot",
    "committees_collectedvote",
    "committees_decision",
    "committees_minutes",
    "committees_proxy",
    "committees_ruleschange",
    "committees_seat",
)
NEVER_EMPTIED = (
    "committees_attendance",
    "committees_condition",
    "committees_guest",
    "committees_proposedcondition",
    "committees_proposedskills",
    "committees_suspension",
)
"""Their rows come and go until they are voted on or signed, one by one."""
PUT_TO_THE_VOTE = {
    "committees_proposal": ("id", "follow_up_partner_id", "follow_up_lead_id"),
    "committees_proposedskills": ("proposal_id", "days"),
    "committees_proposedcondition": ("proposal_id",),
}
"""What names the proposal in each table, then what a rectification may still change."""
FROZEN = {
    "committees_collectedvote": (
        "ballot_id", "seat_id", "person_id", "choice", "reason", "by_phone", "entered_by_id"
    ),
    "committees_decision": (
        "reference", "project_id", "item_id", "ballot_id", "outcome", "label",
        "company",
    ),
    "committees_agendaitem": ("matter", "approval_id"),
    "committees_attendance": ("meeting_id", "seat_id", "person_id", "arrived_at"),
    "committees_ruleschange": (
        "values", "before", "regulations_id", "reason", "proposed_at", "proposed_by_id"
    ),
    "committees_proxy": ("meeting_id", "item_id", "giver_id", "holder_id", "given_by_id"),
}  # fmt: skip
SEALED_BY_MINUTES = {
    "committees_meeting": (
        "year", "rank", "held_at", "mode", "place", "status", "chair_id", "closes_at", "matter",
        "urgency", "second_of_id", "convened_at", "convened_by_id", "opened_at", "opened_by_id",
        "closed_at", "closed_by_id",
    ),
    "committees_attendance": (
        "meeting_id", "seat_id", "person_id", "is_remote", "arrived_at", "left_at", "is_lost",
        "confirmed_at", "confirmed_by_id",
    ),
    "committees_agendaitem": (
        "meeting_id", "project_id", "rank", "narrative", "no_quorum_at", "no_quorum"
    ),
    "committees_decision": (
        "decided_on", "amount", "days", "reason", "redirection", "pieces_awaited",
        "target_meeting_id", "expert", "expert_due_on",
    ),
    "committees_condition": ("decision_id", "kind", "text", "owner", "proof_expected", "due_on"),
    "committees_suspension": ("meeting_id", "started_at", "ended_at"),
    "committees_guest": ("meeting_id", "item_id", "name", "capacity"),
}  # fmt: skip
"""What the minutes print of each table: it no longer changes once they are signed."""


def guard(table: str, event: str, function: str, name: str = "guard") -> migrations.RunSQL:
    """A trigger for each row of a table."""
    call = function if "(" in function else f"{function}()"
    return migrations.RunSQL(
        f"CREATE TRIGGER {name} {event} ON {table} FOR EACH ROW EXECUTE FUNCTION public.{call}",
        f"DROP TRIGGER {name} ON {table}",
    )


def kept_whole(table: str) -> migrations.RunSQL:
    """Refuse to empty a table at once, which fires no trigger of its rows."""
    return migrations.RunSQL(
        f"CREATE TRIGGER kept_whole BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION public.alize_append_only()",
        f"DROP TRIGGER kept_whole ON {table}",
    )


def sealed(table: str, columns: tuple[str, ...]) -> migrations.RunSQL:
    """Refuse what would belie signed minutes."""
    names = ", ".join(f"'{column}'" for column in columns)
    event = "BEFORE INSERT OR UPDATE OR DELETE"
    return guard(table, event, f"alize_sealed_by_minutes({names})", "sealed")


def put_to_the_vote(table: str, columns: tuple[str, ...]) -> migrations.RunSQL:
    """Refuse any change of what a ballot was opened on."""
    names = ", ".join(f"'{column}'" for column in columns)
    event = "BEFORE INSERT OR UPDATE OR DELETE"
    return guard(table, event, f"alize_proposal_guard({names})", "put_to_the_vote")


def frozen(table: str, columns: tuple[str, ...]) -> migrations.RunSQL:
    """Refuse any change of these columns."""
    names = ", ".join(f"'{column}'" for column in columns)
    return guard(table, "BEFORE UPDATE", f"alize_frozen_columns({names})", "frozen")


class Migration(migrations.Migration):
    dependencies = [("committees", "0001_initial"), ("common", "0006_deliberation_functions")]
    operations = [
        append_only("committees_vote"),
        append_only("committees_interestdeclaration"),
        append_only("committees_summonsanswer"),
        append_only("committees_rectification"),
        append_only("committees_minutesremark"),
        append_only("committees_memberdeclaration"),
        append_only("committees_declaredlink"),
        guard("committees_vote", "BEFORE INSERT", "alize_vote_guard"),
        guard("committees_interestdeclaration", "BEFORE INSERT", "alize_withdrawal_guard"),
        guard("committees_ballot", "BEFORE UPDATE", "alize_ballot_guard"),
        guard("committees_decision", "BEFORE INSERT", "alize_decision_guard"),
        *(
            guard(table, "BEFORE INSERT", "alize_undecided_guard", "undecided")
            for table in ("committees_ballot", "committees_decision")
        ),
        guard(
            "committees_ballot",
            "BEFORE INSERT OR UPDATE OF item_id, proposal_text",
            "alize_another_proposal_guard",
            "another",
        ),
        guard("committees_decision", "BEFORE INSERT", "alize_rejection_guard", "rejected"),
        guard("committees_meeting", "BEFORE UPDATE OF status", "alize_rejection_guard", "rejected"),
        guard(
            "committees_attendance", "BEFORE INSERT OR UPDATE OR DELETE", "alize_attendance_guard"
        ),
        guard("committees_seat", "BEFORE INSERT OR UPDATE", "alize_seat_guard"),
        guard("committees_alternate", "BEFORE INSERT", "alize_alternate_guard"),
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
        *(kept_whole(table) for table in (*NEVER_REMOVED, *NEVER_EMPTIED, *SECRET_TABLES)),
        *(frozen(table, columns) for table, columns in FROZEN.items()),
        *(put_to_the_vote(table, columns) for table, columns in PUT_TO_THE_VOTE.items()),
        guard("committees_minutes", "BEFORE UPDATE", "alize_minutes_guard"),
        *(sealed(table, columns) for table, columns in SEALED_BY_MINUTES.items()),
    ]
