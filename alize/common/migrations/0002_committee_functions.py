"""What the database itself refuses about votes and ballots (voting.md 5.3, SD5, D15)."""

from django.db import migrations

VOTE_GUARD = """
CREATE FUNCTION public.alize_vote_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ballot record;
    granted boolean;
BEGIN
    -- Shared with the other voters, exclusive with the close: a vote is counted or refused.
    EXECUTE format('SELECT status, item_id, is_secret, reason_required, vote_changes, opened_at,
        closes_at, rules FROM %I.committees_ballot WHERE id = $1 FOR SHARE', TG_TABLE_SCHEMA)
        INTO ballot USING NEW.ballot_id;
    -- A consultation ends at its hour, whether or not a worker was there to close it.
    IF ballot.status IS DISTINCT FROM 'OPEN' OR NEW.cast_at > ballot.closes_at THEN
        RAISE EXCEPTION 'ballot % is not open', NEW.ballot_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_ballot_is_open';
    END IF;
    PERFORM public.alize_session_guard(TG_TABLE_SCHEMA, ballot.item_id);
    PERFORM public.alize_voter_guard(TG_TABLE_SCHEMA, ballot.item_id, NEW.seat_id,
        (ballot.opened_at AT TIME ZONE 'Europe/Paris')::date);
    PERFORM public.alize_list_guard(ballot.rules, NEW.seat_id);
    IF ballot.is_secret THEN
        RAISE EXCEPTION 'ballot % is secret', NEW.ballot_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_ballot_is_named';
    END IF;
    IF NEW.choice = 'ABSTAIN' AND ballot.rules -> 'abstention' = 'false' THEN
        RAISE EXCEPTION 'no abstention in ballot %', NEW.ballot_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_abstention_is_allowed';
    END IF;
    IF ballot.rules -> 'declaration' = 'true' THEN
        EXECUTE format('SELECT EXISTS (SELECT FROM %I.committees_memberdeclaration
            WHERE person_id = $1 AND year = extract(year FROM $2 AT TIME ZONE ''Europe/Paris''))',
            TG_TABLE_SCHEMA) INTO granted USING NEW.person_id, NEW.cast_at;
        IF granted IS NOT TRUE THEN
            RAISE EXCEPTION 'person % has not declared their interests', NEW.person_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_voter_has_declared';
        END IF;
    END IF;
    IF NEW.version > 1 AND NOT ballot.vote_changes THEN
        RAISE EXCEPTION 'votes of ballot % do not change', NEW.ballot_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_may_change';
    END IF;
    IF NEW.reason = '' AND (ballot.reason_required = 'ALL'
            OR ballot.reason_required = 'AGAINST' AND NEW.choice = 'AGAINST') THEN
        RAISE EXCEPTION 'a reason is missing'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_gives_its_reason';
    END IF;
    PERFORM public.alize_proxy_guard(TG_TABLE_SCHEMA, ballot.item_id, NEW.proxy_id, NEW.seat_id);
    IF NEW.collected_id IS NOT NULL THEN
        IF NEW.proxy_id IS NULL THEN
            PERFORM public.alize_answer_guard(TG_TABLE_SCHEMA, ballot.item_id, NEW.seat_id);
        END IF;
        EXECUTE format('SELECT confirmed_at IS NOT NULL AND ballot_id = $2 AND seat_id = $3
            AND choice = $4 FROM %I.committees_collectedvote WHERE id = $1', TG_TABLE_SCHEMA)
            INTO granted USING NEW.collected_id, NEW.ballot_id, NEW.seat_id, NEW.choice;
        IF granted IS NOT TRUE THEN
            RAISE EXCEPTION 'collected vote % is not confirmed', NEW.collected_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_collected_is_confirmed';
        END IF;
    END IF;
    RETURN NEW;
END $$;
"""

# A seat votes for itself without any proxy; with one, its holder is free of links too.
PROXY_GUARD = """
CREATE FUNCTION public.alize_proxy_guard(schema text, item bigint, proxy bigint, giver bigint)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    granted boolean;
    holder bigint;
BEGIN
    IF proxy IS NULL THEN
        RETURN;
    END IF;
    EXECUTE format('SELECT given.giver_id = $2 AND given.accepted_at IS NOT NULL
            AND given.revoked_at IS NULL AND coalesce(given.item_id, $3) = $3, given.holder_id
        FROM %1$I.committees_proxy AS given
        JOIN %1$I.committees_agendaitem AS passage ON passage.meeting_id = given.meeting_id
        WHERE given.id = $1 AND passage.id = $3', schema)
        INTO granted, holder USING proxy, giver, item;
    IF granted IS NOT TRUE THEN
        RAISE EXCEPTION 'proxy % does not hold for seat %', proxy, giver
            USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_proxy_holds';
    END IF;
    PERFORM public.alize_answer_guard(schema, item, holder);
END $$;
"""

ANSWER_GUARD = """
CREATE FUNCTION public.alize_answer_guard(schema text, item bigint, seat bigint)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    answer text := public.alize_standing_answer(schema, item, seat);
BEGIN
    IF answer IS NULL THEN
        RAISE EXCEPTION 'seat % has not answered on its links', seat
            USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_voter_has_answered';
    END IF;
    IF answer = 'RECUSED' THEN
        RAISE EXCEPTION 'seat % is recused', seat
            USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_seat_is_not_recused';
    END IF;
END $$;
"""

# A withdrawal stands from one passage of a file to the next; any other answer is asked again.
STANDING_ANSWER = """
CREATE FUNCTION public.alize_standing_answer(schema text, item bigint, seat bigint)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    answer text;
    passage bigint;
BEGIN
    EXECUTE format('SELECT given.answer, given.item_id
        FROM %1$I.committees_interestdeclaration AS given
        JOIN %1$I.committees_agendaitem AS passage ON passage.id = given.item_id
        WHERE passage.id <= $1 AND given.seat_id = $2 AND passage.project_id =
            (SELECT project_id FROM %1$I.committees_agendaitem WHERE id = $1)
        ORDER BY given.id DESC LIMIT 1', schema)
        INTO answer, passage USING item, seat;
    RETURN CASE WHEN answer = 'RECUSED' OR passage = item AND answer <> 'LIFTED' THEN answer END;
END $$;
"""

# Not at a passage, but on a day: the rule of `committees.queries.recusals.recused_projects`.
HAS_WITHDRAWN = """
CREATE FUNCTION public.alize_has_withdrawn(
    schema text, person bigint, project bigint, day date
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    withdrawn boolean;
BEGIN
    EXECUTE format('WITH mine AS (
            SELECT id, partner_id, starts_on FROM %1$I.committees_seat WHERE holder_id = $1
                OR id IN (SELECT seat_id FROM %1$I.committees_alternate WHERE person_id = $1))
        SELECT EXISTS (SELECT FROM (
            SELECT DISTINCT ON (seat_id) answer FROM %1$I.committees_interestdeclaration AS said
            JOIN %1$I.committees_agendaitem AS passage ON passage.id = said.item_id
            JOIN mine ON mine.id = seat_id
            WHERE passage.project_id = $2 AND NOT EXISTS (SELECT FROM mine AS following
                WHERE following.partner_id = mine.partner_id
                    AND following.starts_on > mine.starts_on AND following.starts_on <= $3)
            ORDER BY seat_id, said.id DESC) AS last_answer WHERE answer = ''RECUSED'')', schema)
        INTO withdrawn USING person, project, day;
    RETURN withdrawn;
END $$;
"""

VOTER_GUARD = """
CREATE FUNCTION public.alize_voter_guard(schema text, item bigint, seat bigint, day date)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    may_vote boolean;
BEGIN
    EXECUTE format('SELECT kind = ''DELIBERATIVE'' AND daterange(starts_on, ends_on, ''[]'') @> $2
        FROM %I.committees_seat WHERE id = $1', schema) INTO may_vote USING seat, day;
    IF may_vote IS NOT TRUE THEN
        RAISE EXCEPTION 'seat % may not vote', seat
            USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_seat_is_deliberative';
    END IF;
    IF public.alize_standing_answer(schema, item, seat) = 'RECUSED' THEN
        RAISE EXCEPTION 'seat % is recused', seat
            USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_seat_is_not_recused';
    END IF;
END $$;
"""

# A ballot is suspended while its meeting is: the row of the ballot, held, orders the two.
SESSION_GUARD = """
CREATE FUNCTION public.alize_session_guard(schema text, item bigint)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    suspended boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM %1$I.committees_suspension AS pause
        JOIN %1$I.committees_agendaitem AS item ON item.meeting_id = pause.meeting_id
        WHERE item.id = $1 AND pause.ended_at IS NULL)', schema) INTO suspended USING item;
    IF suspended THEN
        RAISE EXCEPTION 'the meeting of passage % is suspended', item
            USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_not_while_suspended';
    END IF;
END $$;
"""

# Who may vote is settled when the ballot opens: in office, and not kept out of this file.
LIST_GUARD = """
CREATE FUNCTION public.alize_list_guard(rules jsonb, seat bigint)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF rules ? 'seats' AND NOT rules -> 'seats' ? seat::text THEN
        RAISE EXCEPTION 'seat % is not on the list of this ballot', seat
            USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_seat_is_on_the_list';
    END IF;
END $$;
"""

# The rewriting at the close comes from a trigger of the ballot: it is one level deeper.
SECRET_GUARD = """
CREATE FUNCTION public.alize_secret_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ballot record;
    ballots bigint;
    voters bigint;
BEGIN
    IF pg_trigger_depth() > 1 THEN
        RETURN NEW;
    END IF;
    EXECUTE format('SELECT status, item_id, is_secret, opened_at, closes_at, rules
        FROM %I.committees_ballot
        WHERE id = $1 FOR SHARE', TG_TABLE_SCHEMA) INTO ballot USING NEW.ballot_id;
    IF ballot.status IS DISTINCT FROM 'OPEN' OR NOT ballot.is_secret
            OR now() > ballot.closes_at THEN
        RAISE EXCEPTION 'ballot % is no open secret ballot', NEW.ballot_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_ballot_is_open';
    END IF;
    PERFORM public.alize_session_guard(TG_TABLE_SCHEMA, ballot.item_id);
    IF TG_TABLE_NAME = 'committees_participation' THEN
        PERFORM public.alize_voter_guard(TG_TABLE_SCHEMA, ballot.item_id, NEW.seat_id,
            (ballot.opened_at AT TIME ZONE 'Europe/Paris')::date);
        PERFORM public.alize_list_guard(ballot.rules, NEW.seat_id);
        PERFORM public.alize_proxy_guard(TG_TABLE_SCHEMA, ballot.item_id, NEW.proxy_id,
            NEW.seat_id);
    ELSE
        IF NEW.choice = 'ABSTAIN' AND ballot.rules -> 'abstention' = 'false' THEN
            RAISE EXCEPTION 'no abstention in ballot %', NEW.ballot_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_abstention_is_allowed';
        END IF;
        EXECUTE format('SELECT count(*) FROM %I.committees_secretvote WHERE ballot_id = $1',
            TG_TABLE_SCHEMA) INTO ballots USING NEW.ballot_id;
        EXECUTE format('SELECT count(*) FROM %I.committees_participation WHERE ballot_id = $1',
            TG_TABLE_SCHEMA) INTO voters USING NEW.ballot_id;
        IF ballots >= voters THEN
            RAISE EXCEPTION 'more votes than voters in ballot %', NEW.ballot_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'secret_vote_has_its_voter';
        END IF;
    END IF;
    RETURN NEW;
END $$;
"""

SECRET_KEPT = """
CREATE FUNCTION public.alize_secret_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND pg_trigger_depth() > 1 THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% of %.% refused: secret votes are only ever added',
        TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation',
            CONSTRAINT = TG_TABLE_NAME || '_append_only';
END $$;
"""

SECRET_SHUFFLE = """
CREATE FUNCTION public.alize_secret_shuffle() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    -- One transaction, one random order: nothing ties a choice to a seat any more (T10).
    EXECUTE format('WITH gone AS (DELETE FROM %1$I.committees_secretvote WHERE ballot_id = $1
        RETURNING ballot_id, choice)
        INSERT INTO %1$I.committees_secretvote (id, ballot_id, choice)
        SELECT gen_random_uuid(), ballot_id, choice FROM gone ORDER BY random()',
        TG_TABLE_SCHEMA) USING NEW.id;
    EXECUTE format('WITH gone AS (DELETE FROM %1$I.committees_participation WHERE ballot_id = $1
        RETURNING ballot_id, seat_id, proxy_id)
        INSERT INTO %1$I.committees_participation (ballot_id, seat_id, proxy_id)
        SELECT ballot_id, seat_id, proxy_id FROM gone ORDER BY random()',
        TG_TABLE_SCHEMA) USING NEW.id;
    RETURN NULL;
END $$;
"""

BALLOT_GUARD = """
CREATE FUNCTION public.alize_ballot_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF ROW(NEW.item_id, NEW.number, NEW.proposal_id,
            NEW.proposal_text, NEW.rules, NEW.is_secret, NEW.reason_required, NEW.vote_changes,
            NEW.closes_at, NEW.opened_at, NEW.opened_by_id)
        IS DISTINCT FROM ROW(OLD.item_id, OLD.number, OLD.proposal_id,
            OLD.proposal_text, OLD.rules, OLD.is_secret, OLD.reason_required, OLD.vote_changes,
            OLD.closes_at, OLD.opened_at, OLD.opened_by_id) THEN
        RAISE EXCEPTION 'ballot % is frozen since it opened', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ballot_frozen_once_open';
    END IF;
    IF OLD.status IN ('CLOSED', 'PROCLAIMED') AND (
        ROW(NEW.closed_at, NEW.closed_by_id, NEW.result, NEW.result_sentence, NEW.votes_digest)
            IS DISTINCT FROM
        ROW(OLD.closed_at, OLD.closed_by_id, OLD.result, OLD.result_sentence, OLD.votes_digest)
        OR OLD.status = 'PROCLAIMED' AND ROW(NEW.proclaimed_at, NEW.proclaimed_by_id)
            IS DISTINCT FROM ROW(OLD.proclaimed_at, OLD.proclaimed_by_id)
    ) OR OLD.status = 'CANCELLED' AND ROW(NEW.cancelled_at, NEW.cancelled_by_id)
            IS DISTINCT FROM ROW(OLD.cancelled_at, OLD.cancelled_by_id) THEN
        RAISE EXCEPTION 'the result of ballot % is final', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ballot_result_is_final';
    END IF;
    -- The moves of BALLOT_TRANSITIONS.
    IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (('OPEN', 'CLOSED'),
            ('OPEN', 'CANCELLED'), ('CLOSED', 'PROCLAIMED')) THEN
        RAISE EXCEPTION 'ballot % does not go from % to %', OLD.id, OLD.status, NEW.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ballot_status_moves_forward';
    END IF;
    RETURN NEW;
END $$;
"""

# The local operator is neutral: its people decide only where the rules say so (R39, SD6).
OPERATOR_GUARD = """
CREATE FUNCTION public.alize_operator_guard(schema text, person bigint)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    allowed boolean;
BEGIN
    EXECUTE format('SELECT operator_votes FROM %I.committees_committeerules WHERE id = 1', schema)
        INTO allowed;
    IF allowed IS NOT TRUE AND EXISTS (
        SELECT FROM public.basins_membership AS held
        JOIN public.basins_basin AS basin ON basin.id = held.basin_id
        WHERE basin.schema_name = schema AND held.person_id = person
            AND held.role IN ('OPERATOR', 'FINANCE')
            AND daterange(held.starts_on, held.ends_on, '[]') @> current_date) THEN
        RAISE EXCEPTION 'person % belongs to the local operator', person
            USING ERRCODE = 'check_violation', CONSTRAINT = 'seat_operator_is_consultative';
    END IF;
END $$;
"""

# Whoever has a voice in the committee does not become the operator; a role is given from outside
# every basin, hence with the owner's eyes.
ROLE_GUARD = """
CREATE FUNCTION public.alize_role_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    schema text;
    votes boolean;
BEGIN
    SELECT schema_name INTO schema FROM public.basins_basin WHERE id = NEW.basin_id;
    IF to_regclass(format('%I.committees_seat', schema)) IS NULL THEN
        RETURN NEW;
    END IF;
    EXECUTE format('SELECT NOT coalesce(
            (SELECT operator_votes FROM %1$I.committees_committeerules WHERE id = 1), false)
        AND EXISTS (
            SELECT FROM %1$I.committees_seat AS seat
            WHERE seat.kind = ''DELIBERATIVE''
                AND daterange(seat.starts_on, seat.ends_on, ''[]'') && daterange($2, $3, ''[]'')
                AND (seat.holder_id = $1 OR EXISTS (
                    SELECT FROM %1$I.committees_alternate AS alternate
                    WHERE alternate.seat_id = seat.id AND alternate.person_id = $1)))', schema)
        INTO votes USING NEW.person_id, NEW.starts_on, NEW.ends_on;
    IF votes THEN
        RAISE EXCEPTION 'person % has a voice in the committee', NEW.person_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'membership_operator_has_no_voice';
    END IF;
    RETURN NEW;
END $$;
"""

SEAT_GUARD = """
CREATE FUNCTION public.alize_seat_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last_vote date;
    whoever bigint;
BEGIN
    IF NEW.kind = 'DELIBERATIVE' AND (TG_OP = 'INSERT'
            OR ROW(NEW.kind, NEW.holder_id) IS DISTINCT FROM ROW(OLD.kind, OLD.holder_id)) THEN
        PERFORM public.alize_operator_guard(TG_TABLE_SCHEMA, NEW.holder_id);
        FOR whoever IN EXECUTE format('SELECT person_id FROM %I.committees_alternate
                WHERE seat_id = $1', TG_TABLE_SCHEMA) USING NEW.id LOOP
            PERFORM public.alize_operator_guard(TG_TABLE_SCHEMA, whoever);
        END LOOP;
    END IF;
    IF TG_OP = 'INSERT' THEN
        RETURN NEW;
    END IF;
    -- A seat in office as a ballot opens votes until it closes, whatever becomes of its mandate.
    EXECUTE format('SELECT max(ballot.opened_at AT TIME ZONE ''Europe/Paris'')::date FROM (
        SELECT ballot_id FROM %1$I.committees_vote WHERE seat_id = $1
        UNION ALL SELECT ballot_id FROM %1$I.committees_participation WHERE seat_id = $1) AS votes
        JOIN %1$I.committees_ballot AS ballot ON ballot.id = votes.ballot_id', TG_TABLE_SCHEMA)
        INTO last_vote USING OLD.id;
    IF last_vote IS NOT NULL AND (NEW.ends_on < last_vote
            OR ROW(NEW.partner_id, NEW.kind, NEW.holder_id, NEW.starts_on)
            IS DISTINCT FROM ROW(OLD.partner_id, OLD.kind, OLD.holder_id, OLD.starts_on)) THEN
        RAISE EXCEPTION 'seat % has voted', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'seat_has_voted';
    END IF;
    RETURN NEW;
END $$;
"""

ALTERNATE_GUARD = """
CREATE FUNCTION public.alize_alternate_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    seat record;
    others bigint;
BEGIN
    -- The seat is held: two alternates added at once are counted one after the other.
    EXECUTE format('SELECT kind, holder_id FROM %I.committees_seat WHERE id = $1
        FOR NO KEY UPDATE', TG_TABLE_SCHEMA) INTO seat USING NEW.seat_id;
    EXECUTE format('SELECT count(*) FROM %I.committees_alternate
        WHERE seat_id = $1 AND person_id <> $2', TG_TABLE_SCHEMA)
        INTO others USING NEW.seat_id, NEW.person_id;
    IF others >= 2 THEN
        RAISE EXCEPTION 'seat % has two alternates', NEW.seat_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'seat_has_two_alternates';
    END IF;
    IF NEW.person_id = seat.holder_id THEN
        RAISE EXCEPTION 'the holder of seat % is no alternate', NEW.seat_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'seat_alternate_is_another';
    END IF;
    IF seat.kind = 'DELIBERATIVE' THEN
        PERFORM public.alize_operator_guard(TG_TABLE_SCHEMA, NEW.person_id);
    END IF;
    RETURN NEW;
END $$;
"""

FROZEN_COLUMNS = """
CREATE FUNCTION public.alize_frozen_columns() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY TG_ARGV LOOP
        IF to_jsonb(NEW) -> name IS DISTINCT FROM to_jsonb(OLD) -> name THEN
            RAISE EXCEPTION '%.% is frozen', TG_TABLE_NAME, name
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_is_frozen';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
"""

MINUTES_GUARD = """
CREATE FUNCTION public.alize_minutes_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    once text;
BEGIN
    IF OLD.status <> 'SIGNED' THEN
        RETURN NEW;
    END IF;
    IF ROW(NEW.meeting_id, NEW.status, NEW.narrative, NEW.drafted_by_id, NEW.countersigned_at,
            NEW.countersigned_by_id, NEW.signed_at, NEW.signed_by_id)
        IS DISTINCT FROM ROW(OLD.meeting_id, OLD.status, OLD.narrative, OLD.drafted_by_id,
            OLD.countersigned_at, OLD.countersigned_by_id, OLD.signed_at, OLD.signed_by_id) THEN
        RAISE EXCEPTION 'minutes % are signed', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'minutes_final_once_signed';
    END IF;
    FOREACH once IN ARRAY ARRAY['document_id', 'annex_id', 'approved_at', 'approved_in_id'] LOOP
        IF to_jsonb(OLD) -> once <> 'null' AND to_jsonb(NEW) -> once <> to_jsonb(OLD) -> once THEN
            RAISE EXCEPTION '% of minutes % is set once', once, OLD.id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'minutes_final_once_signed';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
"""

# What is asked about an advance is accepted or declined, a project is approved or rejected.
DECISION_GUARD = """
CREATE FUNCTION public.alize_decision_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    about text;
    answers boolean := NEW.outcome IN ('ACCEPTED', 'DECLINED');
BEGIN
    EXECUTE format('SELECT matter FROM %I.committees_agendaitem WHERE id = $1', TG_TABLE_SCHEMA)
        INTO about USING NEW.item_id;
    IF NEW.outcome <> 'DEFERRED' AND answers <> (about <> '') THEN
        RAISE EXCEPTION 'decision % does not answer passage %', NEW.outcome, NEW.item_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_answers_its_item';
    END IF;
    RETURN NEW;
END $$;
"""

# Arguments: the columns that stay as the minutes say them, once these are signed.
SEALED_BY_MINUTES = """
CREATE FUNCTION public.alize_sealed_by_minutes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    old_row jsonb := CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE to_jsonb(OLD) END;
    new_row jsonb := CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE to_jsonb(NEW) END;
    kept jsonb;
    meeting bigint;
    item bigint;
    sealed boolean;
    name text;
    changed boolean := TG_OP <> 'UPDATE';
BEGIN
    FOREACH name IN ARRAY TG_ARGV LOOP
        changed := changed OR old_row -> name IS DISTINCT FROM new_row -> name;
    END LOOP;
    IF NOT changed THEN
        RETURN NEW;
    END IF;
    -- A row neither leaves signed minutes nor enters them.
    FOREACH kept IN ARRAY array_remove(ARRAY[old_row, new_row], NULL) LOOP
        meeting := kept ->> CASE TG_TABLE_NAME
            WHEN 'committees_meeting' THEN 'id' ELSE 'meeting_id' END;
        item := kept ->> 'item_id';
        IF kept ? 'decision_id' THEN
            EXECUTE format('SELECT item_id FROM %I.committees_decision WHERE id = $1',
                TG_TABLE_SCHEMA) INTO item USING (kept ->> 'decision_id')::bigint;
        END IF;
        IF item IS NOT NULL THEN
            EXECUTE format('SELECT meeting_id FROM %I.committees_agendaitem WHERE id = $1',
                TG_TABLE_SCHEMA) INTO meeting USING item;
        END IF;
        EXECUTE format('SELECT status = ''SIGNED'' FROM %I.committees_minutes
            WHERE meeting_id = $1', TG_TABLE_SCHEMA) INTO sealed USING meeting;
        IF sealed THEN
            RAISE EXCEPTION 'the minutes of meeting % are signed', meeting
                USING ERRCODE = 'check_violation', CONSTRAINT = 'sealed_by_signed_minutes';
        END IF;
    END LOOP;
    RETURN coalesce(NEW, OLD);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("common", "0001_database_functions")]
    operations = [
        migrations.RunSQL(
            STANDING_ANSWER, "DROP FUNCTION public.alize_standing_answer(text, bigint, bigint)"
        ),
        migrations.RunSQL(
            HAS_WITHDRAWN, "DROP FUNCTION public.alize_has_withdrawn(text, bigint, bigint, date)"
        ),
        migrations.RunSQL(
            VOTER_GUARD, "DROP FUNCTION public.alize_voter_guard(text, bigint, bigint, date)"
        ),
        migrations.RunSQL(SESSION_GUARD, "DROP FUNCTION public.alize_session_guard(text, bigint)"),
        migrations.RunSQL(LIST_GUARD, "DROP FUNCTION public.alize_list_guard(jsonb, bigint)"),
        migrations.RunSQL(
            ANSWER_GUARD, "DROP FUNCTION public.alize_answer_guard(text, bigint, bigint)"
        ),
        migrations.RunSQL(
            PROXY_GUARD, "DROP FUNCTION public.alize_proxy_guard(text, bigint, bigint, bigint)"
        ),
        migrations.RunSQL(VOTE_GUARD, "DROP FUNCTION public.alize_vote_guard()"),
        migrations.RunSQL(SECRET_GUARD, "DROP FUNCTION public.alize_secret_guard()"),
        migrations.RunSQL(SECRET_KEPT, "DROP FUNCTION public.alize_secret_kept()"),
        migrations.RunSQL(SECRET_SHUFFLE, "DROP FUNCTION public.alize_secret_shuffle()"),
        migrations.RunSQL(BALLOT_GUARD, "DROP FUNCTION public.alize_ballot_guard()"),
        migrations.RunSQL(DECISION_GUARD, "DROP FUNCTION public.alize_decision_guard()"),
        migrations.RunSQL(
            OPERATOR_GUARD, "DROP FUNCTION public.alize_operator_guard(text, bigint)"
        ),
        migrations.RunSQL(ROLE_GUARD, "DROP FUNCTION public.alize_role_guard()"),
        migrations.RunSQL(SEAT_GUARD, "DROP FUNCTION public.alize_seat_guard()"),
        migrations.RunSQL(ALTERNATE_GUARD, "DROP FUNCTION public.alize_alternate_guard()"),
        migrations.RunSQL(FROZEN_COLUMNS, "DROP FUNCTION public.alize_frozen_columns()"),
        migrations.RunSQL(MINUTES_GUARD, "DROP FUNCTION public.alize_minutes_guard()"),
        migrations.RunSQL(SEALED_BY_MINUTES, "DROP FUNCTION public.alize_sealed_by_minutes()"),
    ]
