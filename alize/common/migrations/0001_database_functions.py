"""Functions that triggers of every schema call; they live once, in `public`.

A trigger takes its schema from TG_TABLE_SCHEMA: a check put off to the commit runs under whatever
search path is set by then (security.md L9). One that reads and writes often makes it its search
path for its own time: a statement with the schema written in it would be planned at each call.
"""

from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION public.alize_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of %.% refused: rows of this table are only ever added',
        TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation',
            CONSTRAINT = coalesce(TG_ARGV[0], TG_TABLE_NAME || '_append_only');
END $$;
"""

AUDIT_DIGEST = """
CREATE FUNCTION public.alize_audit_digest(
    previous text, number bigint, moment timestamptz, kind text, person bigint,
    target_kind text, target text, facts jsonb
) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(concat_ws('|', previous, number,
        to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
        kind, coalesce(person::text, ''), target_kind, target, facts::text), 'UTF8')), 'hex')
$$;
"""

COMMAND = """
CREATE FUNCTION public.alize_command(asked uuid, OUT digest text, OUT result jsonb)
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    -- Two sendings at once: the second waits here for the first to commit, and then reads it.
    PERFORM pg_advisory_xact_lock(hashtextextended(asked::text, 0));
    SELECT command.digest, command.result INTO digest, result
        FROM audit_command command WHERE command.key = asked;
END $$;
"""

AUDIT_CHAIN = """
CREATE FUNCTION public.alize_audit_chain() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    PERFORM set_config('search_path', format('%I, pg_temp', TG_TABLE_SCHEMA), true);
    -- The lock on the single head row puts the events of one schema in one order.
    UPDATE audit_audithead head SET sequence = head.sequence + 1,
        digest = public.alize_audit_digest(head.digest, head.sequence + 1, NEW.at, NEW.type,
            NEW.by_id, NEW.target_type, NEW.target_id, NEW.facts)
        RETURNING WITH (OLD AS previous) head.sequence, previous.digest, head.digest
        INTO STRICT NEW.sequence, NEW.previous_digest, NEW.digest;
    RETURN NEW;
END $$;
"""

# What limits signing in while the broker is down (security.md D6); a crash may empty it.
CACHED_LIMITS = """
CREATE UNLOGGED TABLE public.common_cachedlimit (
    cache_key text PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL
);
"""


class Migration(migrations.Migration):
    dependencies = []
    operations = [
        migrations.RunSQL(APPEND_ONLY, "DROP FUNCTION public.alize_append_only()"),
        migrations.RunSQL(
            AUDIT_DIGEST,
            "DROP FUNCTION public.alize_audit_digest(text, bigint, timestamptz, text, bigint, "
            "text, text, jsonb)",
        ),
        migrations.RunSQL(COMMAND, "DROP FUNCTION public.alize_command(uuid)"),
        migrations.RunSQL(AUDIT_CHAIN, "DROP FUNCTION public.alize_audit_chain()"),
        migrations.RunSQL(CACHED_LIMITS, "DROP TABLE public.common_cachedlimit"),
    ]
