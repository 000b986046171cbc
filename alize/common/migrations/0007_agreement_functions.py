"""What the database refuses of the days of an agreement, its promises, and who gives it up."""

from django.db import migrations

# The eve of the same day, or the end of a shorter month: that of `alize.common.dates.last_day`.
LAST_DAY = """
CREATE FUNCTION public.alize_last_day(starts_on date, months integer) RETURNS date
LANGUAGE sql IMMUTABLE AS $$
    SELECT same - (extract(day FROM same) >= extract(day FROM starts_on))::integer
        FROM (SELECT (starts_on + make_interval(months => months))::date AS same) AS found
$$;
"""

# No year is mistyped in what all sign (R7, R59, R68): months are those of `conventions.rules.days`.
# What was signed before the tool, outside of it, is what it was: no programme is older than 1990,
# nothing is signed over three years ahead nor agreed for over twice its term.
YEARS = """
CREATE FUNCTION public.alize_agreement_years() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    frozen_on date := (NEW.frozen_at AT TIME ZONE 'Europe/Paris')::date;
    year constant interval := interval '12 months';
    oldest constant date := '1990-01-01';
    outside constant boolean := frozen_on IS NULL
        OR (NEW.status = 'SIGNED' AND NEW.circuit_id IS NULL);
    before date;
    wrong text;
BEGIN
    IF TG_TABLE_NAME = 'conventions_partnershipconvention' THEN
        EXECUTE format('SELECT greatest(ends_on, (SELECT max(new_ends_on)
                FROM %1$I.conventions_amendment WHERE convention_id = $1))
            FROM %1$I.conventions_partnershipconvention WHERE id = $1', TG_TABLE_SCHEMA)
            INTO before USING NEW.renews_id;
        wrong := CASE
            WHEN outside AND NOT coalesce(NEW.starts_on BETWEEN oldest
                AND NEW.signed_on + 3 * year, true) THEN 'past_is_plausible'
            WHEN outside AND NEW.ends_on > public.alize_last_day(NEW.starts_on, 72)
                THEN 'past_is_plausible'
            WHEN outside THEN NULL
            WHEN NEW.ends_on <> public.alize_last_day(NEW.starts_on, 36) THEN 'lasts_three_years'
            WHEN NOT coalesce(NEW.starts_on <= greatest(frozen_on, before) + year
                AND NEW.ends_on >= frozen_on, false) THEN 'effect_is_near'
        END;
    ELSIF outside THEN
        wrong := CASE WHEN NOT coalesce(NEW.starts_on BETWEEN oldest AND NEW.signed_on + year, true)
            THEN 'past_is_plausible' END;
    ELSE
        wrong := CASE
            WHEN NOT coalesce(NEW.starts_on BETWEEN frozen_on - year AND frozen_on + year, false)
                THEN 'effect_is_near'
            WHEN NEW.payment_expected_on NOT BETWEEN NEW.starts_on AND NEW.starts_on + year
                THEN 'payment_is_near'
        END;
    END IF;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'a year of convention % is mistyped', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_' || wrong;
    END IF;
    RETURN NEW;
END $$;
"""

AMENDED_YEARS = """
CREATE FUNCTION public.alize_amended_years() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    term date;
    most interval := interval '36 months';
    wrong text;
BEGIN
    IF NEW.convention_id IS NOT NULL THEN
        EXECUTE format('SELECT ends_on FROM %I.conventions_partnershipconvention WHERE id = $1',
            TG_TABLE_SCHEMA) INTO STRICT term USING NEW.convention_id;
    ELSE
        most := interval '24 months';
        EXECUTE format('SELECT coalesce(
                (SELECT new_ends_on FROM %1$I.conventions_amendment
                    WHERE cooperation_id = $1 AND status = ''SIGNED'' AND new_ends_on IS NOT NULL
                    ORDER BY number DESC LIMIT 1),
                (SELECT public.alize_last_day(CASE WHEN c.status = ''SIGNED''
                        THEN coalesce(p.labelled_on, c.starts_on) ELSE c.starts_on END, 18)
                    FROM %1$I.conventions_cooperationconvention c
                    JOIN %1$I.projects_project p ON p.id = c.project_id WHERE c.id = $1))',
            TG_TABLE_SCHEMA) INTO STRICT term USING NEW.cooperation_id;
    END IF;
    wrong := CASE
        WHEN NEW.new_ends_on < term OR NEW.new_ends_on > term + most THEN 'term_is_near'
        WHEN NEW.convention_id IS NOT NULL AND NEW.status <> 'DRAFT'
            AND NEW.takes_effect_on > coalesce(NEW.new_ends_on, term) THEN 'effect_is_in_time'
    END;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'a year of amendment % is mistyped', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'amendment_' || wrong;
    END IF;
    RETURN NEW;
END $$;
"""

VOIDED = """
CREATE FUNCTION public.alize_void_decider() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF public.alize_has_withdrawn(TG_TABLE_SCHEMA, NEW.cancelled_by_id, NEW.project_id,
            (NEW.cancelled_at AT TIME ZONE 'Europe/Paris')::date) THEN
        RAISE EXCEPTION 'person % has withdrawn from the file of convention %',
            NEW.cancelled_by_id, NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'convention_voided_by_no_recused';
    END IF;
    RETURN NEW;
END $$;
"""

# Something is promised for a year of the partner (R53); its dates wait for this, or this for them.
PLEDGE_YEAR = """
CREATE FUNCTION public.alize_pledge_year() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    partner record;
BEGIN
    EXECUTE format('SELECT joined_on, left_on FROM %I.partners_partner WHERE id = $1 FOR SHARE',
        TG_TABLE_SCHEMA) INTO partner USING NEW.partner_id;
    IF NEW.amount > 0 AND (extract(year FROM partner.joined_on) > NEW.year
            OR extract(year FROM partner.left_on - 1) < NEW.year) THEN
        RAISE EXCEPTION '% is no year of partner %', NEW.year, NEW.partner_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'pledge_is_of_a_year_of_its_partner';
    END IF;
    RETURN NEW;
END $$;
"""

PARTNER_PLEDGED = """
CREATE FUNCTION public.alize_partner_pledged() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    promised boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM %I.partners_pledge
        WHERE partner_id = $1 AND amount > 0 AND year < extract(year FROM $2))', TG_TABLE_SCHEMA)
        INTO promised USING NEW.id, NEW.joined_on;
    IF promised THEN
        RAISE EXCEPTION 'partner % has promised for an earlier year', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'partner_joined_before_it_pledged';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("common", "0006_deliberation_functions")]
    operations = [
        migrations.RunSQL(LAST_DAY, "DROP FUNCTION public.alize_last_day(date, integer)"),
        migrations.RunSQL(YEARS, "DROP FUNCTION public.alize_agreement_years()"),
        migrations.RunSQL(AMENDED_YEARS, "DROP FUNCTION public.alize_amended_years()"),
        migrations.RunSQL(VOIDED, "DROP FUNCTION public.alize_void_decider()"),
        migrations.RunSQL(PLEDGE_YEAR, "DROP FUNCTION public.alize_pledge_year()"),
        migrations.RunSQL(PARTNER_PLEDGED, "DROP FUNCTION public.alize_partner_pledged()"),
    ]
