"""Where all the advances stand on a day, counted by the database: the rules, once more in SQL.

A page of figures asks for no plan line by line; a test holds that this says what the rules say.
"""

from dataclasses import replace
from datetime import date, timedelta

from django.db import connection

from funds.enums import RESTRUCTURINGS, EntryKind
from funds.models import Advance
from funds.queries.fund import FundPosition, granted, position_of
from funds.queries.received import standings_of
from funds.queries.transfers import stopped_entries
from funds.rules import Standing, next_target_day

STANDINGS = """
WITH plan AS (
    SELECT DISTINCT ON (advance_id) id, advance_id, coalesce(opening_entry_id, 0) AS opening
    FROM funds_scheduleversion
    WHERE effective_on <= %(on)s
    ORDER BY advance_id, no DESC
), moved AS (
    SELECT entry.advance_id, entry.kind, entry.id > plan.opening AS since,
           CASE WHEN entry.kind = %(reversal)s THEN entry.reverses_id END AS undone_id,
           sum(posting.amount) AS amount, max(entry.value_on) AS last_on
    FROM funds_entry AS entry
    JOIN funds_posting AS posting ON posting.entry_id = entry.id AND posting.amount > 0
    LEFT JOIN plan ON plan.advance_id = entry.advance_id
    WHERE entry.advance_id IS NOT NULL AND entry.value_on <= %(on)s
    GROUP BY entry.advance_id, entry.kind, since, undone_id
), event AS (
    SELECT advance_id, since, last_on,
           CASE WHEN undone_id IS NULL THEN kind
                ELSE (SELECT undone.kind FROM funds_entry AS undone WHERE undone.id = undone_id)
           END AS kind,
           CASE WHEN undone_id IS NULL THEN amount ELSE -amount END AS amount
    FROM moved
), total AS (
    SELECT advance.id, plan.id AS version_id,
           coalesce(sum(amount) FILTER (WHERE kind = 'DISBURSEMENT'), 0) AS disbursed,
           coalesce(sum(amount) FILTER (WHERE kind = 'REPAYMENT'), 0)
               - coalesce(sum(amount) FILTER (WHERE kind = 'BOUNCE'), 0) AS paid,
           coalesce(sum(amount) FILTER (WHERE kind = 'WRITE_OFF'), 0) AS written_off,
           coalesce(sum(amount) FILTER (WHERE kind = 'RECOVERY'), 0) AS recovered,
           coalesce(sum(amount) FILTER (WHERE kind = 'REFUND'), 0) AS refunded,
           coalesce(sum(amount) FILTER (WHERE kind = 'KEPT'), 0)
               - coalesce(sum(amount) FILTER (WHERE kind = 'FORGONE'), 0) AS kept,
           coalesce(sum(amount) FILTER (WHERE kind = 'REPAYMENT' AND since), 0)
               - coalesce(sum(amount) FILTER (WHERE kind = 'BOUNCE' AND since), 0)
               AS paid_since,
           max(last_on) FILTER (WHERE kind = 'BOUNCE' AND since) AS bounced_on
    FROM funds_advance AS advance
    LEFT JOIN plan ON plan.advance_id = advance.id
    LEFT JOIN event ON event.advance_id = advance.id
    WHERE advance.granted_on <= %(on)s
    GROUP BY advance.id, plan.id
), line AS (
    SELECT total.id, due_on, paid_since, upto
    FROM total CROSS JOIN LATERAL (
        SELECT due_on, sum(amount) OVER (ORDER BY due_on, rank) AS upto
        FROM funds_scheduleline AS planned
        WHERE planned.version_id = total.version_id AND due_on <= %(late_until)s
    ) AS due
    WHERE paid < disbursed - written_off
), late AS (
    SELECT id, max(upto) AS planned,
           min(due_on) FILTER (WHERE upto > greatest(paid_since, 0)) AS first_on
    FROM line GROUP BY id
)
SELECT total.id, disbursed, least(paid, disbursed - written_off) AS repaid, paid, refunded,
       kept, written_off, recovered,
       greatest(coalesce(planned, 0) - greatest(paid_since, 0), 0)
           + CASE WHEN paid_since < 0 AND bounced_on <= %(late_until)s THEN -paid_since ELSE 0 END
           AS late,
       least(first_on,
             CASE WHEN paid_since < 0 AND bounced_on <= %(late_until)s THEN bounced_on END)
           AS late_since,
       EXISTS (
           SELECT FROM funds_scheduleversion AS version
           WHERE version.advance_id = total.id AND effective_on <= %(on)s
             AND reason = ANY(%(restructurings)s)
       ) AS restructured
FROM total LEFT JOIN late USING (id)
"""


def portfolio_standings(*, on: date) -> dict[int, Standing]:
    """Where every advance granted by a day stands at its end, by id, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            STANDINGS,
            {
                "on": on,
                "late_until": _late_until(on),
                "reversal": EntryKind.REVERSAL,
                "restructurings": list(RESTRUCTURINGS),
            },
        )
        return {row[0]: _standing(row, on) for row in cursor.fetchall()}


def _standing(row: tuple, on: date) -> Standing:
    _, disbursed, repaid, paid, refunded, kept, written_off, recovered = row[:8]
    late, since, restructured = row[8:]
    outstanding = disbursed - repaid - written_off
    arrears = min(late, outstanding)
    return Standing(
        disbursed=int(disbursed),
        repaid=int(repaid),
        overpaid=int(paid - repaid - refunded - kept),
        kept=int(kept),
        written_off=int(written_off),
        recovered=int(recovered),
        outstanding=int(outstanding),
        arrears=int(arrears),
        days_late=(on - since).days if arrears else 0,
        restructured=restructured,
    )


def _late_until(on: date) -> date:
    """The last due date that is late at the end of a day: its next open day has passed."""
    day = on - timedelta(days=1)
    while next_target_day(day) >= on:
        day -= timedelta(days=1)
    return day


def received_standings(*, on: date) -> dict[int, Standing]:
    """The same, less what is due of payments stopped before the bank."""
    standings = portfolio_standings(on=on)
    stopped = [pk for pk in stopped_entries(on=on).values() if pk in standings]
    if stopped:
        received = standings_of(Advance.objects.filter(pk__in=stopped), on=on)
        for pk, one in received.items():
            standings[pk] = replace(
                standings[pk], arrears=one.arrears, days_late=one.days_late, unsent=one.unsent
            )
    return standings


def portfolio(*, on: date) -> tuple[FundPosition, dict[int, Standing]]:
    """The position of the fund and where each advance stands by id."""
    standings = received_standings(on=on)
    grants = granted(Advance.objects.filter(granted_on__lte=on), on=on)
    return position_of(grants, standings, on=on), standings
