"""What a document costs beyond its layout: its own process, PDF/A, tags; then its seal."""

import hashlib
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from secrets import token_urlsafe
from tempfile import TemporaryDirectory
from typing import Any

from django.template.loader import render_to_string
from django.test.utils import override_settings
from django.utils import timezone

from alize.demo.bench.measuring import Effort, Figure, in_turns, typical
from alize.demo.bench.stage import Stage
from alize.documents import pdf
from alize.documents.imprint import Imprint
from alize.drafting.documents import TEMPLATE
from alize.seals import sealing
from alize.seals.keys import KeyFolder
from alize.seals.sealing import Attachment
from basins import tenancy
from conventions.documents import TITLE, cooperation_words, layout
from conventions.models import CooperationConvention

TIMES = 3
"""How many conventions in one document, to come near the sixteen pages of scale.md 6."""
SIGNERS, EVENTS = 28, 10
"""The signatories of Savoie 2018-2020, and what the longest of them leaves in the evidence."""


def pdf_figure(stage: Stage, *, effort: Effort) -> Figure:
    """A long document from HTML to the kept bytes / its layout alone."""
    from alize.documents import renderer  # it loads WeasyPrint, which only this measure needs

    # The same articles several times name the same places, which the layout would tell each time.
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    html = _long_convention(stage)
    assets = renderer.HouseAssets()
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
        f"quinze pages : {total:.2f} s, dont mise en page {layout:.2f} s",
    )


def seal_figure(stage: Stage, *, effort: Effort) -> Figure:
    """The signature sheet, the evidence and the seal of a long convention that 28 people signed."""
    original, at = pdf.render(_long_convention(stage)), timezone.now()

    def signed_by_all() -> bytes:
        evidence = json.dumps({"signers": [_evidence(number) for number in range(SIGNERS)]})
        return sealing.seal(
            original=original,
            sheet=pdf.render(_sheet()),
            attachments=[
                Attachment("dossier-de-preuve.json", evidence.encode(), "application/json", "")
            ],
            reason="Convention de partenariat",
            location="Chambéry",
            at=at,
        )

    with _own_keys():
        times = in_turns({"seal": signed_by_all}, effort=effort.once_a_round)
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


def _evidence(number: int) -> dict[str, Any]:
    """As much as one signatory leaves: ten events, each with its digest and the one before."""
    digest = hashlib.sha256(str(number).encode()).hexdigest()
    event = {
        "at": "2026-11-24T09:30:00+00:00",
        "type": "signature.code_ok",
        "address": "192.0.2.28",
        "agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
        "previous": digest,
        "digest": digest,
    }
    return {"name": f"Signataire {number}", "events": [event] * EVENTS}


def _sheet() -> str:
    rows = "".join(
        f"<tr><td>Mme Élodie Çanteloube {number}<td>Directrice<td>24/11/2026 à 10 h"
        for number in range(SIGNERS)
    )
    return (
        "<html lang=fr><title>Feuille de signatures</title><h1>Feuille de signatures</h1><table>"
        f"<thead><tr><th>Signataire<th>Qualité<th>Signé le<tbody>{rows}</table>"
    )


def _long_convention(stage: Stage) -> str:
    with tenancy.inside(stage.basin):
        convention = CooperationConvention.objects.select_related("project__beneficiary").first()
        imprint = Imprint(
            issuer=stage.basin.name,
            title=TITLE,
            reference=convention.reference,
            version=1,
            as_of=timezone.localdate(),
            is_draft=True,
        )
        words = cooperation_words(convention, on=imprint.as_of)
        html = render_to_string(TEMPLATE, layout(words) | {"imprint": imprint})
    start, end = html.index(">", html.index("<body")) + 1, html.rindex("</body>")
    return html[:start] + html[start:end] * TIMES + html[end:]
