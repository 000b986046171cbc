"""What the database itself refuses about bank statements (I10) and bank details (SD2)."""

from django.db import migrations

STATEMENT_PROVED = """
CREATE FUNCTION public.alize_bank_statement_proved() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    found record;
    broken text;
BEGIN
    EXECUTE format($query$ SELECT statement.account_id, statement.opening, statement.closing,
            statement.previous_id, before.account_id AS before_account, before.closing AS before,
            (SELECT coalesce(sum(amount), 0) FROM %1$I.funds_bankline
                WHERE statement_id = statement.id) AS total
        FROM %1$I.funds_bankstatement statement
        LEFT JOIN %1$I.funds_bankstatement before ON before.id = statement.previous_id
        WHERE statement.id = $1 $query$, TG_TABLE_SCHEMA) INTO found USING NEW.id;
    broken := CASE
        WHEN found.opening + found.total <> found.closing THEN 'bank_statement_adds_up'
        WHEN found.previous_id IS NOT NULL AND (found.before <> found.opening
            OR found.before_account <> found.account_id) THEN 'bank_statement_follows'
    END;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'bank statement % of % breaks %', NEW.id, TG_TABLE_SCHEMA, broken
            USING ERRCODE = 'check_violation', CONSTRAINT = broken;
    END IF;
    RETURN NULL;
END $$;
"""

LINES_PROVED = """
CREATE FUNCTION public.alize_bank_lines_proved() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    wrong bigint;
BEGIN
    -- The lines of a statement come in one command: a line added to it later never adds up.
    EXECUTE format($query$ SELECT statement.id FROM %1$I.funds_bankstatement statement
        JOIN %1$I.funds_bankline line ON line.statement_id = statement.id
        WHERE statement.id IN (SELECT statement_id FROM added)
        GROUP BY statement.id
        HAVING statement.opening + sum(line.amount) <> statement.closing
            OR bool_or(line.account_id <> statement.account_id)
        LIMIT 1 $query$, TG_TABLE_SCHEMA) INTO wrong;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'the lines of bank statement % of % do not add up', wrong, TG_TABLE_SCHEMA
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bank_statement_adds_up';
    END IF;
    RETURN NULL;
END $$;
"""

PAYMENT_GOES_TO_APPROVED = """
CREATE FUNCTION public.alize_payment_goes_to_approved() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    payee record;
    broken text;
BEGIN
    EXECUTE format($query$ SELECT details.decided_at, details.decided_by_id, EXISTS (
            SELECT FROM %1$I.funds_payeeaccount later WHERE later.id > details.id
                AND later.beneficiary_id = details.beneficiary_id AND later.status <> 'REFUSED'
        ) AS is_replaced, EXISTS (
            SELECT FROM %1$I.funds_paymentorder paid
            WHERE paid.payee_id = details.id AND paid.status = 'RELEASED' AND paid.id <> $3
        ) AS has_been_paid
        FROM %1$I.funds_payeeaccount details
        JOIN %1$I.projects_project project ON project.beneficiary_id = details.beneficiary_id
        JOIN %1$I.funds_advance advance ON advance.project_id = project.id
        WHERE details.id = $1 AND details.status = 'APPROVED' AND advance.id = $2 $query$,
        TG_TABLE_SCHEMA) INTO payee USING NEW.payee_id, NEW.advance_id, NEW.id;
    broken := CASE
        WHEN payee.decided_at IS NULL THEN 'payment_order_payee_is_approved'
        WHEN payee.is_replaced THEN 'payment_order_payee_is_the_last'
        WHEN payee.decided_at > NEW.released_at - interval '48 hours'
            THEN 'payment_order_payee_has_waited'
        WHEN payee.decided_by_id = NEW.released_by_id AND NOT payee.has_been_paid
            THEN 'payment_order_first_released_by_another'
    END;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'payment order % of % breaks %', NEW.id, TG_TABLE_SCHEMA, broken
            USING ERRCODE = 'check_violation', CONSTRAINT = broken;
    END IF;
    RETURN NULL;
END $$;
"""


# A transfer pays what was released, to the bank details that it was released to (S38).
TRANSFER_AS_RELEASED = """
CREATE FUNCTION public.alize_transfer_as_released() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    released boolean;
BEGIN
    EXECUTE format('SELECT status = ''RELEASED'' AND payee_id = $2 AND amount = $3
        FROM %I.funds_paymentorder WHERE id = $1', TG_TABLE_SCHEMA)
        INTO released USING NEW.order_id, NEW.payee_id, NEW.amount;
    IF released IS NOT TRUE THEN
        RAISE EXCEPTION 'transfer % is not order % as released', NEW.end_to_end_id, NEW.order_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'sepa_transfer_as_released';
    END IF;
    RETURN NEW;
END $$;
"""

# The transfer of a payment that was undone never leaves: the same money would leave twice (T13).
UNDONE_STAYS = """
CREATE FUNCTION public.alize_undone_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    leaves boolean;
BEGIN
    IF TG_TABLE_NAME = 'funds_entry' THEN
        EXECUTE format($query$ SELECT EXISTS (SELECT FROM %1$I.funds_entry paid
            JOIN %1$I.funds_sepatransfer transfer
                ON transfer.order_id = paid.order_id AND transfer.is_live
            JOIN %1$I.funds_sepafile file ON file.id = transfer.file_id AND file.sent_at IS NULL
            WHERE paid.id = $1 AND NOT EXISTS (SELECT FROM %1$I.funds_clearing seen
                WHERE seen.entry_id = paid.id AND seen.undone_at IS NULL)) $query$,
            TG_TABLE_SCHEMA) INTO leaves USING NEW.reverses_id;
    ELSE
        EXECUTE format($query$ SELECT EXISTS (SELECT FROM %1$I.funds_sepatransfer transfer
            JOIN %1$I.funds_entry paid ON paid.order_id = transfer.order_id
            JOIN %1$I.funds_entry undone ON undone.reverses_id = paid.id
            WHERE transfer.file_id = $1) $query$,
            TG_TABLE_SCHEMA) INTO leaves USING NEW.id;
    END IF;
    IF leaves THEN
        RAISE EXCEPTION 'a payment undone is in a file that may leave, in %', TG_TABLE_SCHEMA
            USING ERRCODE = 'check_violation', CONSTRAINT = 'sepa_undone_stays';
    END IF;
    RETURN NEW;
END $$;
"""

# What let a payment be released is asked again until the bank has it (S38, funds.md 2.3): its
# conditions are met, nothing of its advance is lost, nobody changed the bank details since.
TRANSFER_LEAVES = """
CREATE FUNCTION public.alize_transfer_leaves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    is_stopped boolean;
BEGIN
    EXECUTE format($query$ SELECT EXISTS (SELECT FROM %1$I.funds_sepatransfer transfer
        JOIN %1$I.funds_paymentorder paid ON paid.id = transfer.order_id
        JOIN %1$I.funds_payeeaccount details ON details.id = transfer.payee_id
        WHERE transfer.is_live AND (transfer.id = $1 OR transfer.file_id = $2)
            AND NOT EXISTS (SELECT FROM %1$I.funds_clearing seen
                JOIN %1$I.funds_entry entry ON entry.id = seen.entry_id
                WHERE entry.order_id = paid.id AND seen.undone_at IS NULL)
            AND (EXISTS (SELECT FROM %1$I.funds_precondition WHERE advance_id = paid.advance_id
                    AND met_at IS NULL AND waived_at IS NULL)
                OR (SELECT sum(posting.amount) FROM %1$I.funds_posting posting
                    JOIN %1$I.funds_entry entry ON entry.id = posting.entry_id
                    WHERE entry.advance_id = paid.advance_id
                        AND posting.account_id IN ('LOSS', 'RECOVERED')) > 0
                OR EXISTS (SELECT FROM %1$I.funds_payeeaccount later WHERE later.id > details.id
                    AND later.beneficiary_id = details.beneficiary_id
                    AND later.status <> 'REFUSED'))) $query$, TG_TABLE_SCHEMA) INTO is_stopped
        USING CASE WHEN TG_TABLE_NAME = 'funds_sepatransfer' THEN NEW.id END,
            CASE WHEN TG_TABLE_NAME = 'funds_sepafile' THEN NEW.id END;
    IF is_stopped THEN
        RAISE EXCEPTION 'a payment of % may not leave', TG_TABLE_SCHEMA
            USING ERRCODE = 'check_violation', CONSTRAINT = 'sepa_transfer_leaves';
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("common", "0003_fund_functions")]
    operations = [
        migrations.RunSQL(
            TRANSFER_AS_RELEASED, "DROP FUNCTION public.alize_transfer_as_released()"
        ),
        migrations.RunSQL(UNDONE_STAYS, "DROP FUNCTION public.alize_undone_stays()"),
        migrations.RunSQL(TRANSFER_LEAVES, "DROP FUNCTION public.alize_transfer_leaves()"),
        migrations.RunSQL(STATEMENT_PROVED, "DROP FUNCTION public.alize_bank_statement_proved()"),
        migrations.RunSQL(LINES_PROVED, "DROP FUNCTION public.alize_bank_lines_proved()"),
        migrations.RunSQL(
            PAYMENT_GOES_TO_APPROVED, "DROP FUNCTION public.alize_payment_goes_to_approved()"
        ),
    ]
