"""Links, proxies, what is done from afar or in writing, what follows a decision."""

from committees.enums import (
    OPTIONAL_OUTCOMES,
    ConsultationMatter,
    DecisionOutcome,
    LiftedBy,
    LinkKind,
    MinutesApproval,
)
from committees.models.rules import LABEL_LENGTH
from committees.rulebook.setting import DAYS, MONTHS, Group, Setting

NAMED = {
    DecisionOutcome.APPROVED: "Le mot de l'écran, du procès-verbal et de la lettre.",
    DecisionOutcome.APPROVED_CONDITIONS: "Quand une condition bloque signature et versement.",
    DecisionOutcome.DEFERRED: "Le dossier attend des pièces et revient à une séance.",
    DecisionOutcome.EXTRA_DIAGNOSIS: "Le dossier attend l'avis d'un expert.",
    DecisionOutcome.REJECTED: "La lettre en donne le motif et oriente l'entreprise.",
    DecisionOutcome.WITHDRAWN: "L'entreprise renonce ; son dossier se clôt.",
}
"""The outcomes that a committee may name in its own words, with what each one is."""

PROCEDURE = (
    Group(
        "liens",
        "Liens et déports",
        [
            Setting(
                name="recusal_links",
                label="Liens qui obligent à se déporter",
                explanation="Les autres liens se déclarent, et le membre peut voter.",
                choices=dict(LinkKind.choices),
                several=True,
            ),
            Setting(
                name="declaration_required",
                label="Exiger la déclaration annuelle pour voter",
                explanation="Sinon elle est demandée chaque année, sans empêcher de voter.",
            ),
        ],
    ),
    Group(
        "pouvoirs",
        "Pouvoirs",
        [
            Setting(
                name="max_proxies",
                label="Pouvoirs reçus au maximum par siège",
                explanation="Zéro les interdit ; un suppléant présent passe avant un pouvoir.",
                unit=("pouvoir", "pouvoirs"),
            ),
            Setting(
                name="proxies_in_same_college",
                label="Dans le même collège seulement",
                explanation="Une entreprise donne pouvoir à une entreprise, par exemple.",
            ),
        ],
    ),
    Group(
        "distance",
        "À distance et par écrit",
        [
            Setting(
                name="remote_meetings",
                label="Séances à distance ou mixtes",
                explanation="Siéger et voter par visioconférence.",
                needs_regulations=True,
            ),
            Setting(
                name="consultations",
                label="Consultation écrite",
                explanation="Décider sans se réunir, avant une date ; se taire n'est pas accepter.",
                needs_regulations=True,
            ),
            Setting(
                name="proxies_in_consultation",
                label="Pouvoirs dans une consultation écrite",
                explanation="Chacun peut voter de chez soi : ils y sont rarement utiles.",
                needs_regulations=True,
            ),
            Setting(
                name="consultation_matters",
                label="Sujets d'une consultation écrite",
                explanation="Le reste se décide en séance.",
                choices=dict(ConsultationMatter.choices),
                several=True,
            ),
            Setting(
                name="consultation_max_change",
                label="Changement décidé par écrit, au plus",
                explanation="En part du montant ou de l'échéancier accordés.",
                unit=("%", "%"),
            ),
            Setting(
                name="consultation_max_amount",
                label="Avance décidée par écrit, au plus",
                explanation="Au-dessus de ce montant, le dossier se décide en séance.",
                is_amount=True,
            ),
            Setting(
                name="consultation_min_days",
                label="Durée au minimum",
                explanation="En jours ouvrés, entre l'envoi et la clôture.",
                unit=DAYS,
            ),
            Setting(
                name="consultation_reminders",
                label="Rappeler ceux qui n'ont pas voté",
                explanation="À la moitié du délai et la veille ; chaque consultation peut y "
                "renoncer.",
            ),
            Setting(
                name="consultation_discussion",
                label="Un membre peut demander une séance",
                explanation="Le dossier est alors discuté à la prochaine réunion.",
            ),
            Setting(
                name="consultation_closes_early",
                label="Clore dès que tous ont voté",
                explanation="Sinon la consultation se ferme à l'heure annoncée.",
            ),
        ],
    ),
    Group(
        "decisions",
        "Décisions et conditions",
        [
            Setting(
                name="outcomes",
                label="Issues possibles en plus",
                explanation="Agréé, refusé et ajourné le sont toujours.",
                choices={one: DecisionOutcome(one).label for one in OPTIONAL_OUTCOMES},
                several=True,
            ),
            *(
                Setting(
                    name=f"{outcome.lower()}_label",
                    label=f"Nom de la décision « {outcome.label} »",
                    explanation=reason,
                    longest=LABEL_LENGTH,
                )
                for outcome, reason in NAMED.items()
            ),
            Setting(
                name="conditions_lifted_by",
                label="Qui lève les conditions",
                explanation="Sur justificatif, et toujours dans le journal.",
                choices=dict(LiftedBy.choices),
            ),
            Setting(
                name="conditions_lapse_months",
                label="Caducité d'une décision sous conditions",
                explanation="Passé ce délai, le dossier revient devant le comité.",
                unit=MONTHS,
            ),
        ],
    ),
    Group(
        "proces-verbal",
        "Procès-verbal",
        [
            Setting(
                name="minutes_approval",
                label="Approbation à la séance suivante",
                explanation="Les remarques sont jointes, le texte signé ne change pas.",
                choices=dict(MinutesApproval.choices),
            ),
            Setting(
                name="minutes_signatures",
                label="Signatures",
                explanation="Une : la présidence. Deux : la présidence et le secrétariat.",
                unit=("signature", "signatures"),
            ),
        ],
    ),
)
