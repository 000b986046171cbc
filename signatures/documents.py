"""The evidence of a circuit and its sheet of signatures, as data and pages (signature.md 6.4)."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone

from alize.common.dates import long_date, long_datetime, short_date
from alize.common.money import format_number
from alize.common.words import of
from alize.documents import pdf
from alize.documents.imprint import Imprint, issuer
from alize.documents.printable import printed
from signatures.enums import ON_COPY, SignatureWay, SignerStatus
from signatures.models import Circuit, CircuitSigner, SigningEvent, kept_acts
from signatures.rules import CONSENTS, RETENTION_YEARS, masked, means

EVIDENCE_TEMPLATE = "pdf/signing_evidence.html"
SHEET_TEMPLATE = "pdf/signature_sheet.html"
EVIDENCE_FILE = "dossier-de-preuve.json"
LINES, LEAST = 480, 16
"""How many events the dossier de preuve prints: in all, and of one signer in any case."""
READ = (
    "Les pages qui précèdent sont celles que chacun a lues : elles n'ont pas été produites à "
    "nouveau."
)
LAID_OUT = (
    "Les pages qui précèdent ont été mises en page à partir de ce qui a été signé dans "
    "l'application."
)
RESTS_ON = {
    "par code": (
        "Une signature par code réunit une adresse vérifiée par un code à six chiffres, un "
        "consentement dont le texte est conservé, un nom tapé et l'empreinte du document."
    ),
    "avec un second facteur": (
        "Une signature avec un second facteur réunit un compte, le second facteur de sa personne, "
        "un consentement dont le texte est conservé, un nom tapé et l'empreinte du document."
    ),
    "dans l'application": (
        "Une signature dans l'application est l'acte d'une personne connectée à son compte, "
        "inscrit au journal avec ce qu'elle signe."
    ),
    "avec un autre outil": (
        "Une signature avec un autre outil est portée par le fichier que cet outil a rendu, "
        "conservé avec son empreinte : une personne l'a déposé, une autre l'a confirmé. Ce qui "
        "établit l'identité du signataire est tenu par cet outil."
    ),
}
"""What each way to sign electronically rests on, by the words of its mark (signature.md 6.4)."""
Acts = Mapping[str, str]
"""The name of each act kept that mandates somebody, by its digest."""
CLOCK = "Horloge du serveur, en temps universel (UTC)"
CHAIN = (
    "empreinte = SHA-256 de precedente|numero|instant UTC|nature|signataire|origine|faits, "
    "faits en JSON, clés de la plus courte à la plus longue"
)


def evidence_json(circuit: Circuit, *, certificate: str) -> bytes:
    """All that proves a circuit to anybody: no address of a machine, only its digest.

    `certificate` is the fingerprint of the one that seals the document (signature.md 6.4).
    """
    signers, events, acts = _signers(circuit), _events(circuit), _acts(circuit)
    words = {
        "document": _document(circuit),
        "resume": [list(line) for line in circuit.summary],
        "consentements": dict(_accepted(signers)),
        "signataires": [_signer_data(signer, acts) for signer in signers],
        "horloge": CLOCK,
        "cachet": {"certificat_sha256": certificate},
        "conservation_en_annees": RETENTION_YEARS,
        "chaine": {
            "regle": CHAIN,
            "evenements": [_event_data(event) for event in events],
            "derniere_empreinte": circuit.event_digest,
        },
    }
    return json.dumps(words, ensure_ascii=False, indent=1).encode()


def _document(circuit: Circuit) -> dict[str, Any]:
    document = circuit.document
    return {
        "reference": document.reference,
        "titre": circuit.title,
        "version": document.version,
        "empreinte_sha256": document.sha256,
        "taille": document.size,
        "version_du_modele": _text(circuit),
        "mise_en_page": document.template_version,
        "emetteur": issuer(),
    }


def _text(circuit: Circuit) -> dict[str, Any] | None:
    """The national text, when the document was drafted from one: minutes are not."""
    if circuit.text_version is None:
        return None
    return {
        "modele": circuit.text_title,
        "numero": circuit.text_version,
        "empreinte_sha256": circuit.text_sha256,
    }


def _signer_data(signer: CircuitSigner, acts: Acts) -> dict[str, Any]:
    data = {
        "identifiant": signer.pk,
        "nom": signer.name,
        "fonction": signer.function,
        "structure": signer.organisation,
        "qualite": signer.capacity,
        "ordre": signer.order,
        "mandat": {
            "nature": signer.mandate_kind,
            "acte": acts.get(signer.mandate_sha256, ""),
            "empreinte_sha256": signer.mandate_sha256,
            "du": _day(signer.mandate_starts_on),
            "au": _day(signer.mandate_ends_on),
        },
        "adresse_du_code": masked(signer.email),
        "etat": signer.status,
        "moyen": signer.way,
    }
    if signer.status == SignerStatus.SIGNED:
        data |= {
            "signe_le": _day(signer.signed_on),
            "constate_a": _instant(signer.signed_at),
            "nom_tape": signer.typed_name,
            "consentement": signer.consent,
            "compte": signer.account_id,
            "outil": signer.tool,
            "exemplaire_sha256": signer.scan.sha256 if signer.scan else "",
            "conteste_a": _instant(signer.disputed_at),
        }
    if signer.replaces_id:
        data["remplace"] = signer.replaces_id
    return data


def _event_data(event: SigningEvent) -> dict[str, Any]:
    return {
        "numero": event.sequence,
        "instant": _instant(event.at),
        "nature": event.kind,
        "signataire": event.signer_id,
        "origine": event.trace,
        "faits": event.facts,
        "precedente": event.previous_digest,
        "empreinte": event.digest,
    }


def _day(day: Any) -> str:
    return day.isoformat() if day else ""


def _instant(moment: datetime | None) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") if moment else ""


def _signers(circuit: Circuit) -> list[CircuitSigner]:
    return list(circuit.signers.select_related("scan", "replacement", "replaces"))


def _acts(circuit: Circuit) -> Acts:
    kept = kept_acts(circuit.signers.values_list("mandate_sha256", flat=True))
    return {digest: act.name for digest, act in kept.items()}


def _events(circuit: Circuit) -> list[SigningEvent]:
    return list(circuit.events.order_by("sequence"))


def sheet(circuit: Circuit, *, at: datetime) -> bytes:
    """« Feuille de signatures » : the pages added after those that were signed.

    :raises RenderFailed: the layout took too much.
    """
    document, lines, signers = circuit.document, sheet_lines(circuit), _signers(circuit)
    imprint = Imprint(
        issuer=issuer(),
        title="Feuille de signatures",
        reference=document.reference,
        version=document.version,
        as_of=timezone.localdate(at),
        is_draft=False,
    )
    context = {
        "imprint": imprint,
        "circuit": circuit,
        "facts": [
            ("Document", circuit.title),
            ("Empreinte SHA-256 du document signé", spaced(document.sha256)),
            ("Dernière signature", last_signature(circuit.signers.all())),
            ("Signatures", str(sum(line["signed"] for line in lines))),
        ],
        "lines": lines,
        "pages": pages_signed(signers),
        "rests_on": rests_on(signers),
    }
    return pdf.render(render_to_string(SHEET_TEMPLATE, context))


def pages_signed(signers: Sequence[CircuitSigner]) -> str:
    """What the pages before the sheet are: those that were read, or made from what was signed."""
    ways = [_way(signer) for signer in signers if signer.status == SignerStatus.SIGNED]
    return LAID_OUT if ways and set(ways) == {"dans l'application"} else READ


def rests_on(signers: Sequence[CircuitSigner]) -> list[str]:
    """What the electronic signatures rest on, a sentence for each way that somebody used."""
    used = {_way(signer) for signer in signers if signer.status == SignerStatus.SIGNED}
    return [sentence for way, sentence in RESTS_ON.items() if way in used]


def last_signature(signers: Iterable[CircuitSigner]) -> str:
    """When the last one was given: at a time here, on a day on a copy, whenever it was noted."""
    given = [signer for signer in signers if signer.status == SignerStatus.SIGNED]
    if not given:
        return "Aucune"
    last = max(
        given,
        key=lambda one: (one.signed_on, one.way not in ON_COPY, one.signed_at),
    )
    if last.way in ON_COPY:
        return long_date(last.signed_on)
    return long_datetime(last.signed_at)


def sheet_lines(circuit: Circuit) -> list[dict[str, Any]]:
    """The lines of the sheet: who signed, for which structure, how, and by whose delegation."""
    acts = _acts(circuit)
    return [
        {
            "name": signer.name,
            "function": signer.function,
            "organisation": signer.organisation,
            "capacity": signer.capacity,
            "mandate": _mandate(signer) + _act_in_words(signer, acts),
            "mark": _mark(signer),
            "signed": signer.status == SignerStatus.SIGNED,
        }
        for signer in _signers(circuit)
    ]


def _mandate(signer: CircuitSigner) -> str:
    """The mandate and its days, of which one or both may be unknown (signature.md 6.2)."""
    start, end = signer.mandate_starts_on, signer.mandate_ends_on
    if start and end:
        days = f", du {short_date(start)} au {short_date(end)}"
    elif start:
        days = f", depuis le {short_date(start)}"
    else:
        days = f", jusqu'au {short_date(end)}" if end else ""
    return signer.mandate_kind + days


def _act_in_words(signer: CircuitSigner, acts: Acts) -> str:
    """« , selon l'acte « arrete-12.pdf » »; nothing where none is kept under a name that prints."""
    name = printed(acts.get(signer.mandate_sha256, ""))
    return f", selon l'acte « {name} »" if name else ""


def _mark(signer: CircuitSigner) -> str:
    """What stands for a signature: how it was given, and when."""
    if signer.status == SignerStatus.REPLACED:
        return f"Signature déléguée à {signer.replacement.name}"
    if signer.way == SignatureWay.PAPER:
        return f"Signé sur papier le {long_date(signer.signed_on)}{_for_another(signer)}"
    if signer.way == SignatureWay.EXTERNAL:
        day = long_date(signer.signed_on)
        return f"Signé électroniquement {means(signer.tool)}, le {day}{_for_another(signer)}"
    when = long_datetime(signer.signed_at)
    return f"Signé électroniquement, {_way(signer)}, le {when}{_for_another(signer)}"


def _way(signer: CircuitSigner) -> str:
    """How a signature was given: one gathered from an act of the application has no consent."""
    if signer.way == SignatureWay.ACCOUNT:
        return "avec un second facteur" if signer.consent else "dans l'application"
    if signer.way == SignatureWay.EXTERNAL:
        return "avec un autre outil"
    return "par code" if signer.way == SignatureWay.ONLINE else ""


def _for_another(signer: CircuitSigner) -> str:
    """« , par délégation de … »: the same person may sign for two structures, under two mandates.

    Nothing for whoever renewed their own mandate.
    """
    given = signer.replaces
    if given is None or given.email.lower() == signer.email.lower():
        return ""
    return f", par délégation {of(given.name)}"


def evidence_context(circuit: Circuit, *, certificate: str) -> dict[str, Any]:
    """The dossier de preuve for a dispute: one section a signer, with addresses of machines.

    However much happened, it can be laid out: the JSON holds what it leaves out.
    """
    events, signers, acts = _events(circuit), _signers(circuit), _acts(circuit)
    most = max(LEAST, LINES // (len(signers) + 1))
    return {
        "facts": [
            ("Document", f"{circuit.title}, {circuit.document.reference}"),
            ("Version", str(circuit.document.version)),
            ("Empreinte SHA-256", spaced(circuit.document.sha256)),
            ("Taille", f"{format_number(circuit.document.size)} octets"),
            *_text_facts(circuit),
            ("Empreinte de la mise en page", circuit.document.template_version),
            ("Circuit lancé", long_datetime(circuit.launched_at)),
            ("Horloge", CLOCK),
            ("Certificat du cachet, SHA-256", spaced(certificate)),
            ("Conservation", f"{RETENTION_YEARS} ans au moins après le terme de l'acte signé"),
            ("Dernière empreinte de la chaîne", spaced(circuit.event_digest)),
        ],
        "circuit_events": _told([one for one in events if one.signer_id is None], most=most),
        "signers": [
            {
                "name": signer.name,
                "rows": _evidence_rows(signer, acts),
                "events": _told([one for one in events if one.signer_id == signer.pk], most=most),
            }
            for signer in signers
        ],
        "consents": _accepted(signers),
    }


def _text_facts(circuit: Circuit) -> list[tuple[str, str]]:
    if circuit.text_version is None:
        return []
    return [
        ("Version du modèle", f"{circuit.text_title}, version {circuit.text_version}"),
        ("Empreinte du modèle, SHA-256", spaced(circuit.text_sha256)),
    ]


def _accepted(signers: Iterable[CircuitSigner]) -> list[tuple[str, str]]:
    """The texts that somebody accepted, by version; nobody accepts one on a copy."""
    return [
        (version, CONSENTS[version])
        for version in sorted({signer.consent for signer in signers if signer.consent})
    ]


def _evidence_rows(signer: CircuitSigner, acts: Acts) -> list[tuple[str, str]]:
    signature = f"{_mark(signer)}, sous le nom « {signer.typed_name} »" if signer.typed_name else ""
    by_code = signer.way == SignatureWay.ONLINE
    rows = [
        ("Structure", f"{signer.organisation}, {signer.capacity}"),
        ("Fonction", signer.function or "Non renseignée"),
        ("Mandat", _mandate(signer)),
        ("Acte du mandat", printed(acts.get(signer.mandate_sha256, ""))),
        ("Empreinte de l'acte, SHA-256", spaced(signer.mandate_sha256)),
        ("Adresse du code" if by_code else "Adresse électronique", masked(signer.email)),
        ("Signature", signature or _mark(signer)),
        ("Texte accepté", f"version {signer.consent}" if signer.consent else ""),
        ("Empreinte de l'exemplaire signé", spaced(signer.scan.sha256) if signer.scan else ""),
    ]
    return [(label, value) for label, value in rows if value]


def _told(events: Sequence[SigningEvent], *, most: int) -> dict[str, Any]:
    """The first and the last events, and how many are left out between them."""
    half = most // 2
    kept = events if len(events) <= most else [*events[:half], *events[-half:]]
    return {"lines": _event_lines(kept), "left_out": len(events) - len(kept)}


def _event_lines(events: Iterable[SigningEvent]) -> list[dict[str, Any]]:
    """What happened, in order; the machine is named when it is another one than just before."""
    lines, before = [], ""
    for event in events:
        origin = " · ".join(filter(None, [event.ip, event.user_agent]))
        lines.append(
            {
                "sequence": event.sequence,
                "at": event.at.astimezone(UTC).strftime("%d/%m/%Y %H:%M:%S"),
                "kind": event.get_kind_display(),
                "origin": "même origine" if origin and origin == before else origin,
                "digest": event.digest[:16],
            }
        )
        before = origin or before
    return lines


def spaced(digest: str) -> str:
    """A digest in groups of eight, that a line may break between."""
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))
