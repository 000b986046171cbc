"""What the database itself refuses about money (funds.md 2.7).

Each trigger takes its schema from TG_TABLE_SCHEMA: a check put off to the commit runs under
whatever search path is set by then. It makes it its search path for its own time: a statement with
the schema written in it would be planned at each call. Two functions are not triggers: what every
payment asks is planned once a session here, and takes the schema of its caller.
"""

from django.db import migrations

LEDGER_HASH = """
CREATE FUNCTION public.alize_ledger_hash(previous text, entry jsonb) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT encode(sha256(convert_to(previous || jsonb_strip_nulls(
        entry - 'hash' - 'previous_hash')::text, 'UTF8')), 'hex')
$$;
"""

LEDGER_CHAIN = """
CREATE FUNCTION public.alize_ledger_chain() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog SET timezone = 'UTC' AS $$
DECLARE
    head record;
    last record;
BEGIN
    PERFORM set_config('search_path', format('%I, pg_temp', TG_TABLE_SCHEMA), true);
    -- The lock on the single head row puts the entries of one schema in one order. It is updated,
    -- once a transaction, so that an older snapshot fails rather than count on what it cannot see.
    SELECT last_writer, closed_on INTO STRICT head FROM funds_ledgerstate FOR UPDATE;
    IF NEW.booked_on IS NULL THEN
        -- The day it happened, or the day it was known when that period is closed.
        NEW.booked_on := CASE WHEN NEW.value_on <= head.closed_on
            THEN (NEW.recorded_at AT TIME ZONE 'Europe/Paris')::date ELSE NEW.value_on END;
    END IF;
    IF NEW.booked_on <= head.closed_on THEN
        RAISE EXCEPTION 'the ledger of % is closed until %', TG_TABLE_SCHEMA, head.closed_on
            USING ERRCODE = 'check_violation', CONSTRAINT = 'lg_closed';
    END IF;
    IF head.last_writer <> pg_current_xact_id()::text THEN
        UPDATE funds_ledgerstate SET last_writer = pg_current_xact_id()::text;
    END IF;
    SELECT id, hash INTO last FROM funds_entry ORDER BY id DESC LIMIT 1;
    NEW.id := coalesce(last.id, 0) + 1;
    NEW.year := extract(year FROM NEW.booked_on);
    INSERT INTO funds_journalcounter AS counter (journal, year, last_no)
        VALUES (NEW.journal, NEW.year, 1)
        ON CONFLICT (journal, year) DO UPDATE SET last_no = counter.last_no + 1
        RETURNING last_no INTO NEW.no;
    NEW.previous_hash := coalesce(last.hash, repeat('0', 64));
    NEW.hash := public.alize_ledger_hash(NEW.previous_hash, to_jsonb(NEW));
    RETURN NEW;
END $$;
"""

# The postings of funds.rules.ledger for what takes two persons (funds.md 2.3).
ACCOUNT_OF = """
CREATE FUNCTION public.alize_account_of(kind text, in_days boolean, is_debit boolean) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN is_debit THEN CASE kind
        WHEN 'DISBURSEMENT' THEN 'RECEIVABLE'
        WHEN 'WRITE_OFF' THEN 'LOSS'
        WHEN 'REFUND' THEN 'OVERPAID'
        WHEN 'KEPT' THEN 'OVERPAID'
        WHEN 'FORGONE' THEN 'FORGONE'
        WHEN 'RESTITUTION' THEN 'RETURNABLE'
        WHEN 'ALLOWANCE' THEN CASE WHEN in_days THEN 'VALUED_USE' ELSE 'ALLOWANCE' END
    END ELSE CASE kind
        WHEN 'WRITE_OFF' THEN 'RECEIVABLE'
        WHEN 'KEPT' THEN 'KEPT'
        WHEN 'FORGONE' THEN 'OVERPAID'
        WHEN 'ALLOWANCE' THEN CASE WHEN in_days THEN 'VALUED_SOURCE' ELSE 'OPS_BANK' END
        ELSE 'FUND_BANK'
    END END
$$;
"""

LEDGER_SEALED = """
CREATE FUNCTION public.alize_ledger_sealed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    book record;
    undone record;
    broken text;
BEGIN
    PERFORM set_config('search_path', format('%I, pg_temp', TG_TABLE_SCHEMA), true);
    SELECT count(*) AS legs, coalesce(sum(amount), 0) AS balance,
            coalesce(sum(amount) FILTER (WHERE amount > 0), 0) AS moved,
            encode(sha256(convert_to(coalesce(string_agg(
                concat_ws(':', account_id, amount, contribution_id), ',' ORDER BY rank), ''),
                'UTF8')), 'hex') AS digest,
            coalesce(bool_or(account_id IN ('RECEIVABLE', 'OVERPAID', 'LOSS', 'RECOVERED')), false)
                AS of_an_advance,
            coalesce(bool_or(account_id IN ('FUND_LIAISON', 'OPS_LIAISON')), false) AS of_a_transfer
        INTO book FROM funds_posting WHERE entry_id = NEW.id;
    broken := CASE
        WHEN book.legs < 2 THEN 'lg_min_two'
        WHEN book.balance <> 0 THEN 'lg_balanced'
        WHEN book.legs <> NEW.legs OR book.digest <> NEW.digest THEN 'lg_legs_digest'
        WHEN book.of_an_advance <> (NEW.advance_id IS NOT NULL) THEN 'lg_advance'
        WHEN book.of_a_transfer <> (NEW.transfer_id IS NOT NULL) THEN 'lg_transfer'
    END;
    IF broken IS NULL AND NEW.transfer_id IS NOT NULL THEN
        -- Its two sides undo those of one transfer, or none.
        SELECT 'lg_transfer' INTO broken
            FROM funds_entry entry JOIN funds_posting ON entry_id = entry.id
            LEFT JOIN funds_entry origin ON origin.id = entry.reverses_id
            WHERE account_id IN ('FUND_LIAISON', 'OPS_LIAISON')
                AND entry.transfer_id = NEW.transfer_id
            HAVING coalesce(sum(amount), 0) <> 0 OR count(DISTINCT entry.id) <> 2
                OR count(DISTINCT coalesce(origin.transfer_id, entry.transfer_id)) <> 1;
    END IF;
    IF broken IS NULL AND NEW.reverses_id IS NOT NULL THEN
        SELECT entry.*, (SELECT asked.id = entry.id OR asked.transfer_id = entry.transfer_id
                FROM funds_reversal reversal JOIN funds_entry asked ON asked.id = reversal.entry_id
                WHERE reversal.id = NEW.reversal_id) AS was_asked, EXISTS (SELECT FROM (
                SELECT account_id, amount, contribution_id, 1 AS side
                FROM funds_posting WHERE entry_id = NEW.id
                UNION ALL SELECT account_id, -amount, contribution_id, -1
                FROM funds_posting WHERE entry_id = NEW.reverses_id) sides
                GROUP BY account_id, amount, contribution_id HAVING sum(side) <> 0) AS differs
            INTO undone FROM funds_entry entry WHERE id = NEW.reverses_id;
        broken := CASE
            WHEN undone.reverses_id IS NOT NULL THEN 'lg_rev_of_rev'
            WHEN undone.differs OR undone.was_asked IS NOT TRUE OR NEW.value_on < undone.value_on
                OR NEW.advance_id IS DISTINCT FROM undone.advance_id
                OR (NEW.kind = 'BOUNCE') <> (undone.kind = 'REPAYMENT') THEN 'lg_mirror'
            -- What waited on 471 leaves it once: by its mirror, or by what identified it.
            WHEN undone.kind = 'UNIDENTIFIED' AND EXISTS (SELECT FROM funds_clearing waited
                JOIN funds_clearing known ON known.line_id = waited.line_id
                WHERE waited.entry_id = undone.id AND (known.act IN ('IDENTIFIED', 'RESUMED')
                        OR known.act = 'MOVED' AND waited.act = 'SUSPENSE')
                    AND known.undone_at IS NULL AND NOT EXISTS (SELECT FROM funds_entry
                        WHERE reverses_id = known.entry_id)) THEN 'lg_identified'
        END;
    END IF;
    IF broken IS NULL AND NEW.kind = 'ALLOWANCE' AND NOT EXISTS (
            SELECT FROM funds_allowanceagreement
            WHERE year = extract(year FROM NEW.value_on) AND withdrawn_at IS NULL) THEN
        broken := 'lg_allowance_agreed';
    END IF;
    IF broken IS NULL AND NEW.kind = 'ALLOWANCE' THEN
        -- Money and valued days of one civil year; what was undone gives room to its own year.
        SELECT 'lg_allowance_le_cap' INTO broken
            FROM funds_entry entry JOIN funds_posting ON entry_id = entry.id
            LEFT JOIN funds_entry origin ON origin.id = entry.reverses_id
            WHERE coalesce(origin.kind, entry.kind) = 'ALLOWANCE'
                AND account_id IN ('ALLOWANCE', 'VALUED_USE')
                AND extract(year FROM coalesce(origin.value_on, entry.value_on))
                    = extract(year FROM NEW.value_on)
            HAVING sum(amount) > 1000000;
    END IF;
    IF broken IS NULL AND NEW.kind IN ('RESTITUTION', 'REVERSAL') THEN
        SELECT 'lg_returned_le_brought' INTO broken FROM funds_posting
            WHERE account_id IN ('RETURNABLE', 'GRANTED') AND contribution_id IN (
                SELECT contribution_id FROM funds_posting WHERE entry_id = NEW.id)
            GROUP BY contribution_id HAVING sum(amount) > 0 LIMIT 1;
    END IF;
    -- What leaves, is given up or is undone is what two persons wanted, no more and no less.
    -- An entry follows one of the three, or none: what it does not follow is not even asked.
    IF broken IS NOT NULL THEN
        NULL;
    ELSIF NEW.authorization_id IS NOT NULL THEN
        IF NOT EXISTS (
                SELECT FROM funds_authorization asked WHERE id = NEW.authorization_id
                    AND (status, kind, amount, value_on)
                        = ('APPROVED', NEW.kind, book.moved, NEW.value_on)
                    AND advance_id IS NOT DISTINCT FROM NEW.advance_id
                    AND NOT EXISTS (SELECT FROM funds_posting leg WHERE entry_id = NEW.id
                        AND (leg.account_id <> public.alize_account_of(
                                asked.kind, asked.days IS NOT NULL, leg.amount > 0)
                            OR leg.contribution_id IS DISTINCT FROM
                                CASE WHEN leg.amount > 0 THEN asked.contribution_id END))) THEN
            broken := 'lg_as_authorized';
        END IF;
    ELSIF NEW.order_id IS NOT NULL THEN
        IF NOT EXISTS (SELECT FROM funds_paymentorder WHERE id = NEW.order_id
                AND (status, advance_id, amount) = ('RELEASED', NEW.advance_id, book.moved)
                AND NEW.value_on
                    = greatest(pay_on, (released_at AT TIME ZONE 'Europe/Paris')::date)
                AND NOT EXISTS (SELECT FROM funds_posting leg WHERE entry_id = NEW.id
                    AND leg.account_id
                        <> public.alize_account_of(NEW.kind, false, leg.amount > 0))) THEN
            broken := 'lg_as_released';
        END IF;
    ELSIF NEW.reversal_id IS NOT NULL THEN
        IF NOT EXISTS (SELECT FROM funds_reversal WHERE id = NEW.reversal_id
                AND (status, value_on) = ('APPROVED', NEW.value_on)) THEN
            broken := 'lg_undone_as_approved';
        END IF;
    END IF;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'entry % of % breaks %', NEW.id, TG_TABLE_SCHEMA, broken
            USING ERRCODE = 'check_violation', CONSTRAINT = broken;
    END IF;
    RETURN NULL;
END $$;
"""

POSTINGS_ADDED = """
CREATE FUNCTION public.alize_postings_added() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    fresh record;
    advance record;
    book record;
    broken text;
BEGIN
    PERFORM set_config('search_path', format('%I, pg_temp', TG_TABLE_SCHEMA), true);
    -- One statement may bring postings of several advances: their rows are taken in the order of
    -- their ids, and updated, so that an older snapshot fails rather than miss a movement.
    FOR fresh IN SELECT advance_id, array_agg(kind) AS kinds, min(value_on) AS since,
            min(value_on) FILTER (WHERE kind = 'RECOVERY') AS recovered_on,
            min(id) FILTER (WHERE legs <
                (SELECT count(*) FROM funds_posting WHERE entry_id = entry.id)) AS full_entry
            FROM funds_entry entry WHERE id IN (SELECT entry_id FROM added)
            GROUP BY advance_id ORDER BY advance_id
    LOOP
        -- An entry says how many postings it has, and is checked once they are there: none is
        -- added to an entry that stands.
        IF fresh.full_entry IS NOT NULL THEN
            RAISE EXCEPTION 'entry % of % has its postings', fresh.full_entry, TG_TABLE_SCHEMA
                USING ERRCODE = 'check_violation', CONSTRAINT = 'lg_legs_digest';
        END IF;
        CONTINUE WHEN fresh.advance_id IS NULL;
        UPDATE funds_advance SET granted_amount = granted_amount WHERE id = fresh.advance_id
            RETURNING id, status, granted_amount - renounced_amount AS promised
            INTO STRICT advance;
        SELECT coalesce(sum(amount) FILTER (WHERE account_id = 'RECEIVABLE'), 0) AS outstanding,
                coalesce(sum(amount) FILTER (WHERE account_id = 'RECEIVABLE'
                    AND coalesce(undone.kind, entry.kind) = 'DISBURSEMENT'), 0) AS disbursed,
                coalesce(sum(amount) FILTER (WHERE account_id = 'RECEIVABLE' AND coalesce(
                    undone.kind, entry.kind) IN ('DISBURSEMENT', 'WRITE_OFF')), 0) AS kept_lent,
                coalesce(sum(amount) FILTER (WHERE account_id = 'OVERPAID'), 0) AS overpaid,
                coalesce(sum(amount) FILTER (WHERE account_id IN ('LOSS', 'RECOVERED')), 0) AS lost,
                min(entry.value_on) FILTER (WHERE entry.kind = 'DISBURSEMENT') AS lent_on,
                min(entry.value_on) FILTER (WHERE entry.kind = 'WRITE_OFF') AS lost_on,
                max(entry.value_on) AS last_on
            INTO book FROM funds_entry entry
            JOIN funds_posting posting ON posting.entry_id = entry.id
            LEFT JOIN funds_entry undone ON undone.id = entry.reverses_id
            WHERE entry.advance_id = advance.id;
        broken := CASE
            WHEN 'DISBURSEMENT' = ANY (fresh.kinds) AND advance.status <> 'CONTRACTED'
                THEN 'lg_convention_signed'
            WHEN book.disbursed > advance.promised THEN 'lg_disbursed_le_granted'
            WHEN book.kept_lent < 0 THEN 'lg_lost_le_lent'
            WHEN book.outstanding < 0 THEN 'lg_outstanding_ge_0'
            WHEN fresh.kinds && ARRAY['REFUND', 'KEPT']::varchar[] AND book.overpaid > 0
                THEN 'lg_refund_le_overpaid'
            WHEN 'FORGONE' = ANY (fresh.kinds) AND book.overpaid < 0 THEN 'lg_forgone_le_owed'
            WHEN book.lost < 0 THEN 'lg_recovered_le_lost'
            -- What was undone is counted: a day before the first of all is never right.
            WHEN fresh.since < book.lent_on THEN 'lg_after_the_loan'
            WHEN fresh.recovered_on < book.lost_on THEN 'lg_recovered_after_lost'
        END;
        IF broken IS NULL AND fresh.since < book.last_on THEN
            -- Something of a later day is recorded already: the same holds at the end of each day.
            SELECT CASE
                WHEN min(kept_lent) < 0 THEN 'lg_lost_le_lent'
                WHEN min(outstanding) < 0 THEN 'lg_outstanding_ge_0'
                WHEN fresh.kinds && ARRAY['REFUND', 'KEPT']::varchar[] AND max(overpaid) > 0
                    THEN 'lg_refund_le_overpaid'
                WHEN 'FORGONE' = ANY (fresh.kinds) AND min(overpaid) < 0 THEN 'lg_forgone_le_owed'
                WHEN min(lost) < 0 THEN 'lg_recovered_le_lost'
            END INTO broken FROM (SELECT entry.value_on,
                    sum(amount) FILTER (WHERE account_id = 'RECEIVABLE') OVER days AS outstanding,
                    sum(amount) FILTER (WHERE account_id = 'RECEIVABLE' AND coalesce(
                        undone.kind, entry.kind) IN ('DISBURSEMENT', 'WRITE_OFF')) OVER days
                        AS kept_lent,
                    sum(amount) FILTER (WHERE account_id = 'OVERPAID') OVER days AS overpaid,
                    sum(amount) FILTER (WHERE account_id IN ('LOSS', 'RECOVERED')) OVER days AS lost
                FROM funds_entry entry JOIN funds_posting posting ON posting.entry_id = entry.id
                LEFT JOIN funds_entry undone ON undone.id = entry.reverses_id
                WHERE entry.advance_id = advance.id
                WINDOW days AS (ORDER BY entry.value_on)) balances
            WHERE value_on >= fresh.since;
        END IF;
        IF broken IS NOT NULL THEN
            RAISE EXCEPTION 'advance % of % breaks %', advance.id, TG_TABLE_SCHEMA, broken
                USING ERRCODE = 'check_violation', CONSTRAINT = broken;
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
"""

# What was granted stays as it was signed; until then it follows its decision (voting.md 5.3).
ADVANCE_GUARD = """
CREATE FUNCTION public.alize_advance_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The moves of ADVANCE_TRANSITIONS.
    IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (('GRANTED', 'CONTRACTED'),
            ('GRANTED', 'CANCELLED'), ('CONTRACTED', 'CANCELLED')) THEN
        RAISE EXCEPTION 'advance % does not go from % to %', OLD.id, OLD.status, NEW.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'advance_status_moves_forward';
    END IF;
    IF OLD.status <> 'GRANTED' AND ROW(NEW.granted_amount, NEW.lines, NEW.step_months,
            NEW.grace_months, NEW.rounding_unit, NEW.contracted_on, NEW.aid_basis, NEW.aid_rate)
        IS DISTINCT FROM ROW(OLD.granted_amount, OLD.lines, OLD.step_months,
            OLD.grace_months, OLD.rounding_unit, OLD.contracted_on, OLD.aid_basis, OLD.aid_rate)
        OR OLD.status = 'CANCELLED' AND ROW(NEW.renounced_amount, NEW.cancelled_on)
            IS DISTINCT FROM ROW(OLD.renounced_amount, OLD.cancelled_on) THEN
        RAISE EXCEPTION 'advance % of % is signed, or cancelled', OLD.id, TG_TABLE_SCHEMA
            USING ERRCODE = 'check_violation', CONSTRAINT = 'advance_stays_as_signed';
    END IF;
    RETURN NEW;
END $$;
"""

# What is given up is what two persons noted, and what was lent stays lent.
RENOUNCED = """
CREATE FUNCTION public.alize_renounced() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    noted bigint;
    disbursed bigint;
    broken text;
BEGIN
    PERFORM set_config('search_path', format('%I, pg_temp', TG_TABLE_SCHEMA), true);
    SELECT coalesce(sum(amount), 0) INTO noted FROM funds_authorization
        WHERE advance_id = NEW.id AND kind = 'RENOUNCE' AND status = 'APPROVED';
    SELECT coalesce(sum(amount), 0) INTO disbursed FROM funds_entry entry
        JOIN funds_posting posting ON posting.entry_id = entry.id
        LEFT JOIN funds_entry undone ON undone.id = entry.reverses_id
        WHERE entry.advance_id = NEW.id AND account_id = 'RECEIVABLE'
            AND coalesce(undone.kind, entry.kind) = 'DISBURSEMENT';
    broken := CASE
        WHEN NEW.renounced_amount <> noted THEN 'advance_renounced_by_two_persons'
        WHEN NEW.renounced_amount + disbursed > NEW.granted_amount
            THEN 'advance_renounced_is_left'
        WHEN NEW.status = 'CANCELLED' AND disbursed > 0 THEN 'advance_cancelled_lent_nothing'
    END;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'advance % of % breaks %', NEW.id, TG_TABLE_SCHEMA, broken
            USING ERRCODE = 'check_violation', CONSTRAINT = broken;
    END IF;
    RETURN NEW;
END $$;
"""

# A loss is one that the committee accepted on that advance, by a decision that stands and serves
# once: a loss that was refused, or whose entry was undone, frees it (SD10).
LOSS_ACCEPTED = """
CREATE FUNCTION public.alize_loss_accepted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    broken text;
BEGIN
    PERFORM set_config('search_path', format('%I, pg_temp', TG_TABLE_SCHEMA), true);
    -- Another loss of that advance, asked at the same time, waits for this or is waited for.
    PERFORM FROM funds_advance WHERE id = NEW.advance_id FOR UPDATE;
    broken := CASE
        WHEN NOT EXISTS (SELECT FROM committees_decision decision
            JOIN committees_agendaitem item ON item.id = decision.item_id
            JOIN funds_advance advance ON advance.decision_id = item.approval_id
            WHERE decision.id = NEW.decision_id AND advance.id = NEW.advance_id
                AND item.matter = 'WRITE_OFF' AND decision.outcome = 'ACCEPTED'
                AND decision.lapsed_at IS NULL AND NOT EXISTS (
                    SELECT FROM committees_decision WHERE revises_id = decision.id))
            THEN 'authorization_loss_has_its_decision'
        WHEN EXISTS (SELECT FROM funds_authorization other
            WHERE other.decision_id = NEW.decision_id AND other.id <> NEW.id
                AND other.status <> 'REFUSED' AND NOT EXISTS (
                    SELECT FROM funds_entry entry
                    JOIN funds_entry mirror ON mirror.reverses_id = entry.id
                    WHERE entry.authorization_id = other.id))
            THEN 'authorization_decision_serves_once'
    END;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'the loss of advance % of % breaks %', NEW.advance_id, TG_TABLE_SCHEMA,
            broken USING ERRCODE = 'check_violation', CONSTRAINT = broken;
    END IF;
    RETURN NEW;
END $$;
"""

# The agreement of the partners is withdrawn once, and not when the operator was reimbursed on it.
AGREEMENT_WITHDRAWN = """
CREATE FUNCTION public.alize_agreement_withdrawn() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    has_served boolean;
BEGIN
    PERFORM set_config('search_path', format('%I, pg_temp', TG_TABLE_SCHEMA), true);
    -- An allowance of the year, posted at the same time, waits for this or is waited for.
    PERFORM FROM funds_ledgerstate FOR UPDATE;
    SELECT EXISTS (SELECT FROM funds_entry entry WHERE kind = 'ALLOWANCE'
        AND extract(year FROM value_on) = OLD.year
        AND NOT EXISTS (SELECT FROM funds_entry WHERE reverses_id = entry.id)) INTO has_served;
    IF OLD.withdrawn_at IS NOT NULL OR has_served THEN
        RAISE EXCEPTION 'agreement % of % stays', OLD.id, TG_TABLE_SCHEMA
            USING ERRCODE = 'check_violation', CONSTRAINT = 'allowance_agreement_has_served';
    END IF;
    RETURN NEW;
END $$;
"""

# All the partners of the year agree, from that day on as far as the year is known (R77).
AGREEMENT_OF_ALL = """
CREATE FUNCTION public.alize_agreement_of_all() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    since date := greatest(NEW.agreed_on, make_date(NEW.year, 1, 1));
    until date := greatest(since, least((NEW.recorded_at AT TIME ZONE 'Europe/Paris')::date,
        make_date(NEW.year, 12, 31)));
    is_of_all boolean;
BEGIN
    EXECUTE format($query$ SELECT EXISTS (SELECT FROM %1$I.funds_allowanceagreement_partners
            WHERE allowanceagreement_id = $1)
        AND NOT EXISTS (SELECT FROM %1$I.partners_partner partner
            WHERE joined_on <= $3 AND (left_on IS NULL OR left_on > $2)
                AND NOT EXISTS (SELECT FROM %1$I.funds_allowanceagreement_partners
                    WHERE allowanceagreement_id = $1 AND partner_id = partner.id)) $query$,
        TG_TABLE_SCHEMA) INTO is_of_all USING NEW.id, since, until;
    IF NOT is_of_all THEN
        RAISE EXCEPTION 'agreement % of % is not of all', NEW.id, TG_TABLE_SCHEMA
            USING ERRCODE = 'check_violation', CONSTRAINT = 'allowance_agreement_is_of_all';
    END IF;
    RETURN NULL;
END $$;
"""

LEDGER_CLOSE = """
CREATE FUNCTION public.alize_ledger_close() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    head record;
BEGIN
    PERFORM set_config('search_path', format('%I, pg_temp', TG_TABLE_SCHEMA), true);
    SELECT closed_on INTO STRICT head FROM funds_ledgerstate FOR UPDATE;
    IF NEW.closed_on <= head.closed_on THEN
        RAISE EXCEPTION 'the ledger of % is closed until %', TG_TABLE_SCHEMA, head.closed_on
            USING ERRCODE = 'check_violation', CONSTRAINT = 'lg_close_forward';
    END IF;
    UPDATE funds_ledgerstate SET closed_on = NEW.closed_on;
    RETURN NEW;
END $$;
"""

CHART_DATED = """
CREATE FUNCTION public.alize_chart_dated() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    PERFORM set_config('search_path', format('%I, pg_temp', TG_TABLE_SCHEMA), true);
    -- The year of the first day that is open; the lock waits for a closing under way.
    SELECT coalesce(extract(year FROM closed_on + 1), 0) INTO STRICT NEW.since_year
        FROM funds_ledgerstate FOR UPDATE;
    RETURN NEW;
END $$;
"""

CHART_WHOLE = """
CREATE FUNCTION public.alize_chart_whole() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    chart bigint := CASE TG_TABLE_NAME WHEN 'funds_chartline'
        THEN (to_jsonb(NEW) ->> 'chart_id')::bigint ELSE NEW.id END;
    odd text;
BEGIN
    PERFORM set_config('search_path', format('%I, pg_temp', TG_TABLE_SCHEMA), true);
    SELECT coalesce(inside, code) INTO odd
        FROM (SELECT code FROM funds_account
            UNION ALL VALUES ('110'), ('119'), ('120'), ('129')) known
        FULL JOIN (SELECT inside FROM funds_chartline WHERE chart_id = chart) line
            ON inside = known.code
        WHERE inside IS NULL OR known.code IS NULL LIMIT 1;
    IF odd IS NOT NULL THEN
        RAISE EXCEPTION 'chart % of % does not say account %', chart, TG_TABLE_SCHEMA, odd
            USING ERRCODE = 'check_violation', CONSTRAINT = 'chart_is_whole';
    END IF;
    RETURN NULL;
END $$;
"""

LEDGER_POST = """
CREATE FUNCTION public.alize_ledger_post(entries jsonb, postings jsonb, event jsonb, command jsonb)
    RETURNS TABLE
    (id bigint, year smallint, no integer, booked_on date, previous_hash varchar, hash varchar)
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY WITH entry AS (
        INSERT INTO funds_entry (journal, kind, perimeter, value_on, booked_on, recorded_at,
            recorded_by_id, label, advance_id, order_id, reverses_id, reversal_id, authorization_id,
            transfer_id, command_key, legs, digest)
        SELECT journal, kind, perimeter, value_on, booked_on, recorded_at,
            recorded_by_id, label, advance_id, order_id, reverses_id, reversal_id, authorization_id,
            transfer_id, command_key, legs, digest
        FROM jsonb_populate_recordset(NULL::funds_entry, entries)
        RETURNING *
    ), posting AS (
        INSERT INTO funds_posting (entry_id, rank, perimeter, account_id, amount, contribution_id)
        SELECT entry.id, leg.rank, entry.perimeter, leg.account_id, leg.amount, leg.contribution_id
        FROM entry JOIN jsonb_to_recordset(postings) AS leg (entry uuid, rank smallint,
            account_id text, amount bigint, contribution_id bigint) ON leg.entry = entry.command_key
    ), work AS (
        INSERT INTO public.outbox_entry (schema, national, kind, key, payload, attempts, last_error)
        SELECT current_schema(), true, 'figures.changed', 'entry:' || min(id), '{}', 0, ''
        FROM entry
    )
    SELECT id, year, no, booked_on, previous_hash, hash FROM entry ORDER BY id;
    SET CONSTRAINTS ALL IMMEDIATE;
    SET CONSTRAINTS ALL DEFERRED;
    IF event IS NOT NULL THEN
        INSERT INTO audit_auditevent (at, type, by_id, target_type, target_id, facts)
        SELECT recorded_at, event ->> 'type', recorded_by_id, 'funds.entry', id, event -> 'facts'
        FROM funds_entry WHERE command_key = (entries -> 0 ->> 'command_key')::uuid;
    END IF;
    IF command IS NOT NULL THEN
        INSERT INTO audit_command (key, digest, by_id, at, result)
        SELECT key, digest, by_id, at, (SELECT jsonb_build_object('id', id) FROM funds_entry
            WHERE command_key = (entries -> 0 ->> 'command_key')::uuid)
        FROM jsonb_populate_record(NULL::audit_command, command);
    END IF;
END $$;
"""
"""Entries in their order, their postings and the demand to count the figures again, then the checks
of the commit: what is refused is said while somebody can still answer. Last the event of the
journal that is about the first of them and the command that made it, when there are. Returns what
the database gave each entry."""

LOAN = """
CREATE FUNCTION public.alize_loan
    (advance bigint, since date, OUT lent_on date, OUT owed bigint, OUT lowest bigint,
        OUT lost bigint, OUT is_followed boolean)
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    SELECT min(entry.value_on) FILTER (WHERE entry.kind = 'DISBURSEMENT'
                AND NOT EXISTS (SELECT FROM funds_entry WHERE reverses_id = entry.id)),
            coalesce(sum(posting.amount) FILTER (WHERE posting.account_id = 'RECEIVABLE'
                AND entry.value_on <= since), 0),
            coalesce(sum(posting.amount) FILTER (WHERE posting.account_id <> 'RECEIVABLE'), 0),
            coalesce(max(entry.value_on) > since, false)
        INTO lent_on, owed, lost, is_followed FROM funds_entry entry
        JOIN funds_posting posting ON posting.entry_id = entry.id
        WHERE entry.advance_id = advance
            AND posting.account_id IN ('RECEIVABLE', 'LOSS', 'RECOVERED');
    lowest := owed;
    IF is_followed THEN
        SELECT least(owed, min(balance)) INTO lowest FROM (
            SELECT entry.value_on, sum(posting.amount) OVER (ORDER BY entry.value_on) AS balance
            FROM funds_entry entry JOIN funds_posting posting ON posting.entry_id = entry.id
            WHERE entry.advance_id = advance AND posting.account_id = 'RECEIVABLE') balances
            WHERE value_on > since;
    END IF;
END $$;
"""

# What the committee decided holds from its decision on, and not before the plan that it replaces.
SCHEDULE_FOLLOWS = """
CREATE FUNCTION public.alize_schedule_follows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    broken text;
BEGIN
    PERFORM set_config('search_path', format('%I, pg_temp', TG_TABLE_SCHEMA), true);
    -- The advance is held: two plans written at once follow one another.
    PERFORM FROM funds_advance WHERE id = NEW.advance_id FOR NO KEY UPDATE;
    broken := CASE
        WHEN NEW.no <> 1 + (SELECT count(*) FROM funds_scheduleversion
            WHERE advance_id = NEW.advance_id) THEN 'schedule_version_numbers_follow'
        WHEN NEW.decision_id IS NOT NULL AND NEW.effective_on < (SELECT max(effective_on)
            FROM funds_scheduleversion WHERE advance_id = NEW.advance_id)
            THEN 'schedule_version_follows'
        WHEN NEW.effective_on < (SELECT decided_on FROM committees_decision
            WHERE id = NEW.decision_id) THEN 'schedule_version_after_its_decision'
    END;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'schedule version % of advance % of % breaks %', NEW.no, NEW.advance_id,
            TG_TABLE_SCHEMA, broken USING ERRCODE = 'check_violation', CONSTRAINT = broken;
    END IF;
    RETURN NEW;
END $$;
"""

SCHEDULE_SUM = """
CREATE FUNCTION public.alize_schedule_sum() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    version bigint := CASE TG_TABLE_NAME WHEN 'funds_scheduleline'
        THEN (to_jsonb(NEW) ->> 'version_id')::bigint ELSE NEW.id END;
    gap bigint;
BEGIN
    PERFORM set_config('search_path', format('%I, pg_temp', TG_TABLE_SCHEMA), true);
    SELECT covers - (SELECT coalesce(sum(amount), 0) FROM funds_scheduleline
            WHERE version_id = version)
        INTO gap FROM funds_scheduleversion WHERE id = version;
    IF gap <> 0 THEN
        RAISE EXCEPTION 'the lines of schedule version % miss %', version, gap
            USING ERRCODE = 'check_violation', CONSTRAINT = 'lg_schedule_sum';
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("common", "0002_committee_functions")]
    operations = [
        migrations.RunSQL(LEDGER_HASH, "DROP FUNCTION public.alize_ledger_hash(text, jsonb)"),
        migrations.RunSQL(LEDGER_CHAIN, "DROP FUNCTION public.alize_ledger_chain()"),
        migrations.RunSQL(
            ACCOUNT_OF, "DROP FUNCTION public.alize_account_of(text, boolean, boolean)"
        ),
        migrations.RunSQL(LEDGER_SEALED, "DROP FUNCTION public.alize_ledger_sealed()"),
        migrations.RunSQL(POSTINGS_ADDED, "DROP FUNCTION public.alize_postings_added()"),
        migrations.RunSQL(ADVANCE_GUARD, "DROP FUNCTION public.alize_advance_guard()"),
        migrations.RunSQL(RENOUNCED, "DROP FUNCTION public.alize_renounced()"),
        migrations.RunSQL(LOSS_ACCEPTED, "DROP FUNCTION public.alize_loss_accepted()"),
        migrations.RunSQL(AGREEMENT_OF_ALL, "DROP FUNCTION public.alize_agreement_of_all()"),
        migrations.RunSQL(AGREEMENT_WITHDRAWN, "DROP FUNCTION public.alize_agreement_withdrawn()"),
        migrations.RunSQL(
            LEDGER_POST, "DROP FUNCTION public.alize_ledger_post(jsonb, jsonb, jsonb, jsonb)"
        ),
        migrations.RunSQL(LOAN, "DROP FUNCTION public.alize_loan(bigint, date)"),
        migrations.RunSQL(LEDGER_CLOSE, "DROP FUNCTION public.alize_ledger_close()"),
        migrations.RunSQL(CHART_DATED, "DROP FUNCTION public.alize_chart_dated()"),
        migrations.RunSQL(CHART_WHOLE, "DROP FUNCTION public.alize_chart_whole()"),
        migrations.RunSQL(SCHEDULE_FOLLOWS, "DROP FUNCTION public.alize_schedule_follows()"),
        migrations.RunSQL(SCHEDULE_SUM, "DROP FUNCTION public.alize_schedule_sum()"),
    ]
