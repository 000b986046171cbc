"""ASTREES keeps the national references: a value from a day on, the past as it was (A7)."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, connection, transaction

from alize.audit.models import AuditEvent
from alize.common.errors import ActionDenied, InvalidInput
from basins import tenancy
from basins.enums import Role
from basins.models import ReferenceValue
from basins.operations import references as operations
from basins.queries.references import references_of_year, references_on
from basins.references import Reference, References
from tests.builders import at, make_user
from tests.words import plain

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = at(2026, 11, 22)
TODAY = NOW.date()
FROM = date(2027, 1, 1)
EVE = FROM - timedelta(days=1)
LIST = "/reseau/reperes/"
MEETINGS = f"{LIST}seances/"
DOCUMENT = References(
    meetings=(6, 10),
    examined=15,
    approved=12,
    jobs=225,
    resources=90_000_000,
    profile=(40, 20, 25, 15),
    losses=None,
    fund_size=(40_000_000, 50_000_000),
    support=21_000_000,
    engineering=9_000_000,
)


@pytest.fixture
def staff(client_as):
    return client_as(Role.NATIONAL_STAFF)


def give(reference: Reference, *numbers: int, since: date = FROM, by=None) -> ReferenceValue:
    with tenancy.national():
        return operations.give_value(
            reference=reference,
            numbers=numbers,
            effective_from=since,
            reason="Décision du comité national",
            by=by or make_user(Role.NATIONAL_STAFF),
            at=NOW,
        )


def test_those_of_the_document_were_always_there(db):
    assert references_on(date(1950, 1, 1)) == references_on(TODAY) == DOCUMENT
    assert (DOCUMENT.jobs_a_year, DOCUMENT.resources_a_year) == (75, 30_000_000)
    assert DOCUMENT.approval_permille == 800
    assert References.of_dict(DOCUMENT.as_dict()) == DOCUMENT


def test_a_value_serves_from_its_day_and_the_days_before_keep_theirs(savoie):
    give(Reference.MEETINGS, 8, 12)
    give(Reference.MEETINGS, 9, 12, since=date(2028, 1, 1))
    found = [references_on(day).meetings for day in (EVE, FROM, date(2027, 12, 31))]
    assert found == [(6, 10), (8, 12), (8, 12)]
    later = date(2028, 6, 1)
    assert references_on(later).meetings == (9, 12)
    of_years = [references_of_year(year, on=later).meetings for year in (2026, 2027, 2028, 2030)]
    assert of_years == [(6, 10), (8, 12), (9, 12), (9, 12)]
    with tenancy.inside(savoie):
        assert references_on(FROM).meetings == (8, 12)


def test_the_same_person_asking_twice_does_it_once(django_assert_num_queries):
    person = make_user(Role.NATIONAL_STAFF)
    first = give(Reference.EXAMINED, 18, by=person)
    assert give(Reference.EXAMINED, 18, by=person) == first
    event = AuditEvent.objects.get(type="reference.given")
    assert event.facts == {
        "reference": "EXAMINED",
        "numbers": [18],
        "effective_from": "2027-01-01",
    }
    with pytest.raises(ActionDenied, match="Une autre valeur prend effet le 01/01/2027"):
        give(Reference.EXAMINED, 20)
    with pytest.raises(ActionDenied, match="rien ne changerait"):
        give(Reference.EXAMINED, 18, since=date(2027, 2, 1))
    with django_assert_num_queries(1):
        references_on(FROM)


@pytest.mark.parametrize(
    ("reference", "numbers", "said", "field"),
    [
        (Reference.MEETINGS, (0, 10), "va de 1 à 52", "number_0"),
        (Reference.MEETINGS, (6, 600), "va de 1 à 52", "number_1"),
        (Reference.MEETINGS, (10, 6), "inversez-les", "number_1"),
        (Reference.PROFILE, (40, 20, 25, 20), "font 105 % ensemble", None),
        (Reference.PROFILE, (140, -80, 25, 15), "va de 0\xa0% à 100\xa0%", "number_0"),
        (Reference.ENGINEERING, (90_000,), "va de 1\u202f000\xa0€", "number_0"),
        (Reference.LOSSES, (6_000,), "va de 0\xa0% à 50\xa0%", "number_0"),
        (Reference.APPROVED, (16,), "que 15 dossiers examinés", "number_0"),
        (Reference.EXAMINED, (11,), "12 dossiers agréés", "number_0"),
    ],
)
def test_nonsense_is_refused_where_it_is_typed(reference, numbers, said, field):
    with pytest.raises(InvalidInput, match=said) as refused:
        give(reference, *numbers)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("since", "said"),
    [(TODAY, "demain au plus tôt"), (date(2207, 1, 1), "vérifiez l'année")],
)
def test_a_day_begun_or_mistyped_is_refused(since, said):
    with pytest.raises(InvalidInput, match=said) as refused:
        give(Reference.JOBS, 300, since=since)
    assert refused.value.field == "effective_from"


def test_a_value_is_withdrawn_before_its_day_and_never_after():
    person = make_user(Role.NATIONAL_STAFF)
    value = give(Reference.JOBS, 300)
    for _ in range(2):
        operations.withdraw_value(value_id=value.pk, by=person, at=at(2026, 12, 31))
    assert references_on(FROM).jobs == 225
    assert AuditEvent.objects.filter(type="reference.withdrawn").count() == 1
    begun = give(Reference.JOBS, 240)
    with pytest.raises(ActionDenied, match="a pris effet le 01/01/2027"):
        operations.withdraw_value(value_id=begun.pk, by=person, at=at(2027, 1, 1))


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"numbers": [300]}, "reference_value_stays"),
        ({"effective_from": date(2028, 1, 1)}, "reference_value_stays"),
        ({"reason": "Autre"}, "reference_value_stays"),
        ({"withdrawn_at": at(2027, 1, 1)}, "reference_value_stays"),
    ],
)
def test_the_database_keeps_what_was_given(change, constraint):
    value = give(Reference.JOBS, 240)
    if "withdrawn_at" in change:
        change = change | {"withdrawn_by": value.created_by}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ReferenceValue.objects.filter(pk=value.pk).update(**change)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        value.delete()


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"effective_from": TODAY}, "reference_value_is_ahead"),
        ({"created_at": None, "created_by": None}, "reference_value_is_ahead"),
        ({"numbers": [9, 8]}, "reference_value_is_bounded"),
        ({"numbers": [9]}, "reference_value_is_bounded"),
        ({"numbers": [9, 99]}, "reference_value_is_bounded"),
        ({"reference": "WEATHER"}, "reference_value_is_bounded"),
        ({"reference": "PROFILE", "numbers": [40, 20, 25, 16]}, "reference_value_is_bounded"),
        ({"effective_from": date(2028, 1, 1)}, "reference_value_is_once_a_day"),
    ],
)
def test_the_database_refuses_what_is_no_value(fields, constraint):
    give(Reference.MEETINGS, 8, 12, since=date(2028, 1, 1))
    sound = {
        "reference": "MEETINGS",
        "numbers": [7, 12],
        "effective_from": FROM,
        "reason": "x",
        "created_at": NOW,
        "created_by": make_user(),
    }
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ReferenceValue.objects.create(**sound | fields)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO basins_referencevalue (reference, numbers, effective_from, reason) "
        "VALUES ('JOBS', '{9}', '2030-01-01', 'x')",
        "UPDATE basins_referencevalue SET numbers = '{9}'",
        "DELETE FROM basins_referencevalue",
        "TRUNCATE basins_referencevalue",
    ],
)
def test_a_basin_only_reads_them(in_savoie, statement):
    assert references_on(TODAY) == DOCUMENT
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement)


def test_astrees_gives_a_value_and_the_others_read_it(staff, client_as):
    reader = client_as(Role.NATIONAL_COMMITTEE)
    assert client_as(Role.OPERATOR).get(LIST).status_code == 403
    page = plain(staff.get(f"{MEETINGS}donner/"))
    assert 'value="6"' in page
    assert 'value="23/11/2026"' in page
    typed = {"number_0": "12", "number_1": "8", "effective_from": "01/01/2027", "reason": "Voté"}
    refused = staff.post(f"{MEETINGS}donner/", typed)
    assert refused.status_code == 422
    assert "inversez-les" in plain(refused)
    assert "Voté" in plain(refused)
    assert staff.post(f"{MEETINGS}donner/", typed | {"number_0": "x"}).status_code == 422
    assert reader.post(f"{MEETINGS}donner/", typed).status_code == 403
    given = staff.post(f"{MEETINGS}donner/", typed | {"number_0": "8", "number_1": "12"})
    assert given.headers["Location"] == MEETINGS
    value = ReferenceValue.objects.get(reference="MEETINGS", effective_from=FROM)
    withdraw = f"{LIST}valeurs/{value.pk}/retirer/"
    assert withdraw in plain(staff.get(MEETINGS))
    for path in (LIST, MEETINGS):
        page = plain(reader.get(path))
        assert "6 à 10 par an" in page
        assert "8 à 12 par an" in page
        assert "retirer/" not in page
        assert "donner/" not in page
    assert "10 000 € par an au plus" in plain(reader.get(LIST))
    assert "Retirer une valeur à venir" in plain(staff.get(withdraw))
    assert staff.post(withdraw).headers["Location"] == MEETINGS
    page = plain(staff.get(MEETINGS))
    assert "Retirée" in page
    assert "devait prendre effet le 01/01/2027" in page
    assert staff.get(f"{LIST}autre/").status_code == 404


def test_a_value_in_force_is_not_withdrawn_on_screen(client_as):
    value = give(Reference.MEETINGS, 8, 12)
    with time_machine.travel(at(2027, 1, 1), tick=False):
        staff = client_as(Role.NATIONAL_STAFF)
        for ask in (staff.get, staff.post):
            answer = ask(f"{LIST}valeurs/{value.pk}/retirer/", follow=True)
            assert "elle ne se retire plus" in plain(answer)
        page = plain(staff.get(MEETINGS))
    assert page.index("8 à 12 par an") < page.index("6 à 10 par an")


def test_a_reference_that_the_document_hides_has_no_value_until_one_is_given(staff, client_as):
    page = f"{LIST}sinistralite/"
    assert "Sans valeur" in plain(staff.get(LIST))
    assert "illisible à cet endroit" in plain(staff.get(page))
    typed = {"number_0": "3,5", "effective_from": "01/01/2027", "reason": "Constaté"}
    assert staff.post(f"{page}donner/", typed).status_code == 302
    with time_machine.travel(at(2027, 1, 1), tick=False):
        staff = client_as(Role.NATIONAL_STAFF)
        assert "3,5 % des sommes prêtées" in plain(staff.get(LIST))
        assert "repère 3,5 %" in plain(staff.get("/reseau/"))


def test_the_pages_of_a_basin_and_of_the_network_follow_from_its_day(client_as):
    give(Reference.MEETINGS, 8, 12)
    give(Reference.APPROVED, 14)
    give(Reference.ENGINEERING, 9_500_000)
    home = "/bassins/savoie/"
    pages = (home, f"{home}comite/", f"{home}fonds/fonctionnement/", f"{home}pilotage/")

    def shown() -> list[str]:
        operator = client_as(Role.OPERATOR)
        return [plain(operator.get(page)) for page in pages]

    with time_machine.travel(at(2026, 12, 31), tick=False):
        before = shown()
    with time_machine.travel(at(2027, 1, 1), tick=False):
        after = shown()
    for place, said in enumerate(
        (
            ("6 à 10 par an", "8 à 12 par an"),
            ("(6 à 10)", "(8 à 12)"),
            ("repère 90 000 € par an", "repère 95 000 € par an"),
            ("repère 12 par an", "repère 14 par an"),
        )
    ):
        old, new = said
        assert [old in before[place], new in before[place]] == [True, False], said
        assert [old in after[place], new in after[place]] == [False, True], said
