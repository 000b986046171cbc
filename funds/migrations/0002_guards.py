"""The default chart of accounts, and what the database refuses about money, whoever asks."""

from itertools import permutations

from django.db import migrations

from alize.common.database import append_only

IMMUTABLE = "lg_immutable"
CHART = (
    ("FUND_BANK", "5121", "Banque, compte des avances", "FUND"),
    ("RECEIVABLE", "2748", "Avances remboursables aux entreprises", "FUND"),
    ("RETURNABLE", "103", "Dotations avec droit de reprise", "FUND"),
    ("GRANTED", "102", "Dotations sans droit de reprise", "FUND"),
    ("OVERPAID", "467", "Trop-perçus à rendre", "FUND"),
    ("UNIDENTIFIED", "471", "Mouvements à identifier, avances", "FUND"),
    ("LOSS", "654", "Pertes sur avances", "FUND"),
    ("RECOVERED", "7714", "Récupérations sur avances passées en perte", "FUND"),
    ("KEPT", "758", "Trop-perçus gardés par le fonds", "FUND"),
    ("FORGONE", "658", "Trop-perçus rendus puis abandonnés", "FUND"),
    ("PROVISION", "2974", "Dépréciation des avances", "FUND"),
    ("PROVISION_MADE", "6866", "Dotations aux dépréciations", "FUND"),
    ("PROVISION_FREED", "7866", "Reprises sur dépréciations", "FUND"),
    ("FUND_LIAISON", "580F", "Liaison avec le compte de fonctionnement", "FUND"),
    ("OPS_BANK", "5122", "Banque, compte de fonctionnement", "OPS"),
    ("OPS_INCOME", "740", "Contributions au fonctionnement", "OPS"),
    ("ENGINEERING", "604", "Ingénierie locale", "OPS"),
    ("ALLOWANCE", "628", "Défraiement de l''opérateur", "OPS"),
    ("BANK_FEES", "627", "Frais bancaires", "OPS"),
    ("OPS_EXPENSE", "606", "Autres frais de fonctionnement", "OPS"),
    ("OPS_UNIDENTIFIED", "472", "Mouvements à identifier, fonctionnement", "OPS"),
    ("OPS_LIAISON", "580O", "Liaison avec le compte des avances", "OPS"),
    ("VALUED_USE", "862", "Emploi des contributions en nature", "NATURE"),
    ("VALUED_SOURCE", "871", "Contributions en nature", "NATURE"),
)
"""Key, code, label and perimeter of each account (funds.md 2.3)."""
CHART_ROWS = ", ".join("('" + "', '".join(row) + "')" for row in CHART)
# Made of the constants above.
MAKE_CHART = f"INSERT INTO funds_account (key, code, label, perimeter) VALUES {CHART_ROWS}"  # noqa: S608

IN_ONE_PERIMETER = {
    "lg_entry_perimeter": ("entry_id", "funds_entry (id, perimeter)"),
    "lg_account_perimeter": ("account_id", "funds_account (key, perimeter)"),
    "lg_line_perimeter": ("contribution_id", "funds_contribution (id, perimeter)"),
}
"""The references of a posting that hold its perimeter (I5)."""

FROZEN = {
    "funds_advance": ("reference", "company", "project_id", "decision_id", "granted_on"),
    "funds_allowanceagreement": (
        "year", "agreed_on", "source", "recorded_at", "recorded_by_id",
    ),
    "funds_authorization": (
        "kind", "advance_id", "contribution_id", "amount", "days", "value_on", "reason", "cause",
        "claim_on", "decision_id", "proposed_at", "proposed_by_id", "command_key",
    ),
    "funds_clearing": (
        "line_id", "act", "amount", "entry_id", "reversal_id", "other_line_id", "made_at",
        "made_by_id",
    ),
    "funds_payeeaccount": (
        "beneficiary_id", "holder", "iban", "bic", "received_on", "called", "called_number",
        "number_source", "called_on", "email", "proposed_at", "proposed_by_id",
    ),
    "funds_paymentorder": (
        "advance_id", "amount", "pay_on", "plan", "first_due_on", "prepared_at", "prepared_by_id",
        "command_key",
    ),
    "funds_precondition": ("advance_id", "label", "contested_id"),
    "funds_reversal": (
        "entry_id", "value_on", "cause", "reason", "proposed_at", "proposed_by_id", "command_key",
    ),
    "funds_sepafile": (
        "number_id", "message_id", "schema", "content", "sha256", "total", "count", "built_at",
        "built_by_id",
    ),
    "funds_sepatransfer": ("file_id", "order_id", "payee_id", "end_to_end_id", "amount", "pay_on"),
}  # fmt: skip
"""What never changes of rows that only move forward."""

BY_TWO = ("status", "decided_at", "decided_by_id")
DECIDED = {
    "funds_authorization": ("PROPOSED", BY_TWO),
    "funds_payeeaccount": ("PROPOSED", (*BY_TWO, "verification", "verification_note")),
    "funds_paymentorder": (
        "PREPARED",
        (
            "status", "payee_id", "released_at", "released_by_id", "cancelled_at",
            "cancelled_by_id",
        ),
    ),
    "funds_reversal": ("PROPOSED", BY_TWO),
}  # fmt: skip
"""What waits for the second person, and what never changes once that person has decided."""
ENDED = ("sent_at", "sent_by_id", "cancelled_at", "cancelled_by_id")
"""What never changes of a file that is at the bank, or withdrawn."""


def refers(name: str, column: str, target: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"ALTER TABLE funds_posting ADD CONSTRAINT {name} FOREIGN KEY ({column}, perimeter) "
        f"REFERENCES {target}",
        f"ALTER TABLE funds_posting DROP CONSTRAINT {name}",
    )


def at_commit(name: str, table: str, function: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE CONSTRAINT TRIGGER {name} AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED "
        f"FOR EACH ROW EXECUTE FUNCTION public.{function}()",
        f"DROP TRIGGER {name} ON {table}",
    )


def frozen(
    table: str,
    columns: tuple[str, ...],
    *,
    name: str = "frozen",
    # Each payment writes its advance again as it is, so that older snapshots fail.
    when: str = "NEW IS DISTINCT FROM OLD",
) -> migrations.RunSQL:
    names = ", ".join(f"'{column}'" for column in columns)
    return migrations.RunSQL(
        f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({when}) "
        f"EXECUTE FUNCTION public.alize_frozen_columns({names})",
        f"DROP TRIGGER {name} ON {table}",
    )


def kept(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER kept BEFORE DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION public.alize_append_only()",
        f"DROP TRIGGER kept ON {table}",
    )


def before_each(name: str, table: str, function: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER {name} BEFORE INSERT ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION public.{function}()",
        f"DROP TRIGGER {name} ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("funds", "0001_initial"), ("common", "0005_signature_functions")]
    operations = [
        migrations.RunSQL(MAKE_CHART, "DELETE FROM funds_account"),
        migrations.RunSQL(
            "INSERT INTO funds_ledgerstate (id, last_writer) VALUES (1, '')",
            "DELETE FROM funds_ledgerstate",
        ),
        *(refers(name, *key) for name, key in IN_ONE_PERIMETER.items()),
        append_only("funds_contribution"),
        append_only("funds_entry", IMMUTABLE),
        append_only("funds_posting", IMMUTABLE),
        append_only("funds_closing", IMMUTABLE),
        append_only("funds_account", IMMUTABLE),
        append_only("funds_chart", IMMUTABLE),
        append_only("funds_chartline", IMMUTABLE),
        append_only("funds_scheduleversion", IMMUTABLE),
        append_only("funds_scheduleline", IMMUTABLE),
        append_only("funds_bankstatement"),
        append_only("funds_bankline"),
        append_only("funds_reminder"),
        append_only("funds_allowanceagreement_partners"),
        append_only("funds_confirmationanswer"),
        frozen("funds_confirmationrequest", ("partner_id", "year")),
        kept("funds_confirmationrequest"),
        append_only("funds_funderreport"),
        *(frozen(table, columns) for table, columns in FROZEN.items()),
        *(
            frozen(table, columns, name="decided", when=f"OLD.status <> '{waiting}'")
            for table, (waiting, columns) in DECIDED.items()
        ),
        frozen(
            "funds_sepafile",
            ENDED,
            name="ended",
            when="OLD.sent_at IS NOT NULL OR OLD.cancelled_at IS NOT NULL",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER stays BEFORE UPDATE OF is_live ON funds_sepatransfer FOR EACH ROW "
            "WHEN (NEW.is_live <> OLD.is_live) EXECUTE FUNCTION public.alize_transfer_stays()",
            "DROP TRIGGER stays ON funds_sepatransfer",
        ),
        *(kept(table) for table in FROZEN),
        kept("funds_banknumber"),
        migrations.RunSQL(
            "CREATE TRIGGER follows BEFORE INSERT OR UPDATE ON funds_banknumber FOR EACH ROW "
            "EXECUTE FUNCTION public.alize_bank_number()",
            "DROP TRIGGER follows ON funds_banknumber",
        ),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER of_one BEFORE INSERT OR UPDATE OF iban ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION public.alize_iban_of_one('{other}')",
                f"DROP TRIGGER of_one ON {table}",
            )
            for table, other in permutations(("funds_banknumber", "funds_payeeaccount"))
        ),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER {act}_by BEFORE INSERT OR UPDATE OF {act}_by_id "
                f"ON funds_payeeaccount FOR EACH ROW WHEN (NEW.{act}_by_id IS NOT NULL) "
                f"EXECUTE FUNCTION public.alize_payee_of_no_recused('{act}')",
                f"DROP TRIGGER {act}_by ON funds_payeeaccount",
            )
            for act in ("proposed", "decided")
        ),
        before_each("in_force", "funds_sepafile", "alize_file_of_number_in_force"),
        migrations.RunSQL(
            "CREATE CONSTRAINT TRIGGER pairs AFTER INSERT OR UPDATE ON funds_clearing "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.act = 'INTERNAL') "
            "EXECUTE FUNCTION public.alize_clearing_pairs()",
            "DROP TRIGGER pairs ON funds_clearing",
        ),
        before_each("chain", "funds_entry", "alize_ledger_chain"),
        before_each("released", "funds_sepatransfer", "alize_transfer_as_released"),
        migrations.RunSQL(
            "CREATE TRIGGER undone BEFORE INSERT ON funds_entry FOR EACH ROW "
            "WHEN (NEW.reverses_id IS NOT NULL) EXECUTE FUNCTION public.alize_undone_stays()",
            "DROP TRIGGER undone ON funds_entry",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER undone BEFORE UPDATE OF sent_at ON funds_sepafile FOR EACH ROW "
            "WHEN (NEW.sent_at IS NOT NULL AND OLD.sent_at IS NULL) "
            "EXECUTE FUNCTION public.alize_undone_stays()",
            "DROP TRIGGER undone ON funds_sepafile",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER leaves AFTER INSERT ON funds_sepatransfer FOR EACH ROW "
            "EXECUTE FUNCTION public.alize_transfer_leaves()",
            "DROP TRIGGER leaves ON funds_sepatransfer",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER leaves AFTER UPDATE OF sent_at ON funds_sepafile FOR EACH ROW "
            "WHEN (NEW.sent_at IS NOT NULL AND OLD.sent_at IS NULL) "
            "EXECUTE FUNCTION public.alize_transfer_leaves()",
            "DROP TRIGGER leaves ON funds_sepafile",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER contested BEFORE INSERT OR UPDATE ON funds_precondition FOR EACH ROW "
            "WHEN (NEW.contested_id IS NOT NULL AND NEW.met_at IS NOT NULL) "
            "EXECUTE FUNCTION public.alize_contested_is_settled()",
            "DROP TRIGGER contested ON funds_precondition",
        ),
        at_commit("sealed", "funds_entry", "alize_ledger_sealed"),
        migrations.RunSQL(
            "CREATE TRIGGER added AFTER INSERT ON funds_posting REFERENCING NEW TABLE AS added "
            "FOR EACH STATEMENT EXECUTE FUNCTION public.alize_postings_added()",
            "DROP TRIGGER added ON funds_posting",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER approved AFTER INSERT OR UPDATE OF status, payee_id "
            "ON funds_paymentorder FOR EACH ROW WHEN (NEW.status = 'RELEASED') "
            "EXECUTE FUNCTION public.alize_payment_goes_to_approved()",
            "DROP TRIGGER approved ON funds_paymentorder",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER as_signed BEFORE UPDATE ON funds_advance FOR EACH ROW "
            "WHEN (NEW IS DISTINCT FROM OLD) EXECUTE FUNCTION public.alize_advance_guard()",
            "DROP TRIGGER as_signed ON funds_advance",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER renounced BEFORE UPDATE OF renounced_amount, status ON funds_advance "
            "FOR EACH ROW WHEN (NEW.renounced_amount <> OLD.renounced_amount "
            "OR NEW.status = 'CANCELLED' AND OLD.status <> 'CANCELLED') "
            "EXECUTE FUNCTION public.alize_renounced()",
            "DROP TRIGGER renounced ON funds_advance",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER accepted BEFORE INSERT OR UPDATE OF status ON funds_authorization "
            "FOR EACH ROW WHEN (NEW.kind = 'WRITE_OFF' AND NEW.status <> 'REFUSED' "
            "AND NEW.decision_id IS NOT NULL) EXECUTE FUNCTION public.alize_loss_accepted()",
            "DROP TRIGGER accepted ON funds_authorization",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER withdrawn BEFORE UPDATE OF withdrawn_at ON funds_allowanceagreement "
            "FOR EACH ROW EXECUTE FUNCTION public.alize_agreement_withdrawn()",
            "DROP TRIGGER withdrawn ON funds_allowanceagreement",
        ),
        at_commit("of_all", "funds_allowanceagreement", "alize_agreement_of_all"),
        before_each("close", "funds_closing", "alize_ledger_close"),
        before_each("dated", "funds_chart", "alize_chart_dated"),
        at_commit("whole", "funds_chart", "alize_chart_whole"),
        at_commit("whole", "funds_chartline", "alize_chart_whole"),
        at_commit("proved", "funds_bankstatement", "alize_bank_statement_proved"),
        migrations.RunSQL(
            "CREATE TRIGGER proved AFTER INSERT ON funds_bankline REFERENCING NEW TABLE AS added "
            "FOR EACH STATEMENT EXECUTE FUNCTION public.alize_bank_lines_proved()",
            "DROP TRIGGER proved ON funds_bankline",
        ),
        migrations.RunSQL(
            "CREATE CONSTRAINT TRIGGER moved AFTER INSERT OR UPDATE OF undone_at ON funds_clearing "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.entry_id IS NOT NULL) "
            "EXECUTE FUNCTION public.alize_cleared_as_moved()",
            "DROP TRIGGER moved ON funds_clearing",
        ),
        migrations.RunSQL(
            "CREATE CONSTRAINT TRIGGER within AFTER INSERT OR UPDATE OF undone_at "
            "ON funds_clearing FOR EACH ROW WHEN (NEW.undone_at IS NULL AND NEW.act IN "
            "('ENTRY', 'REPAYMENT', 'CONTRIBUTION', 'COST', 'SUSPENSE')) "
            "EXECUTE FUNCTION public.alize_clearing_within()",
            "DROP TRIGGER within ON funds_clearing",
        ),
        before_each("follows", "funds_scheduleversion", "alize_schedule_follows"),
        at_commit("adds_up", "funds_scheduleversion", "alize_schedule_sum"),
        at_commit("adds_up", "funds_scheduleline", "alize_schedule_sum"),
    ]
