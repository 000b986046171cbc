"""A partnership convention from its draft to its signature, its amendments, its renewal."""

import json
from datetime import date, timedelta
from io import BytesIO
from types import SimpleNamespace

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from alize.common.errors import ActionDenied, InvalidInput
from alize.common.money import format_euros
from alize.drafting.models import TemplateVersion
from alize.notifications.models import Mail
from basins.enums import Role
from basins.homes import Visitor
from basins.models import LocalOperator
from basins.tenancy import national
from conventions import operations
from conventions.documents import agreements as documents
from conventions.enums import AgreementStatus
from conventions.home import conventions_room
from conventions.models import Amendment, PartnershipConvention, TermAlert
from conventions.operations.partnership import CARRIED_OVER
from conventions.queries import lines_on, texts_in_use, unready_lines
from conventions.queries import partnership as queries
from conventions.queries.lacking import names_without_value
from conventions.rules.partnership import Standing
from partners.models import Mandate, Partner, Pledge
from signatures import operations as signatures
from signatures import permissions as circuit_permissions
from signatures.enums import CircuitStatus
from signatures.models import Circuit
from tests.builders import at, make_contact, make_partner, make_user
from tests.committees.test_packs import a_pdf
from tests.signatures.conftest import failing_after

TODAY = date(2026, 3, 12)
STARTS = date(2027, 1, 1)
HOME = "/bassins/savoie/conventions/partenariat/"


@pytest.fixture
def basin(in_savoie):
    """Four companies, a town, the prefect, ASTREES, and what each promises."""
    with national():
        LocalOperator.objects.filter(basin=in_savoie).delete()
        LocalOperator.objects.create(
            basin=in_savoie, name="CCI de la Savoie", short_name="CCI", representative="Alix Morel"
        )
    kinds = {
        **{f"Entreprise {rank}": "COMPANY" for rank in range(4)},
        "Grand Chambéry": "AUTHORITY",
        "CCI de la Savoie": "ASSOCIATE",
        "Préfecture de la Savoie": "STATE",
        "ASTREES": "NETWORK",
    }
    found = {}
    for name, kind in kinds.items():
        found[name] = make_partner(name=name, kind=kind)
        make_contact(found[name])
    for year in (2027, 2028, 2029):
        Pledge.objects.create(
            partner=found["Entreprise 0"], year=year, nature="MONEY", amount=40_000_000
        )
        Pledge.objects.create(
            partner=found["Entreprise 1"],
            year=year,
            nature="SKILLS",
            days=10,
            daily_rate=80_000,
            amount=800_000,
        )
    operator = make_user(Role.OPERATOR, basin=in_savoie)
    return SimpleNamespace(basin=in_savoie, partners=found, operator=operator)


@pytest.fixture
def draft(basin):
    """A first convention that lacks nothing."""
    convention = operations.prepare_partnership(starts_on=STARTS, by=basin.operator, at=at())
    return operations.save_section(
        convention_id=convention.pk,
        values={
            "territory": "tout le département de la Savoie",
            "insertion": "Les offres sont signalées aux structures d'insertion.",
            "distant_jobseekers": "Un recrutement sur dix leur est réservé.",
            "alternation": "Les entreprises se partagent les contrats.",
            "employment_service": "France Travail siège au comité local.",
            "chair": basin.partners["Préfecture de la Savoie"],
            "chaired_by": "le préfet de la Savoie",
        },
        by=basin.operator,
        at=at(),
    )


def frozen(basin, draft, run_outbox):
    operations.freeze_partnership(convention_id=draft.pk, by=basin.operator, at=at())
    run_outbox()
    draft.refresh_from_db()
    return draft


def launched(basin, convention):
    """Being signed, for as long as a test takes."""
    operations.launch_partnership(
        convention_id=convention.pk,
        expires_on=date(2100, 1, 1),
        by=basin.operator,
        at=at(),
    )
    return PartnershipConvention.objects.get(pk=convention.pk)


def signed(convention, **fields):
    """A convention already signed, without its circuit."""
    values = {"status": "SIGNED", "signed_on": date(2024, 1, 5), **fields}
    PartnershipConvention.objects.filter(pk=convention.pk).update(**values)
    convention.refresh_from_db()
    return convention


def sign_on_paper(basin, circuit):
    """Everybody signs at the ceremony, the presidency last; two persons say so."""
    now = timezone.now()
    other = make_user(Role.FINANCE, basin=basin.basin)
    for order in sorted(set(circuit.signers.values_list("order", flat=True))):
        waiting = circuit.signers.filter(order=order).values_list("pk", flat=True)
        scan = signatures.record_paper(
            circuit_id=circuit.pk,
            signer_ids=list(waiting),
            signed_on=timezone.localdate(now),
            scan=SimpleUploadedFile("signé.pdf", a_pdf(1)),
            by=basin.operator,
            at=now,
        )
        signatures.confirm_paper(circuit_id=circuit.pk, scan_id=scan.pk, by=other, at=now)


# -- Draft ----------------------------------------------------------------------------------------
def test_a_draft_begins_with_every_partner_and_the_reference_profile(draft, basin):
    assert set(draft.partners.all()) == set(basin.partners.values())
    assert (draft.number, draft.ends_on, draft.jobs_target) == (1, date(2029, 12, 31), 225)
    assert queries.gaps(draft, on=TODAY) == ()


def test_a_second_preparation_opens_the_draft_there_is(draft, basin):
    again = operations.prepare_partnership(starts_on=STARTS, by=basin.operator, at=at())
    assert again == draft


def test_the_first_convention_cancelled_is_prepared_again_from_the_list(client_as, draft, basin):
    op = client_as(Role.OPERATOR)
    begin = "/bassins/savoie/conventions/partenariat/preparer/"
    assert begin not in op.get("/bassins/savoie/conventions/").content.decode()
    operations.cancel_partnership(convention_id=draft.pk, by=basin.operator, at=at())
    assert begin in op.get("/bassins/savoie/conventions/").content.decode()


def test_below_four_companies_it_cannot_be_frozen(draft, basin):
    draft.partners.remove(basin.partners["Entreprise 3"])
    with pytest.raises(ActionDenied, match="Réunir 4 entreprises"):
        operations.freeze_partnership(convention_id=draft.pk, by=basin.operator, at=at())


def test_frozen_it_says_all_that_was_said_and_changes_no_more(draft, basin, run_outbox):
    convention = frozen(basin, draft, run_outbox)
    again = operations.freeze_partnership(convention_id=draft.pk, by=basin.operator, at=at())
    assert (again.frozen_at, convention.document.version) == (convention.frozen_at, 1)
    assert convention.operator_document.reference == "COL-SAV-001"
    said = json.dumps(convention.snapshot, ensure_ascii=False)
    for words in ("tout le département de la Savoie", "1 224 000 €", "le préfet de la Savoie"):
        assert words in said.replace("\u202f", " ").replace("\xa0", " ")
    assert "opérateur local" in said
    assert len(convention.snapshot["signers"]) == 8
    with pytest.raises(ActionDenied, match="gelé"):
        operations.save_section(
            convention_id=draft.pk, values={"territory": "Ailleurs"}, by=basin.operator, at=at()
        )


def test_both_texts_are_launched_signed_and_sealed_together(
    draft, basin, run_outbox, quick_seals, monkeypatch
):
    convention = frozen(basin, draft, run_outbox)
    day = timezone.localdate()
    asked = {"convention_id": convention.pk, "expires_on": day + timedelta(days=30)}
    operations.launch_partnership(**asked, paper={0}, by=basin.operator, at=at())
    convention.refresh_from_db()
    both = (convention.circuit, convention.operator_circuit)
    assert both[0].bundle == both[1].bundle
    assert [circuit.signers.count() for circuit in both] == [8, 2]
    last = convention.circuit.signers.order_by("rank").last()
    assert (last.organisation, last.order) == ("Préfecture de la Savoie", 2)
    with pytest.raises(ActionDenied, match="déjà en signature"):
        operations.launch_partnership(**asked, by=basin.operator, at=at())
    with pytest.raises(ActionDenied, match="pas encore signé"):
        operations.conclude_partnership(convention_id=convention.pk, by=basin.operator, at=at())

    def stands():
        run_outbox()
        convention.refresh_from_db()
        for circuit in both:
            circuit.refresh_from_db()
        return [convention.status, *(circuit.status for circuit in both)]

    sign_on_paper(basin, both[0])
    assert stands() == ["SIGNING", "COMPLETE", "OPEN"]
    with monkeypatch.context() as broken:
        broken.setattr("signatures.operations.sealing.seal", failing_after(1))
        sign_on_paper(basin, both[1])
        assert stands() == ["SIGNING", "COMPLETE", "COMPLETE"]
    signatures.ask_seal(circuit_id=both[1].pk, by=basin.operator, at=at())
    assert stands() == ["SIGNED", "SEALED", "SEALED"]
    assert (convention.signed_on, both[0].sealed_at) == (day, both[1].sealed_at)


def test_a_mandate_that_ends_before_the_term_of_the_circuit_is_refused(draft, basin, run_outbox):
    Mandate.objects.filter(contact__partner=basin.partners["Entreprise 0"]).update(
        ends_on=date(2026, 4, 1)
    )
    convention = frozen(basin, draft, run_outbox)
    with pytest.raises(InvalidInput, match="ne peut pas être lancée"):
        operations.launch_partnership(
            convention_id=convention.pk, expires_on=date(2026, 4, 12), by=basin.operator, at=at()
        )
    lines = lines_on(convention, on=TODAY)
    (link,) = unready_lines(lines, until=date(2026, 4, 12))
    assert link.label.endswith("(Entreprise 0), qui s'arrête le 01/04/2026")
    assert link.url.endswith(f"/{basin.partners['Entreprise 0'].pk}/")
    # The mandate is not in the frozen text: renewed, it holds.
    Mandate.objects.filter(contact__partner=basin.partners["Entreprise 0"]).update(ends_on=None)
    assert launched(basin, convention).status == AgreementStatus.SIGNING


def test_below_four_companies_a_frozen_text_is_not_launched(draft, basin, run_outbox):
    convention = frozen(basin, draft, run_outbox)
    Partner.objects.filter(name="Entreprise 3").update(left_on=date(2026, 3, 12))
    with pytest.raises(ActionDenied, match="il en reste 3"):
        launched(basin, convention)
    labels = [gap.label for gap in queries.gaps(draft, on=TODAY)]
    assert labels[0] == "Retirer Entreprise 3 des parties : ce n'est plus un partenaire"
    assert "Réunir 4 entreprises partenaires au moins : 3 à ce jour" in labels


def test_all_that_is_promised_is_added_up_and_kept_as_it_was_frozen(draft, basin, run_outbox):
    network = Pledge.objects.create(
        partner=basin.partners["ASTREES"], year=2027, nature="MONEY", amount=1_000_000
    )
    convention = frozen(basin, draft, run_outbox)
    said = json.dumps(convention.snapshot, ensure_ascii=False).replace("\u202f", " ")
    assert said.replace("\xa0", " ").count("1 234 000 €") >= 3
    assert "Réseau national" in said
    Pledge.objects.filter(pk=network.pk).update(amount=9_000_000)
    assert queries.budget_of(convention).total == 123_400_000
    assert ("Moyens réunis", format_euros(123_400_000)) in documents.summary_of(convention)


def test_an_operator_known_by_its_siren_signs_as_the_partner_it_is(draft, basin):
    with national():
        LocalOperator.objects.filter(basin=basin.basin).update(name="Chambre", siren="187300001")
    assert any("Chambre" in gap.label for gap in queries.gaps(draft, on=TODAY))
    Partner.objects.filter(name="CCI de la Savoie").update(siren="187300001")
    assert queries.gaps(draft, on=TODAY) == ()


def test_cancelled_another_takes_its_number_and_a_new_version(draft, basin, run_outbox):
    convention = frozen(basin, draft, run_outbox)
    for _ in range(2):
        operations.cancel_partnership(convention_id=convention.pk, by=basin.operator, at=at())
    again = operations.prepare_partnership(starts_on=STARTS, by=basin.operator, at=at())
    assert (again.number, again.pk != convention.pk) == (1, True)
    for name in CARRIED_OVER:
        setattr(again, name, getattr(convention, name))
    again.save()
    frozen(basin, again, run_outbox)
    assert (again.document.version, again.operator_document.version) == (2, 2)
    assert again.document.target_id == str(again.pk)


def test_reopened_it_is_a_draft_that_nobody_signs(draft, basin, run_outbox):
    asked = {"convention_id": draft.pk, "by": basin.operator, "at": at()}
    convention = launched(basin, frozen(basin, draft, run_outbox))
    both = (convention.circuit, convention.operator_circuit)
    for circuit in both:
        with pytest.raises(ActionDenied, match="annulez d'abord son circuit"):
            operations.reopen_partnership(**asked)
        signatures.cancel(circuit_id=circuit.pk, reason="Une erreur", by=basin.operator, at=at())
    for _ in range(2):
        again = operations.reopen_partnership(**asked)
    assert (again.status, again.snapshot) == ("DRAFT", None)
    assert (again.document, again.operator_document) == (None, None)
    assert (again.circuit, again.operator_circuit) == (None, None)
    assert operations.save_section(values={"territory": "La Maurienne"}, **asked).pk == draft.pk


def test_cancelled_while_it_is_signed_nobody_signs_any_more(draft, basin, run_outbox):
    convention = launched(basin, frozen(basin, draft, run_outbox))
    circuits = (convention.circuit, convention.operator_circuit)
    # The operator convention is signed by all of its signers, the other one is not.
    sign_on_paper(basin, convention.operator_circuit)
    operations.cancel_partnership(convention_id=convention.pk, by=basin.operator, at=at())
    for circuit in circuits:
        circuit.refresh_from_db()
        assert circuit.status == CircuitStatus.CANCELLED
        assert circuit.end_reason == "Ce texte est abandonné ; un autre peut être préparé."
        for signer in circuit.signers.all():
            assert not circuit_permissions.answer.allows(signer, on=TODAY)
    asked = convention.circuit.signers.filter(order=1).exclude(email="")
    told = set(asked.values_list("email", flat=True))
    run_outbox()
    with national():
        assert set(Mail.objects.filter(code="M47").values_list("to_email", flat=True)) == told


def test_a_refused_signature_starts_again_whatever_the_other_text_is(draft, basin, run_outbox):
    convention = launched(basin, frozen(basin, draft, run_outbox))
    first = convention.operator_circuit
    Circuit.objects.filter(pk=convention.circuit.pk).update(
        status="REFUSED", ended_at=at(), end_reason="Non."
    )
    again = launched(basin, convention)
    first.refresh_from_db()
    assert first.status == CircuitStatus.CANCELLED
    assert (again.circuit.status, again.operator_circuit.status) == ("OPEN", "OPEN")
    # One that ran out of time could be extended: it is given up as well.
    Circuit.objects.filter(pk=again.circuit.pk).update(status="EXPIRED", ended_at=at())
    operations.cancel_partnership(convention_id=convention.pk, by=basin.operator, at=at())
    again.circuit.refresh_from_db()
    assert again.circuit.status == CircuitStatus.CANCELLED


def test_below_four_companies_the_operator_is_asked_for_more(draft, basin):
    signed(draft)
    visitor = Visitor(person=basin.operator, roles=frozenset({Role.OPERATOR}), on=TODAY)

    def asked():
        return [todo.label for _, todo in conventions_room(visitor).todos]

    assert asked() == []
    Partner.objects.filter(name="Entreprise 3").update(left_on=TODAY)
    assert asked() == ["Réunir 4 entreprises partenaires au moins"]


# -- Amendment ------------------------------------------------------------------------------------
def amendment_of(convention, basin, **fields):
    values = {
        "reason": "Une entreprise rejoint le partenariat",
        "takes_effect_on": date(2026, 4, 1),
        "new_ends_on": None,
        "changes": "",
        "incoming": (),
        **fields,
    }
    return operations.save_amendment(
        convention_id=convention.pk, amendment_id=None, by=basin.operator, at=at(), **values
    )


def test_an_amendment_is_signed_by_all_and_by_who_joins_from_its_effect(draft, basin, run_outbox):
    now, day, year = timezone.now(), timezone.localdate(), timedelta(days=365)
    convention = signed(draft, starts_on=day - year, ends_on=day + year)
    newcomer = make_partner(name="Nouvelle", joined_on=day - timedelta(days=9))
    make_contact(newcomer)
    amendment = operations.save_amendment(
        convention_id=convention.pk,
        amendment_id=None,
        reason="Une entreprise rejoint le partenariat",
        takes_effect_on=day - timedelta(days=3),
        new_ends_on=None,
        changes="",
        incoming=[newcomer.pk],
        by=basin.operator,
        at=now,
    )
    asked = {"amendment_id": amendment.pk, "by": basin.operator, "at": now}
    operations.freeze_amendment(**asked)
    assert operations.reopen_amendment(**asked).status == AgreementStatus.DRAFT
    operations.freeze_amendment(**asked)
    run_outbox()
    amendment.refresh_from_db()
    names = [line["organisation"] for line in amendment.snapshot["signers"]]
    assert (len(names), "Nouvelle" in names) == (9, True)
    assert amendment.document.reference == "CP-SAV-001-A1"
    operations.launch_amendment(
        amendment_id=amendment.pk,
        expires_on=day + timedelta(days=30),
        paper=set(range(9)),
        by=basin.operator,
        at=now,
    )
    amendment.refresh_from_db()
    sign_on_paper(basin, amendment.circuit)
    run_outbox()
    amendment.refresh_from_db()
    newcomer.refresh_from_db()
    assert (amendment.status, amendment.signed_on, newcomer.joined_on) == ("SIGNED", day, day)
    assert convention.partners.filter(pk=newcomer.pk).exists()
    fresh = queries.conventions_with_life().get(pk=convention.pk)
    assert queries.standing_of(fresh, on=day) == Standing.AMENDED


def test_an_amendment_that_changes_nothing_is_refused(draft, basin):
    convention = signed(draft, starts_on=date(2024, 1, 1), ends_on=date(2026, 12, 31))
    amendment = amendment_of(convention, basin)
    with pytest.raises(ActionDenied, match="ne change rien"):
        operations.freeze_amendment(amendment_id=amendment.pk, by=basin.operator, at=at())


def test_only_a_convention_that_runs_is_amended(draft, basin):
    with pytest.raises(ActionDenied, match="signée et en cours"):
        amendment_of(draft, basin)


# -- Renewal and term -----------------------------------------------------------------------------
def test_a_renewal_carries_over_partners_objectives_and_pledges(draft, basin):
    before = signed(draft, starts_on=date(2024, 1, 1), ends_on=date(2026, 12, 31))
    gone = basin.partners["Entreprise 3"]
    Partner.objects.filter(pk=gone.pk).update(left_on=date(2026, 3, 1))
    Pledge.objects.create(
        partner=basin.partners["Grand Chambéry"], year=2026, nature="MONEY", amount=500_000
    )
    everybody = [partner.pk for partner in basin.partners.values()]
    after = operations.renew_partnership(
        convention_id=before.pk,
        starts_on=STARTS,
        kept=everybody,
        pledged=everybody,
        by=basin.operator,
        at=at(),
    )
    assert (after.number, after.renews, after.territory) == (2, before, before.territory)
    operations.cancel_partnership(convention_id=after.pk, by=basin.operator, at=at())
    after = operations.renew_partnership(
        convention_id=before.pk,
        starts_on=STARTS,
        kept=everybody,
        pledged=(),
        by=basin.operator,
        at=at(),
    )
    assert after.number == 2
    assert after.partners.count() == len(everybody) - 1
    proposed = Pledge.objects.filter(partner=basin.partners["Grand Chambéry"], year__gte=2027)
    assert [pledge.amount for pledge in proposed.order_by("year")] == [500_000] * 3
    assert Pledge.objects.filter(partner=basin.partners["Entreprise 0"], year=2027).count() == 1
    with pytest.raises(ActionDenied, match="déjà préparé"):
        operations.renew_partnership(
            convention_id=before.pk,
            starts_on=STARTS,
            kept=(),
            pledged=(),
            by=basin.operator,
            at=at(),
        )


def test_each_term_is_told_of_once_at_each_of_its_months(draft, basin, run_outbox):
    signed(draft, starts_on=date(2024, 2, 1), ends_on=date(2027, 1, 31))
    staff = make_user(Role.NATIONAL_STAFF)
    days = [at(2026, 1, 31), at(2026, 2, 15), at(2026, 4, 30), at(2026, 5, 1), at(2027, 2, 1)]
    assert [operations.tell_terms(at=day) for day in days] == [1, 0, 1, 0, 0]
    run_outbox()
    with national():
        told = Mail.objects.filter(code="M23").values_list("to_email", flat=True)
        assert sorted(told) == sorted([basin.operator.email, staff.email] * 2)
    assert list(TermAlert.objects.order_by("pk").values_list("months", flat=True)) == [12, 9]
    # Put off by a year, the term is told of again.
    PartnershipConvention.objects.update(ends_on=date(2028, 1, 31))
    assert operations.tell_terms(at=at(2027, 2, 1)) == 1


# -- Database -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"status": "FROZEN"}, "frozen_has_its_text"),
        ({"status": "SIGNED"}, "signed_is_dated"),
        ({"signed_on": TODAY}, "signed_is_dated"),
        ({"status": "CANCELLED"}, "cancelled_has_its_hour"),
        ({"cancelled_at": at()}, "cancelled_at_and_by"),
        ({"snapshot": {}}, "draft_is_not_frozen"),
        ({"status": "ANY"}, "status_is_known"),
        ({"allowance": 1_000_001}, "allowance_is_capped"),
        ({"ends_on": date(2020, 1, 1)}, "ends_after_start"),
    ],
)
def test_the_database_holds_the_rules_whoever_writes(draft, fields, constraint):
    rows = PartnershipConvention.objects.filter(pk=draft.pk)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        rows.update(**fields)


def test_the_database_refuses_the_same_number_the_same_alert_the_same_renewal(draft):
    later = {"starts_on": STARTS, "ends_on": date(2029, 12, 31)}
    with pytest.raises(IntegrityError, match="number_is_once"), transaction.atomic():
        PartnershipConvention.objects.create(number=1, **later)
    PartnershipConvention.objects.create(number=2, renews=draft, **later)
    with pytest.raises(IntegrityError, match="renewed_once"), transaction.atomic():
        PartnershipConvention.objects.create(number=3, renews=draft, **later)
    alert = {"convention": draft, "ends_on": STARTS, "sent_at": at()}
    TermAlert.objects.create(months=9, **alert)
    for months, constraint in ((9, "term_alert_is_once"), (5, "at_its_month")):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            TermAlert.objects.create(months=months, **alert)
    amendment = {"convention": draft, "reason": "x", "takes_effect_on": TODAY}
    Amendment.objects.create(number=1, **amendment)
    with pytest.raises(IntegrityError, match="amendment_number_is_once"), transaction.atomic():
        Amendment.objects.create(number=1, **amendment)


# -- Pages ----------------------------------------------------------------------------------------
def test_the_pages_of_a_draft(client_as, draft):
    op = client_as(Role.OPERATOR)
    page = op.get(f"{HOME}{draft.pk}/")
    assert "Geler le texte" in page.content.decode()
    wrong = op.post(f"{HOME}{draft.pk}/modifier/objectifs/", {"territory": "Les vallées"})
    assert (wrong.status_code, "Les vallées" in wrong.content.decode()) == (422, True)
    data = {"local_engineering": "50 000", "budget_comment": "Un effort."}
    assert op.post(f"{HOME}{draft.pk}/modifier/budget/", data).status_code == 302
    draft.refresh_from_db()
    assert (draft.local_engineering, draft.budget_comment) == (5_000_000, "Un effort.")
    preview = op.get(f"{HOME}{draft.pk}/projet/")
    assert preview.content.startswith(b"%PDF")
    for text, said in (("", "Convention de partenariat"), ("operateur", "opérateur local")):
        copy = op.get(f"{HOME}{draft.pk}/copie/?texte={text}")
        words = docx.Document(BytesIO(copy.content))
        assert said in words.paragraphs[0].text
        assert not [one.text for one in words.paragraphs if "[profil" in one.text.lower()]
    assert op.post(f"{HOME}{draft.pk}/geler/").status_code == 302
    draft.refresh_from_db()
    assert draft.status == AgreementStatus.FROZEN


def test_a_member_reads_and_does_not_write(client_as, draft):
    member = client_as(Role.MEMBER)
    assert member.get(f"{HOME}{draft.pk}/").status_code == 200
    assert member.post(f"{HOME}{draft.pk}/geler/").status_code == 403


def test_a_convention_in_force_says_what_follows_it(client_as, basin, draft):
    member = client_as(Role.MEMBER)
    day = timezone.localdate()
    year = timedelta(days=365)
    convention = signed(draft, starts_on=day - year, ends_on=day + year)
    page = member.get(f"{HOME}{convention.pk}/").content.decode()
    assert "Ses engagements courent" in page
    assert "Les entreprises partenaires (4)" in page
    PartnershipConvention.objects.create(
        number=2,
        renews=convention,
        starts_on=convention.ends_on + timedelta(days=1),
        ends_on=convention.ends_on + 3 * year,
    )
    page = member.get(f"{HOME}{convention.pk}/").content.decode()
    assert "La convention n° 2 se prépare pour la suite." in page


def test_a_basin_lives_with_the_versions_of_what_binds_it(basin, draft, run_outbox):
    day = draft.starts_on
    assert texts_in_use(on=day)["PARTNERSHIP"] == []
    convention = frozen(basin, draft, run_outbox)
    assert texts_in_use(on=day)["OPERATOR"] == [1]
    signed(convention)
    Amendment.objects.create(
        convention=convention,
        number=1,
        reason="x",
        takes_effect_on=day,
        status="FROZEN",
        frozen_at=at(),
        frozen_by=basin.operator,
        snapshot={"amendment": {"version": 1}},
    )
    assert texts_in_use(on=day)["AMENDMENT"] == [1]
    used = texts_in_use(on=day)
    assert used["PARTNERSHIP"] == [convention.snapshot["partnership"]["version"]]
    assert used["OPERATOR"] == [1]
    assert texts_in_use(on=convention.ends_on + timedelta(days=1))["OPERATOR"] == []


def test_what_the_next_agreements_lack_is_known_by_kind(basin, draft):
    PartnershipConvention.objects.filter(pk=draft.pk).update(insertion="", allowance=0)
    lacking = names_without_value(on=draft.starts_on)
    assert {"insertion", "defraiement"} <= set(lacking["PARTNERSHIP"][0])
    assert "territoire" not in lacking["PARTNERSHIP"][0]
    assert lacking["AMENDMENT"] == lacking["COOPERATION"] == []


def test_a_text_that_asks_for_what_the_convention_lacks_is_not_frozen(basin, draft):
    with national():
        last = TemplateVersion.objects.filter(kind="OPERATOR").latest("number")
        TemplateVersion.objects.create(
            kind="OPERATOR",
            number=last.number + 1,
            source=last.source.replace("(si fonctions_partagees) À titre", "À titre"),
            sha256="0" * 64,
            created_at=at(),
            published_at=at(),
            effective_from=at().date(),
        )
    (link,) = documents.remaining_of(draft, on=TODAY)
    assert "fonctions confiées" in link.label
    assert link.url == f"{HOME}{draft.pk}/modifier/gouvernance/"
    with pytest.raises(ActionDenied, match="pas de valeur"):
        operations.freeze_partnership(convention_id=draft.pk, by=basin.operator, at=at())
    draft.refresh_from_db()
    assert draft.status == AgreementStatus.DRAFT
