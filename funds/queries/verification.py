"""Finds any change made to the ledger, also with its triggers off, and says where.

Each probe asks the database for the places that break one rule of funds.md 2.7; the positions of
the advances are computed by the rules and compared with the accounts, each on its own side.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db import connection
from django.db.models import Max, Sum
from django.utils import timezone

from alize.audit.queries import Finding
from funds.enums import EntryKind
from funds.models import Advance, BankAccount, Contribution, Entry, Posting
from funds.queries.ledger import Known, balances
from funds.queries.lines import entitlement_of
from funds.queries.received import standings_of
from funds.queries.reconciliation import reconciliation
from funds.rules import Position

_ENTRY = "entry.journal || '-' || entry.year || '-' || entry.no"

_LEGS = """
SELECT entry.id, count(posting.id) AS legs, coalesce(sum(posting.amount), 0) AS balance,
    coalesce(sum(posting.amount) FILTER (WHERE posting.amount > 0), 0) AS moved,
    encode(sha256(convert_to(coalesce(string_agg(concat_ws(':', posting.account_id, posting.amount,
        posting.contribution_id), ',' ORDER BY posting.rank), ''), 'UTF8')), 'hex') AS digest,
    coalesce(bool_and(posting.perimeter = entry.perimeter AND account.perimeter = entry.perimeter),
        true) AS apart,
    coalesce(bool_or(posting.account_id IN ('RECEIVABLE', 'OVERPAID', 'LOSS', 'RECOVERED')), false)
        AS of_an_advance,
    coalesce(sum(posting.amount) FILTER (WHERE posting.account_id IN ('FUND_LIAISON', 'OPS_LIAISON')
        ), 0) AS liaison
FROM funds_entry entry
LEFT JOIN funds_posting posting ON posting.entry_id = entry.id
LEFT JOIN funds_account account ON account.key = posting.account_id
GROUP BY entry.id
"""


def _of_entries(condition: str) -> str:
    """The entries whose postings break a condition."""
    return f"""SELECT {_ENTRY} FROM funds_entry entry JOIN ({_LEGS}) legs ON legs.id = entry.id
        WHERE {condition} ORDER BY entry.id"""


def _below_zero(*accounts: str) -> str:
    """The advances for which accounts held less than nothing at the end of a day."""
    named = ", ".join(f"'{account}'" for account in accounts)
    return f"""SELECT DISTINCT reference FROM (SELECT reference,
            sum(amount) OVER (PARTITION BY advance.id ORDER BY entry.value_on) AS balance
        FROM funds_advance advance
        JOIN funds_entry entry ON entry.advance_id = advance.id
        JOIN funds_posting posting ON posting.entry_id = entry.id
        WHERE account_id IN ({named})) days WHERE balance < 0"""


PROBES = {
    "l'écriture a été modifiée": f"""SELECT {_ENTRY} FROM funds_entry entry
        WHERE hash <> public.alize_ledger_hash(previous_hash, to_jsonb(entry)) ORDER BY id""",
    "l'écriture ne suit plus la précédente": f"""SELECT {_ENTRY} FROM (SELECT *,
            lag(hash, 1, repeat('0', 64)) OVER (ORDER BY id) AS before FROM funds_entry) entry
        WHERE previous_hash <> before ORDER BY id""",
    "une écriture manque avant celle-ci": f"""SELECT {_ENTRY} FROM (SELECT *,
            lag(id, 1, 0::bigint) OVER (ORDER BY id) AS before FROM funds_entry) entry
        WHERE id <> before + 1 ORDER BY id""",
    "un numéro manque avant celui-ci": f"""SELECT {_ENTRY} FROM (SELECT *, lag(no, 1, 0) OVER
            (PARTITION BY journal, year ORDER BY no) AS before FROM funds_entry) entry
        WHERE no <> before + 1 ORDER BY id""",
    "les dernières écritures du journal manquent": """SELECT counter.journal || '-' || counter.year
        FROM funds_journalcounter counter LEFT JOIN (SELECT journal, year, max(no) AS no
            FROM funds_entry GROUP BY journal, year) last
        ON (last.journal, last.year) = (counter.journal, counter.year)
        WHERE last.no IS DISTINCT FROM counter.last_no ORDER BY 1""",
    "l'exercice n'est pas celui de la date comptable": f"""SELECT {_ENTRY} FROM funds_entry entry
        WHERE year <> extract(year FROM booked_on) ORDER BY id""",
    "l'écriture a moins de deux lignes": _of_entries("legs.legs < 2"),
    "débit et crédit diffèrent": _of_entries("legs.balance <> 0"),
    "les lignes ne sont plus celles qui ont été scellées": _of_entries(
        "legs.digest <> entry.digest"
    ),
    "les deux comptes sont mélangés": _of_entries("NOT legs.apart"),
    "l'écriture ne nomme pas son avance": _of_entries(
        "legs.of_an_advance <> (entry.advance_id IS NOT NULL)"
    ),
    "les deux côtés du virement diffèrent": _of_entries(
        f"""entry.transfer_id IN (SELECT entry.transfer_id FROM funds_entry entry
            JOIN ({_LEGS}) legs ON legs.id = entry.id WHERE entry.transfer_id IS NOT NULL
            GROUP BY entry.transfer_id HAVING count(*) <> 2 OR sum(legs.liaison) <> 0)"""
    ),
    "deux personnes n'ont pas voulu cette écriture telle qu'elle est": _of_entries(
        """(entry.authorization_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM funds_authorization asked WHERE asked.id = entry.authorization_id
                    AND (status, kind, amount, value_on)
                        = ('APPROVED', entry.kind, legs.moved, entry.value_on)
                    AND advance_id IS NOT DISTINCT FROM entry.advance_id
                    AND NOT EXISTS (SELECT FROM funds_posting leg WHERE leg.entry_id = entry.id
                        AND (leg.account_id <> public.alize_account_of(
                                asked.kind, asked.days IS NOT NULL, leg.amount > 0)
                            OR leg.contribution_id IS DISTINCT FROM
                                CASE WHEN leg.amount > 0 THEN asked.contribution_id END))))
            OR (entry.order_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM funds_paymentorder paid WHERE paid.id = entry.order_id
                    AND (status, advance_id, amount)
                        = ('RELEASED', entry.advance_id, legs.moved)
                    AND entry.value_on
                        = greatest(pay_on, (released_at AT TIME ZONE 'Europe/Paris')::date)
                    AND NOT EXISTS (SELECT FROM funds_posting leg WHERE leg.entry_id = entry.id
                        AND leg.account_id
                            <> public.alize_account_of(entry.kind, false, leg.amount > 0))))
            OR (entry.reversal_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM funds_reversal asked WHERE asked.id = entry.reversal_id
                    AND (status, value_on) = ('APPROVED', entry.value_on)))"""
    ),
    "une ligne n'a pas d'écriture": """SELECT posting.entry_id::text FROM funds_posting posting
        WHERE NOT EXISTS (SELECT FROM funds_entry entry WHERE entry.id = posting.entry_id)""",
    "l'annulation n'est pas le miroir de l'écriture": f"""SELECT {_ENTRY} FROM funds_entry entry
        JOIN funds_entry undone ON undone.id = entry.reverses_id
        WHERE undone.reverses_id IS NOT NULL OR entry.value_on < undone.value_on
            OR EXISTS (SELECT FROM (
                SELECT account_id, amount, contribution_id, 1 AS side
                FROM funds_posting WHERE entry_id = entry.id
                UNION ALL SELECT account_id, -amount, contribution_id, -1
                FROM funds_posting WHERE entry_id = undone.id) both_sides
                GROUP BY account_id, amount, contribution_id HAVING sum(side) <> 0)
        ORDER BY entry.id""",
    "l'échéancier ne fait pas le total": """SELECT advance.reference || ' v' || version.no
        FROM funds_scheduleversion version
        JOIN funds_advance advance ON advance.id = version.advance_id
        WHERE covers <> (SELECT coalesce(sum(amount), 0) FROM funds_scheduleline
            WHERE version_id = version.id)""",
    "l'avance doit moins que zéro": _below_zero("RECEIVABLE"),
    "plus de versé que d'accordé": """SELECT advance.reference FROM funds_advance advance
        JOIN funds_entry entry ON entry.advance_id = advance.id
        JOIN funds_posting posting ON posting.entry_id = entry.id
        LEFT JOIN funds_entry undone ON undone.id = entry.reverses_id
        WHERE account_id = 'RECEIVABLE'
            AND coalesce(undone.kind, entry.kind) = 'DISBURSEMENT'
        GROUP BY advance.id HAVING sum(amount) > granted_amount - renounced_amount""",
    "un jour, plus de perdu que de versé": """SELECT DISTINCT reference FROM (SELECT reference,
            sum(amount) OVER (PARTITION BY advance.id ORDER BY entry.value_on) AS balance
        FROM funds_advance advance
        JOIN funds_entry entry ON entry.advance_id = advance.id
        JOIN funds_posting posting ON posting.entry_id = entry.id
        LEFT JOIN funds_entry undone ON undone.id = entry.reverses_id
        WHERE account_id = 'RECEIVABLE'
            AND coalesce(undone.kind, entry.kind) IN ('DISBURSEMENT', 'WRITE_OFF')) days
        WHERE balance < 0""",
    "plus de récupéré que de perdu": _below_zero("LOSS", "RECOVERED"),
    # What the bank takes back after a refund is a fact: what was given back is looked at, on each
    # day from its own on, as it was known then.
    "plus de trop-perçu rendu que reçu": """SELECT DISTINCT reference FROM funds_advance advance
        JOIN funds_entry given ON given.advance_id = advance.id
        JOIN funds_posting back ON back.entry_id = given.id
        LEFT JOIN funds_entry undone ON undone.id = given.reverses_id
        WHERE back.account_id = 'OVERPAID' AND back.amount > 0
            AND given.kind NOT IN ('BOUNCE', 'OFFSET') AND undone.kind IS DISTINCT FROM 'FORGONE'
            AND EXISTS (SELECT FROM (SELECT known.value_on,
                    sum(amount) OVER (ORDER BY known.value_on) AS balance
                    FROM funds_entry known JOIN funds_posting ON entry_id = known.id
                    WHERE known.advance_id = advance.id AND known.id <= given.id
                        AND account_id = 'OVERPAID') days
                WHERE value_on >= given.value_on AND balance > 0)""",
    "un jour, le trop-perçu (467) n'est pas celui de ses paiements": """SELECT DISTINCT reference
        FROM (SELECT reference,
                sum(amount) FILTER (WHERE account_id = 'RECEIVABLE') OVER days AS owed,
                sum(amount) FILTER (WHERE coalesce(undone.kind, entry.kind)
                    NOT IN ('REFUND', 'KEPT', 'FORGONE')) OVER days AS due
            FROM funds_advance advance
            JOIN funds_entry entry ON entry.advance_id = advance.id
            JOIN funds_posting posting ON posting.entry_id = entry.id
            LEFT JOIN funds_entry undone ON undone.id = entry.reverses_id
            WHERE account_id IN ('RECEIVABLE', 'OVERPAID')
            WINDOW days AS (PARTITION BY advance.id ORDER BY entry.value_on)) moved
        WHERE coalesce(owed, 0) <> greatest(0, due)""",
    "le plafond du défraiement est dépassé": """SELECT
            extract(year FROM coalesce(undone.value_on, entry.value_on))::text
        FROM funds_entry entry JOIN funds_posting posting ON posting.entry_id = entry.id
        LEFT JOIN funds_entry undone ON undone.id = entry.reverses_id
        WHERE coalesce(undone.kind, entry.kind) = 'ALLOWANCE'
            AND account_id IN ('ALLOWANCE', 'VALUED_USE')
        GROUP BY 1 HAVING sum(amount) > 1000000""",
    "le financeur a repris plus que son apport": """SELECT contribution.funder
        FROM funds_contribution contribution
        JOIN funds_posting posting ON posting.contribution_id = contribution.id
        WHERE account_id IN ('RETURNABLE', 'GRANTED')
        GROUP BY contribution.id HAVING sum(amount) > 0""",
    "le relevé ne tombe pas juste, ou ne suit pas le précédent": """SELECT
            number.bank || ' du ' || to_char(statement.until, 'DD/MM/YYYY')
        FROM funds_bankstatement statement
        JOIN funds_banknumber number ON number.id = statement.number_id
        LEFT JOIN funds_bankstatement before ON before.id = statement.previous_id
        WHERE statement.closing <> statement.opening + (SELECT coalesce(sum(amount), 0)
                FROM funds_bankline WHERE statement_id = statement.id)
            OR before.closing <> statement.opening
            OR (before.id IS NULL AND statement.opening <> 0 AND number.replaces_id IS NOT NULL
                AND NOT number.keeps_balance)
        ORDER BY statement.id""",
    "le virement d'une banque à l'autre n'a qu'un côté": """SELECT
            to_char(line.booked_on, 'DD/MM/YYYY')
        FROM funds_clearing one JOIN funds_bankline line ON line.id = one.line_id
        WHERE one.act = 'INTERNAL' AND one.undone_at IS NULL AND NOT EXISTS (
            SELECT FROM funds_clearing other WHERE other.line_id = one.other_line_id
                AND other.other_line_id = one.line_id AND other.amount = -one.amount
                AND other.undone_at IS NULL)
        ORDER BY one.id""",
    "l'écriture rapprochée n'est pas du montant de la ligne de banque": f"""SELECT {_ENTRY}
        FROM funds_entry entry JOIN (SELECT entry_id, act, sum(amount) AS amount
            FROM funds_clearing WHERE undone_at IS NULL GROUP BY entry_id, act) clearing
            ON clearing.entry_id = entry.id
        WHERE clearing.amount <> (
            SELECT coalesce(sum(posting.amount), 0) FROM funds_posting posting
            WHERE posting.entry_id = entry.id AND posting.account_id = ANY (
                CASE WHEN clearing.act IN ('IDENTIFIED', 'MOVED')
                    THEN ARRAY['UNIDENTIFIED', 'OPS_UNIDENTIFIED']
                    ELSE ARRAY['FUND_BANK', 'OPS_BANK'] END))
        ORDER BY entry.id""",
    "un mouvement en attente (471, 472) n'a pas sa ligne de banque": f"""SELECT {_ENTRY}
        FROM funds_entry entry
        WHERE EXISTS (SELECT FROM funds_posting WHERE entry_id = entry.id
                AND account_id IN ('UNIDENTIFIED', 'OPS_UNIDENTIFIED'))
            AND NOT EXISTS (SELECT FROM funds_clearing
                WHERE entry_id IN (entry.id, entry.reverses_id) AND undone_at IS NULL
                    AND act IN ('SUSPENSE', 'MOVED', 'IDENTIFIED', 'RESUMED'))
            -- The other side of what was said to be for the other account.
            AND NOT EXISTS (SELECT FROM funds_clearing clearing
                JOIN funds_entry said ON said.id = clearing.entry_id
                JOIN funds_entry undone ON undone.id = coalesce(entry.reverses_id, entry.id)
                WHERE clearing.act = 'MOVED' AND said.transfer_id = undone.transfer_id)
        ORDER BY entry.id""",
}
"""What is wrong, and the query that names each place where it is."""


@dataclass(frozen=True)
class Report:
    """What was checked in a basin, and what was found."""

    entries: int
    findings: tuple[Finding, ...]


def verify() -> Report:
    """Check the whole ledger of the current basin."""
    found = [Finding(where, what) for what, query in PROBES.items() for where in _places(query)]
    return Report(Entry.objects.count(), (*found, *_returned(), *_identity(), *_banks()))


def _places(query: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [place for (place,) in cursor.fetchall()]


def _returned() -> Iterator[Finding]:
    """What funders took back beyond what they could, as all was known when it was decided (2.6)."""
    taken = Posting.objects.filter(entry__kind=EntryKind.RESTITUTION)
    for posting in taken.select_related("entry", "contribution").order_by("entry"):
        line, entry = posting.contribution, posting.entry
        if line is not None and posting.amount > _due(line, entry):
            yield Finding(str(entry), "le financeur a repris plus que ce qui lui revient")


def _due(line: Contribution, taken: Entry) -> int:
    """What the funder could take back then; nothing that can be told of a ledger that was altered.

    A plan says when an advance is owed, not what its lines lost: none is read.
    """
    try:
        return entitlement_of(
            line,
            on=taken.value_on,
            today=timezone.localdate(taken.recorded_at),
            known_at=Known(entry=taken.pk - 1, plan=0),
        )
    except ValueError:
        return 0


def _identity() -> Iterator[Finding]:
    """The accounts, and the positions that the rules compute from the events (2.6).

    At the end of the last day of the ledger: both are sums, which time alone never changes.
    """
    on = Entry.objects.aggregate(last=Max("value_on"))["last"]
    if on is None:
        return
    accounts = balances(on=on)
    by_advance = standings_of(Advance.objects.all(), on=on)
    yield from _overpaid(by_advance)
    standings = by_advance.values()
    sides = {
        "encours": (accounts["RECEIVABLE"], sum(one.outstanding for one in standings)),
        "trop-perçus": (-accounts["OVERPAID"], sum(one.overpaid for one in standings)),
        "pertes nettes": (
            accounts["LOSS"] + accounts["RECOVERED"],
            sum(one.written_off - one.recovered for one in standings),
        ),
        "liaison": (accounts["FUND_LIAISON"], -accounts["OPS_LIAISON"]),
        "identité du fonds": (
            accounts["FUND_BANK"]
            + sum(one.outstanding + one.written_off - one.recovered for one in standings)
            + accounts["FUND_LIAISON"]
            - sum(one.overpaid for one in standings)
            + accounts["UNIDENTIFIED"],
            -accounts["RETURNABLE"] - accounts["GRANTED"] + sum(one.kept for one in standings),
        ),
        "trop-perçus gardés": (
            -accounts["KEPT"] - accounts["FORGONE"],
            sum(one.kept for one in standings),
        ),
    }
    for name, (left, right) in sides.items():
        if left != right:
            yield Finding(name, f"{left} centimes d'un côté, {right} de l'autre")


def _overpaid(standings: Mapping[int, Position]) -> Iterator[Finding]:
    """Account 467, advance by advance: what the rules say was paid beyond what was owed."""
    rows = Posting.objects.filter(account="OVERPAID").order_by().values_list("entry__advance")
    kept = dict(rows.annotate(sum=Sum("amount")))
    wrong = [pk for pk, one in standings.items() if one.overpaid != -kept.get(pk, 0)]
    for advance in Advance.objects.filter(pk__in=wrong).order_by("pk"):
        yield Finding(advance.reference, "le trop-perçu (467) n'est pas celui de ses paiements")


def _banks() -> Iterator[Finding]:
    """Accounts 5121 and 5122, and what the last statements say that the bank holds (funds.md 5)."""
    for account in BankAccount.objects.order_by("perimeter"):
        found = reconciliation(account)
        if found is not None and found.unexplained:
            yield Finding(
                f"banque, {account.get_perimeter_display().lower()}",
                f"{found.closing} centimes à la banque, {found.ledger} en comptabilité, dont "
                f"{found.unexplained} que rien n'explique",
            )
