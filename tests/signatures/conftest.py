"""A document to sign, its signers, and what each of them does."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.core import mail

from alize.accounts.models import User
from alize.documents.operations import issue_file
from alize.outbox.handlers import HANDLERS, handler
from basins import links
from basins.enums import LinkPurpose, Role
from basins.models import Basin, SingleUseLink
from basins.tenancy import current
from signatures import operations
from signatures.models import Circuit, CircuitSigner
from signatures.operations import Mandate, Signature, SignerFacts, Trace
from tests.builders import PARIS, make_partner, make_user
from tests.committees.test_packs import a_pdf
from tests.stage import played_once

NOW = datetime.now(PARIS).replace(microsecond=0)
LAUNCH = min(NOW, NOW.replace(hour=22, minute=0, second=0))
"""Now: what is put off to another day then waits in the outbox, as it would.

Late in the evening, some hours before: what comes minutes later is still of the same day.
"""
TODAY = LAUNCH.date()
UNTIL = TODAY + timedelta(days=30)
PHONE = Trace("192.0.2.7", "Firefox sur téléphone")
STATUTORY = Mandate("Représentant légal")
EFFECT = "tests.signed"
EFFECTS: list[int] = []

if EFFECT not in HANDLERS:

    @handler(EFFECT)
    def signed(*, at, circuit_id: int) -> None:
        """What the owner of a document does once it is sealed."""
        EFFECTS.append(circuit_id)


def facts(name: str, **others) -> SignerFacts:
    """A signer of some structure, mandated by its statutes."""
    values = {
        "function": "Direction",
        "organisation": f"Maison {name}",
        "email": f"{name.lower().replace(' ', '.')}@example.org",
        "capacity": "Partenaire",
        "mandate": STATUTORY,
        **others,
    }
    return SignerFacts(name=name, **values)


def a_document(content: bytes, reference: str, by):
    """A kept PDF, on an object of the basin."""
    return issue_file(
        kind="essai",
        reference=reference,
        title="Convention d'essai",
        content=content,
        content_type="application/pdf",
        extension="pdf",
        as_of=LAUNCH.date(),
        target=make_partner(),
        by=by,
        at=LAUNCH,
    )


@dataclass
class Scene:
    """Two people who may confirm each other, and a way to open circuits."""

    basin: Basin
    operator: User
    finance: User
    launched: int = 0

    @played_once
    def launch(self, *signers: SignerFacts, **others) -> Circuit:
        self.launched += 1
        content = a_pdf(1, size=(595, 800 + self.launched))
        values = {
            "document": a_document(content, f"ESSAI-{self.launched}", self.operator),
            "title": "Convention d'essai",
            "summary": [("Montant", "22 000 €")],
            "signers": signers or (facts("Anne Blanc"), facts("Luc Roux", order=2)),
            "expires_on": UNTIL,
            "effect": EFFECT,
            "by": self.operator,
            "at": LAUNCH,
            **others,
        }
        return operations.launch(**values)


@pytest.fixture
def scene(in_savoie) -> Scene:
    EFFECTS.clear()
    operator = make_user(Role.OPERATOR, basin=in_savoie, first_name="Odile", last_name="Perret")
    finance = make_user(Role.FINANCE, basin=in_savoie, first_name="Zoé", last_name="Vial")
    return Scene(in_savoie, operator, finance)


def signer_of(circuit: Circuit, name: str) -> CircuitSigner:
    return circuit.signers.get(name=name)


def link_of(signer: CircuitSigner, *, when=LAUNCH) -> SingleUseLink:
    """A link to the page of a signer, as the mail holds it."""
    return links.find(token_of(signer, when=when), LinkPurpose.SIGNATURE)


def token_of(signer: CircuitSigner, *, when=LAUNCH) -> str:
    return links.issue(
        basin=current(),
        purpose=LinkPurpose.SIGNATURE,
        target_id=signer.pk,
        email=signer.email,
        at=when,
        valid=timedelta(hours=72),
    )


def code_of(signer: CircuitSigner, run_outbox, *, when) -> str:
    """The document opened, the six digits that the last mail gave."""
    for circuit in Circuit.objects.bound_to(signer.circuit):
        operations.open_document(signer_id=signer.pk, circuit_id=circuit.pk, at=when, trace=PHONE)
    operations.send_code(signer_id=signer.pk, path="/signer/x/", at=when, trace=PHONE)
    return last_code(signer.email, run_outbox)


def last_code(email: str, run_outbox) -> str:
    run_outbox()
    mails = [sent for sent in mail.outbox if sent.to == [email] and "code" in sent.subject]
    return re.search(r"\d{3} \d{3}", mails[-1].body)[0]


def sign(signer: CircuitSigner, run_outbox, *, when=None, link=None, **words) -> CircuitSigner:
    """All that a signer does online."""
    when = when or LAUNCH + timedelta(minutes=5)
    code = words.pop("code", None) or code_of(signer, run_outbox, when=when)
    typed = {"typed_name": signer.name, "function": "", "consents": True, **words}
    return operations.sign(
        signer_id=signer.pk,
        signature=Signature(code=code, **typed),
        link=link or link_of(signer, when=when),
        at=when,
        trace=PHONE,
    )


def failing_after(count: int):
    """A seal laid so many times, then never again."""
    left = iter(range(count))

    def seal(**asked) -> bytes:
        if next(left, None) is None:
            raise OSError("no key")
        return asked["original"] + b"%sealed"

    return seal
