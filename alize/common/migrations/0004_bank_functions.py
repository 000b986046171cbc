"""What the database itself refuses about bank statements (I10) and bank details (SD2)."""

from django.db import migrations

STATEMENT_PROVED = """
CREATE FUNCTION public.alize_bank_statement_proved() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    found record;
    broken text;
BEGIN
    EXECUTE format($query$ SELECT statement.opening, statement.closing, statement.previous_id,
            before.closing AS before, number.status, number.replaces_id, number.keeps_balance,
            number.resumes_id,
            before.number_id = number.id OR coalesce(
                number.keeps_balance AND before.number_id = coalesce(old.resumes_id, old.id), false
            ) AS is_before,
            EXISTS (SELECT FROM %1$I.funds_bankstatement beside
                JOIN %1$I.funds_banknumber its ON its.id = beside.number_id
                LEFT JOIN %1$I.funds_banknumber its_old ON its_old.id = its.replaces_id
                WHERE (number.keeps_balance AND its.id = coalesce(old.resumes_id, old.id))
                    OR (its.keeps_balance AND number.id = coalesce(its_old.resumes_id, its_old.id))
            ) AS goes_with_others,
            (SELECT coalesce(sum(amount), 0) FROM %1$I.funds_bankline
                WHERE statement_id = statement.id) AS total
        FROM %1$I.funds_bankstatement statement
        JOIN %1$I.funds_banknumber number ON number.id = statement.number_id
        LEFT JOIN %1$I.funds_banknumber old ON old.id = number.replaces_id
        LEFT JOIN %1$I.funds_bankstatement before ON before.id = statement.previous_id
        WHERE statement.id = $1 $query$, TG_TABLE_SCHEMA) INTO found USING NEW.id;
    broken := CASE
        WHEN found.opening + found.total <> found.closing THEN 'bank_statement_adds_up'
        WHEN found.status <> 'APPROVED' THEN 'bank_statement_of_a_number_that_serves'
        WHEN found.resumes_id IS NOT NULL THEN 'bank_statement_of_the_first_number'
        WHEN found.previous_id IS NOT NULL
            AND (found.before <> found.opening OR NOT found.is_before) THEN 'bank_statement_follows'
        WHEN found.previous_id IS NULL AND found.goes_with_others THEN 'bank_statement_follows'
        -- The balance of the old bank comes by a transfer: held at first, it is counted twice.
        WHEN found.previous_id IS NULL AND found.opening <> 0 AND found.replaces_id IS NOT NULL
            AND NOT found.keeps_balance THEN 'bank_statement_opens_at_zero'
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
        JOIN %1$I.funds_banknumber number ON number.id = statement.number_id
        JOIN %1$I.funds_bankline line ON line.statement_id = statement.id
        WHERE statement.id IN (SELECT statement_id FROM added)
        GROUP BY statement.id
        HAVING statement.opening + sum(line.amount) <> statement.closing
            OR bool_or(line.account_id <> number.account_id)
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
    EXECUTE format($query$ SELECT details.decided_at, details.decided_by_id, project.status,
        EXISTS (
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
        WHEN payee.status = 'INTERRUPTED' THEN 'payment_order_company_is_supported'
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

# A transfer leaves its file with it, and never comes back: its order would be paid twice (T13).
TRANSFER_STAYS = """
CREATE FUNCTION public.alize_transfer_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    withdrawn boolean;
BEGIN
    EXECUTE format('SELECT cancelled_at IS NOT NULL FROM %I.funds_sepafile WHERE id = $1',
        TG_TABLE_SCHEMA) INTO withdrawn USING NEW.file_id;
    IF NEW.is_live OR NOT withdrawn THEN
        RAISE EXCEPTION 'transfer % stays as its file is', NEW.end_to_end_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'sepa_transfer_stays_in_its_file';
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
# conditions are met, its company is supported, nothing of its advance is lost, nobody changed the
# bank details since. It also leaves with the plan in force: within a month of its entry, before an
# instalment (funds.md 2.2).
TRANSFER_LEAVES = """
CREATE FUNCTION public.alize_transfer_leaves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    is_stopped boolean;
    is_late boolean;
    broken text;
BEGIN
    EXECUTE format($query$ SELECT bool_or(EXISTS (SELECT FROM %1$I.funds_precondition
                WHERE advance_id = paid.advance_id AND met_at IS NULL AND waived_at IS NULL)
            OR EXISTS (SELECT FROM %1$I.funds_advance advance
                JOIN %1$I.projects_project project ON project.id = advance.project_id
                WHERE advance.id = paid.advance_id AND project.status = 'INTERRUPTED')
            OR (SELECT sum(posting.amount) FROM %1$I.funds_posting posting
                JOIN %1$I.funds_entry entry ON entry.id = posting.entry_id
                WHERE entry.advance_id = paid.advance_id
                    AND posting.account_id IN ('LOSS', 'RECOVERED')) > 0
            OR EXISTS (SELECT FROM %1$I.funds_payeeaccount later WHERE later.id > details.id
                AND later.beneficiary_id = details.beneficiary_id
                AND later.status <> 'REFUSED')),
            bool_or(leaves.day >= (SELECT least(entry.value_on + interval '1 month', min(due_on))
                FROM %1$I.funds_entry entry LEFT JOIN %1$I.funds_scheduleline line
                    ON line.due_on > entry.value_on AND line.version_id = (
                        SELECT id FROM %1$I.funds_scheduleversion plan
                        WHERE plan.advance_id = paid.advance_id AND effective_on <= leaves.day
                        ORDER BY no DESC LIMIT 1)
                WHERE entry.order_id = paid.id GROUP BY entry.id))
        FROM %1$I.funds_sepatransfer transfer
        JOIN %1$I.funds_paymentorder paid ON paid.id = transfer.order_id
        JOIN %1$I.funds_payeeaccount details ON details.id = transfer.payee_id
        CROSS JOIN LATERAL (SELECT greatest(transfer.pay_on, $3) AS day) leaves
        WHERE transfer.is_live AND (transfer.id = $1 OR transfer.file_id = $2)
            AND NOT EXISTS (SELECT FROM %1$I.funds_clearing seen
                JOIN %1$I.funds_entry entry ON entry.id = seen.entry_id
                WHERE entry.order_id = paid.id AND seen.undone_at IS NULL) $query$, TG_TABLE_SCHEMA)
        INTO is_stopped, is_late
        USING CASE WHEN TG_TABLE_NAME = 'funds_sepatransfer' THEN NEW.id END,
            CASE WHEN TG_TABLE_NAME = 'funds_sepafile' THEN NEW.id END,
            ((to_jsonb(NEW) ->> 'sent_at')::timestamptz AT TIME ZONE 'Europe/Paris')::date;
    broken := CASE WHEN is_stopped THEN 'sepa_transfer_leaves'
        WHEN is_late THEN 'sepa_transfer_follows_its_plan' END;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'a payment of % may not leave: %', TG_TABLE_SCHEMA, broken
            USING ERRCODE = 'check_violation', CONSTRAINT = broken;
    END IF;
    RETURN NULL;
END $$;
"""

# What is decided stays; a number replaces the one in force, two days after its second person (T11).
BANK_NUMBER = """
CREATE FUNCTION public.alize_bank_number() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    replaced record;
    resumed record;
    is_used boolean;
    is_followed boolean;
    broken text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        EXECUTE format($query$ SELECT EXISTS (
                SELECT FROM %1$I.funds_bankstatement WHERE number_id = $1
            ) OR EXISTS (SELECT FROM %1$I.funds_sepafile WHERE number_id = $1)
            OR EXISTS (SELECT FROM %1$I.funds_banknumber WHERE replaces_id = $1) $query$,
            TG_TABLE_SCHEMA) INTO is_used USING OLD.id;
        IF (NEW.account_id, NEW.replaces_id, NEW.resumes_id, NEW.keeps_balance, NEW.wanted_on,
                NEW.proposed_at, NEW.proposed_by_id) IS DISTINCT FROM (OLD.account_id,
                OLD.replaces_id, OLD.resumes_id, OLD.keeps_balance, OLD.wanted_on, OLD.proposed_at,
                OLD.proposed_by_id)
            OR (OLD.status <> 'PROPOSED' AND (NEW.since, NEW.decided_at, NEW.decided_by_id)
                IS DISTINCT FROM (OLD.since, OLD.decided_at, OLD.decided_by_id))
            OR (OLD.status <> NEW.status AND (OLD.status, NEW.status) NOT IN (
                ('PROPOSED', 'APPROVED'), ('PROPOSED', 'REFUSED'), ('APPROVED', 'WITHDRAWN')))
            OR (OLD.status = 'WITHDRAWN' AND (NEW.withdrawn_at, NEW.withdrawn_by_id)
                IS DISTINCT FROM (OLD.withdrawn_at, OLD.withdrawn_by_id))
            OR ((is_used OR OLD.replaces_id IS NOT NULL) AND (NEW.bank, NEW.holder, NEW.iban,
                NEW.bic) IS DISTINCT FROM (OLD.bank, OLD.holder, OLD.iban, OLD.bic))
        THEN
            broken := 'bank_number_stays';
        ELSIF NEW.status = 'WITHDRAWN' AND OLD.status = 'APPROVED' THEN
            EXECUTE format($query$ SELECT EXISTS (
                    SELECT FROM %1$I.funds_bankstatement WHERE number_id = $1
                ) OR EXISTS (SELECT FROM %1$I.funds_banknumber
                    WHERE replaces_id = $1 AND status IN ('PROPOSED', 'APPROVED')) $query$,
                TG_TABLE_SCHEMA) INTO is_followed USING OLD.id;
            IF is_followed OR NEW.withdrawn_at >= NEW.since::timestamp AT TIME ZONE 'Europe/Paris'
            THEN
                broken := 'bank_number_withdrawn_before_it_serves';
            END IF;
        END IF;
    END IF;
    IF broken IS NULL AND NEW.replaces_id IS NOT NULL THEN
        EXECUTE format('SELECT account_id, status, since, iban FROM %I.funds_banknumber
            WHERE id = $1', TG_TABLE_SCHEMA) INTO replaced USING NEW.replaces_id;
        EXECUTE format('SELECT account_id, status, resumes_id, iban FROM %I.funds_banknumber
            WHERE id = $1', TG_TABLE_SCHEMA) INTO resumed USING NEW.resumes_id;
        broken := CASE
            WHEN replaced.account_id IS DISTINCT FROM NEW.account_id
                OR replaced.status <> 'APPROVED' OR replaced.since >= NEW.since
                THEN 'bank_number_replaces_the_last'
            WHEN NEW.resumes_id IS NOT NULL AND (resumed.account_id <> NEW.account_id
                OR resumed.status <> 'APPROVED' OR resumed.resumes_id IS NOT NULL
                OR resumed.iban <> NEW.iban OR replaced.iban = NEW.iban)
                THEN 'bank_number_resumes_its_own'
            WHEN NEW.status = 'APPROVED' AND NEW.decided_at + interval '48 hours'
                > NEW.since::timestamp AT TIME ZONE 'Europe/Paris' THEN 'bank_number_has_waited'
        END;
    END IF;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'bank number % of % breaks %', NEW.id, TG_TABLE_SCHEMA, broken
            USING ERRCODE = 'check_violation', CONSTRAINT = broken;
    END IF;
    RETURN NEW;
END $$;
"""

# The money of the fund never goes to a company as its own, nor a loan to the fund: the argument is
# the other table of IBANs.
IBAN_OF_ONE = """
CREATE FUNCTION public.alize_iban_of_one() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    is_of_both boolean;
BEGIN
    -- Two proposals at once: the second waits here for the first to commit, and then reads it.
    PERFORM pg_advisory_xact_lock(hashtextextended(TG_TABLE_SCHEMA || NEW.iban, 0));
    EXECUTE format($query$ SELECT EXISTS (
        SELECT FROM %I.%I WHERE iban = $1 AND status IN ('PROPOSED', 'APPROVED')) $query$,
        TG_TABLE_SCHEMA, TG_ARGV[0]) INTO is_of_both USING NEW.iban;
    IF is_of_both THEN
        RAISE EXCEPTION 'an IBAN of % is in % too', TG_TABLE_NAME, TG_ARGV[0]
            USING ERRCODE = 'check_violation', CONSTRAINT = 'iban_is_of_the_fund_or_of_a_company';
    END IF;
    RETURN NEW;
END $$;
"""

# A company has one account and many files: whoever withdrew from one leaves its account to others.
PAYEE_OF_NO_RECUSED = """
CREATE FUNCTION public.alize_payee_of_no_recused() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    person bigint := to_jsonb(NEW) ->> (TG_ARGV[0] || '_by_id');
    at timestamptz := to_jsonb(NEW) ->> (TG_ARGV[0] || '_at');
    withdrawn boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM %I.projects_project WHERE beneficiary_id = $1
        AND public.alize_has_withdrawn($2, $3, id, $4))', TG_TABLE_SCHEMA) INTO withdrawn
        USING NEW.beneficiary_id, TG_TABLE_SCHEMA, person,
            (at AT TIME ZONE 'Europe/Paris')::date;
    IF withdrawn THEN
        RAISE EXCEPTION 'person % has withdrawn from a file of company %', person,
            NEW.beneficiary_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payee_account_of_no_recused';
    END IF;
    RETURN NEW;
END $$;
"""

# A file of transfers is made for the bank in force on its day.
FILE_OF_NUMBER = """
CREATE FUNCTION public.alize_file_of_number_in_force() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    in_force bigint;
BEGIN
    EXECUTE format($query$ SELECT number.id FROM %1$I.funds_banknumber asked
        JOIN %1$I.funds_banknumber number ON number.account_id = asked.account_id
        WHERE asked.id = $1 AND number.status = 'APPROVED' AND (number.replaces_id IS NULL
            OR number.since <= ($2 AT TIME ZONE 'Europe/Paris')::date)
        ORDER BY number.since DESC LIMIT 1 $query$, TG_TABLE_SCHEMA)
        INTO in_force USING NEW.number_id, NEW.built_at;
    IF in_force IS DISTINCT FROM NEW.number_id THEN
        RAISE EXCEPTION 'file % of % is not of the bank in force', NEW.message_id, TG_TABLE_SCHEMA
            USING ERRCODE = 'check_violation', CONSTRAINT = 'sepa_file_of_number_in_force';
    END IF;
    RETURN NEW;
END $$;
"""

# A transfer between two banks of an account: one line each, of the same money, tied together.
CLEARING_PAIRS = """
CREATE FUNCTION public.alize_clearing_pairs() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    is_wrong boolean;
BEGIN
    EXECUTE format($query$ SELECT (one.undone_at IS NULL) IS DISTINCT FROM EXISTS (
            SELECT FROM %1$I.funds_clearing other
            JOIN %1$I.funds_bankline line ON line.id = one.line_id
            JOIN %1$I.funds_bankstatement statement ON statement.id = line.statement_id
            JOIN %1$I.funds_bankline other_line ON other_line.id = one.other_line_id
            JOIN %1$I.funds_bankstatement elsewhere ON elsewhere.id = other_line.statement_id
            WHERE other.line_id = one.other_line_id AND other.other_line_id = one.line_id
                AND other.undone_at IS NULL AND other.amount = -one.amount
                AND sign(one.amount) = sign(line.amount) AND abs(one.amount) <= abs(line.amount)
                AND line.account_id = other_line.account_id
                AND statement.number_id <> elsewhere.number_id)
        FROM %1$I.funds_clearing one WHERE one.id = $1 $query$, TG_TABLE_SCHEMA)
        INTO is_wrong USING NEW.id;
    IF is_wrong THEN
        RAISE EXCEPTION 'line % of % has no other side', NEW.line_id, TG_TABLE_SCHEMA
            USING ERRCODE = 'check_violation', CONSTRAINT = 'clearing_has_its_other_side';
    END IF;
    RETURN NULL;
END $$;
"""

# What an entry moved, at the bank or off the suspense account, is one line, a part of it, or the
# lines that it is shown in, all of them or none.
CLEARED_AS_MOVED = """
CREATE FUNCTION public.alize_cleared_as_moved() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moved bigint;
    shown bigint;
    is_mixed boolean;
BEGIN
    EXECUTE format('SELECT coalesce(sum(amount), 0) FROM %I.funds_posting
        WHERE entry_id = $1 AND account_id = ANY ($2)', TG_TABLE_SCHEMA)
        INTO moved USING NEW.entry_id, CASE WHEN NEW.act IN ('IDENTIFIED', 'MOVED')
            THEN ARRAY['UNIDENTIFIED', 'OPS_UNIDENTIFIED'] ELSE ARRAY['FUND_BANK', 'OPS_BANK'] END;
    EXECUTE format('SELECT sum(amount), bool_or(sign(amount) <> sign($2))
        FROM %I.funds_clearing WHERE entry_id = $1 AND undone_at IS NULL', TG_TABLE_SCHEMA)
        INTO shown, is_mixed USING NEW.entry_id, moved;
    IF shown <> moved OR is_mixed THEN
        RAISE EXCEPTION 'entry % of % moved %, not %', NEW.entry_id, TG_TABLE_SCHEMA, moved, shown
            USING ERRCODE = 'check_violation', CONSTRAINT = 'clearing_is_what_moved';
    END IF;
    RETURN NULL;
END $$;
"""

# The parts of a line stay within what the others leave of it: the account of the line is held, so
# that two parts follow one another. What a bank sends back may be more than its line (less a fee).
CLEARING_WITHIN = """
CREATE FUNCTION public.alize_clearing_within() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    left_of_it bigint;
BEGIN
    EXECUTE format('SELECT FROM %1$I.funds_bankaccount account
        JOIN %1$I.funds_bankline line ON line.account_id = account.id
        WHERE line.id = $1 FOR NO KEY UPDATE OF account', TG_TABLE_SCHEMA) USING NEW.line_id;
    EXECUTE format($query$ SELECT line.amount - coalesce(sum(part.amount), 0)
        FROM %1$I.funds_bankline line
        LEFT JOIN (%1$I.funds_clearing part
            LEFT JOIN %1$I.funds_reversal asked ON asked.id = part.reversal_id
            LEFT JOIN %1$I.funds_entry mirror ON mirror.reverses_id = part.entry_id)
            ON part.line_id = line.id AND part.id <> $2 AND part.undone_at IS NULL
            AND part.act NOT IN ('IDENTIFIED', 'MOVED') AND asked.status IS DISTINCT FROM 'REFUSED'
            AND (mirror.id IS NULL OR EXISTS (SELECT FROM %1$I.funds_clearing shown
                WHERE shown.undone_at IS NULL AND (shown.entry_id = mirror.id
                    OR shown.reversal_id = mirror.reversal_id)))
        WHERE line.id = $1 GROUP BY line.id $query$, TG_TABLE_SCHEMA)
        INTO left_of_it USING NEW.line_id, NEW.id;
    IF sign(NEW.amount) <> sign(left_of_it) OR abs(NEW.amount) > abs(left_of_it) THEN
        RAISE EXCEPTION 'a part of line % of % is %, beyond %', NEW.line_id, TG_TABLE_SCHEMA,
            NEW.amount, left_of_it
            USING ERRCODE = 'check_violation', CONSTRAINT = 'clearing_within_its_line';
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
        migrations.RunSQL(TRANSFER_STAYS, "DROP FUNCTION public.alize_transfer_stays()"),
        migrations.RunSQL(UNDONE_STAYS, "DROP FUNCTION public.alize_undone_stays()"),
        migrations.RunSQL(TRANSFER_LEAVES, "DROP FUNCTION public.alize_transfer_leaves()"),
        migrations.RunSQL(CLEARED_AS_MOVED, "DROP FUNCTION public.alize_cleared_as_moved()"),
        migrations.RunSQL(CLEARING_WITHIN, "DROP FUNCTION public.alize_clearing_within()"),
        migrations.RunSQL(STATEMENT_PROVED, "DROP FUNCTION public.alize_bank_statement_proved()"),
        migrations.RunSQL(LINES_PROVED, "DROP FUNCTION public.alize_bank_lines_proved()"),
        migrations.RunSQL(BANK_NUMBER, "DROP FUNCTION public.alize_bank_number()"),
        migrations.RunSQL(IBAN_OF_ONE, "DROP FUNCTION public.alize_iban_of_one()"),
        migrations.RunSQL(PAYEE_OF_NO_RECUSED, "DROP FUNCTION public.alize_payee_of_no_recused()"),
        migrations.RunSQL(FILE_OF_NUMBER, "DROP FUNCTION public.alize_file_of_number_in_force()"),
        migrations.RunSQL(CLEARING_PAIRS, "DROP FUNCTION public.alize_clearing_pairs()"),
        migrations.RunSQL(
            PAYMENT_GOES_TO_APPROVED, "DROP FUNCTION public.alize_payment_goes_to_approved()"
        ),
    ]
