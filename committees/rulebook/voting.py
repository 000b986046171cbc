"""Who votes, how many must be there, what carries a file."""

from committees.enums import ReasonRequired
from committees.rulebook.setting import DAYS, MONTHS, Group, Setting
from committees.rules.wording import MAJORITIES

SAME = {"": "La même que d'habitude"}
OF_VOTE = {
    majority.value: words.removeprefix("la ").removeprefix("l'").capitalize()
    for majority, words in MAJORITIES.items()
}

VOTING = (
    Group(
        "quorum",
        "Quorum",
        [
            Setting(
                name="quorum",
                columns=("quorum_numerator", "quorum_denominator"),
                label="Part des sièges qui doit être là",
                explanation="Compté pour chaque dossier, sur les sièges à voix délibérative.",
                choices={
                    "1/3": "Un tiers",
                    "1/2": "La moitié",
                    "2/3": "Deux tiers",
                    "3/4": "Trois quarts",
                    "1/1": "Tous",
                },
            ),
            Setting(
                name="quorum_strict",
                label="Dépasser cette part",
                explanation="« Plus de la moitié » au lieu de « au moins la moitié ».",
            ),
            Setting(
                name="proxies_count_in_quorum",
                label="Compter les pouvoirs dans le quorum",
                explanation="Un siège représenté par un pouvoir valable compte comme présent.",
            ),
            Setting(
                name="recused_in_base",
                label="Garder les sièges déportés dans le total",
                explanation="Sinon un siège qui se déporte ne compte plus du tout sur ce dossier.",
            ),
            Setting(
                name="floor",
                label="Votants présents au minimum",
                explanation="Sans eux, rien ne se décide, même à la seconde convocation.",
                unit=("votant", "votants"),
            ),
            Setting(
                name="min_companies",
                label="Entreprises partenaires présentes au minimum",
                explanation="Le comité ne décide pas sans ce nombre d'entreprises dans la salle.",
                unit=("entreprise", "entreprises"),
            ),
        ],
    ),
    Group(
        "seconde-convocation",
        "Quand le quorum manque",
        [
            Setting(
                name="second_convocation",
                label="Permettre une seconde convocation",
                explanation="Le même ordre du jour revient, sans condition de quorum.",
            ),
            Setting(
                name="second_min_days",
                label="Au plus tôt après",
                explanation="Le temps laissé aux membres pour se libérer.",
                unit=DAYS,
            ),
            Setting(
                name="second_max_months",
                label="Au plus tard après",
                explanation="Passé ce délai, une séance ordinaire est convoquée.",
                unit=MONTHS,
            ),
        ],
    ),
    Group(
        "votants",
        "Qui vote",
        [
            Setting(
                name="referrer_votes",
                label="Le prescripteur vote sur son dossier",
                explanation="Le siège de qui a écrit le diagnostic préalable.",
            ),
            Setting(
                name="lead_votes",
                label="Le mandataire pressenti vote sur son dossier",
                explanation="Le siège de la personne proposée pour suivre l'entreprise.",
            ),
            Setting(
                name="operator_votes",
                label="L'opérateur local peut avoir voix délibérative",
                explanation="Il est choisi pour sa neutralité : sa voix est consultative.",
            ),
            Setting(
                name="alternates_allowed",
                label="Un siège peut avoir des suppléants",
                explanation="Ils siègent et votent à la place de son titulaire, sans pouvoir.",
            ),
        ],
    ),
    Group(
        "majorite",
        "Majorité",
        [
            Setting(
                name="majority",
                label="Majorité",
                explanation="Ce qu'il faut de « Pour » ; une abstention n'est pas exprimée.",
                choices=OF_VOTE,
            ),
            Setting(
                name="high_amount",
                label="Montant qui demande une autre majorité",
                explanation="Une avance au-dessus de ce montant suit la règle suivante.",
                is_amount=True,
            ),
            Setting(
                name="high_majority",
                label="Majorité au-dessus de ce montant",
                explanation="À choisir avec le montant, et à laisser de côté sans lui.",
                choices=SAME | OF_VOTE,
            ),
            Setting(
                name="casting_vote",
                label="Voix prépondérante du président de séance",
                explanation="À égalité, son vote l'emporte ; jamais au scrutin secret. Aux deux "
                "tiers ou à l'unanimité, des voix égales refusent le dossier.",
            ),
            Setting(
                name="tie_outcome",
                label="À égalité, sans voix prépondérante",
                explanation="Avec voix prépondérante, si le président s'est abstenu ou déporté, ou "
                "si le scrutin est secret, le dossier est ajourné.",
                choices={"DEFERRED": "Ajourné", "REJECTED": "Refusé"},
            ),
            Setting(
                name="abstention_allowed",
                label="Permettre l'abstention",
                explanation="Elle se compte à part : s'abstenir n'est pas ne pas voter.",
            ),
        ],
    ),
    Group(
        "scrutin",
        "Déroulement du vote",
        [
            Setting(
                name="secret_by_default",
                label="Scrutin secret d'office",
                explanation="Sinon le vote est nominatif, et caché jusqu'à la clôture.",
            ),
            Setting(
                name="secret_on_request_of",
                label="Demandes qui rendent un scrutin secret",
                explanation="Le président peut aussi le décider seul, avant l'ouverture.",
                unit=("membre", "membres"),
            ),
            Setting(
                name="nominal_list_printed",
                label="Imprimer qui a voté quoi",
                explanation="Sinon la liste reste dans une annexe que peu de personnes lisent.",
            ),
            Setting(
                name="vote_changes",
                label="Changer son vote jusqu'à la clôture",
                explanation="Le dernier vote compte, les précédents sont conservés.",
            ),
            Setting(
                name="reason_required",
                label="Votes qui disent pourquoi",
                explanation="Une ligne, que les membres lisent après la clôture.",
                choices=dict(ReasonRequired.choices),
            ),
            Setting(
                name="show_of_hands",
                label="Vote à main levée",
                explanation="Noté par une personne, confirmé par la présidence.",
            ),
            Setting(
                name="phone_votes",
                label="Vote par téléphone",
                explanation="Recueilli par le secrétariat ; le votant en reçoit la trace.",
                needs_regulations=True,
            ),
        ],
    ),
)
