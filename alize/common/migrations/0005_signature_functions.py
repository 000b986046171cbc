"""What the database itself refuses about signatures, and the chain of their evidence."""

from django.db import migrations

DIGEST = """
CREATE FUNCTION public.alize_signing_digest(
    previous text, number bigint, moment timestamptz, kind text, signer bigint, trace text,
    facts jsonb
) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(concat_ws('|', previous, number,
        to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
        kind, coalesce(signer::text, ''), trace, facts::text), 'UTF8')), 'hex')
$$;
"""

# The row of the circuit is the head of its chain: its lock puts the events in one order.
CHAIN = """
CREATE FUNCTION public.alize_signing_chain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SELECT event_count + 1, event_digest FROM %I.signatures_circuit
        WHERE id = $1 FOR UPDATE', TG_TABLE_SCHEMA)
        INTO STRICT NEW.sequence, NEW.previous_digest USING NEW.circuit_id;
    NEW.trace := encode(sha256(convert_to(concat_ws('|', NEW.nonce, NEW.ip, NEW.user_agent),
        'UTF8')), 'hex');
    NEW.digest := public.alize_signing_digest(NEW.previous_digest, NEW.sequence, NEW.at, NEW.kind,
        NEW.signer_id, NEW.trace, NEW.facts);
    EXECUTE format('UPDATE %I.signatures_circuit SET event_count = $1, event_digest = $2
        WHERE id = $3', TG_TABLE_SCHEMA) USING NEW.sequence, NEW.digest, NEW.circuit_id;
    RETURN NEW;
END $$;
"""

# Whoever would sign does not validate their own mandate, nor gets back what they gave away.
DELEGATION_GUARD = """
CREATE FUNCTION public.alize_delegation_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    refused boolean;
BEGIN
    IF TG_OP = 'INSERT' THEN
        EXECUTE format('WITH RECURSIVE chain AS (
                SELECT id, email, replaces_id FROM %1$I.signatures_circuitsigner WHERE id = $1
                UNION ALL SELECT s.id, s.email, s.replaces_id FROM %1$I.signatures_circuitsigner s
                JOIN chain ON s.id = chain.replaces_id)
            SELECT EXISTS (SELECT FROM chain WHERE lower(email) = lower($2)) AND NOT EXISTS
                (SELECT FROM chain WHERE id = $1 AND lower(email) = lower($2))', TG_TABLE_SCHEMA)
            INTO refused USING NEW.signer_id, NEW.email;
        IF refused THEN
            RAISE EXCEPTION 'signer % gives a signature back', NEW.signer_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'delegation_is_not_given_back';
        END IF;
    ELSIF NEW.decided_by_id IS NOT NULL AND EXISTS (SELECT FROM public.accounts_person
            WHERE id = NEW.decided_by_id AND lower(email) = lower(NEW.email)) THEN
        RAISE EXCEPTION 'delegation % is decided by whoever would sign', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'delegation_decided_by_another';
    END IF;
    RETURN NEW;
END $$;
"""

# A new event moves the head of its chain from a trigger of its own, one level deeper.
CIRCUIT_GUARD = """
CREATE FUNCTION public.alize_circuit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    signed bigint;
    expected bigint;
BEGIN
    IF pg_trigger_depth() > 1 THEN
        RETURN NEW;
    END IF;
    IF (NEW.event_count, NEW.event_digest) IS DISTINCT FROM (OLD.event_count, OLD.event_digest) THEN
        RAISE EXCEPTION 'the chain of circuit % is kept by its events', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'circuit_chain_is_kept';
    END IF;
    IF OLD.status IN ('SEALED', 'REFUSED', 'CANCELLED') THEN
        RAISE EXCEPTION 'circuit % has ended', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'circuit_has_ended';
    END IF;
    IF NEW.status = 'SEALED' AND OLD.status <> 'COMPLETE' THEN
        RAISE EXCEPTION 'circuit % is not complete', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'circuit_has_a_signer_left';
    END IF;
    IF NEW.status IN ('COMPLETE', 'SEALED') THEN
        EXECUTE format('SELECT count(*) FILTER (WHERE status = ''SIGNED''),
            count(*) FILTER (WHERE status NOT IN (''SIGNED'', ''REPLACED'')
                OR disputed_at IS NOT NULL)
            FROM %I.signatures_circuitsigner WHERE circuit_id = $1', TG_TABLE_SCHEMA)
            INTO signed, expected USING OLD.id;
        IF signed = 0 OR expected > 0 THEN
            RAISE EXCEPTION 'circuit % waits for % signers', OLD.id, expected
                USING ERRCODE = 'check_violation', CONSTRAINT = 'circuit_has_a_signer_left';
        END IF;
    ELSIF OLD.status = 'COMPLETE' AND NEW.status NOT IN ('PAUSED', 'REFUSED', 'CANCELLED') THEN
        RAISE EXCEPTION 'circuit % is signed by all', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'circuit_has_ended';
    END IF;
    RETURN NEW;
END $$;
"""

# 366 days: signatures.rules.LONGEST_DAYS. It is put off on a day that this row does not know.
DEADLINE = """
CREATE FUNCTION public.alize_circuit_deadline() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    set_on date := (now() AT TIME ZONE 'Europe/Paris')::date;
BEGIN
    set_on := CASE TG_OP WHEN 'INSERT' THEN (NEW.launched_at AT TIME ZONE 'Europe/Paris')::date
        ELSE greatest(OLD.expires_on, set_on) END;
    IF NEW.expires_on > set_on + 366 THEN
        RAISE EXCEPTION 'circuit % would wait until %', NEW.id, NEW.expires_on
            USING ERRCODE = 'check_violation', CONSTRAINT = 'circuit_deadline_is_within_a_year';
    END IF;
    RETURN NEW;
END $$;
"""

SIGNER_GUARD = """
CREATE FUNCTION public.alize_circuit_signer_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    circuit record;
    day date;
    before boolean;
    follows text[];
    makes_good boolean;
BEGIN
    EXECUTE format('SELECT status, expires_on FROM %I.signatures_circuit WHERE id = $1 FOR UPDATE',
        TG_TABLE_SCHEMA) INTO STRICT circuit USING NEW.circuit_id;
    IF TG_OP = 'INSERT' THEN
        IF circuit.status <> 'OPEN' OR NEW.status NOT IN ('WAITING', 'INVITED') THEN
            RAISE EXCEPTION 'circuit % takes no more signers', NEW.circuit_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'circuit_signer_circuit_is_open';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.status = 'SIGNED' AND OLD.disputed_at IS NOT NULL AND NEW.status = 'INVITED'
        AND circuit.status = 'OPEN' THEN
        RETURN NEW;
    END IF;
    IF OLD.status IN ('SIGNED', 'REFUSED', 'REPLACED') THEN
        -- Contested, then settled once sealed, then made good by a later act: once each, in order.
        follows := CASE
            WHEN OLD.disputed_at IS NULL THEN ARRAY['disputed_at']
            WHEN OLD.settled_at IS NULL AND circuit.status = 'SEALED' THEN
                ARRAY['settlement', 'settlement_reason', 'settled_at', 'settled_by_id']
            WHEN OLD.settlement = 'SET_ASIDE' AND OLD.made_good_by_id IS NULL THEN
                ARRAY['made_good_by_id']
        END;
        IF follows IS NULL OR to_jsonb(NEW) - follows IS DISTINCT FROM to_jsonb(OLD) - follows THEN
            RAISE EXCEPTION 'signer % has answered', OLD.id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'circuit_signer_has_answered';
        END IF;
        IF NEW.made_good_by_id IS NOT NULL THEN
            EXECUTE format('SELECT status = ''SEALED'' AND launched_at > $2
                FROM %I.signatures_circuit WHERE id = $1', TG_TABLE_SCHEMA)
                INTO STRICT makes_good USING NEW.made_good_by_id, OLD.settled_at;
            IF NOT makes_good THEN
                RAISE EXCEPTION 'signer % is made good by nothing signed since', OLD.id
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'circuit_signer_is_made_good';
            END IF;
        END IF;
        RETURN NEW;
    END IF;
    -- Only a mandate that is over is renewed: of whoever is expected, while all may sign.
    IF (NEW.mandate_kind, NEW.mandate_sha256, NEW.mandate_starts_on, NEW.mandate_ends_on)
        IS DISTINCT FROM
        (OLD.mandate_kind, OLD.mandate_sha256, OLD.mandate_starts_on, OLD.mandate_ends_on)
        AND (OLD.status <> 'INVITED' OR circuit.status <> 'OPEN' OR OLD.replaces_id IS NOT NULL
            OR OLD.mandate_ends_on IS NULL OR NEW.mandate_ends_on <= OLD.mandate_ends_on) THEN
        RAISE EXCEPTION 'the mandate of signer % is that of the launch', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'circuit_signer_mandate_is_renewed';
    END IF;
    IF NEW.status = OLD.status THEN
        RETURN NEW;
    END IF;
    day := coalesce(NEW.signed_on, NEW.paper_on);
    IF circuit.status <> 'OPEN' OR day > circuit.expires_on THEN
        RAISE EXCEPTION 'circuit % is not open', NEW.circuit_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'circuit_signer_circuit_is_open';
    END IF;
    IF NEW.status IN ('SIGNED', 'PAPER') AND NOT daterange(NEW.mandate_starts_on,
            NEW.mandate_ends_on, '[]') @> day THEN
        RAISE EXCEPTION 'the mandate of signer % does not hold', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'circuit_signer_mandate_holds';
    END IF;
    IF NEW.status <> 'WAITING' THEN
        EXECUTE format('SELECT EXISTS (SELECT FROM %I.signatures_circuitsigner WHERE circuit_id = $1
            AND "order" < $2 AND status NOT IN (''SIGNED'', ''REPLACED''))', TG_TABLE_SCHEMA)
            INTO before USING NEW.circuit_id, NEW."order";
        IF before THEN
            RAISE EXCEPTION 'signer % waits for others', OLD.id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'circuit_signer_turn_has_come';
        END IF;
    END IF;
    -- The moves of SIGNER_TRANSITIONS; what was signed and is contested is seen to above.
    IF (OLD.status, NEW.status) NOT IN (('WAITING', 'INVITED'), ('INVITED', 'WAITING'),
            ('INVITED', 'PAPER'), ('INVITED', 'SIGNED'), ('INVITED', 'REFUSED'),
            ('INVITED', 'REPLACED'), ('PAPER', 'SIGNED'), ('PAPER', 'INVITED')) THEN
        RAISE EXCEPTION 'signer % does not go from % to %', OLD.id, OLD.status, NEW.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'circuit_signer_moves_in_order';
    END IF;
    RETURN NEW;
END $$;
"""

# A condition of an advance that waits for a contested signature is met with it alone.
CONTESTED = """
CREATE FUNCTION public.alize_contested_is_settled() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    holds boolean;
BEGIN
    EXECUTE format('SELECT settlement = ''KEPT'' OR made_good_by_id IS NOT NULL
        FROM %I.signatures_circuitsigner WHERE id = $1', TG_TABLE_SCHEMA)
        INTO STRICT holds USING NEW.contested_id;
    IF NOT holds THEN
        RAISE EXCEPTION 'the signature of signer % is contested', NEW.contested_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'precondition_contested_is_settled';
    END IF;
    RETURN NEW;
END $$;
"""

# An agreement takes no effect while a signature of it is contested, or set aside.
HELD = """
CREATE FUNCTION public.alize_signatures_hold() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM %I.signatures_circuitsigner
        WHERE circuit_id = ANY ($1) AND disputed_at IS NOT NULL AND settlement <> ''KEPT''
            AND made_good_by_id IS NULL)', TG_TABLE_SCHEMA)
        INTO held
        USING ARRAY[NEW.circuit_id, (to_jsonb(NEW) ->> 'operator_circuit_id')::bigint];
    IF held THEN
        RAISE EXCEPTION 'a signature of % is contested', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_signatures_hold';
    END IF;
    RETURN NEW;
END $$;
"""

# A founding convention and what amends it are signed until its term (R7).
IN_TIME = """
CREATE FUNCTION public.alize_signed_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    late boolean;
BEGIN
    IF TG_TABLE_NAME = 'signatures_circuit' THEN
        EXECUTE format('SELECT EXISTS (SELECT FROM %1$I.conventions_partnershipconvention c
            LEFT JOIN %1$I.conventions_amendment a ON a.convention_id = c.id
            WHERE $1 IN (c.circuit_id, c.operator_circuit_id, a.circuit_id)
                AND c.ends_on < $2)', TG_TABLE_SCHEMA)
            INTO late USING NEW.id, NEW.expires_on;
    ELSIF TG_TABLE_NAME = 'conventions_partnershipconvention' THEN
        EXECUTE format('SELECT EXISTS (SELECT FROM %I.signatures_circuit
            WHERE id IN ($1, $2) AND expires_on > $3)', TG_TABLE_SCHEMA)
            INTO late USING NEW.circuit_id, NEW.operator_circuit_id, NEW.ends_on;
    ELSE
        EXECUTE format('SELECT EXISTS (SELECT FROM %1$I.signatures_circuit s
            JOIN %1$I.conventions_partnershipconvention c ON c.id = $2
            WHERE s.id = $1 AND c.ends_on < s.expires_on)', TG_TABLE_SCHEMA)
            INTO late USING NEW.circuit_id, NEW.convention_id;
    END IF;
    IF late THEN
        RAISE EXCEPTION 'a founding text is signed until the term of its convention'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_is_signed_in_time';
    END IF;
    RETURN NEW;
END $$;
"""


# Taken up again only to be signed anew, once a signature of theirs was set aside.
MINUTES_ARE_FINAL = """
CREATE FUNCTION public.alize_signed_minutes_are_final() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lacking boolean;
BEGIN
    IF to_jsonb(NEW) = to_jsonb(OLD) THEN
        RETURN NEW;
    END IF;
    EXECUTE format('SELECT EXISTS (SELECT FROM %I.signatures_circuitsigner WHERE circuit_id = $1
        AND settlement = ''SET_ASIDE'' AND made_good_by_id IS NULL)', TG_TABLE_SCHEMA)
        INTO lacking USING OLD.circuit_id;
    IF NOT lacking OR NEW.status <> 'HELD' OR NEW.number <> OLD.number THEN
        RAISE EXCEPTION 'minutes of committee % are signed', OLD.number
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_is_frozen';
    END IF;
    RETURN NEW;
END $$;
"""

VALIDATIONS_ARE_FINAL = """
CREATE FUNCTION public.alize_validations_are_final() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    written constant jsonb[] := ARRAY[to_jsonb(OLD), to_jsonb(NEW)];
    signed boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM %I.steering_steeringmeeting
        JOIN unnest($1) AS row ON id = (row->>''meeting_id'')::bigint
        WHERE status = ''SIGNED'')', TG_TABLE_SCHEMA)
        INTO signed USING written;
    IF signed THEN
        RAISE EXCEPTION 'the minutes that say so are signed'
            USING ERRCODE = 'check_violation',
                CONSTRAINT = 'steering_steeringmeeting_is_frozen';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("common", "0004_bank_functions")]
    operations = [
        migrations.RunSQL(
            DIGEST,
            "DROP FUNCTION public.alize_signing_digest(text, bigint, timestamptz, text, bigint, "
            "text, jsonb)",
        ),
        migrations.RunSQL(DELEGATION_GUARD, "DROP FUNCTION public.alize_delegation_guard()"),
        migrations.RunSQL(CHAIN, "DROP FUNCTION public.alize_signing_chain()"),
        migrations.RunSQL(CIRCUIT_GUARD, "DROP FUNCTION public.alize_circuit_guard()"),
        migrations.RunSQL(DEADLINE, "DROP FUNCTION public.alize_circuit_deadline()"),
        migrations.RunSQL(SIGNER_GUARD, "DROP FUNCTION public.alize_circuit_signer_guard()"),
        migrations.RunSQL(IN_TIME, "DROP FUNCTION public.alize_signed_in_time()"),
        migrations.RunSQL(HELD, "DROP FUNCTION public.alize_signatures_hold()"),
        migrations.RunSQL(
            MINUTES_ARE_FINAL, "DROP FUNCTION public.alize_signed_minutes_are_final()"
        ),
        migrations.RunSQL(
            VALIDATIONS_ARE_FINAL, "DROP FUNCTION public.alize_validations_are_final()"
        ),
        migrations.RunSQL(CONTESTED, "DROP FUNCTION public.alize_contested_is_settled()"),
    ]
