"""What all have signed, given up before its day by two persons (R60)."""

from datetime import timedelta

import pytest
from django.utils import timezone
from time_machine import travel

from alize.common.errors import ActionDenied, InvalidInput
from alize.notifications.models import Mail
from basins.enums import Role
from basins.tenancy import national
from conventions import operations
from conventions.models import CooperationConvention
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
    with pytest.raises(ActionDenied, match="attend la décision de la présidence"):
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
    assert f"{page}annuler/" in operator.get(page).content.decode()
    assert chair.get(f"{page}renoncer/").status_code == 302
    assert operator.post(f"{page}annuler/", {"reason": ""}).status_code == 422
    assert operator.post(f"{page}annuler/", {"reason": WRONG}).url == page
    assert f"{page}renoncer/" in chair.get(page).content.decode()
    assert "Décider d&#x27;annuler la convention" in chair.get("/bassins/savoie/").content.decode()
    assert "2027 au lieu de 2026" in chair.get(f"{page}renoncer/").content.decode()
    assert chair.post(f"{page}renoncer/", {}).status_code == 422
    assert chair.post(f"{page}renoncer/", {"accepted": "non"}).url == page
    assert operator.post(f"{page}annuler/", {"reason": WRONG}).url == page
    assert chair.post(f"{page}renoncer/", {"accepted": "oui"}).url == page
    sealed.refresh_from_db()
    assert sealed.status == "CANCELLED"
