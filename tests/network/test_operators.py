"""ASTREES keeps who runs a basin and who represents it, as the next conventions say (R38, R44)."""

import pytest
from django.db import IntegrityError, transaction

from alize.audit.models import AuditEvent
from basins import tenancy
from basins.enums import Role
from basins.local_operators import OperatorChanged, save_operator
from basins.models import LocalOperator
from conventions.documents.parties import parties
from conventions.queries.parties import operators
from conventions.rules.partnership import signatories
from tests.builders import at, make_partner, make_user
from tests.words import plain

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
NOW = at(2026, 11, 30, 14, 2)
LIST = "/reseau/operateurs/"
CCI = {
    "name": "CCI de la Savoie",
    "short_name": "CCI",
    "siren": "552100554",
    "address": "5 rue Salteur, 73000 Chambéry",
    "phone": "04 65 71 10 73",
    "representative": "Alix Morel",
    "representative_function": "Présidente",
    "representative_email": "alix@example.org",
}


@pytest.fixture
def operator(savoie) -> LocalOperator:
    with tenancy.national():
        LocalOperator.objects.filter(basin=savoie).delete()
        return LocalOperator.objects.create(
            basin=savoie, name="Chambre", short_name="CCI", representative="Jean Roux"
        )


@pytest.fixture
def staff(client_as):
    return client_as(Role.NATIONAL_STAFF)


def save(operator, *, revision=0, by=None, **changes) -> LocalOperator:
    with tenancy.national():
        return save_operator(
            operator_id=operator.pk,
            values=CCI | changes,
            revision=revision,
            by=by or make_user(Role.NATIONAL_STAFF, first_name="Luc", last_name="Hary"),
            at=NOW,
        )


def test_a_change_is_kept_with_who_made_it_and_the_journal_names_no_person(operator):
    saved = save(operator)
    with tenancy.national():
        kept = LocalOperator.objects.values(*CCI).get(pk=saved.pk)
        event = AuditEvent.objects.get(type="operator.changed")
    assert kept == CCI
    assert (saved.changed_at, saved.changed_by.full_name) == (NOW, "Luc Hary")
    assert event.facts == {
        "fields": ["name", *list(CCI)[2:]],
        "revision": 1,
    }


def test_what_changes_nothing_is_not_recorded(operator):
    save(operator)
    assert save(operator, revision=0).revision == 1
    with tenancy.national():
        assert AuditEvent.objects.filter(type="operator.changed").count() == 1


def test_two_people_at_once_are_told_and_nothing_is_lost(operator):
    save(operator)
    with pytest.raises(OperatorChanged) as refused:
        save(operator, short_name="Chambre")
    assert refused.value.reason.startswith(
        "Luc Hary a modifié cet opérateur lundi 30 novembre 2026 à 14\u00a0h\u00a002 : "
        "nom court « CCI »."
    )
    assert save(operator, short_name="Chambre", revision=refused.value.revision).revision == 2


def test_the_next_convention_says_the_seat_the_name_and_the_function(operator, in_savoie):
    save(operator)
    [body] = operators(on=NOW.date())
    assert (body.person, body.function, body.email) == (
        "Alix Morel", "Présidente", "alix@example.org",
    )  # fmt: skip
    [(label, [said])] = parties(signatories([], chair_id=None, operators=[body]))
    assert (label, said["organisation"], said["seat"], said["name"], said["function"]) == (
        "L'opérateur local", CCI["name"], CCI["address"], "Alix Morel", "Présidente",
    )  # fmt: skip


def test_an_operator_that_is_a_partner_has_the_seat_of_the_operator(operator, in_savoie):
    save(operator)
    partner = make_partner(name="CCI de la Savoie", kind="ASSOCIATE")
    [body] = operators(on=NOW.date())
    assert (body.partner_id, body.person) == (partner.pk, "")
    [one] = signatories([body], chair_id=None, operators=[body])
    assert one.body.seat == CCI["address"]


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"siren": "18730000"}, "local_operator_siren_has_nine_digits"),
        ({"representative": "", "representative_function": "Président"}, "is_of_somebody"),
    ],
)
def test_the_database_refuses(operator, changes, constraint):
    with tenancy.national(), pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        LocalOperator.objects.filter(pk=operator.pk).update(**changes)


# -- Pages ----------------------------------------------------------------------------------------
def test_astrees_corrects_an_operator_from_the_list(operator, staff):
    page = f"{LIST}{operator.pk}/"
    assert page in plain(staff.get(LIST))
    assert 'value="Jean Roux"' in plain(staff.get(page))
    answer = staff.post(page, CCI | {"revision": "0"}, follow=True)
    assert "L'opérateur du bassin Savoie est à jour." in plain(answer)
    assert "représenté par Alix Morel, Présidente" in plain(answer)
    assert CCI["address"] in plain(answer)


def test_a_refused_form_keeps_what_was_typed(operator, staff):
    page = f"{LIST}{operator.pk}/"
    wrong = staff.post(page, CCI | {"representative": "", "revision": ""})
    assert wrong.status_code == 422
    assert "Indiquez qui représente l'opérateur." in plain(wrong)
    assert 'value="Présidente"' in plain(wrong)
    save(operator)
    late = staff.post(page, CCI | {"short_name": "Chambre", "revision": "0"})
    assert late.status_code == 422
    assert "Luc Hary a modifié cet opérateur" in plain(late)
    assert 'value="Chambre"' in plain(late)
    assert 'name="revision" value="1"' in plain(late)


def test_the_network_reads_and_does_not_write(operator, client_as):
    viewer = client_as(Role.NATIONAL_VIEWER)
    assert "Modifier" not in plain(viewer.get(LIST)).split("structures")[1]
    assert viewer.get(f"{LIST}{operator.pk}/").status_code == 403
