"""Who is a party: those who join, those who come with a new convention, those who have left."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from alize.common.errors import ActionDenied
from basins.enums import Role
from basins.homes import Visitor
from conventions import operations
from conventions.amendment_screen import amendment_screen
from conventions.home import conventions_room
from conventions.models import Amendment, PartnershipConvention
from conventions.partnership_forms import PartnersForm
from conventions.queries import partnership as queries
from partners.models import Partner
from signatures import operations as signatures
from signatures.models import Circuit
from tests.builders import at, make_contact, make_partner, make_user
from tests.committees.test_packs import a_pdf
from tests.conventions.documents import with_document
from tests.conventions.founding import STARTS, TODAY, frozen, launched, sign_on_paper, signed

ROLES = frozenset({Role.OPERATOR})


@pytest.fixture
def entry(draft, basin, run_outbox):
    """A convention that runs, and what becomes of an amendment by which somebody joins."""
    now, day, year = timezone.now(), timezone.localdate(), timedelta(days=365)
    convention = signed(draft, starts_on=day - year, ends_on=day + year)
    asked = {"by": basin.operator, "at": now}

    def save(newcomer, *, takes_effect_on=None, changes=""):
        return operations.save_amendment(
            convention_id=convention.pk,
            amendment_id=None,
            reason="Une entreprise rejoint le partenariat",
            takes_effect_on=takes_effect_on or day,
            new_ends_on=None,
            changes=changes,
            incoming=[newcomer.pk] if newcomer else (),
            **asked,
        )

    def launch(amendment):
        operations.launch_amendment(
            amendment_id=amendment.pk, expires_on=day + year, paper=set(range(12)), **asked
        )
        amendment.refresh_from_db()
        return amendment

    def freeze(amendment):
        operations.freeze_amendment(amendment_id=amendment.pk, **asked)
        amendment.refresh_from_db()
        return with_document(amendment, now, kind="avenant", reference=f"A{amendment.number}")

    return SimpleNamespace(
        convention=convention, day=day, asked=asked, save=save, freeze=freeze, launch=launch
    )


def a_newcomer(**fields) -> Partner:
    newcomer = make_partner(name="Nouvelle", **fields)
    make_contact(newcomer)
    return newcomer


def test_somebody_awaited_is_a_partner_from_the_effect_on(entry, basin, run_outbox):
    newcomer = a_newcomer(joined_on=entry.day + timedelta(days=90))
    effect = entry.day + timedelta(days=40)
    amendment = entry.launch(entry.freeze(entry.save(newcomer, takes_effect_on=effect)))
    sign_on_paper(basin, amendment.circuit)
    run_outbox()
    newcomer.refresh_from_db()
    assert newcomer.joined_on == effect
    assert entry.convention.partners.filter(pk=newcomer.pk).exists()


def test_whoever_leaves_before_the_effect_keeps_nobody_from_signing(entry, basin, run_outbox):
    newcomer = a_newcomer(joined_on=entry.day - timedelta(days=9))
    effect = entry.day + timedelta(days=40)
    amendment = entry.launch(entry.freeze(entry.save(newcomer, takes_effect_on=effect)))
    Partner.objects.filter(pk=newcomer.pk).update(left_on=entry.day + timedelta(days=20))
    sign_on_paper(basin, amendment.circuit)
    run_outbox()
    amendment.refresh_from_db()
    newcomer.refresh_from_db()
    assert (amendment.status, newcomer.joined_on) == ("SIGNED", entry.day - timedelta(days=9))


def test_a_company_that_has_left_joins_nothing(entry, basin):
    newcomer = a_newcomer(joined_on=entry.day - timedelta(days=9))
    amendment = entry.save(newcomer, changes="Huit séances par an.")
    Partner.objects.filter(pk=newcomer.pk).update(left_on=entry.day)
    with pytest.raises(ActionDenied, match=r"Retirer Nouvelle de l'avenant : .* déjà partie"):
        entry.freeze(amendment)


def test_a_party_that_has_left_since_the_freezing_is_not_asked_to_sign(entry, basin):
    amendment = entry.freeze(entry.save(None, changes="Huit séances par an."))
    gone = basin.partners["Grand Chambéry"]
    Partner.objects.filter(pk=gone.pk).update(left_on=entry.day)
    with pytest.raises(ActionDenied, match=r"rouvrez-le.*Retirer Grand Chambéry"):
        entry.launch(amendment)


def test_a_convention_frozen_with_a_party_that_has_left_is_reopened(draft, basin):
    convention = frozen(basin, draft)
    gone = basin.partners["Grand Chambéry"]
    Partner.objects.filter(pk=gone.pk).update(left_on=date(2026, 3, 11))
    with pytest.raises(ActionDenied, match=r"rouvrez-le.*Retirer Grand Chambéry des parties"):
        launched(basin, convention)


def test_signed_by_all_without_its_effect_it_waits_for_the_operator(entry, basin, client_as):
    amendment = entry.launch(entry.freeze(entry.save(None, changes="Huit séances par an.")))
    sign_on_paper(basin, amendment.circuit)
    Circuit.objects.filter(pk=amendment.circuit.pk).update(
        status="SEALED",
        sealed_at=timezone.now(),
        sealed_document=amendment.document,
        evidence=amendment.document,
    )
    amendment = Amendment.objects.select_related("circuit", "convention").get(pk=amendment.pk)
    header = amendment_screen(amendment, ROLES, on=entry.day).header
    assert (header.action.label, header.action.post) == ("Donner son effet", False)
    assert header.now.startswith("Tous ont signé")
    visitor = Visitor(person=basin.operator, roles=ROLES, on=entry.day)
    said = "Donner son effet à l'avenant n° 1 à la convention de partenariat n° 1"
    assert said in [todo.label for _, todo in conventions_room(visitor).todos]
    client = client_as(Role.OPERATOR, user=basin.operator)
    asked = client.get(header.action.url).context["confirmation"]
    assert (asked.label, list(asked.told)) == ("Donner son effet", [])
    assert client.post(header.action.url).status_code == 302
    amendment.refresh_from_db()
    assert amendment.status == "SIGNED"
    begins = amendment.takes_effect_on
    for day, said in ((begins, "Il vaut depuis"), (begins - timedelta(days=1), "Il vaudra à")):
        assert amendment_screen(amendment, ROLES, on=day).header.now.startswith(said)


def test_a_signature_that_has_ended_is_told_on_the_page_of_the_amendment(entry, basin):
    amendment = entry.launch(entry.freeze(entry.save(None, changes="Huit séances par an.")))
    signatures.cancel(circuit_id=amendment.circuit.pk, reason="x", **entry.asked)
    amendment = Amendment.objects.select_related("circuit", "convention").get(pk=amendment.pk)
    now = amendment_screen(amendment, ROLES, on=entry.day).header.now
    assert now.startswith("Annulé : lancez une nouvelle signature")
    assert now.endswith("ou annulez l'avenant.")


def test_whoever_joins_with_a_convention_is_one_of_its_parties(draft, basin):
    newcomer = a_newcomer(joined_on=STARTS)
    assert newcomer in PartnersForm(convention=draft).fields["partners"].queryset
    everybody = [*basin.partners.values(), newcomer]
    operations.save_section(
        convention_id=draft.pk,
        values={},
        partner_ids=[partner.pk for partner in everybody],
        by=basin.operator,
        at=at(),
    )
    convention = PartnershipConvention.objects.get(pk=draft.pk)
    assert queries.gaps(convention, on=TODAY) == ()
    names = [one.body.name for one in queries.signing(convention, on=TODAY)]
    assert "Nouvelle" in names


def test_a_convention_is_signed_on_the_last_day_of_both_texts(draft, basin, run_outbox):
    convention = launched(basin, frozen(basin, draft))
    now, day = timezone.now(), timezone.localdate()
    finance = make_user(Role.FINANCE, basin=basin.basin)
    for circuit, signed_on in (
        (convention.circuit, day),
        (convention.operator_circuit, day + timedelta(days=4)),
    ):
        later = {"circuit_id": circuit.pk, "at": now + timedelta(days=5)}
        for order in sorted(set(circuit.signers.values_list("order", flat=True))):
            scan = signatures.record_paper(
                signer_ids=list(circuit.signers.filter(order=order).values_list("pk", flat=True)),
                signed_on=signed_on,
                scan=SimpleUploadedFile("s.pdf", a_pdf(1)),
                by=basin.operator,
                **later,
            )
            signatures.confirm_paper(scan_id=scan.pk, by=finance, **later)
    run_outbox()
    convention.refresh_from_db()
    assert (convention.status, convention.signed_on) == ("SIGNED", day + timedelta(days=4))
