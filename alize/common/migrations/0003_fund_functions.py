"""What the database itself refuses about money (funds.md 2.7: I4, I11)."""

from django.db import migrations

MOVEMENT_GUARD = """
CREATE FUNCTION public.alize_movement_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    advance record;
    book record;
    repaid bigint;
    is_mirror boolean;
BEGIN
    -- The row of the advance is the lock of its movements: two cashiers pass one after the other.
    EXECUTE format('SELECT status, granted_amount FROM %I.funds_advance WHERE id = $1 FOR UPDATE',
        TG_TABLE_SCHEMA) INTO advance USING NEW.advance_id;
    EXECUTE format($query$
        SELECT coalesce(max(no), 0) AS last_no,
            coalesce(sum(amount) FILTER (WHERE kind = 'DISBURSEMENT'), 0)::bigint AS disbursed,
            (coalesce(sum(amount) FILTER (WHERE kind = 'REPAYMENT'), 0)
             - coalesce(sum(amount) FILTER (WHERE kind = 'BOUNCE'), 0))::bigint AS net,
            coalesce(sum(amount) FILTER (WHERE kind = 'WRITE_OFF'), 0)::bigint AS written_off,
            coalesce(sum(amount) FILTER (WHERE kind = 'RECOVERY'), 0)::bigint AS recovered,
            coalesce(sum(amount) FILTER (WHERE kind = 'REFUND'), 0)::bigint AS refunded
        FROM %I.funds_movement WHERE advance_id = $1 $query$, TG_TABLE_SCHEMA)
        INTO book USING NEW.advance_id;
    repaid := least(book.net, book.disbursed - book.written_off);
    IF NEW.kind = 'DISBURSEMENT' THEN
        IF advance.status <> 'CONTRACTED' THEN
            RAISE EXCEPTION 'advance % has no signed convention', NEW.advance_id
                USING ERRCODE = 'check_violation',
                    CONSTRAINT = 'movement_needs_a_signed_convention';
        ELSIF book.disbursed + NEW.amount > advance.granted_amount THEN
            RAISE EXCEPTION 'advance % would exceed what was granted', NEW.advance_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'movement_within_what_is_granted';
        END IF;
    ELSIF book.disbursed = 0
        OR (NEW.kind = 'WRITE_OFF' AND NEW.amount > book.disbursed - repaid - book.written_off)
        OR (NEW.kind = 'BOUNCE' AND NEW.amount > book.net)
        OR (NEW.kind = 'REFUND' AND NEW.amount > book.net - repaid - book.refunded)
        OR (NEW.kind = 'RECOVERY' AND NEW.amount > book.written_off - book.recovered) THEN
        RAISE EXCEPTION 'movement % of % exceeds what it undoes', NEW.kind, NEW.amount
            USING ERRCODE = 'check_violation', CONSTRAINT = 'movement_within_what_it_undoes';
    END IF;
    IF NEW.kind = 'BOUNCE' THEN
        EXECUTE format('SELECT kind = ''REPAYMENT'' AND advance_id = $2 AND amount = $3
            AND value_on <= $4 FROM %I.funds_movement WHERE id = $1', TG_TABLE_SCHEMA)
            INTO is_mirror USING NEW.reverses_id, NEW.advance_id, NEW.amount, NEW.value_on;
        IF is_mirror IS NOT TRUE THEN
            RAISE EXCEPTION 'movement % is not the mirror of a repayment', NEW.reverses_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'movement_mirrors_a_repayment';
        END IF;
    END IF;
    NEW.no := book.last_no + 1;
    RETURN NEW;
END $$;
"""

SCHEDULE_SUM = """
CREATE FUNCTION public.alize_schedule_sum() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    version bigint := CASE TG_TABLE_NAME WHEN 'funds_scheduleline'
        THEN (to_jsonb(NEW) ->> 'version_id')::bigint ELSE NEW.id END;
    gap bigint;
BEGIN
    EXECUTE format('SELECT covers - (SELECT coalesce(sum(amount), 0)
        FROM %1$I.funds_scheduleline WHERE version_id = $1)
        FROM %1$I.funds_scheduleversion WHERE id = $1', TG_TABLE_SCHEMA) INTO gap USING version;
    IF gap <> 0 THEN
        RAISE EXCEPTION 'the lines of schedule version % miss %', version, gap
            USING ERRCODE = 'check_violation', CONSTRAINT = 'schedule_lines_add_up';
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("common", "0002_committee_functions")]
    operations = [
        migrations.RunSQL(MOVEMENT_GUARD, "DROP FUNCTION public.alize_movement_guard()"),
        migrations.RunSQL(SCHEDULE_SUM, "DROP FUNCTION public.alize_schedule_sum()"),
    ]
