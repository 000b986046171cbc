"""What a convention of 28 signatories costs: its PDF beyond the layout, then its seal."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from secrets import token_urlsafe
from tempfile import TemporaryDirectory
from typing import Any

from django.db import transaction
from django.test.utils import override_settings
from django.utils import timezone

from alize.common.errors import Refusal
from alize.demo.bench.measuring import Effort, Figure, in_turns, typical
from alize.demo.bench.stage import Stage
from alize.documents import pdf
from alize.documents.operations import draft_words, issue_document
from alize.drafting.documents import TEMPLATE
from alize.seals.keys import KeyFolder
from basins import tenancy
from conventions.documents.agreements import partnership_snapshot
from conventions.documents.partnership import KIND, TITLE
from conventions.models import PartnershipConvention
from partners.enums import MandateKind, PartnerKind
from partners.models import Contact, Mandate, Partner
from signatures import operations as signatures
from signatures.enums import EventKind
from signatures.models import Circuit
from signatures.operations import Signature, SignerFacts, Trace
from signatures.operations.answers import note_seen

SIGNERS = 28
"""The signatories of Savoie 2018-2020."""
BEFORE = (EventKind.OPENED, EventKind.READ, EventKind.DOWNLOADED)
"""What each of them leaves in the evidence before they sign."""
PHONE = Trace(
    "192.0.2.28",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
)


def pdf_figure(stage: Stage, *, effort: Effort) -> Figure:
    """A partnership convention from HTML to the kept bytes / its layout alone."""
    from alize.documents import renderer  # it loads WeasyPrint, which only this measure needs

    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    with _convention(stage) as convention:
        html = draft_words(**_words(convention))
    assets = renderer.HouseAssets()
    pages = len(renderer.lay_out(html, assets).pages)
    times = in_turns(
        {
            "total": lambda: pdf.render(html),
            "layout": lambda: renderer.lay_out(html, assets),
        },
        effort=effort.once_a_round,
    )
    total, layout = typical(times["total"]), typical(times["layout"])
    return Figure(
        "pdf",
        total / layout,
        1.6,
        f"convention de {pages} pages : {total:.2f} s, dont mise en page {layout:.2f} s",
    )


def seal_figure(stage: Stage, *, effort: Effort) -> Figure:
    """All that follows the last signature: sheet, evidence, seal, its check, what is kept."""
    with _own_keys(), _convention(stage) as convention:
        circuit = _signed_by_all(convention, stage)

        def seal() -> None:
            with transaction.atomic():
                if not signatures.seal_circuit(circuit_id=circuit.pk, at=timezone.now()):
                    circuit.refresh_from_db()
                    raise Refusal(f"Le cachet n'a pas pu être posé : {circuit.seal_error}.")
                transaction.set_rollback(True)

        times = in_turns({"seal": seal}, effort=effort.once_a_round)
    taken = typical(times["seal"])
    return Figure("seal", taken, 3, f"{SIGNERS} signataires, feuille et preuve comprises", unit="s")


@contextmanager
def _own_keys() -> Iterator[None]:
    """Keys of the measure, forgotten with it: those of the server stay out of it."""
    with TemporaryDirectory() as path:
        folder, passphrase = KeyFolder(Path(path) / "keys"), token_urlsafe()
        made_at = timezone.now() - timedelta(days=1)
        folder.create(authority_passphrase=passphrase, passphrase=passphrase, at=made_at)
        with override_settings(SEAL_KEYS=folder.path, SEAL_PASSPHRASE=passphrase):
            yield


@contextmanager
def _convention(stage: Stage) -> Iterator[PartnershipConvention]:
    """The convention of the basin with 28 signatories, forgotten with the measure."""
    with tenancy.inside(stage.basin), transaction.atomic():
        convention = PartnershipConvention.objects.latest("starts_on")
        known = convention.partners.count()
        for rank in range(known, SIGNERS):
            partner = Partner.objects.create(
                name=f"Partenaire n° {rank}",
                kind=PartnerKind.COMPANY if rank % 2 else PartnerKind.AUTHORITY,
                joined_on=convention.starts_on,
            )
            contact = Contact.objects.create(
                partner=partner,
                person=stage.sample.crew.operator,
                function="Direction générale",
                signs=True,
            )
            Mandate.objects.create(
                contact=contact, kind=MandateKind.STATUTORY, starts_on=convention.starts_on
            )
            convention.partners.add(partner)
        yield convention
        transaction.set_rollback(True)


def _words(convention: PartnershipConvention) -> dict[str, Any]:
    """What the layout of its text is asked with."""
    today = timezone.localdate()
    words = partnership_snapshot(convention, on=today)["partnership"]
    return {
        "reference": "CP-MES-001",
        "title": TITLE,
        "template": TEMPLATE,
        "context": {"words": words, "subtitle": ""},
        "as_of": today,
    }


def _signed_by_all(convention: PartnershipConvention, stage: Stage) -> Circuit:
    """The circuit of its text, opened, read and signed by each of the 28."""
    by, now = stage.sample.crew.operator, timezone.now()
    facts = [
        SignerFacts(
            name=f"Élodie Çanteloube {rank}",
            function="Direction générale",
            organisation=f"Partenaire n° {rank}",
            email=by.email,
            capacity="Entreprise partenaire",
            mandate=signatures.Mandate("Représentant légal"),
        )
        for rank in range(SIGNERS)
    ]
    circuit = signatures.launch(
        document=issue_document(kind=KIND, target=convention, by=by, at=now, **_words(convention)),
        title=TITLE,
        summary=[("Convention", str(convention))],
        signers=facts,
        expires_on=timezone.localdate(now) + timedelta(days=30),
        effect="",
        by=by,
        at=now,
    )
    for signer in circuit.signers.all():
        for what in BEFORE:
            note_seen(signer_id=signer.pk, what=what, at=now, trace=PHONE)
        signatures.sign_signed_in(
            signer_id=signer.pk,
            signature=Signature("", typed_name=signer.name, function="", consents=True),
            by=by,
            at=now,
            trace=PHONE,
        )
    return circuit
