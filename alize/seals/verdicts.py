"""What `/verifier/` says, in words: one sentence to act on, then the facts (journeys.md P5)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.timezone import localdate

from alize.common.dates import long_date, long_datetime
from alize.common.screen import Definition, Tone
from alize.seals.enums import Standing
from alize.seals.keys import Trust
from alize.seals.models import Seal
from alize.seals.queries import EVIDENCE_KIND, Finding
from alize.seals.sealing import SealFinding, Since


@dataclass(frozen=True)
class Verdict:
    """What to think of a document, and why."""

    tone: Tone
    title: str
    text: str
    facts: Sequence[Definition] = ()
    outside: Sequence[Definition] = ()
    """The signatures that are not ours."""


UNKNOWN_REFERENCE = Verdict(
    "late",
    "Référence inconnue",
    "Aucun document du registre ne porte cette référence. Vérifiez la saisie, ou déposez le "
    "document lui-même.",
)
SHARED_REFERENCE = Verdict(
    "attention",
    "Référence de plusieurs bassins",
    "Plusieurs bassins ont un document de cette référence : déposez le fichier lui-même, ou "
    "suivez le code QR imprimé sur le document.",
)
UNKNOWN_COPY = Verdict(
    "late",
    "Document inconnu ou modifié",
    "Aucun document du registre n'a l'empreinte de ce fichier, et il ne porte pas notre cachet. "
    "Vérifiez que vous avez déposé le PDF reçu, sans l'avoir imprimé ni enregistré de nouveau.",
)
BUSY = Verdict(
    "attention",
    "Document pas encore examiné",
    "Ce fichier n'est pas, à l'octet près, un document du registre, et nous en examinons déjà "
    "plusieurs autres. Déposez-le de nouveau dans une minute.",
)
TOO_HEAVY = Verdict(
    "late",
    "Document inconnu, trop lourd pour être examiné",
    "Aucun document du registre n'a l'empreinte de ce fichier, et sa structure est trop complexe "
    "pour que nous y cherchions un cachet. Demandez à qui vous l'a remis de vous le renvoyer.",
)


LATEST = (
    "C'est sa dernière version inscrite ; aucun exemplaire signé et scellé n'en est inscrit : s'il "
    "doit être signé, il n'engage encore personne."
)
"""Of what has no seal: nobody may have signed it, whether it waits for that or was given up."""


def of_copy(finding: Finding) -> Verdict:
    """A file that is, byte for byte, one of the register."""
    if finding.document.kind == EVIDENCE_KIND:
        return _evidence(finding)
    if finding.sealed_as is not None:
        return _before_signatures(finding.sealed_as)
    if finding.seal is not None:
        return _sealed(finding, finding.seal, copy=True)
    same = "Ce fichier est identique, à l'octet près, au document inscrit au registre."
    return _unsealed(finding, Verdict("done", "Document authentique", f"{same} {LATEST}"))


def _evidence(finding: Finding) -> Verdict:
    return Verdict(
        "done",
        "Dossier de preuve authentique",
        "Ce fichier est, à l'octet près, le dossier de preuve inscrit au registre : il dit comment "
        f"chacun a signé l'acte {finding.document.reference}, dont l'exemplaire scellé fait foi. "
        "Pour vérifier cet acte, déposez-le lui-même ci-dessous.",
        [
            Definition("Acte", finding.document.reference),
            Definition("Émis par", finding.document.issuer),
            Definition("Inscrit au registre", long_datetime(finding.document.registered_at)),
        ],
    )


def of_reference(findings: Sequence[Finding]) -> Verdict:
    """What the register knows of a reference, of which no copy was shown."""
    if not findings:
        return UNKNOWN_REFERENCE
    if len(findings) > 1:
        return SHARED_REFERENCE
    (finding,) = findings
    if finding.seal is not None:
        return _sealed(finding, finding.seal, copy=False)
    return _unsealed(
        finding,
        Verdict(
            "info",
            "Document inscrit au registre",
            f"{LATEST} Pour savoir si votre exemplaire n'a pas été modifié, déposez-le ci-dessous.",
        ),
    )


def of_stranger(found: SealFinding | None, trust: Trust) -> Verdict:
    """A file that the register does not know, by what its own seal says."""
    if found is None:
        return TOO_HEAVY
    if not found.is_sealed and not found.is_ours:
        return UNKNOWN_COPY
    facts = _facts_of_seal(found, trust)
    if found.is_broken:
        return Verdict(
            "late",
            "Modifié après scellement",
            "Ce fichier porte notre cachet, mais il a été modifié depuis : ne vous y fiez pas. "
            "Demandez l'exemplaire d'origine à qui vous l'a remis, puis déposez-le ici.",
            facts,
        )
    if found.is_genuine:
        return Verdict(
            "attention",
            "Cachet intact, document absent du registre",
            "Ce fichier porte notre cachet, intact, mais le registre ne le connaît pas encore. "
            "Réessayez dans une heure ; s'il reste absent, ne vous y fiez pas et prévenez "
            "l'émetteur.",
            facts,
        )
    if trust.named(found.fingerprint):
        return Verdict(
            "late",
            "Cachet sans valeur",
            "Ce fichier a été scellé avec un certificat expiré ou révoqué à sa date : ne vous y "
            "fiez pas et prévenez l'émetteur.",
            facts,
        )
    if found.outside and all(one.is_intact for one in found.outside):
        return _intact_elsewhere(found, facts)
    return Verdict(
        "late",
        "Document inconnu, signature rompue",
        "Ce fichier n'est pas au registre, et la signature qu'il porte, qui n'est pas la nôtre, "
        "est rompue ou illisible : ne vous y fiez pas.",
        facts,
        outside_lines(found),
    )


def _intact_elsewhere(found: SealFinding, facts: Sequence[Definition]) -> Verdict:
    """Signatures of others, none of them broken: what became of the file since decides."""
    since, lines = {Since(one.since) for one in found.outside}, outside_lines(found)
    several = len(found.outside) > 1
    carried = (
        "des signatures électroniques intactes, qui ne sont pas le cachet d'ALIZE"
        if several
        else "une signature électronique intacte, qui n'est pas le cachet d'ALIZE"
    )
    named = "Signatures intactes" if several else "Signature intacte"
    if Since.CHANGED in since:
        return Verdict(
            "late",
            f"{named}, mais document modifié depuis",
            f"Ce fichier porte {carried}, mais il a été modifié après avoir été signé : ne vous y "
            "fiez pas. Il n'est pas au registre.",
            facts,
            lines,
        )
    if Since.UNKNOWN in since:
        return Verdict(
            "attention",
            f"{named}, mais document complété depuis",
            f"Ce fichier porte {carried}. Il a été complété après avoir été signé, et ces ajouts "
            "sont trop longs à comparer ici : un lecteur de PDF vous dira s'ils changent ce qui a "
            "été signé. Le fichier n'est pas au registre : nous ne pouvons rien dire de son "
            "contenu.",
            facts,
            lines,
        )
    return Verdict(
        "attention",
        f"{named}, mais pas {'les nôtres' if several else 'la nôtre'}",
        f"Ce fichier porte {carried}, et il n'est pas au registre : nous ne pouvons rien dire de "
        "son contenu.",
        facts,
        lines,
    )


_SINCE = {
    Since.NOTHING: "intacte, rien n'a changé depuis",
    Since.COMPLETED: "intacte ; le fichier a été signé ou complété depuis",
    Since.CHANGED: "le fichier a été modifié depuis",
    Since.UNKNOWN: "intacte ; ce qui a été ajouté au fichier depuis est trop long à comparer",
}


def outside_lines(found: SealFinding) -> list[Definition]:
    """Each signature that is not ours: whose, by whose certificate, of which day, intact or not."""
    return [
        Definition(
            one.signer or "Signataire sans nom",
            f"Certificat délivré par {one.issuer or 'un émetteur sans nom'}, signature "
            f"{f'du {long_date(localdate(one.signed_at))}' if one.signed_at else 'sans date'} : "
            f"{_SINCE[Since(one.since)] if one.is_intact else 'rompue'}.",
        )
        for one in found.outside
    ]


SINCE_SEALED = {
    Standing.REPLACED: (
        "mais remplacé",
        "Il n'est plus la version en vigueur : voyez par quoi il est remplacé.",
    ),
    Standing.EXPIRED: (
        "mais arrivé à son terme",
        "Sa durée est écoulée ; ce qui restait dû à son terme le demeure.",
    ),
    Standing.LACKING: (
        "mais à régulariser",
        "Une des signatures qu'il porte a été contestée, puis écartée : demandez à l'opérateur "
        "local où en est cet acte.",
    ),
    Standing.VOID: (
        "mais sans effet",
        "Il a été abandonné avant de prendre effet : il n'engage personne.",
    ),
    Standing.AMENDED: (
        "modifié depuis",
        "Il reste en vigueur, modifié par {replaced_by} : lisez-les ensemble.",
    ),
}
"""What became of a sealed document that is not simply in force: in its title, then what to do."""


def _sealed(finding: Finding, seal: Seal, *, copy: bool) -> Verdict:
    told = f"Document scellé le {long_date(localdate(seal.sealed_at))}{_signatures(seal)}"
    title = "Document authentique" if copy else "Document scellé, inscrit au registre"
    facts = _facts(finding)
    if finding.standing in SINCE_SEALED:
        became, text = SINCE_SEALED[finding.standing]
        text = text.format(replaced_by=finding.replaced_by)
        return Verdict("attention", f"{title}, {became}", f"{told}. {text}", facts)
    if copy:
        return Verdict("done", title, f"{told}, version en vigueur.", facts)
    return Verdict(
        "info",
        title,
        f"{told}, version en vigueur. Pour savoir si votre exemplaire n'a pas été modifié, "
        "déposez-le ci-dessous.",
        facts,
    )


def _before_signatures(sealed: Finding) -> Verdict:
    assert sealed.seal is not None  # noqa: S101 - this is what makes it a sealed form
    return Verdict(
        "info",
        "Document authentique, avant signature",
        "Ce fichier est, à l'octet près, le document soumis à signature. Depuis, il a été "
        f"scellé le {long_date(localdate(sealed.seal.sealed_at))}{_signatures(sealed.seal)} : "
        "c'est l'exemplaire scellé qui fait foi.",
        _facts(sealed),
    )


def _unsealed(finding: Finding, in_force: Verdict) -> Verdict:
    facts = _facts(finding)
    if finding.standing == Standing.REPLACED:
        return Verdict(
            "attention",
            "Document remplacé",
            "Une version plus récente de ce document est inscrite au registre.",
            facts,
        )
    if finding.document.is_draft:
        return Verdict(
            "attention",
            "Projet de document",
            "Ce document est un projet : il n'engage personne.",
            facts,
        )
    return Verdict(in_force.tone, in_force.title, in_force.text, facts)


def _signatures(seal: Seal) -> str:
    if not seal.signatures:
        return ""
    return f", {seal.signatures} signature{'s' if seal.signatures > 1 else ''}"


def _facts(finding: Finding) -> list[Definition]:
    document, seal = finding.document, finding.seal
    facts = [
        Definition("Référence", f"{document.reference}, version {document.version}"),
        Definition("Émis par", document.issuer),
        Definition("Arrêté au", long_date(document.as_of)),
        Definition("Inscrit au registre", long_datetime(document.registered_at)),
    ]
    if seal is not None:
        facts.append(Definition("Scellé le", long_datetime(seal.sealed_at)))
        facts.append(Definition("Situation", finding.standing.label.capitalize()))
    if finding.since is not None:
        facts.append(Definition("Depuis le", long_datetime(finding.since)))
    if finding.replaced_by:
        is_amended = finding.standing == Standing.AMENDED
        facts.append(
            Definition("Modifié par" if is_amended else "Remplacé par", finding.replaced_by)
        )
    return facts


def _facts_of_seal(found: SealFinding, trust: Trust) -> list[Definition]:
    facts = []
    if found.signed_at is not None:
        facts.append(Definition("Date portée par la signature", long_datetime(found.signed_at)))
    certificate = trust.named(found.fingerprint)
    if certificate is not None:
        facts.append(Definition("Certificat", f"cachet ALIZE n° {certificate.number}"))
    return facts
