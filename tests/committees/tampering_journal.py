"""What is changed in the journal of a committee, as in `tampering.py` (S35)."""

MIDDLE = "(SELECT max(sequence) / 2 FROM audit_auditevent)"
JOURNAL = {
    "the journal made to agree": (
        "audit_auditevent",
        "UPDATE {} SET facts = jsonb_set(facts, '{{outcome}}', '\"REJECTED\"') "
        "WHERE type = 'ballot.closed'",
        ("Journal : l'événement n°", "a été modifié"),
    ),
    "answers unsealed in the journal": (
        "audit_auditevent",
        "UPDATE {} SET facts = facts - 'seal' - 'declaration' WHERE type = 'interest.declared'",
        ("a été modifié", "sur ses liens n'est pas au journal : ajoutée"),
    ),
    "proxies unsealed in the journal": (
        "audit_auditevent",
        "UPDATE {} SET facts = facts - 'seals' - 'proxies' WHERE type LIKE 'proxy.%%'",
        ("le pouvoir n'est pas au journal : ajouté", "l'acceptation n'est pas ce que dit"),
    ),
    "the journal cut in its middle": (
        "audit_auditevent",
        f"DELETE FROM {{}} WHERE sequence = {MIDDLE}",
        ("Journal : un événement manque avant le n°",),
    ),
    "an event slipped into the journal": (
        "audit_auditevent",
        f"""
        DO $$
        DECLARE
            middle bigint := {MIDDLE};
            event record;
        BEGIN
            FOR event IN SELECT sequence FROM audit_auditevent WHERE sequence > middle
                    ORDER BY sequence DESC LOOP
                UPDATE audit_auditevent SET sequence = sequence + 1
                    WHERE sequence = event.sequence;
            END LOOP;
            INSERT INTO audit_auditevent (sequence, at, type, target_type, target_id, facts,
                    previous_digest, digest)
                SELECT middle + 1, at, 'access.refused', '', '', jsonb_build_object(), digest,
                    digest
                FROM audit_auditevent WHERE sequence = middle;
            UPDATE audit_audithead SET sequence = sequence + 1;
        END $$
        """,
        ("Journal : l'événement n°", "a été modifié"),
    ),
    "two events of the journal exchanged": (
        "audit_auditevent",
        "UPDATE {} one SET at = other.at, type = other.type, by_id = other.by_id, target_type = "
        "other.target_type, target_id = other.target_id, facts = other.facts, previous_digest = "
        "other.previous_digest, digest = other.digest FROM audit_auditevent other WHERE "
        f"(one.sequence, other.sequence) IN (({MIDDLE}, {MIDDLE} + 1), ({MIDDLE} + 1, {MIDDLE}))",
        ("Journal : l'événement n°", "ne suit plus le précédent"),
    ),
    "the journal cut": (
        "audit_auditevent",
        "DELETE FROM {} WHERE sequence = (SELECT max(sequence) FROM audit_auditevent)",
        ("Journal : la fin du journal a été coupée",),
    ),
    "the head of the journal removed": (
        "audit_audithead",
        "DELETE FROM {}",
        ("Journal : ce qui dit où finit le journal manque (après le n°",),
    ),
}
WRITTEN_AGAIN = """
DO $$
DECLARE
    event record;
    last text := repeat('0', 64);
BEGIN
    UPDATE audit_auditevent SET facts = jsonb_set(facts, ARRAY['outcome'], '"REJECTED"')
        WHERE type = 'ballot.closed';
    FOR event IN SELECT * FROM audit_auditevent ORDER BY sequence LOOP
        UPDATE audit_auditevent SET previous_digest = last, digest = public.alize_audit_digest(last,
                sequence, at, type, by_id, target_type, target_id, facts)
            WHERE sequence = event.sequence RETURNING digest INTO last;
    END LOOP;
    UPDATE audit_audithead SET digest = last;
END $$
"""
"""A journal that follows itself to its end, after what it says of each closing was changed."""
