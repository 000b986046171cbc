"""What all have signed, given up before its day by two persons (R60)."""

from datetime import timedelta

import pytest
from django.utils import timezone
from time_machine import travel

from alize.common.errors import ActionDenied, InvalidInput
from alize.notifications.models import Mail
from basins.enums import Role
from basins.tenancy import national
from committees.models import AgendaItem, ChairSubstitute, InterestDeclaration, Seat
from conventions import operations
from conventions.models import CooperationConvention
from conventions.queries.voiding import void_deciders
from tests import builders
from tests.builders import make_contact, make_seat, make_user
from tests.conventions.test_effect_day import signed, where_it_stands
from tests.funds.attacks import denied

WRONG = "La prise d'effet est en 2027 au lieu de 2026."


@pytest.fixture
def sealed(scene, run_outbox) -> CooperationConvention:
    return signed(scene, run_outbox, timezone.localdate() + timedelta(days=60))


def ask(scene, convention, **changes):
    asked = {"reason": WRONG, "by": scene.operator, "at": timezone.now(), **changes}
    return operations.ask_void(convention_id=convention.pk, **asked)


def decide(convention, by, *, accepted: bool = True):
    return operations.decide_void(
        convention_id=convention.pk, accepted=accepted, by=by, at=timezone.now()
    )


def test_two_persons_give_it_up_and_its_signers_are_told(scene, sealed, run_outbox):
    with pytest.raises(ActionDenied, match="demander à la présidence de l'annuler"):
        operations.cancel(convention_id=sealed.pk, by=scene.operator, at=timezone.now())
    with pytest.raises(InvalidInput, match="Dites pourquoi"):
        ask(scene, sealed, reason=" ")
    assert ask(scene, sealed) == ask(scene, sealed)
    with pytest.raises(ActionDenied, match="est déjà demandée"):
        ask(scene, sealed, by=scene.president)
    with pytest.raises(ActionDenied, match="décidée par une autre"):
        decide(sealed, scene.operator)
    convention = decide(sealed, scene.president)
    assert decide(sealed, scene.president) == convention
    assert convention.status == "CANCELLED"
    run_outbox()
    with national():
        assert Mail.objects.filter(code="M47").exists()
    with travel(timezone.now() + timedelta(days=61)):
        run_outbox()
    assert where_it_stands(scene) == ("APPROVED", None, "GRANTED")
    asked = {"decision_id": scene.decision.pk, "by": scene.operator, "at": timezone.now()}
    assert operations.prepare_convention(**asked).pk != sealed.pk


def test_maintained_it_takes_effect_on_its_day(scene, sealed, run_outbox):
    with pytest.raises(ActionDenied, match="Personne ne demande"):
        decide(sealed, scene.president)
    ask(scene, sealed)
    kept = decide(sealed, scene.president, accepted=False)
    assert (kept.void_asked_at, kept.void_asked_by, kept.void_reason) == (None, None, "")
    ask(scene, sealed)
    with travel(timezone.now() + timedelta(days=61)):
        run_outbox()
        for act in (
            lambda: decide(sealed, scene.president),
            lambda: ask(scene, sealed, by=scene.president),
        ):
            with pytest.raises(ActionDenied, match="pris effet"):
                act()
    assert where_it_stands(scene)[0] == "LABELLED"


def test_the_database_wants_a_reason_and_another_person(scene, sealed):
    row = CooperationConvention.objects.filter(pk=sealed.pk)
    asked = {"void_asked_at": timezone.now(), "void_asked_by": scene.operator}
    denied("cooperation_convention_void_has_its_reason", lambda: row.update(**asked))
    row.update(**asked, void_reason=WRONG)
    ended = {"cancelled_at": timezone.now(), "cancelled_by": scene.operator}
    denied(
        "cooperation_convention_voided_by_another", lambda: row.update(status="CANCELLED", **ended)
    )


def test_the_pages_ask_and_decide_it(client_as, scene, sealed):
    page = f"/bassins/savoie/conventions/{sealed.reference}/"
    operator = client_as(Role.OPERATOR, user=scene.operator)
    chair = client_as(Role.PRESIDENT, user=scene.president)
    shown = operator.get(page).content.decode()
    assert f"{page}annuler/" in shown
    assert "La balle est chez" not in shown
    assert chair.get(f"{page}renoncer/").status_code == 302
    assert operator.post(f"{page}annuler/", {"reason": ""}).status_code == 422
    assert operator.post(f"{page}annuler/", {"reason": WRONG}).url == page
    shown = chair.get(page).content.decode()
    assert f"{page}renoncer/" in shown
    assert "La balle est chez <strong>Claude Roux</strong>" in shown
    assert "Décider d&#x27;annuler la convention" in chair.get("/bassins/savoie/").content.decode()
    assert "2027 au lieu de 2026" in chair.get(f"{page}renoncer/").content.decode()
    assert chair.post(f"{page}renoncer/", {}).status_code == 422
    assert chair.post(f"{page}renoncer/", {"accepted": "non"}).url == page
    assert operator.post(f"{page}annuler/", {"reason": WRONG}).url == page
    assert chair.post(f"{page}renoncer/", {"accepted": "oui"}).url == page
    sealed.refresh_from_db()
    assert sealed.status == "CANCELLED"
    assert "Convention signée, puis annulée" in chair.get(page).content.decode()


# -- In place of the presidency -------------------------------------------------------------------
def withdraw(scene, *seats: Seat) -> None:
    item = AgendaItem.objects.filter(project=scene.project).latest("pk")
    InterestDeclaration.objects.bulk_create(
        InterestDeclaration(
            item=item, seat=seat, person=seat.holder, answer="RECUSED", declared_at=timezone.now()
        )
        for seat in seats
    )


def told(code: str) -> set[str]:
    with national():
        return set(Mail.objects.filter(code=code).values_list("to_email", flat=True))


@pytest.fixture
def bench(scene, sealed) -> list[Seat]:
    """The seats that may take the chair, that of the presidency first, then in their order."""
    first, second = (make_user(Role.MEMBER, basin=scene.basin) for _ in range(2))
    seats = []
    for person in (scene.president, second, first):
        seat = make_seat(holder=person)
        make_contact(seat.partner, person=person, signs=False)
        seats.append(seat)
    for rank, seat in enumerate((seats[2], seats[1]), 1):
        ChairSubstitute.objects.create(seat=seat, rank=rank)
    return [seats[0], seats[2], seats[1]]


def test_who_decides_and_who_asked_are_told(scene, sealed, run_outbox):
    ask(scene, sealed)
    run_outbox()
    assert told("M77") == {scene.president.email}
    decide(sealed, scene.president, accepted=False)
    run_outbox()
    assert told("M78") == {scene.operator.email}


def test_who_asked_then_withdrew_is_told_nothing(scene, sealed, run_outbox):
    ask(scene, sealed)
    builders.withdraw(scene.project, scene.operator)
    decide(sealed, scene.president, accepted=False)
    run_outbox()
    assert told("M78") == set()


def test_a_president_who_has_withdrawn_leaves_it_to_their_replacement(
    scene, sealed, bench, run_outbox, client_as
):
    chair, first, *_ = bench
    withdraw(scene, chair)
    ask(scene, sealed)
    run_outbox()
    assert told("M77") == {first.holder.email}
    with pytest.raises(ActionDenied, match=f"{first.holder} en décide"):
        decide(sealed, chair.holder)
    page = f"/bassins/savoie/conventions/{sealed.reference}/"
    president = client_as(Role.PRESIDENT, user=chair.holder)
    member = client_as(Role.MEMBER, user=first.holder)
    assert "Décider d&#x27;annuler" not in president.get("/bassins/savoie/").content.decode()
    assert president.post(f"{page}renoncer/", {"accepted": "oui"}).status_code == 302
    sealed.refresh_from_db()
    assert sealed.status == "SIGNING"
    assert "Décider d&#x27;annuler" in member.get("/bassins/savoie/").content.decode()
    assert member.get(page).status_code == 200
    assert member.post(f"{page}renoncer/", {"accepted": "oui"}).status_code == 302
    sealed.refresh_from_db()
    assert (sealed.status, sealed.cancelled_by_id) == ("CANCELLED", first.holder.pk)


def test_nobody_left_in_the_basin_astrees_decides(scene, sealed, bench, run_outbox, client_as):
    withdraw(scene, *bench)
    ask(scene, sealed)
    assert void_deciders(sealed, on=timezone.localdate()) == []
    staff = make_user(Role.NATIONAL_STAFF)
    run_outbox()
    assert staff.email in told("M77")
    for seat in bench:
        with pytest.raises(ActionDenied, match="ASTREES en décide"):
            decide(sealed, seat.holder)
    page = f"/bassins/savoie/conventions/{sealed.reference}/renoncer/"
    client_as(Role.NATIONAL_STAFF, user=staff).post(page, {"accepted": "oui"})
    sealed.refresh_from_db()
    assert (sealed.status, sealed.cancelled_by_id) == ("CANCELLED", staff.pk)


def test_the_database_refuses_whoever_has_withdrawn(scene, sealed, bench):
    ask(scene, sealed)
    withdraw(scene, bench[0])
    row = CooperationConvention.objects.filter(pk=sealed.pk)
    ended = {"status": "CANCELLED", "cancelled_at": timezone.now()}
    denied(
        "convention_voided_by_no_recused",
        lambda: row.update(cancelled_by=bench[0].holder, **ended),
    )
    assert row.update(cancelled_by=bench[1].holder, **ended) == 1
