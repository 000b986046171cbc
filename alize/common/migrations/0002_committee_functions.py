"""What the database itself refuses about votes and ballots (voting.md 5.3, SD5, D15)."""

from django.db import migrations

VOTE_GUARD = """
CREATE FUNCTION public.alize_vote_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ballot_status text;
    passage bigint;
    may_vote boolean;
    answer text;
BEGIN
    -- Shared with the other voters, exclusive with the close: a vote is counted or refused.
    EXECUTE format('SELECT status, item_id FROM %I.committees_ballot WHERE id = $1 FOR SHARE',
        TG_TABLE_SCHEMA) INTO ballot_status, passage USING NEW.ballot_id;
    IF ballot_status IS DISTINCT FROM 'OPEN' THEN
        RAISE EXCEPTION 'ballot % is not open', NEW.ballot_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_ballot_is_open';
    END IF;
    EXECUTE format('SELECT kind = ''DELIBERATIVE'' AND daterange(starts_on, ends_on, ''[]'') @> $2
        FROM %I.committees_seat WHERE id = $1', TG_TABLE_SCHEMA)
        INTO may_vote USING NEW.seat_id, (NEW.cast_at AT TIME ZONE 'Europe/Paris')::date;
    IF may_vote IS NOT TRUE THEN
        RAISE EXCEPTION 'seat % may not vote', NEW.seat_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_seat_is_deliberative';
    END IF;
    EXECUTE format('SELECT answer FROM %I.committees_interestdeclaration
        WHERE item_id = $1 AND seat_id = $2 ORDER BY id DESC LIMIT 1', TG_TABLE_SCHEMA)
        INTO answer USING passage, NEW.seat_id;
    IF answer = 'RECUSED' THEN
        RAISE EXCEPTION 'seat % is recused', NEW.seat_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_seat_is_not_recused';
    END IF;
    RETURN NEW;
END $$;
"""

BALLOT_GUARD = """
CREATE FUNCTION public.alize_ballot_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status <> 'PREPARED' AND ROW(NEW.item_id, NEW.number, NEW.proposal_id,
            NEW.proposal_text, NEW.rules, NEW.opened_at, NEW.opened_by_id)
        IS DISTINCT FROM ROW(OLD.item_id, OLD.number, OLD.proposal_id,
            OLD.proposal_text, OLD.rules, OLD.opened_at, OLD.opened_by_id) THEN
        RAISE EXCEPTION 'ballot % is frozen since it opened', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ballot_frozen_once_open';
    END IF;
    IF OLD.status IN ('CLOSED', 'PROCLAIMED') AND (
        ROW(NEW.closed_at, NEW.closed_by_id, NEW.result, NEW.result_sentence, NEW.votes_digest)
            IS DISTINCT FROM
        ROW(OLD.closed_at, OLD.closed_by_id, OLD.result, OLD.result_sentence, OLD.votes_digest)
        OR NEW.status NOT IN ('CLOSED', 'PROCLAIMED')
        OR (OLD.status = 'PROCLAIMED' AND NEW.status <> 'PROCLAIMED')) THEN
        RAISE EXCEPTION 'the result of ballot % is final', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ballot_result_is_final';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("common", "0001_database_functions")]
    operations = [
        migrations.RunSQL(VOTE_GUARD, "DROP FUNCTION public.alize_vote_guard()"),
        migrations.RunSQL(BALLOT_GUARD, "DROP FUNCTION public.alize_ballot_guard()"),
    ]
