"""The pages of a signer without an account, and those of the operator."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from time_machine import travel

from alize.common.dates import long_date, short_date
from alize.documents.operations import store_upload
from basins.enums import Role
from signatures import operations
from signatures.models import SigningEvent
from signatures.operations import Mandate
from tests.builders import make_user
from tests.committees.test_packs import a_pdf
from tests.conftest import VisitorClient
from tests.signatures.conftest import (
    LAUNCH,
    TODAY,
    UNTIL,
    facts,
    last_code,
    signer_of,
    token_of,
)
from tests.words import plain

HOME = "/bassins/savoie/signatures/"
a_run_may_cross_midnight = travel(LAUNCH)
"""The pages read the clock: it stays on the day of the launch."""


def upload() -> SimpleUploadedFile:
    return SimpleUploadedFile("signée.pdf", a_pdf(1), "application/pdf")


@pytest.fixture
def visit(savoie):
    """A browser without an account."""
    return VisitorClient(HTTP_USER_AGENT="Firefox", REMOTE_ADDR="192.0.2.9")


def page_of(circuit, name: str) -> str:
    return f"/signer/{token_of(signer_of(circuit, name))}/"


def test_what_a_page_tells_of_its_reading_is_bounded_by_link(scene, visit):
    circuit = scene.launch(facts("Anne Blanc"), facts("Luc Roux"))
    page = page_of(circuit, "Anne Blanc")
    answers = [visit.post(f"{page}vu/", {"vu": "lu"}).status_code for _ in range(31)]
    assert answers == [204] * 30 + [429]
    assert signer_of(circuit, "Anne Blanc").events.filter(kind="READ").count() == 1
    other = page_of(circuit, "Luc Roux")
    assert visit.post(f"{other}vu/", {"vu": "lu"}).status_code == 204
    assert visit.get(page).status_code == 200


def test_signing_online_then_again_then_back(scene, visit, run_outbox):
    circuit = scene.launch(facts("Anne Blanc"), facts("Luc Roux"), message="Relisez l'article 4.")
    page = page_of(circuit, "Anne Blanc")
    seen = plain(visit.get(page))
    for words in (
        "Relisez l'article 4.",
        "Ce que vous signez",
        "22 000 €",
        "Luc Roux",
        "Signer en ligne",
    ):
        assert words in seen
    assert visit.post(f"{page}vu/", {"vu": "ouvert"}).status_code == 204
    sign = f"{page}signer/"
    assert "Cochez cette case" in plain(visit.post(sign, {"function": "Présidente"}))
    given = {"function": "Présidente", "consents": "on"}
    unread = visit.post(sign, given)
    assert unread.status_code == 422
    assert "Ouvrez d'abord le document" in plain(unread)
    assert visit.post(f"{page}document/?voir=1")["Content-Type"] == "application/pdf"
    for _ in range(2):
        second = visit.post(sign, given)
        assert second.status_code == 302
    assert "Un code est parti" in plain(visit.get(second.url))
    code = last_code("anne.blanc@example.org", run_outbox)
    whole = {**given, "etape": "signer", "code": code, "typed_name": "Luc Roux"}
    wrong = visit.post(sign, whole)
    assert wrong.status_code == 422
    assert code in plain(wrong)
    whole["typed_name"] = "anne blanc"
    for _ in range(2):
        assert visit.post(sign, whole).url == page
    for path in ("", "signer/", "refuser/"):
        assert "Vous avez signé ce document" in plain(visit.get(f"{page}{path}", follow=True))
    assert visit.get(second.url).url == page
    anne = signer_of(circuit, "Anne Blanc")
    assert (anne.function, anne.typed_name) == ("Présidente", "anne blanc")
    kinds = SigningEvent.objects.filter(signer=anne, ip="192.0.2.9").values_list("kind", flat=True)
    assert list(kinds) == [
        "OPENED", "DOWNLOADED", "CODE_SENT", "CODE_ACCEPTED", "CONSENTED", "SIGNED",
    ]  # fmt: skip


def test_documents_sealed_together_are_all_opened_before_the_code(scene, visit):
    first = scene.launch(facts("Anne Blanc"))
    other = scene.launch(facts("Luc Roux"), bound_to=[first])
    foreign = scene.launch(facts("Eva Prat"))
    page, given = page_of(first, "Anne Blanc"), {"consents": "on"}
    seen = plain(visit.get(page))
    assert f'value="{other.pk}"' in seen
    assert "Ouvrez" not in plain(visit.get(page_of(foreign, "Eva Prat")))
    assert visit.post(f"{page}document/", {"circuit": foreign.pk}).status_code == 404
    visit.post(f"{page}document/", {"circuit": first.pk})
    refused = plain(visit.post(f"{page}signer/", given))
    assert f"Ouvrez d'abord {other.document.reference}, avant de signer." in refused
    answer = visit.post(f"{page}document/", {"circuit": other.pk})
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert "Un code est parti" in plain(visit.post(f"{page}signer/", given, follow=True))


def test_an_expired_link_sends_another_and_opens_nothing(scene, visit, run_outbox, mailoutbox):
    circuit = scene.launch(facts("Anne Blanc"))
    page = page_of(circuit, "Anne Blanc")
    another = page.replace("/signer/", "/nouveau-lien/")
    with travel(LAUNCH + timedelta(days=4)):
        for path in ("", "signer/", "refuser/"):
            answer = visit.get(f"{page}{path}")
            assert answer.status_code == 410
            assert "Ce lien a expiré" in plain(answer)
        assert "Un nouveau lien est parti" in plain(visit.post(another))
    run_outbox()
    assert sum("À signer" in mail.subject for mail in mailoutbox) == 2
    operations.cancel(circuit_id=circuit.pk, reason="Erreur", by=scene.operator, at=LAUNCH)
    with travel(LAUNCH + timedelta(days=4)):
        assert "La signature de ce document est annulée" in plain(visit.post(another))


def test_a_closed_link_says_why_it_is(scene, visit, run_outbox):
    def closed(page: str, days: int = 5) -> str:
        with travel(LAUNCH + timedelta(days=days)):
            answer = visit.get(page)
        assert answer.status_code == 410
        return plain(answer)

    renewed = scene.launch(facts("Anne Blanc"))
    page = page_of(renewed, "Anne Blanc")
    assert "Ce lien a expiré" in closed(page)
    with travel(LAUNCH + timedelta(days=1)):
        visit.post(page.replace("/signer/", "/nouveau-lien/"))
        run_outbox()
    shown = closed(page)
    assert "Ce lien est remplacé" in shown
    assert "Recevoir un nouveau lien" in shown
    cancelled = scene.launch(facts("Luc Roux"))
    page = page_of(cancelled, "Luc Roux")
    operations.cancel(circuit_id=cancelled.pk, reason="Secret", by=scene.operator, at=LAUNCH)
    shown = closed(page)
    assert "Ce lien ne sert plus" in shown
    assert "La signature de ce document est annulée" in shown
    assert "Secret" not in shown
    assert "Recevoir un nouveau lien" not in shown
    refused = page_of(scene.launch(facts("Eva Prat")), "Eva Prat")
    visit.post(f"{refused}refuser/", {"reason": "Montant faux"})
    shown = closed(refused)
    assert "Ce lien a déjà servi" in shown
    assert "votre refus est enregistré" in shown
    assert "Montant faux" not in shown


@pytest.mark.parametrize(
    ("path", "words", "said"),
    [
        ("refuser/", {"reason": "Montant faux"}, "Vous avez refusé de signer"),
        ("corriger/", {"reason": "Le SIRET"}, "une correction a été demandée"),
        ("papier/", {}, "Vous signez sur papier"),
    ],
)
def test_the_other_answers(scene, visit, path, words, said):
    page = page_of(scene.launch(facts("Anne Blanc")), "Anne Blanc")
    assert visit.get(f"{page}{path}").status_code == 200
    if words:
        assert "Dites pourquoi" in plain(visit.post(f"{page}{path}", {"reason": ""}))
    assert visit.post(f"{page}{path}", words).url == page
    assert said in plain(visit.get(page))


def test_after_a_cancellation_the_page_says_why(scene, visit, client_as):
    circuit = scene.launch(facts("Anne Blanc"))
    page = page_of(circuit, "Anne Blanc")
    operator = client_as(Role.OPERATOR, user=scene.operator)
    cancel = f"{HOME}{circuit.pk}/annuler/"
    assert "Anne Blanc" in plain(operator.get(cancel))
    assert "À signer au plus tard le" in plain(visit.get(page))
    assert operator.post(cancel, {"reason": "Une annexe manque"}).status_code == 302
    over = plain(visit.get(page))
    assert "Une annexe manque" in over
    assert "À signer au plus tard le" not in over
    answer = visit.post(f"{page}signer/", {"consents": "on"})
    assert answer.status_code == 409
    assert "annulée" in plain(answer)


@a_run_may_cross_midnight
def test_delegation_and_paper_on_the_operators_screens(scene, visit, client_as):
    circuit = scene.launch(facts("Anne Blanc"), facts("Luc Roux", paper=True))
    page = page_of(circuit, "Anne Blanc")
    named = {"name": "Paul Petit", "function": "Secrétaire", "email": "paul@example.org"}
    over = {"starts_on": "01/01/2020", "ends_on": "31/12/2020", "mandate": upload()}
    refused = visit.post(f"{page}deleguer/", {**named, **over})
    assert refused.status_code == 422
    assert "Ce mandat s'est arrêté le 31/12/2020" in plain(refused)
    named["starts_on"] = "01/01/2020"
    assert visit.post(f"{page}deleguer/", {**named, "mandate": upload()}).url == page
    seen = plain(visit.get(page))
    assert "Votre demande de délégation est partie" in seen
    assert "vous pouvez encore signer vous-même" in seen

    operator, finance = client_as(Role.OPERATOR, user=scene.operator), client_as(Role.FINANCE)
    here = f"{HOME}{circuit.pk}/"
    asked = signer_of(circuit, "Anne Blanc").delegations.get()
    assert "Anne Blanc propose Paul Petit" in plain(operator.get(here))
    decide = f"{here}delegation/{asked.pk}/"
    assert "Paul Petit" in plain(operator.get(decide))
    assert operator.post(decide, {"reponse": "valider"}).url == here
    luc = signer_of(circuit, "Luc Roux")
    paper = {"signers": [luc.pk], "signed_on": short_date(TODAY), "scan": upload()}
    assert operator.post(f"{here}papier/", paper).url == here
    luc.refresh_from_db()
    confirm = f"{here}papier/{luc.scan_id}/"
    assert "n'attend pas votre confirmation" in plain(operator.get(confirm))
    assert "Confirmer ces signatures" in plain(finance.get(confirm))
    assert finance.post(confirm, {"reponse": "confirmer"}).url == here
    assert "Ce n'est pas moi" in plain(visit.get(page_of(circuit, "Luc Roux")))
    later = {"expires_on": short_date(UNTIL + timedelta(days=9))}
    assert "signe avant sa fin, ou délègue" in plain(operator.get(f"{here}prolonger/"))
    too_late = f"{TODAY + timedelta(days=367):%d/%m/%Y}"
    refused = operator.post(f"{here}prolonger/", {"expires_on": too_late})
    assert refused.status_code == 422
    assert "un an à l'avance au plus" in plain(refused)
    assert too_late in plain(refused)
    for day, said in (
        (
            UNTIL - timedelta(days=1),
            f"Le délai va déjà jusqu'au {long_date(UNTIL)} : choisissez un jour qui vient",
        ),
        (TODAY - timedelta(days=1), f"Le délai va déjà jusqu'au {long_date(UNTIL)}"),
    ):
        refused = operator.post(f"{here}prolonger/", {"expires_on": short_date(day)})
        assert refused.status_code == 422
        assert said in plain(refused)
        assert short_date(day) in plain(refused)
    assert operator.post(f"{here}prolonger/", later).url == here
    paul = signer_of(circuit, "Paul Petit")
    assert operator.post(f"{here}relancer/{paul.pk}/").url == here


def test_the_act_under_which_somebody_signs_is_opened_by_who_follows_the_circuit(
    scene, visit, client_as
):
    act = store_upload(file=upload(), name="arrêté 12.pdf", by=scene.operator, at=LAUNCH)
    kept, lost = Mandate("Délégation", act.sha256), Mandate("Délégation", "a" * 64)
    circuit = scene.launch(
        facts("Anne Blanc", mandate=kept), facts("Luc Roux"), facts("Zoé Vial", mandate=lost)
    )
    other = scene.launch(facts("Eva Prat"))
    here = f"{HOME}{circuit.pk}/"
    anne, luc, zoe = (f"{here}mandat/{one.pk}/" for one in circuit.signers.order_by("rank"))
    for role in (Role.OPERATOR, Role.PRESIDENT, Role.AUDITOR):
        client = client_as(role)
        page = plain(client.get(here))
        assert f'href="{anne}"' in page
        assert "Télécharger l'acte" in page
        assert luc not in page
        assert zoe not in page
        answer = client.get(f"{anne}?voir=1")
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"].startswith("attachment")
        assert b"".join(answer.streaming_content).startswith(b"%PDF")
        elsewhere = anne.replace(f"/{circuit.pk}/", f"/{other.pk}/")
        for address in (luc, zoe, elsewhere):
            assert client.get(address).status_code == 404
    assert visit.get(anne).status_code == 302


@a_run_may_cross_midnight
def test_a_mandate_that_is_over_is_told_on_the_page_with_what_to_do(scene, visit):
    ending = Mandate("Arrêté", ends_on=TODAY)
    circuit = scene.launch(facts("Anne Blanc", mandate=ending), expires_on=TODAY)
    operations.extend(circuit_id=circuit.pk, expires_on=UNTIL, by=scene.operator, at=LAUNCH)
    page = page_of(circuit, "Anne Blanc")
    assert "Signer en ligne" in plain(visit.get(page))
    with travel(LAUNCH + timedelta(days=1)):
        seen = plain(visit.get(f"{page}signer/", follow=True))
        assert "Vous ne pouvez pas signer aujourd'hui" in seen
        assert "déléguez votre signature, à vous-même" in seen
        assert "Signer en ligne" not in seen
        assert "proposez-vous vous-même" in plain(visit.get(f"{page}deleguer/"))
        myself = {"name": "Anne Blanc", "function": "Maire", "email": "anne.blanc@example.org"}
        renewed = {"starts_on": "01/01/2020", "mandate": upload()}
        assert visit.post(f"{page}deleguer/", {**myself, **renewed}).url == page
        seen = plain(visit.get(page))
        assert "Votre demande de délégation est partie" in seen
        assert "vous pouvez encore signer" not in seen


def test_addresses_of_machines_are_for_the_operator_and_astrees(scene, visit, client_as):
    circuit = scene.launch(facts("Anne Blanc"))
    visit.post(f"{page_of(circuit, 'Anne Blanc')}vu/", {"vu": "ouvert"})
    here = f"{HOME}{circuit.pk}/"
    for role in (Role.OPERATOR, Role.NATIONAL_STAFF):
        assert "192.0.2.9" in plain(client_as(role).get(f"{here}preuves/"))
    for role in (Role.FINANCE, Role.AUDITOR):
        client = client_as(role)
        assert client.get(f"{here}preuves/").status_code == 403
        assert "192.0.2.9" not in plain(client.get(here))


def test_the_home_page_says_what_is_to_be_signed_and_until_when(scene, savoie, client_as):
    president = make_user(Role.PRESIDENT, basin=savoie, first_name="Zoé", last_name="Vial")
    circuit = scene.launch(facts("Zoé Vial", email=president.email))
    home = plain(client_as(Role.PRESIDENT, user=president).get("/bassins/savoie/"))
    assert f"Signer {circuit.document.reference}" in home
    assert f"au plus tard le {circuit.expires_on:%d/%m/%Y}" in home


def test_the_presidency_signs_in_a_batch_what_it_has_opened(scene, savoie, client_as):
    president = make_user(Role.PRESIDENT, basin=savoie, first_name="Zoé", last_name="Vial")
    circuits = [scene.launch(facts("Zoé Vial", email=president.email)) for _ in range(2)]
    client = client_as(Role.PRESIDENT, user=president)
    page = f"{HOME}a-signer/"
    assert "Signer 2 documents" in plain(client.get("/bassins/savoie/"))
    lines = client.get(page).context["lines"]
    asked = {"signers": [line.pk for line in lines], "consents": "on", "typed_name": "Zoé Vial"}
    assert client.post(lines[0].open_url)["Content-Type"] == "application/pdf"
    refused = client.post(page, asked)
    assert refused.status_code == 422
    assert f"Ouvrez d'abord {lines[1].reference}." in plain(refused)
    client.post(lines[1].open_url)
    assert client.post(page, asked).url == page
    for circuit in circuits:
        circuit.refresh_from_db()
        assert circuit.status == "COMPLETE"
    assert "Rien à signer" in plain(client.get(page))
