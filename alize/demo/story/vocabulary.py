"""The words invented companies and people are made of."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Trade:
    """A kind of company: how it is named, what it does, why it comes to the committee."""

    prefix: str
    activity: str
    needs: tuple[str, ...]
    topics: tuple[str, ...]


TRADES = (
    Trade(
        "Menuiserie",
        "Menuiserie bois et agencement",
        ("Agrandir l'atelier et embaucher deux poseurs", "Acquérir un centre d'usinage numérique"),
        ("Organisation de l'atelier", "Sécurité au poste de travail"),
    ),
    Trade(
        "Mécanique",
        "Mécanique de précision",
        ("Ouvrir une deuxième équipe d'usinage", "Obtenir la certification aéronautique"),
        ("Qualité et certification", "Planification de la production"),
    ),
    Trade(
        "Fromagerie",
        "Transformation de produits laitiers",
        ("Construire une cave d'affinage", "Vendre en grande distribution régionale"),
        ("Hygiène et traçabilité", "Négociation avec la grande distribution"),
    ),
    Trade(
        "Chaudronnerie",
        "Chaudronnerie et tuyauterie industrielles",
        ("Reprendre l'activité du fondateur qui part en retraite", "Former quatre soudeurs"),
        ("Reprise et gestion d'entreprise", "Qualification des soudeurs"),
    ),
    Trade(
        "Textiles",
        "Confection de vêtements techniques",
        ("Relocaliser une ligne de confection", "Lancer une gamme de vêtements de montagne"),
        ("Achats et approvisionnements", "Marketing et vente en ligne"),
    ),
    Trade(
        "Électronique",
        "Cartes et capteurs électroniques",
        ("Industrialiser un capteur de neige", "Doubler la capacité de câblage"),
        ("Industrialisation d'un produit", "Fiabilité et essais"),
    ),
    Trade(
        "Transports",
        "Transport et logistique de montagne",
        ("Verdir la flotte et recruter trois conducteurs", "Ouvrir un entrepôt en vallée"),
        ("Logistique et tournées", "Conduite économe"),
    ),
    Trade(
        "Imprimerie",
        "Impression et signalétique",
        ("Se diversifier dans la signalétique", "Numériser la chaîne de commande"),
        ("Stratégie commerciale", "Système d'information"),
    ),
    Trade(
        "Biscuiterie",
        "Biscuits et confiseries",
        ("Automatiser le conditionnement", "Exporter vers la Suisse et l'Italie"),
        ("Automatismes", "Export et douane"),
    ),
    Trade(
        "Énergies",
        "Installation d'équipements solaires et bois",
        ("Recruter une équipe d'installateurs", "Créer un bureau d'études"),
        ("Ressources humaines", "Conduite de chantier"),
    ),
    Trade(
        "Plasturgie",
        "Injection de pièces plastiques",
        ("Passer aux matières recyclées", "Réduire la consommation d'énergie"),
        ("Énergie et maintenance", "Matières et recyclage"),
    ),
    Trade(
        "Scierie",
        "Sciage et valorisation du bois local",
        ("Sécher le bois sur place", "Fabriquer des panneaux massifs"),
        ("Maintenance des machines", "Sécurité au poste de travail"),
    ),
)

FIRST_NAMES = (
    "Aline", "Bastien", "Carole", "Damien", "Élodie", "Fabrice", "Gaëlle", "Hervé", "Inès",
    "Joël", "Karine", "Loïc", "Magali", "Noël", "Odile", "Pascal", "Quentin", "Régine", "Solène",
    "Thibaut", "Ursule", "Véronique", "William", "Yvette", "Zoé", "Arnaud", "Brigitte", "Cédric",
)  # fmt: skip
WOMEN = frozenset(
    {
        "Aline", "Carole", "Élodie", "Gaëlle", "Inès", "Karine", "Magali", "Odile", "Régine",
        "Solène", "Ursule", "Véronique", "Yvette", "Zoé", "Brigitte",
    }
)  # fmt: skip
"""Whose function takes the feminine."""
LAST_NAMES = (
    "Arvieux", "Bellecombe", "Chamoux", "Dorvan", "Entremier", "Fontanel", "Granget", "Hautecour",
    "Issarlet", "Jorioz", "Kermadec", "Lanslevet", "Montagnole", "Novalin", "Ollivet", "Pralong",
    "Queyrin", "Rochassieux", "Sevrier", "Termignat", "Ugineau", "Valmeinet", "Wambergue",
    "Ytracier", "Zévort", "Aussoret", "Bramansat", "Cevinat", "Doucyet", "Esservot",
)  # fmt: skip
