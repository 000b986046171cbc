"""What the sheet of signatures and the evidence say of how each one was given."""

import json
from datetime import UTC, date
from io import BytesIO

import pikepdf
import pypdfium2
from django.template.loader import render_to_string

from alize.common.dates import short_date
from alize.documents import pdf
from alize.documents.imprint import Imprint
from alize.documents.operations import store_upload
from signatures import operations
from signatures.documents import (
    EVIDENCE_TEMPLATE,
    SHEET_TEMPLATE,
    evidence_context,
    evidence_json,
    last_signature,
    pages_signed,
    rests_on,
    sheet_lines,
    spaced,
)
from signatures.models import CircuitSigner
from signatures.operations import Mandate
from tests.builders import at
from tests.signatures.acts import LATER, propose, scan
from tests.signatures.conftest import LAUNCH, TODAY, facts, sign, signer_of

IMPRINT = Imprint(
    issuer="ALIZE Savoie",
    title="Feuille de signatures",
    reference="CC-2026-SAV-001",
    version=1,
    as_of=date(2026, 4, 9),
    is_draft=False,
)


def laid_out(template: str, context: dict) -> str:
    return render_to_string(template, context | {"imprint": IMPRINT})


def signed(day: int, way: str, *, noted: int) -> CircuitSigner:
    return CircuitSigner(
        status="SIGNED", way=way, signed_on=date(2026, 4, day), signed_at=at(2026, 4, noted, 9)
    )


def test_the_last_signature_is_the_day_it_was_given_not_the_day_it_was_noted():
    paper, online = signed(3, "PAPER", noted=20), signed(7, "ONLINE", noted=7)
    assert last_signature([paper, online]) == "mardi 7 avril 2026 à 9\xa0h"
    assert last_signature([paper]) == "vendredi 3 avril 2026"
    assert last_signature([online, signed(9, "PAPER", noted=9)]) == "jeudi 9 avril 2026"
    assert last_signature([CircuitSigner(status="WAITING"), paper]) == "vendredi 3 avril 2026"


def test_the_sheet_says_what_each_way_rests_on_and_nothing_of_the_others():
    by_code, on_paper = signed(7, "ONLINE", noted=7), signed(3, "PAPER", noted=20)
    account, act = signed(8, "ACCOUNT", noted=8), signed(9, "ACCOUNT", noted=9)
    account.consent = "2026-01"
    assert rests_on([on_paper]) == []
    [code] = rests_on([by_code, on_paper])
    assert "code à six chiffres" in code
    [factor] = rests_on([account])
    assert "second facteur" in factor
    assert "code" not in factor
    [acted] = rests_on([act])
    assert "consentement" not in acted
    assert len(rests_on([by_code, account, act])) == 3
    page = laid_out(SHEET_TEMPLATE, {"rests_on": [acted], "pages": pages_signed([act])})
    assert "L'heure est celle du serveur" in page
    assert "L'heure est celle du serveur" not in laid_out(SHEET_TEMPLATE, {"rests_on": []})


def test_pages_made_from_what_was_signed_are_not_said_to_be_those_read():
    act = signed(9, "ACCOUNT", noted=9)
    assert "mises en page à partir de ce qui a été signé" in pages_signed([act])
    assert "que chacun a lues" in pages_signed([act, signed(7, "ONLINE", noted=7)])
    assert "que chacun a lues" in pages_signed([signed(3, "PAPER", noted=20)])


def test_the_same_person_signs_for_two_structures_each_by_delegation(scene, run_outbox):
    circuit = scene.launch(facts("Anne Blanc"), facts("Éric Roux"), facts("Paul Petit"))
    for name in ("Anne Blanc", "Éric Roux"):
        asked = propose(signer_of(circuit, name), "Paul Petit", "paul.petit@example.org")
        operations.decide_delegation(
            delegation_id=asked.pk, accept=True, by=scene.operator, at=LATER
        )
    for signer in circuit.signers.filter(name="Paul Petit"):
        sign(signer, run_outbox)
    lines = [line for line in sheet_lines(circuit) if line["name"] == "Paul Petit"]
    assert [line["organisation"] for line in lines] == [
        "Maison Paul Petit",
        "Maison Anne Blanc",
        "Maison Éric Roux",
    ]
    own, first, second = (line["mark"] for line in lines)
    assert "par délégation" not in own
    assert first.endswith(", par délégation d'Anne Blanc")
    assert second.endswith(", par délégation d'Éric Roux")
    page = laid_out(SHEET_TEMPLATE, {"circuit": circuit, "lines": lines})
    assert "par délégation d&#x27;Anne Blanc" in page


def test_an_event_of_the_evidence_is_one_line_and_one_tag(scene, run_outbox):
    circuit = scene.launch(facts("Anne Blanc"))
    anne = signer_of(circuit, "Anne Blanc")
    sign(anne, run_outbox)
    circuit.refresh_from_db()
    said = evidence_context(circuit, certificate="0" * 64)
    content = pdf.render(laid_out(EVIDENCE_TEMPLATE, said))
    pages = (page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content))
    lines = "\n".join(pages).splitlines()
    last = anne.events.last()
    when = last.at.astimezone(UTC).strftime("%d/%m/%Y %H:%M:%S")
    assert f"{last.sequence} {when} {last.digest[:16]} Signature, même origine" in lines
    assert "Adresse du code a•••••@example.org" in lines
    with pikepdf.open(BytesIO(content)) as document:
        objects = [one for one in document.objects if isinstance(one, pikepdf.Dictionary)]
        items = sum(one.get("/S") == "/LI" for one in objects)
    assert items == len(said["signers"][0]["rows"]) + circuit.events.count()


def test_the_evidence_has_the_texts_that_somebody_accepted(scene, run_outbox):
    circuit = scene.launch(facts("Anne Blanc"))
    sign(signer_of(circuit, "Anne Blanc"), run_outbox)
    said = evidence_context(circuit, certificate="0" * 64)
    assert len(said["consents"]) == 1
    assert "Textes acceptés" in laid_out(EVIDENCE_TEMPLATE, said)
    assert "Textes acceptés" not in laid_out(EVIDENCE_TEMPLATE, said | {"consents": []})


def test_the_evidence_names_the_national_text_and_its_digest(scene, run_outbox):
    text = operations.NationalText("Convention de partenariat", 3, "5e" * 32)
    circuit = scene.launch(facts("Anne Blanc"), text=text)
    sign(signer_of(circuit, "Anne Blanc"), run_outbox)
    document = json.loads(evidence_json(circuit, certificate=""))["document"]
    assert document["version_du_modele"] == {
        "modele": "Convention de partenariat",
        "numero": 3,
        "empreinte_sha256": "5e" * 32,
    }
    assert document["mise_en_page"] == circuit.document.template_version
    assert circuit.events.get(kind="LAUNCHED").facts["text"] == "5e" * 32
    said = dict(evidence_context(circuit, certificate="0" * 64)["facts"])
    assert said["Version du modèle"] == "Convention de partenariat, version 3"
    assert said["Empreinte du modèle, SHA-256"].replace(" ", "") == "5e" * 32


def test_a_document_drafted_from_no_national_text_says_none(scene):
    circuit = scene.launch(facts("Anne Blanc"))
    document = json.loads(evidence_json(circuit, certificate=""))["document"]
    assert document["version_du_modele"] is None


def test_the_evidence_says_from_when_to_when_a_mandate_holds(scene, quick_seals, run_outbox):
    start, end = date(2026, 1, 2), date(TODAY.year + 3, 2, 1)
    mandate = Mandate("Délégation", "a" * 64, start, end)
    circuit = scene.launch(
        facts("Anne Blanc", mandate=mandate),
        facts("Luc Roux", mandate=Mandate("Délibération", "", start)),
        facts("Zoé Vial", mandate=Mandate("Représentant légal", ends_on=end)),
    )
    for name in ("Anne Blanc", "Luc Roux", "Zoé Vial"):
        sign(signer_of(circuit, name), run_outbox)
    words = json.loads(evidence_json(circuit, certificate="0" * 64))
    days = [(one["mandat"]["du"], one["mandat"]["au"]) for one in words["signataires"]]
    assert days[:2] == [("2026-01-02", f"{end.year}-02-01"), ("2026-01-02", "")]
    signers = evidence_context(circuit, certificate="0" * 64)["signers"]
    shown = [dict(one["rows"])["Mandat"] for one in signers]
    assert shown == [
        f"Délégation, du 02/01/2026 au 01/02/{end.year}",
        "Délibération, depuis le 02/01/2026",
        f"Représentant légal, jusqu'au 01/02/{end.year}",
    ]


def test_the_sheet_and_the_evidence_name_the_act_that_mandates_a_signer(scene, run_outbox):
    act = store_upload(file=scan(), name="arrêté 12.pdf", by=scene.operator, at=LAUNCH)
    circuit = scene.launch(
        facts("Anne Blanc", mandate=Mandate("Délégation", act.sha256, TODAY)),
        facts("Luc Roux", mandate=Mandate("Délégation", "a" * 64, TODAY)),
    )
    for name in ("Anne Blanc", "Luc Roux"):
        sign(signer_of(circuit, name), run_outbox)
    held = f"Délégation, depuis le {short_date(TODAY)}"
    told = [line["mandate"] for line in sheet_lines(circuit)]
    assert told == [f"{held}, selon l'acte « arrêté 12.pdf »", held]
    rows = [dict(one["rows"]) for one in evidence_context(circuit, certificate="0" * 64)["signers"]]
    assert [row.get("Acte du mandat") for row in rows] == ["arrêté 12.pdf", None]
    assert [row["Empreinte de l'acte, SHA-256"] for row in rows] == [
        spaced(act.sha256),
        spaced("a" * 64),
    ]
    words = json.loads(evidence_json(circuit, certificate="0" * 64))["signataires"]
    assert [one["mandat"]["acte"] for one in words] == ["arrêté 12.pdf", ""]


def test_the_name_of_an_act_that_does_not_print_stays_in_the_data(scene, run_outbox):
    name = "arrêté 🙂.pdf"
    act = store_upload(file=scan(), name=name, by=scene.operator, at=LAUNCH)
    circuit = scene.launch(facts("Anne Blanc", mandate=Mandate("Délégation", act.sha256, TODAY)))
    sign(signer_of(circuit, "Anne Blanc"), run_outbox)
    [line] = sheet_lines(circuit)
    assert line["mandate"] == f"Délégation, depuis le {short_date(TODAY)}"
    [signer] = evidence_context(circuit, certificate="0" * 64)["signers"]
    assert "Acte du mandat" not in dict(signer["rows"])
    [words] = json.loads(evidence_json(circuit, certificate="0" * 64))["signataires"]
    assert words["mandat"]["acte"] == name
