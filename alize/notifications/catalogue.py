"""The mails of the product: subject and button; each text is `templates/mails/<code>.txt`."""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any

from alize.common.words import of


class _French(Formatter):
    """Also writes `{company!d}`: « d'Imprimerie des Bauges », « de Scierie du Lac »."""

    def convert_field(self, value: Any, conversion: str | None) -> Any:
        return of(value) if conversion == "d" else super().convert_field(value, conversion)


@dataclass(frozen=True)
class MailType:
    """One mail of the catalogue (journeys.md 4.5).

    `opens`: its address opens something to whoever holds it, so it is not kept once sent.
    `mutable`: when it leaves, in words, for a mail that its reader may do without.
    """

    code: str
    subject: str
    button: str
    opens: bool = False
    mutable: str = ""

    def subject_with(self, words: Mapping[str, str]) -> str:
        """The subject, with the words of one mail."""
        return _French().vformat(self.subject, (), words)


CATALOGUE = {
    mail.code: mail
    for mail in (
        MailType("M00", "Choisissez comment vous connecter à ALIZE", "Créer mon accès", opens=True),
        MailType(
            "M01", "Votre projet est enregistré ({reference})", "Voir ce qui se passe ensuite"
        ),
        MailType("M02", "Diagnostic {asked} : {company}{before}", "Faire le diagnostic"),
        MailType(
            "M03",
            "Diagnostic rendu : {company}",
            "Ouvrir le diagnostic",
            mutable="un diagnostic est rendu ; le récapitulatif le compte aussi",
        ),
        MailType("M04", "Convocation : comité d'agrément du {date}", "Voir la séance"),
        MailType("M05", "{giver} vous donne pouvoir : à accepter", "Répondre", opens=True),
        MailType(
            "M06",
            "{kind} disponible ({label})",
            "Ouvrir mon dossier",
            mutable="le dossier d'une séance est prêt à lire",
        ),
        MailType("M07", "Votez avant le {date} : {company}", "Voter"),
        MailType(
            "M08", "PV de la {meeting} du {date} à relire et signer", "Relire le procès-verbal"
        ),
        MailType(
            "M09",
            "PV de la {meeting} du {date}",
            "Lire le procès-verbal",
            mutable="le procès-verbal d'une séance est signé",
        ),
        MailType(
            "M10", "Décision du comité d'agrément : {company}", "Lire la décision", opens=True
        ),
        MailType("M11", "À signer : {title} {reference}", "Lire et signer", opens=True),
        MailType(
            "M12", "Rappel : {reference} attend votre signature", "Lire et signer", opens=True
        ),
        MailType(
            "M13",
            "{who} a refusé de signer {reference} : {reason}",
            "Voir où en est le document",
            opens=True,
        ),
        MailType(
            "M14",
            "Toutes les parties ont signé : {title} {reference}",
            "Voir le document",
            opens=True,
        ),
        MailType("M15", "Vous êtes mandataire {company!d}", "Voir le dossier"),
        MailType("M74", "Vous suivez désormais {company}", "Voir le dossier"),
        MailType("M75", "Le suivi {company!d} passe à {lead}", "Ouvrir ALIZE"),
        MailType("M16", "Point M+{month} {company!d} : 5 minutes", "Faire le point", opens=True),
        MailType(
            "M17", "Alerte sur le dossier {reference} : à traiter aujourd'hui", "Ouvrir le dossier"
        ),
        MailType("M94", "Diagnostic à ne plus faire : {company}", "Ouvrir ALIZE"),
        MailType("M92", "Nouvelle intervention demandée : {company}", "Lire la demande"),
        MailType(
            "M93", "Réponse à la demande d'intervention : {company}", "Lire la réponse", opens=True
        ),
        MailType("M18", "{due} : {amount}", "Voir l'échéance", opens=True),
        MailType(
            "M19", "{company} : votre avis sur l'accompagnement", "Donner mon avis", opens=True
        ),
        MailType("M20", "Confirmez vos contributions {year}", "Voir et répondre", opens=True),
        MailType("M48", "{partner} conteste ses contributions {year}", "Voir sa réponse"),
        MailType("M21", "Le rapport d'évaluation {year} est disponible", "Télécharger le rapport"),
        MailType("M22", "Observations du comité local du {date}", "Lire le relevé de décisions"),
        MailType("M23", "Votre convention triennale expire dans {left}", "Voir la convention"),
        MailType(
            "M25",
            "Votre récapitulatif du {day}",
            "Voir ce que j'ai à faire",
            mutable="quelque chose m'attend, les matins ouvrés à 7 h 30 (récapitulatif)",
        ),
        MailType("M26", "{due} en retard : {amount}", "Voir l'échéance", opens=True),
        MailType("M27", "{due} toujours à payer : {amount}", "Voir l'échéance", opens=True),
        MailType("M28", "Mise en demeure : {due}, {amount}", "Lire la lettre", opens=True),
        MailType("M29", "{title} : avance {reference}", "Ouvrir le document", opens=True),
        MailType("M30", "Connectez-vous à ALIZE", "Me connecter", opens=True),
        MailType(
            "M31", "Choisissez un nouveau mot de passe", "Choisir mon mot de passe", opens=True
        ),
        MailType("M32", "Vérifiez ce changement sur votre accès : {change}", "Voir mon accès"),
        MailType("M33", "Condition levée : {company}", "Voir la décision"),
        MailType("M34", "Votre second facteur va être remis à zéro", "Voir la demande"),
        MailType("M35", "Second facteur perdu : votre accord est demandé", "Décider"),
        MailType(
            "M50",
            "Nouvelle délibération du comité : {company}",
            "Lire la décision en cours",
            opens=True,
        ),
        MailType("M51", "Condition non levée à sa date : {company}", "Voir la condition"),
        MailType("M52", "Agrément caduc : {company}", "Voir la décision"),
        MailType("M54", "PV de la {meeting} du {date} à corriger", "Corriger le procès-verbal"),
        MailType("M53", "Avis d'expert attendu : {company}", "Voir la décision"),
        MailType("M55", "Réserve du comité local : {company}", "Lire la réserve"),
        MailType("M56", "Réponse à votre réserve : {company}", "Lire la réponse"),
        MailType("M57", "{company} est labellisée : l'accompagnement commence", "Voir le dossier"),
        MailType("M58", "L'accompagnement {company!d} {ended}", "Voir le dossier"),
        MailType("M36", "Votre code pour signer {reference}", "Revenir à la signature", opens=True),
        MailType(
            "M37", "Votre signature est enregistrée : {reference}", "Voir le reçu", opens=True
        ),
        MailType(
            "M38",
            "Votre exemplaire signé est enregistré : {reference}",
            "Vérifier, ou dire « Ce n'est pas moi »",
            opens=True,
        ),
        MailType("M39", "Signature de {reference} : à voir", "Voir le circuit"),
        MailType(
            "M73", "Votre délégation est acceptée : {reference}", "Voir le document", opens=True
        ),
        MailType(
            "M76",
            "Signature contestée : suite donnée, {reference}",
            "Voir où en est le document",
            opens=True,
        ),
        MailType("M47", "Signature annulée : {title} {reference}", "Voir pourquoi", opens=True),
        MailType("M77", "Convention signée à annuler ou à maintenir : {company}", "Décider"),
        MailType("M78", "La convention {company!d} est {outcome}", "Voir la convention"),
        MailType(
            "M49", "Cérémonie de signature le {date} : {reference}", "Lire le document", opens=True
        ),
        MailType("M40", "Vous êtes déporté d'un dossier : {meeting} du {date}", "Voir lequel"),
        MailType("M45", "Consultation close : {company}", "Voir le résultat"),
        MailType("M69", "Vote interrompu : {company}", "Ouvrir ALIZE"),
        MailType("M46", "À discuter en séance : {company}", "Voir la séance"),
        MailType("M41", "{holder} a {answer} votre pouvoir pour le {date}", "Voir mes pouvoirs"),
        MailType("M42", "Question d'un membre du comité : {company}", "Répondre"),
        MailType("M43", "Réponse à votre question : {company}", "Lire la réponse"),
        MailType("M44", "Votre vote a été recueilli : {company}", "Vérifier mon vote"),
        MailType("M60", "Répondez avant le {date} : comité d'agrément", "Voir la séance"),
        MailType("M61", "Changement : comité d'agrément du {date}", "Voir la séance"),
        MailType("M62", "Annulation : comité d'agrément du {date}", "Voir la séance"),
        MailType("M64", "Bienvenue au comité d'agrément {issuer}", "Voir ma place au comité"),
        MailType("M65", "Votre déclaration annuelle d'intérêts {year}", "Faire ma déclaration"),
        MailType(
            "M66", "{who} vous demande de siéger : comité d'agrément du {date}", "Voir la séance"
        ),
        MailType("M67", "Votre siège au comité d'agrément du {date} : {news}", "Voir la séance"),
        MailType("M68", "Vous n'êtes plus attendu : comité d'agrément du {date}", "Ouvrir ALIZE"),
        MailType("M70", "RIB proposé pour {company} : est-ce bien vous ?", "Ouvrir ALIZE"),
        MailType("M71", "RIB approuvé pour {company} : est-ce bien vous ?", "Ouvrir ALIZE"),
        MailType("M89", "Versement arrêté : nouveau RIB pour {company}", "Voir l'avance"),
        MailType("M72", "Préparez l'ouverture du bassin {basin}", "Ouvrir mon espace"),
        MailType("M80", "Registre du journal scellé le {date}", "Vérifier ce registre"),
        MailType("M81", "Documents ou preuves altérés : {count}", "Voir les registres"),
        MailType("M82", "Écarts dans le grand livre : {count}", "Voir la comptabilité"),
        MailType("M83", "Travaux qui n'aboutissent pas : {count}", "Voir le réseau"),
        MailType("M84", "Changement de banque proposé : {bank}", "Ouvrir ALIZE"),
        MailType("M85", "Changement de banque approuvé : {bank}", "Ouvrir ALIZE"),
        MailType("M86", "Changement de banque retiré : {bank}", "Ouvrir ALIZE"),
        MailType("M87", "Cachet d'ALIZE à renouveler avant le {date}", "Voir les certificats"),
        MailType("M88", "Le journal ne se vérifie plus", "Voir les registres"),
        MailType(
            "M90", "{role} du bassin {basin} : {person}, est-ce attendu ?", "Voir qui a quel rôle"
        ),
        MailType("M91", "Des mots de passe faux ont été essayés à votre adresse", "Voir mon accès"),
        MailType("M63", "À lire avant le comité d'agrément du {date}", "Lire les dossiers"),
    )
}
MUTABLE = tuple(mail for mail in CATALOGUE.values() if mail.mutable)
"""The mails that one may do without."""
