"""What an amendment says no longer changes once it is frozen, whoever writes."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from conventions import operations
from conventions.models import AmendedSkills, Amendment
from conventions.operations import Lent
from tests.conventions.supporting import freeze, launch, save, signed

WORDS = (
    "number = 9",
    "reason = 'x'",
    "new_ends_on = '2100-01-01'",
    "changes = 'x'",
    "amends_skills = false",
    "jobs_created = 99",
    "jobs_retained = 99",
    "follow_up_partner_id = null, follow_up_lead_id = null",
    "cooperation_id = null",
)
REOPENED = (
    "status = 'DRAFT', snapshot = null, frozen_at = null, frozen_by_id = null, document_id = null, "
    "signed_on = null, takes_effect_on = null"
)


@pytest.fixture
def amendment(scene, in_force, newcomer) -> Amendment:
    return save(
        scene,
        in_force,
        skills=[Lent(newcomer.pk, Decimal("4"), "Traitement thermique")],
        jobs_created=Decimal("9"),
        lead_id=newcomer.contacts.get().pk,
    )


def refused(sql: str, amendment, match: str) -> None:
    with (
        pytest.raises(IntegrityError, match=match),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, {"pk": amendment.pk})


def changing(values: str) -> str:
    return f"UPDATE conventions_amendment SET {values} WHERE id = %(pk)s"


def lines_are_kept(amendment, newcomer) -> None:
    for table in ("conventions_amendedskills", "conventions_amendment_incoming"):
        for act in (f"DELETE FROM {table}", f"UPDATE {table} SET partner_id = partner_id"):
            refused(f"{act} WHERE amendment_id = %(pk)s", amendment, "no draft any more")
    with pytest.raises(IntegrityError, match="no draft any more"), transaction.atomic():
        AmendedSkills.objects.create(
            amendment=amendment, partner=newcomer, days=Decimal("1"), topic="x"
        )


def test_frozen_its_words_its_lines_and_its_row_are_kept(scene, amendment, newcomer):
    freeze(scene, amendment)
    for values in (*WORDS, "snapshot = '{}'", "frozen_at = now()"):
        refused(changing(values), amendment, "is frozen")
    refused("DELETE FROM conventions_amendment WHERE id = %(pk)s", amendment, "only ever added")
    lines_are_kept(amendment, newcomer)


def test_signed_it_is_for_ever(scene, amendment, newcomer, run_outbox):
    signed(scene, amendment, run_outbox)
    ends = ("status = 'SIGNING'", "signed_on = '2100-01-01'", "circuit_id = null")
    for values in (*WORDS, *ends, REOPENED, "takes_effect_on = '2100-01-01'"):
        refused(changing(values), amendment, "is frozen")
    lines_are_kept(amendment, newcomer)


def test_the_day_announced_to_the_parties_of_a_partnership_is_kept(draft):
    signed_on = date(2029, 5, 1)
    amendment = Amendment.objects.create(
        convention=draft,
        number=1,
        reason="x",
        takes_effect_on=date(2029, 6, 1),
        status="SIGNED",
        signed_on=signed_on,
    )
    refused(changing("takes_effect_on = '2029-07-01'"), amendment, "is frozen")


def test_a_draft_is_written_anew_and_so_is_one_reopened(scene, amendment, newcomer):
    more = [Lent(newcomer.pk, Decimal("5"), "Traitement thermique")]
    save(scene, amendment.supporting, amendment, skills=more)
    asked = {"amendment_id": amendment.pk, "by": scene.operator}
    at = freeze(scene, amendment).frozen_at
    operations.reopen_amendment(**asked, at=at)
    amendment = save(scene, amendment.supporting, amendment, changes="Un point mensuel.")
    assert not amendment.skills.exists()
    launch(scene, freeze(scene, amendment))
    operations.cancel_amendment(**asked, at=at)
    refused(changing("status = 'SIGNING'"), amendment, "is frozen")
