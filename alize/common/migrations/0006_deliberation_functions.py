"""What the database refuses between the votes of a meeting, its presences and its decisions.

And of what a convention or an amendment says once it is no draft any more.
"""

from django.db import migrations

# Nothing takes a slip out of the box: whoever dropped one does not withdraw any more.
WITHDRAWAL_GUARD = """
CREATE FUNCTION public.alize_withdrawal_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    dropped boolean;
BEGIN
    IF NEW.answer <> 'RECUSED' THEN
        RETURN NEW;
    END IF;
    EXECUTE format('SELECT EXISTS (SELECT FROM %1$I.committees_participation AS signed
        JOIN %1$I.committees_ballot AS ballot ON ballot.id = signed.ballot_id
        LEFT JOIN %1$I.committees_proxy AS proxy ON proxy.id = signed.proxy_id
        WHERE ballot.item_id = $1 AND ballot.status = ''OPEN''
            AND $2 IN (signed.seat_id, proxy.holder_id))', TG_TABLE_SCHEMA)
        INTO dropped USING NEW.item_id, NEW.seat_id;
    IF dropped THEN
        RAISE EXCEPTION 'seat % has dropped a secret vote', NEW.seat_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'withdrawal_leaves_the_box';
    END IF;
    RETURN NEW;
END $$;
"""

# Arguments: the column that names the proposal, then those that a rectification may change.
PROPOSAL_GUARD = """
CREATE FUNCTION public.alize_proposal_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    old_row jsonb := CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE to_jsonb(OLD) END;
    new_row jsonb := CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE to_jsonb(NEW) END;
    put_right boolean := TG_OP = 'UPDATE' AND old_row - TG_ARGV[1:] = new_row - TG_ARGV[1:];
    kept jsonb;
    frozen boolean;
BEGIN
    -- Rows neither leave what was put to the vote nor enter it. A decision is put right until the
    -- minutes are signed, never before it is taken.
    FOREACH kept IN ARRAY array_remove(ARRAY[old_row, new_row], NULL) LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %1$I.committees_ballot AS ballot
            WHERE ballot.proposal_id = $1 AND NOT ($2 AND EXISTS (
                SELECT FROM %1$I.committees_decision WHERE ballot_id = ballot.id) AND NOT EXISTS (
                SELECT FROM %1$I.committees_minutes AS minutes
                JOIN %1$I.committees_agendaitem AS item ON item.meeting_id = minutes.meeting_id
                WHERE item.id = ballot.item_id AND minutes.status = ''SIGNED'')))',
            TG_TABLE_SCHEMA)
            INTO frozen USING (kept ->> TG_ARGV[0])::bigint, put_right;
        IF frozen AND old_row IS DISTINCT FROM new_row THEN
            RAISE EXCEPTION 'proposal % has been put to the vote', kept ->> TG_ARGV[0]
                USING ERRCODE = 'check_violation', CONSTRAINT = 'proposal_frozen_once_open';
        END IF;
    END LOOP;
    RETURN coalesce(NEW, OLD);
END $$;
"""

# A passage is decided once, by its last vote or without one: never one under the other.
UNDECIDED_GUARD = """
CREATE FUNCTION public.alize_undecided_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    known boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM %1$I.committees_decision WHERE item_id = $1)
        OR $2 AND EXISTS (SELECT FROM %1$I.committees_ballot WHERE item_id = $1
            AND status IN (''OPEN'', ''CLOSED''))', TG_TABLE_SCHEMA)
        INTO known USING NEW.item_id, TG_TABLE_NAME = 'committees_decision';
    IF known THEN
        RAISE EXCEPTION 'passage % is decided or being voted on', NEW.item_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'passage_voted_on_or_decided';
    END IF;
    RETURN NEW;
END $$;
"""

# What a closed ballot counted of the presences is in its result: it is as final as the result. Open
# ballots are held too: a presence noted as one closes comes before the close, or after.
ATTENDANCE_GUARD = """
CREATE FUNCTION public.alize_attendance_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ballot record;
    counted bigint;
    counts bigint;
BEGIN
    FOR ballot IN EXECUTE format('SELECT ballot.id, ballot.opened_at, ballot.closed_at
        FROM %1$I.committees_ballot AS ballot
        JOIN %1$I.committees_agendaitem AS item ON item.id = ballot.item_id
        WHERE item.meeting_id = $1 AND ballot.status IN (''OPEN'', ''CLOSED'', ''PROCLAIMED'')
        ORDER BY ballot.id FOR SHARE OF ballot', TG_TABLE_SCHEMA)
        USING coalesce(NEW.meeting_id, OLD.meeting_id) LOOP
        counted := CASE WHEN OLD.arrived_at <= ballot.closed_at
            AND coalesce(OLD.left_at > ballot.opened_at, true) THEN OLD.seat_id END;
        counts := CASE WHEN NEW.arrived_at <= ballot.closed_at
            AND coalesce(NEW.left_at > ballot.opened_at, true) THEN NEW.seat_id END;
        IF counted IS DISTINCT FROM counts THEN
            RAISE EXCEPTION 'ballot % has counted who was there', ballot.id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'attendance_counted_is_final';
        END IF;
    END LOOP;
    RETURN coalesce(NEW, OLD);
END $$;
"""

# The words of a proposal, whatever their blanks and capitals.
PLAIN = r"""
CREATE FUNCTION public.alize_plain(words text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT lower(btrim(regexp_replace(words, '\s+', ' ', 'g')))
$$;
"""

# What a rejected proposal gives way to is another one, never the same.
ANOTHER_PROPOSAL_GUARD = """
CREATE FUNCTION public.alize_another_proposal_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    again boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM %1$I.committees_ballot
        WHERE item_id = $1 AND id <> $2 AND result ->> ''outcome'' = ''REJECTED''
            AND public.alize_plain(proposal_text) = public.alize_plain($3))', TG_TABLE_SCHEMA)
        INTO again USING NEW.item_id, NEW.id, NEW.proposal_text;
    IF again THEN
        RAISE EXCEPTION 'the proposal of ballot % was rejected', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ballot_is_on_another_proposal';
    END IF;
    RETURN NEW;
END $$;
"""

# A rejection set aside ends in a decision by a vote: the chair neither does without, nor ends the
# meeting on it. The company alone withdraws meanwhile.
REJECTION_GUARD = """
CREATE FUNCTION public.alize_rejection_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    row jsonb := to_jsonb(NEW);
    passed_over boolean;
BEGIN
    IF TG_TABLE_NAME = 'committees_meeting' THEN
        IF row ->> 'status' <> 'HELD' THEN
            RETURN NEW;
        END IF;
    ELSIF row ->> 'ballot_id' IS NOT NULL OR row ->> 'outcome' = 'WITHDRAWN' THEN
        RETURN NEW;
    END IF;
    EXECUTE format('SELECT EXISTS (SELECT FROM %1$I.committees_ballot AS ballot
        JOIN %1$I.committees_agendaitem AS item ON item.id = ballot.item_id
        WHERE (item.id = $1 OR item.meeting_id = $2)
            AND ballot.result ->> ''outcome'' = ''REJECTED''
            AND NOT EXISTS (SELECT FROM %1$I.committees_decision WHERE item_id = item.id))',
        TG_TABLE_SCHEMA)
        INTO passed_over USING (row ->> 'item_id')::bigint,
            CASE WHEN TG_TABLE_NAME = 'committees_meeting' THEN NEW.id END;
    IF passed_over THEN
        RAISE EXCEPTION '% % passes over a rejection', TG_TABLE_NAME, NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'rejection_stands';
    END IF;
    RETURN NEW;
END $$;
"""

# Who lends and who joins is part of what all sign. The row of the amendment is held: it is not
# frozen while a line is written.
AMENDMENT_IS_WRITTEN = """
CREATE FUNCTION public.alize_amendment_is_written() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    concerned bigint[] := '{}';
    written bigint;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        concerned := concerned || OLD.amendment_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        concerned := concerned || NEW.amendment_id;
    END IF;
    EXECUTE format('SELECT max(id) FROM (SELECT id, status FROM %I.conventions_amendment
        WHERE id = ANY($1) FOR SHARE) AS held WHERE status <> ''DRAFT''', TG_TABLE_SCHEMA)
        INTO written USING concerned;
    IF written IS NOT NULL THEN
        RAISE EXCEPTION 'amendment % is no draft any more', written
            USING ERRCODE = 'check_violation', CONSTRAINT = 'amendment_is_written';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
"""

# Who signs a support is said with it: only the day each signed is written while all sign. Those
# of what was signed before the tool are written with it, once.
SIGNER_IS_WRITTEN = """
CREATE FUNCTION public.alize_signer_is_written() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    concerned bigint[] := '{}';
    written bigint;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        concerned := concerned || OLD.convention_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        concerned := concerned || NEW.convention_id;
    END IF;
    EXECUTE format('SELECT max(id) FROM (SELECT id, status, circuit_id
        FROM %I.conventions_cooperationconvention WHERE id = ANY($1) FOR SHARE) AS held
        WHERE status <> ''DRAFT'' AND NOT (status = ''SIGNING'' AND $2)
            AND NOT (status = ''SIGNED'' AND circuit_id IS NULL AND $3)', TG_TABLE_SCHEMA)
        INTO written USING concerned,
            TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'signed_on' = to_jsonb(OLD) - 'signed_on',
            TG_OP = 'INSERT';
    IF written IS NOT NULL THEN
        RAISE EXCEPTION 'convention % is no draft any more', written
            USING ERRCODE = 'check_violation', CONSTRAINT = 'signer_is_written';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
"""

# A party joins by a signed amendment; those of what was signed before the tool come with it.
PARTY_IS_WRITTEN = """
CREATE FUNCTION public.alize_party_is_written() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    concerned bigint[] := '{}';
    joining bigint;
    written bigint;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        concerned := concerned || OLD.partnershipconvention_id::bigint;
    ELSE
        joining := NEW.partner_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        concerned := concerned || NEW.partnershipconvention_id::bigint;
    END IF;
    EXECUTE format('SELECT max(id) FROM (SELECT id, status, circuit_id
        FROM %1$I.conventions_partnershipconvention WHERE id = ANY($1) FOR SHARE) AS held
        WHERE status <> ''DRAFT''
            AND NOT (status = ''SIGNED'' AND circuit_id IS NULL AND $2 IS NOT NULL)
            AND NOT EXISTS (SELECT FROM %1$I.conventions_amendment AS amendment
                JOIN %1$I.conventions_amendment_incoming AS incoming
                    ON incoming.amendment_id = amendment.id
                WHERE amendment.convention_id = held.id AND amendment.status = ''SIGNED''
                    AND incoming.partner_id = $2)', TG_TABLE_SCHEMA)
        INTO written USING concerned, joining;
    IF written IS NOT NULL THEN
        RAISE EXCEPTION 'convention % is no draft any more', written
            USING ERRCODE = 'check_violation', CONSTRAINT = 'party_is_written';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
"""

TERM_IS_AMENDED = """
CREATE FUNCTION public.alize_term_is_amended() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    amended boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM %I.conventions_amendment
        WHERE convention_id = $1 AND status = ''SIGNED'' AND new_ends_on = $2)', TG_TABLE_SCHEMA)
        INTO amended USING NEW.id, NEW.ends_on;
    IF NOT amended THEN
        RAISE EXCEPTION 'the term of convention % is not amended', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'term_is_amended';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("common", "0005_signature_functions")]
    operations = [
        migrations.RunSQL(WITHDRAWAL_GUARD, "DROP FUNCTION public.alize_withdrawal_guard()"),
        migrations.RunSQL(PROPOSAL_GUARD, "DROP FUNCTION public.alize_proposal_guard()"),
        migrations.RunSQL(UNDECIDED_GUARD, "DROP FUNCTION public.alize_undecided_guard()"),
        migrations.RunSQL(ATTENDANCE_GUARD, "DROP FUNCTION public.alize_attendance_guard()"),
        migrations.RunSQL(PLAIN, "DROP FUNCTION public.alize_plain(text)"),
        migrations.RunSQL(
            ANOTHER_PROPOSAL_GUARD, "DROP FUNCTION public.alize_another_proposal_guard()"
        ),
        migrations.RunSQL(REJECTION_GUARD, "DROP FUNCTION public.alize_rejection_guard()"),
        migrations.RunSQL(
            AMENDMENT_IS_WRITTEN, "DROP FUNCTION public.alize_amendment_is_written()"
        ),
        migrations.RunSQL(SIGNER_IS_WRITTEN, "DROP FUNCTION public.alize_signer_is_written()"),
        migrations.RunSQL(PARTY_IS_WRITTEN, "DROP FUNCTION public.alize_party_is_written()"),
        migrations.RunSQL(TERM_IS_AMENDED, "DROP FUNCTION public.alize_term_is_amended()"),
    ]
