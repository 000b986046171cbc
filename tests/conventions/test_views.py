"""The screens of the conventions, role by role."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alize.common.errors import InvalidInput
from basins.enums import Role
from basins.tenancy import national
from conventions import operations
from conventions.models import CooperationConvention, PartnershipConvention
from partners.models import Mandate
from tests.builders import START, at, make_decision, make_partner, make_seat, make_user
from tests.committees.test_packs import a_pdf
from tests.conventions.documents import with_document
from tests.words import plain
from tests.writings import second_of_two

HOME = "/bassins/savoie/conventions/"
READERS = {
    Role.OPERATOR,
    Role.FINANCE,
    Role.PRESIDENT,
    Role.MEMBER,
    Role.AUDITOR,
    Role.NATIONAL_STAFF,
    Role.PREFECTURE,
}


@pytest.fixture
def operator(client_as, scene):
    return client_as(Role.OPERATOR, user=scene.operator)


@pytest.fixture
def convention(scene) -> CooperationConvention:
    return operations.prepare_convention(
        decision_id=scene.decision.pk, by=scene.operator, at=at(2026, 4, 1)
    )


@pytest.fixture
def frozen(scene, convention) -> CooperationConvention:
    asked = {"by": scene.operator, "at": at(2026, 4, 1)}
    return with_document(operations.freeze(convention_id=convention.pk, **asked), asked["at"])


def text(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize("role", list(Role))
def test_the_list_is_for_those_who_read_conventions(client_as, scene, role):
    expected = 200 if role in READERS else 403
    assert client_as(role).get(HOME).status_code == expected


def test_another_basin_is_not_found(client_as, scene, meuse, convention):
    client = client_as(Role.OPERATOR, basin=meuse)
    assert client.get(HOME).status_code == 404
    assert client.get(f"/bassins/meuse/conventions/{convention.reference}/").status_code == 404


def test_the_prefecture_sees_signed_conventions_without_their_text(client_as, frozen):
    client = client_as(Role.PREFECTURE)
    page = f"{HOME}{frozen.reference}/"
    document = f"/bassins/savoie/documents/{frozen.document_id}/"
    assert client.get(page).status_code == 404
    CooperationConvention.objects.filter(pk=frozen.pk).update(
        status="SIGNED",
        signed_on=date(2026, 4, 12),
        recorded_at=at(2026, 4, 12),
        recorded_by=frozen.created_by,
    )
    assert client.get(page).status_code == 200
    assert client.get(document).status_code == 404
    assert document not in text(client.get(page))
    assert client_as(Role.NATIONAL_STAFF).get(document).status_code == 404
    assert client_as(Role.AUDITOR).get(document).status_code == 200


def test_the_list_says_what_waits_and_what_expires(operator, scene, time_machine):
    time_machine.move_to(at(2026, 11, 22))
    for number, start, end in ((6, 2021, 2023), (7, 2024, 2027)):
        made = PartnershipConvention.objects.create(
            number=number,
            status="SIGNED",
            signed_on=date(start, 5, 1),
            starts_on=date(start, 5, 1),
            ends_on=date(end, 4, 30),
        )
        made.partners.set([scene.mill, scene.dam])
    page = text(operator.get(HOME))
    assert "Conventions à préparer" in page
    assert scene.project.beneficiary.name in page
    assert "Expire dans 5 mois" in page
    assert page.index("partenariat n° 7") < page.index("partenariat n° 6")


def test_only_the_operator_is_told_what_to_prepare(client_as, scene):
    assert "Conventions à préparer" not in text(client_as(Role.FINANCE).get(HOME))


def test_the_list_takes_the_same_queries_whatever_its_length(operator, scene):
    operations.prepare_convention(decision_id=scene.decision.pk, by=scene.operator, at=at())
    operator.get(HOME)  # the basin of the address is then known to the process
    with CaptureQueriesContext(connection) as one:
        operator.get(HOME)
    for _ in range(2):
        decision = make_decision(skills=((scene.mill, "1", "Qualité"),))
        operations.prepare_convention(decision_id=decision.pk, by=scene.operator, at=at())
    operator.get(HOME)  # and it may have been forgotten on a slow machine
    with CaptureQueriesContext(connection) as three:
        operator.get(HOME)
    assert len(three) == len(one)


def test_the_list_is_searched_and_exported(operator, convention):
    assert convention.reference in text(operator.get(HOME, {"q": convention.reference}))
    assert "Aucune convention ne correspond" in text(operator.get(HOME, {"q": "zzz"}))
    lines = text(operator.post(f"{HOME}?export=csv", {"reason": "MEETING"})).splitlines()
    assert lines[1].startswith(f"{convention.reference};")


def test_prepare_edit_freeze_and_sign_in_the_browser(operator, scene, time_machine):
    time_machine.move_to(at(2026, 4, 12))
    answer = operator.post(f"{HOME}preparer/{scene.decision.reference}/")
    convention = CooperationConvention.objects.get()
    page = f"{HOME}{convention.reference}/"
    assert answer.url == page
    assert "Geler le texte" in text(operator.get(page))

    form = operator.get(f"{page}modifier/").context["form"]
    typed = {name: form[name].value() or "" for name in form.fields}
    owner = convention.signers.get(capacity="OWNER")
    typed[f"function_{owner.pk}"] = "Présidente"
    without_address = str(convention.signers.get(capacity="OPERATOR").pk)
    typed[f"email_{without_address}"] = ""
    assert operator.post(f"{page}modifier/", typed).url == page
    owner.refresh_from_db()
    assert owner.function == "Présidente"

    mandates = Mandate.objects.filter(contact__partner=scene.mill)
    mandates.update(ends_on=date(2026, 4, 11))
    asked = text(operator.get(f"{page}geler/"))
    assert "ne changent plus" in asked
    assert "Enregistrer le mandat d&#x27;Anne Blanc (Papeterie" in asked
    mandates.update(ends_on=None)
    assert operator.post(f"{page}geler/").url == page
    assert operator.get(f"{page}lancer/").url == page  # its document is not made yet
    convention.refresh_from_db()
    with_document(convention, at(2026, 4, 12))

    confirm = operator.get(f"{page}lancer/")
    assert "Qui sera prévenu" in text(confirm)
    assert "Anne Blanc, Papeterie des Bauges" in text(confirm)
    assert "labellisée" in text(confirm)
    assert "annule depuis sa page, avec un motif" in text(confirm)
    assert "ne pourra pas être annulée" not in text(confirm)
    assert confirm.context["form"]["paper"].value() == [without_address]
    refused = operator.post(f"{page}lancer/", {"expires_on": "12/05/2026"})
    assert refused.status_code == 422
    assert "adresse électronique manquante" in text(refused)
    mistyped = operator.post(f"{page}lancer/", {"expires_on": "12/05/2106"})
    assert mistyped.status_code == 422
    assert "avance au plus" in text(mistyped)
    assert "12/05/2106" in text(mistyped)
    answer = operator.post(f"{page}lancer/", {"expires_on": "12/05/2026", "paper": without_address})
    convention.refresh_from_db()
    assert answer.url == f"/bassins/savoie/signatures/{convention.circuit.pk}/"
    seen = text(operator.get(page))
    assert "Suivre la signature" in seen
    assert "À signer sur papier" in seen


def test_a_draft_is_previewed_as_a_project(operator, convention):
    answer = operator.get(f"{HOME}{convention.reference}/projet/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


def test_what_remains_is_a_link(operator, convention):
    convention.signers.filter(capacity="OWNER").update(name="")
    page = text(operator.get(f"{HOME}{convention.reference}/"))
    assert "Actions restantes" in page
    assert "Indiquer qui signe pour" in page
    assert "disabled" in page


def test_cancel_in_the_browser(operator, convention):
    page = f"{HOME}{convention.reference}/annuler/"
    confirmation = text(operator.get(page))
    assert "Annuler la convention" in confirmation
    assert "Personne ne sera prévenu" in confirmation
    assert operator.post(page).url == HOME
    assert operator.post(page).url == HOME
    convention.refresh_from_db()
    assert convention.status == "CANCELLED"


@pytest.mark.parametrize("role", sorted(READERS - {Role.OPERATOR}))
def test_nobody_else_writes(client_as, scene, convention, role):
    client = client_as(role)
    for path in ("modifier/", "geler/", "lancer/", "annuler/"):
        assert client.get(f"{HOME}{convention.reference}/{path}").status_code == 403
        assert client.post(f"{HOME}{convention.reference}/{path}").status_code == 403
    assert client.post(f"{HOME}preparer/{scene.decision.reference}/").status_code == 403


def test_the_mandate_of_who_signs_for_no_partner_is_recorded_with_its_act(
    operator, scene, convention
):
    owner = convention.signers.get(capacity="OWNER")
    page = f"{HOME}{convention.reference}/signataires/{owner.pk}/mandat/"
    assert page in text(operator.get(f"{HOME}{convention.reference}/modifier/"))
    assert 'enctype="multipart/form-data"' in text(operator.get(page))
    typed = {"kind": "DELEGATION", "starts_on": "03/03/2026", "ends_on": ""}
    refused = operator.post(page, typed)
    assert refused.status_code == 422
    assert "Joignez l&#x27;acte qui donne ce mandat" in text(refused)
    assert "03/03/2026" in text(refused)
    act = SimpleUploadedFile("acte.pdf", a_pdf(1), "application/pdf")
    assert operator.post(page, typed | {"document": act}).status_code == 302
    owner.refresh_from_db()
    assert (owner.mandate, len(owner.mandate_sha256)) == ("Délégation de signature", 64)
    kept = convention.signers.get(partner=scene.mill)
    other = f"{HOME}{convention.reference}/signataires/{kept.pk}/mandat/"
    assert operator.get(other).status_code == 404
    asked = {"by": scene.operator, "at": at(2026, 4, 1)}
    operations.freeze(convention_id=convention.pk, **asked)
    assert operator.get(page).url == f"{HOME}{convention.reference}/"


def test_nothing_says_that_the_name_of_a_signer_is_optional(operator, convention):
    page = text(operator.get(f"{HOME}{convention.reference}/modifier/"))
    assert re.search(r">Prénom et nom\s*</label>", page)
    assert not re.search(r">Prénom et nom\s*<span", page)
    assert re.search(r">Fonction\s*<span class=.optional.>", page)


def test_what_is_wrong_says_of_which_signer(operator, scene, convention):
    page = f"{HOME}{convention.reference}/modifier/"
    form = operator.get(page).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields}
    company = convention.signers.get(partner=scene.mill)
    refused = plain(operator.post(page, typed | {f"name_{company.pk}": "anne@example.org"}))
    assert "Papeterie des Bauges, prénom et nom : Ceci est une adresse électronique" in refused
    assert 'value="anne@example.org"' in refused


def test_what_changes_is_said_before_the_signers_are_computed_again(operator, scene, convention):
    page = f"{HOME}{convention.reference}/recalculer/"
    edit = f"{HOME}{convention.reference}/modifier/"
    assert f'href="{page}"' in text(operator.get(edit))
    assert operator.get(page).url == edit
    assert "Un nouveau calcul ne change rien" in text(operator.get(edit))
    company = convention.signers.filter(partner=scene.mill)
    company.update(name="Autre Personne")
    said = plain(operator.get(page))
    assert "Papeterie des Bauges : Anne Blanc signe à la place d'Autre Personne." in said
    assert company.get().name == "Autre Personne"
    assert operator.post(page).url == edit
    assert company.get().name == "Anne Blanc"


def test_a_page_opened_before_the_signers_were_computed_again_erases_nobody(
    operator, scene, convention
):
    page = f"{HOME}{convention.reference}/modifier/"
    form = operator.get(page).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields}
    typed["starts_on"] = "05/04/2026"
    operations.recompute_signers(convention_id=convention.pk, by=scene.operator, at=at(2026, 4, 1))
    before = list(convention.signers.values("name", "mandate", "email"))
    refused = operator.post(page, typed)
    assert refused.status_code == 422
    assert "Les signataires ont été recalculés pendant votre saisie" in text(refused)
    assert list(convention.signers.values("name", "mandate", "email")) == before
    form = refused.context["form"]
    again = {name: form[name].value() or "" for name in form.fields}
    assert again["starts_on"] == "05/04/2026"
    assert operator.post(page, again).status_code == 302
    assert list(convention.signers.values("name", "mandate", "email")) == before
    with pytest.raises(InvalidInput, match="recalculés"):
        operations.save_draft(
            convention_id=convention.pk,
            starts_on=date(2026, 4, 5),
            payment_expected_on=None,
            signers={0: None},
            by=scene.operator,
            at=at(2026, 4, 1),
        )


def test_dates_and_signers_that_somebody_else_saved_meanwhile_are_compared(
    operator, client_as, scene, convention
):
    owner, company, *_ = convention.signers.all()
    said = second_of_two(
        operator,
        client_as(Role.OPERATOR),
        f"{HOME}{convention.reference}/modifier/",
        theirs={f"name_{owner.pk}": "Dominique Grand"},
        mine={f"function_{company.pk}": "Directrice"},
    )
    assert "« Dominique Grand »" in said


# -- Who sees which ----------------------------------------------------------------------------


def test_a_member_sees_the_conventions_of_their_company_only(client_as, scene, frozen):
    own, other = make_user(), make_user()
    for user, partner in ((own, scene.mill), (other, make_partner())):
        make_seat(partner=partner, holder=user)
        with national():
            user.memberships.create(basin=scene.basin, role=Role.MEMBER, starts_on=START)
    seen = client_as(Role.MEMBER, user=own)
    assert frozen.reference in text(seen.get(HOME))
    assert seen.get(f"/bassins/savoie/documents/{frozen.document_id}/").status_code == 200
    hidden = client_as(Role.MEMBER, user=other)
    assert frozen.reference not in text(hidden.get(HOME))
    assert hidden.get(f"{HOME}{frozen.reference}/").status_code == 404
    assert hidden.get(f"/bassins/savoie/documents/{frozen.document_id}/").status_code == 404


def test_the_president_and_the_auditor_read_the_document(client_as, scene, frozen):
    for role in (Role.PRESIDENT, Role.AUDITOR, Role.FINANCE):
        client = client_as(role)
        assert client.get(f"/bassins/savoie/documents/{frozen.document_id}/").status_code == 200
