"""The mails of the product: subject and button; each text is `templates/mails/<code>.txt`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MailType:
    """One mail of the catalogue (journeys.md 4.5).

    `opens`: its address opens something to whoever holds it, so it is not kept once sent.
    """

    code: str
    subject: str
    button: str
    opens: bool = False


CATALOGUE = {
    mail.code: mail
    for mail in (
        MailType("M00", "Choisissez comment vous connecter à ALIZE", "Créer mon accès", opens=True),
        MailType(
            "M01", "Votre projet est enregistré ({reference})", "Voir ce qui se passe ensuite"
        ),
        MailType(
            "M02", "Diagnostic à réaliser : {company}, avant le {date}", "Faire le diagnostic"
        ),
        MailType("M03", "Diagnostic rendu : {company}", "Lire le diagnostic"),
        MailType("M04", "Convocation : comité d'agrément du {date}", "Voir la séance"),
        MailType("M08", "PV de la séance du {date} à relire et signer", "Relire le procès-verbal"),
        MailType("M09", "PV de la séance du {date}", "Lire le procès-verbal"),
        MailType(
            "M10", "Décision du comité d'agrément : {company}", "Lire la décision", opens=True
        ),
        MailType("M11", "À signer : convention {reference}", "Lire la convention", opens=True),
        MailType("M14", "Convention {reference} signée par tous", "Voir la convention", opens=True),
        MailType("M15", "Vous êtes mandataire de {company}", "Voir le dossier"),
        MailType("M16", "Point M+{month} de {company} : 5 minutes", "Faire le point", opens=True),
        MailType(
            "M17", "Alerte sur le dossier {reference} : à traiter aujourd'hui", "Ouvrir le dossier"
        ),
        MailType("M21", "Le rapport d'évaluation {year} est disponible", "Télécharger le rapport"),
        MailType("M30", "Connectez-vous à ALIZE", "Me connecter", opens=True),
        MailType(
            "M31", "Choisissez un nouveau mot de passe", "Choisir mon mot de passe", opens=True
        ),
        MailType("M32", "Vérifiez ce changement sur votre accès : {change}", "Voir mon accès"),
        MailType("M33", "Condition levée : {company}", "Voir la décision"),
    )
}
        MailType("M40", "Vous êtes déporté d'un dossier : séance du {date}", "Voir lequel"),
