"""What somebody signs with another tool: a way of its own, said as such (signature.md 6.1)."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from alize.common.dates import long_date, short_date
from alize.common.errors import InvalidInput
from basins.enums import Role
from signatures import operations, queries
from signatures.documents import evidence_context, evidence_json, rests_on, sheet_lines
from signatures.models import CircuitSigner
from tests.conftest import VisitorClient
from tests.documents.files import signed
from tests.signatures.acts import LATER, scan, state
from tests.signatures.conftest import PHONE, TODAY, facts, sign, signer_of
from tests.signatures.test_views import HOME, page_of
from tests.words import plain

TOOL = "Yousign"


def signed_copy() -> SimpleUploadedFile:
    """What the tool gave back: a PDF that carries a signature."""
    return SimpleUploadedFile("signée.pdf", signed(), "application/pdf")


def recorded(scene, circuit, copy=None, *, tool: str = TOOL):
    return operations.record_paper(
        circuit_id=circuit.pk,
        signer_ids=[signer_of(circuit, "Anne Blanc").pk],
        signed_on=TODAY,
        scan=copy or signed_copy(),
        tool=tool,
        by=scene.operator,
        at=LATER,
    )


@pytest.fixture
def circuit(scene):
    """Anne has signed with another tool; Luc is expected."""
    circuit = scene.launch(facts("Anne Blanc"), facts("Luc Roux"))
    kept = recorded(scene, circuit)
    operations.confirm_paper(circuit_id=circuit.pk, scan_id=kept.pk, by=scene.finance, at=LATER)
    return circuit


def test_a_copy_that_carries_no_signature_was_not_signed_with_a_tool(scene):
    circuit = scene.launch(facts("Anne Blanc"))
    with pytest.raises(InvalidInput, match="ne porte aucune signature électronique") as refused:
        recorded(scene, circuit, scan())
    assert refused.value.field == "scan"
    assert state(circuit) == ("OPEN", ["INVITED"])


def test_it_is_neither_paper_nor_a_code_on_the_sheet_and_in_the_evidence(
    circuit, run_outbox, mailoutbox
):
    anne = signer_of(circuit, "Anne Blanc")
    assert (anne.status, anne.way, anne.tool) == ("SIGNED", "EXTERNAL", TOOL)
    mark = f"Signé électroniquement avec Yousign, le {long_date(TODAY)}"
    [sentence] = rests_on([anne])
    assert "le fichier que cet outil a rendu" in sentence
    sign(signer_of(circuit, "Luc Roux"), run_outbox)
    circuit.refresh_from_db()
    assert sheet_lines(circuit)[0]["mark"] == mark
    assert len(rests_on(list(circuit.signers.all()))) == 2
    line = json.loads(evidence_json(circuit, certificate=""))["signataires"][0]
    assert (line["moyen"], line["outil"]) == ("EXTERNAL", TOOL)
    assert line["exemplaire_sha256"] == anne.scan.sha256
    rows = dict(evidence_context(circuit, certificate="0" * 64)["signers"][0]["rows"])
    assert rows["Signature"] == mark
    assert "Empreinte de l'exemplaire signé" in rows
    noted = anne.events.get(kind="SIGNED")
    assert (noted.facts["way"], noted.facts["tool"]) == ("EXTERNAL", TOOL)
    assert queries.verify(circuit) is None
    [told] = [mail for mail in mailoutbox if mail.to == [anne.email] and "exemplaire" in mail.body]
    assert "que vous avez signé avec Yousign le" in told.body


def test_its_signer_may_contest_it_and_is_then_expected_anew(scene, circuit):
    anne = signer_of(circuit, "Anne Blanc")
    operations.dispute(signer_id=anne.pk, at=LATER, trace=PHONE)
    circuit.refresh_from_db()
    assert "dit ne pas avoir signé avec Yousign" in circuit.pause_reason
    operations.resume(circuit_id=circuit.pk, by=scene.operator, at=LATER + timedelta(hours=1))
    anne.refresh_from_db()
    assert (anne.status, anne.way, anne.tool) == ("INVITED", "", "")


def test_the_pages_say_it(scene, client_as):
    circuit = scene.launch(facts("Anne Blanc"), facts("Luc Roux"))
    here = f"{HOME}{circuit.pk}/"
    operator, finance = client_as(Role.OPERATOR, user=scene.operator), client_as(Role.FINANCE)
    anne = signer_of(circuit, "Anne Blanc")
    form = {"signers": [anne.pk], "signed_on": short_date(TODAY), "tool": TOOL}
    refused = operator.post(f"{here}papier/", {**form, "scan": scan()})
    assert refused.status_code == 422
    assert "ne porte aucune signature électronique" in plain(refused)
    assert f'value="{TOOL}"' in plain(refused)
    assert operator.post(f"{here}papier/", {**form, "scan": signed_copy()}).url == here
    assert f"Signé le {short_date(TODAY)}, avec Yousign" in plain(operator.get(here))
    anne.refresh_from_db()
    confirm = f"{here}papier/{anne.scan_id}/"
    assert "avec Yousign" in plain(finance.get(confirm))
    assert finance.post(confirm, {"reponse": "confirmer"}).url == here
    assert "Avec un autre outil : Yousign" in plain(operator.get(here))
    seen = plain(VisitorClient().get(page_of(circuit, "Anne Blanc")))
    assert f"Le {long_date(TODAY)}, avec Yousign." in seen
    assert "Ce n'est pas moi" in seen


@pytest.mark.parametrize("wrong", [{"tool": ""}, {"way": "PAPER"}], ids=str)
def test_the_database_knows_the_two_apart(scene, wrong):
    circuit = scene.launch(facts("Anne Blanc"))
    kept = recorded(scene, circuit)
    line = CircuitSigner.objects.filter(scan=kept)
    given = {"way": "EXTERNAL", "tool": TOOL, "status": "SIGNED", "signed_at": LATER}
    given |= {"signed_on": TODAY, "confirmed_at": LATER, "confirmed_by_id": scene.finance.pk}
    with (
        pytest.raises(IntegrityError, match="signed_elsewhere_names_the_tool"),
        transaction.atomic(),
    ):
        line.update(**given | wrong)
