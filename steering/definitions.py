"""« Définitions » : what each figure of a report means, printed in its annex (kpis.md 7.0)."""

from dataclasses import dataclass

from alize.common.money import format_euros, format_number
from basins.references import References
from projects.follow_up.rules import CARRIED_MONTHS, GRACE_DAYS
from steering.rules.employment import MATURE_MONTHS


@dataclass(frozen=True)
class Definition:
    """One term, what it means, and its formula when it is a figure."""

    term: str
    meaning: str
    formula: str = ""


_LASTING = (
    Definition(
        "Arrêté au",
        "Fin de la journée indiquée. Tous les chiffres du rapport ont la même date ; ils ne "
        "changent plus après la publication.",
    ),
    Definition("Exercice", "Année civile.", "du 1er janvier au 31 décembre, ou à la date d'arrêté"),
    Definition(
        "Cohorte",
        "Dossiers agréés pour la première fois dans l'année. Les emplois et les jours se comptent "
        "par cohorte.",
    ),
    Definition(
        "Séance tenue",
        "Séance du comité d'agrément où un scrutin au moins a été clos.",
        "nombre de séances",
    ),
    Definition(
        "Dossier examiné",
        "Dossier mis en délibération une fois au moins dans l'année, compté une seule fois. Une "
        "demande sur l'avance d'un dossier déjà agréé n'y compte pas.",
        "nombre de dossiers distincts",
    ),
    Definition(
        "Dossier agréé",
        "Dossier proclamé agréé, avec ou sans conditions, dans l'année.",
        "nombre de dossiers distincts",
    ),
    Definition(
        "Taux d'agrément",
        "Part des agréés parmi les dossiers qui ont reçu une décision définitive ; les ajournés "
        "n'y sont pas.",
        "dossiers agréés / dossiers décidés",
    ),
    Definition(
        "Entreprise accompagnée",
        "Entreprise dont un dossier au moins a été agréé, comptée une seule fois.",
    ),
    Definition(
        "Emploi prévu",
        "Emploi à créer inscrit au dossier lors de la décision, en équivalents temps plein (ETP). "
        "Un avenant signé ensuite ne le change pas.",
        "somme des emplois prévus de la cohorte",
    ),
    Definition(
        "Emploi constaté",
        "Emploi créé grâce au projet et présent lors d'un point de suivi daté, en ETP. La dernière "
        f"valeur connue vaut {CARRIED_MONTHS} mois, puis l'emploi est « non renseigné », jamais "
        "zéro ; celle de la clôture du dossier reste acquise.",
        "somme des dernières valeurs connues",
    ),
    Definition(
        "Emploi maintenu",
        "Emploi menacé lors de la décision et toujours présent. Il ne s'ajoute jamais aux emplois "
        "créés.",
    ),
    Definition(
        "Taux de réalisation des emplois",
        f"Dossiers agréés depuis {MATURE_MONTHS} mois au moins et dont les emplois sont connus : "
        "les mêmes au numérateur et au dénominateur.",
        "emplois constatés / emplois prévus",
    ),
    Definition(
        "Projets réalisés",
        f"Dossiers agréés depuis {MATURE_MONTHS} mois au moins qui ont créé 80 % ou plus des "
        "emplois prévus.",
        "projets réalisés / projets dont les emplois sont connus",
    ),
    Definition(
        "Croissance du chiffre d'affaires à trois ans",
        "Année n : année du premier agrément. Seules comptent les entreprises dont les deux "
        "chiffres d'affaires sont connus ; leur nombre est indiqué.",
        "somme des CA(n+3) / somme des CA(n) − 1",
    ),
    Definition(
        "Jour de compétences",
        "Contractualisé par la convention signée de tous, tel que le dernier avenant signé l'a "
        "modifié, puis réalisé selon le mandataire.",
        "jours réalisés / jours contractualisés",
    ),
    Definition(
        "Point de suivi dans les temps",
        f"Point rendu au plus tard {GRACE_DAYS} jours après sa date. Un point non rendu n'est plus "
        "dû quand l'accompagnement a pris fin avant ce délai.",
        "points rendus dans les temps / points dus",
    ),
    Definition(
        "Avance accordée, versée",
        "Accordée : décidée par le comité. Versée : payée à l'entreprise, à la date de valeur.",
    ),
    Definition("Encours", "Ce que les entreprises doivent encore.", "versé − remboursé − perdu"),
    Definition(
        "Impayés", "Échéances dont la date est passée et qui ne sont pas payées.", "somme des dus"
    ),
    Definition(
        "Taux de remboursement",
        "Ce qui est revenu au fonds, recouvrements compris, sur ce qui est revenu ou aurait dû "
        "revenir. Ce qui est remboursé d'avance y compte aussi.",
        "(remboursé + recouvré) / (remboursé + recouvré + impayés + pertes)",
    ),
    Definition(
        "Sinistralité",
        "Pertes décidées, recouvrements déduits, sur les sommes prêtées depuis l'origine.",
        "pertes / sommes prêtées",
    ),
)


def definitions(references: References) -> tuple[Definition, ...]:
    """All of them, with the reference values that the report is compared with."""
    low, high = references.fund_size
    companies, actors, authorities, state = references.profile
    return (
        *_LASTING,
        Definition(
            "Taille du fonds",
            "Disponible et encours sain, à comparer à la taille critique de "
            f"{format_number(low // 100)} à {format_euros(high)}.",
            "disponible + encours − encours en retard de plus de 30 jours",
        ),
        Definition(
            "Profil des ressources",
            "Engagements de l'année des quatre groupes de partenaires, tels que toutes les parties "
            f"les ont signés, argent et apports valorisés. Repère : {companies} % entreprises, "
            f"{actors} % acteurs du territoire, {authorities} % collectivités, {state} % État et "
            "Caisse des dépôts.",
            "écart = ½ somme des |part − repère|, en points",
        ),
    )
