"""Reads and proves the journal of the current schema."""

from dataclasses import dataclass

from django.db import connection

WORDS = {
    "missing": "un événement manque avant le n° {}",
    "unchained": "l'événement n° {} ne suit plus le précédent",
    "edited": "l'événement n° {} a été modifié",
    "cut": "la fin du journal a été coupée (n° {})",
    "headless": "ce qui dit où finit le journal manque (après le n° {})",
}


@dataclass(frozen=True)
class Break:
    """The first place where the chain does not hold."""

    sequence: int
    reason: str

    def __str__(self) -> str:
        return WORDS[self.reason].format(self.sequence)


@dataclass(frozen=True)
class Finding:
    """Something that is not as it was recorded, and where."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where} : {self.what}"


def verify() -> Break | None:
    """Check every link of the journal, in the database; None when all of it holds.

    Finds a row edited, removed, inserted or moved, a tail cut behind the recorded head, and a head
    removed.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH chained AS (
                SELECT sequence, digest, previous_digest,
                       lag(digest, 1, repeat('0', 64)) OVER w AS expected_previous,
                       lag(sequence, 1, 0::bigint) OVER w + 1 AS expected_sequence,
                       public.alize_audit_digest(previous_digest, sequence, at, type, by_id,
                                                 target_type, target_id, facts) AS expected_digest
                FROM audit_auditevent WINDOW w AS (ORDER BY sequence)
            )
            SELECT sequence,
                   CASE WHEN sequence <> expected_sequence THEN 'missing'
                        WHEN previous_digest <> expected_previous THEN 'unchained'
                        ELSE 'edited' END
            FROM chained
            WHERE sequence <> expected_sequence OR previous_digest <> expected_previous
               OR digest <> expected_digest
            UNION ALL
            SELECT coalesce(head.sequence, last.sequence),
                   CASE WHEN head.sequence IS NULL THEN 'headless' ELSE 'cut' END
            FROM (SELECT coalesce(max(sequence), 0) AS sequence FROM audit_auditevent) last
            LEFT JOIN audit_audithead head ON true
            WHERE last.sequence IS DISTINCT FROM head.sequence
            ORDER BY 1 LIMIT 1
            """
        )
        row = cursor.fetchone()
    return Break(*row) if row else None
