"""Turns a constraint the database refused into the French sentence written on the model."""

from django.apps import apps
from django.db import IntegrityError, models
from django.db.models import Q

TRIGGER_SENTENCES = {
    "vote_ballot_is_open": "Le scrutin n'est pas ouvert ; votre vote n'a pas été pris en compte.",
    "vote_seat_is_deliberative": "Ce siège n'a pas de voix délibérative à cette date.",
    "vote_seat_is_not_recused": "Votre siège s'est déporté sur ce dossier : il ne vote pas.",
    "vote_seat_is_on_the_list": "Votre siège ne vote pas sur ce dossier.",
    "vote_abstention_is_allowed": (
        "Le comité ne prévoit pas l'abstention : choisissez « Pour » ou « Contre »."
    ),
    "vote_ballot_is_named": "Ce scrutin est secret : aucun vote n'y porte de nom.",
    "vote_may_change": "Votre siège a voté ; le comité ne permet pas de changer son vote.",
    "vote_gives_its_reason": "Dites en une ligne le motif de ce vote.",
    "vote_proxy_holds": "Ce pouvoir ne vaut plus : il n'a pas été accepté, ou il a été repris.",
    "vote_collected_is_confirmed": "Ce vote recueilli attend sa confirmation.",
    "secret_vote_has_its_voter": "Chaque votant dépose un seul bulletin secret.",
    "seat_operator_is_consultative": (
        "L'opérateur local a voix consultative : les règles du comité doivent en décider autrement."
    ),
    "seat_has_voted": (
        "Ce siège a voté : terminez son mandat et créez le suivant au lieu de le modifier."
    ),
    "seat_has_two_alternates": "Un siège a deux suppléants au plus.",
    "seat_alternate_is_another": "Le titulaire d'un siège n'en est pas le suppléant.",
    "committees_decision_is_frozen": "Une décision proclamée ne change plus de nature.",
    "ballot_frozen_once_open": "Ce scrutin est ouvert : sa proposition ne change plus.",
    "ballot_result_is_final": "Ce scrutin est clos : son résultat ne change plus.",
    "minutes_final_once_signed": "Le procès-verbal est signé : il ne se modifie plus.",
    "sealed_by_signed_minutes": (
        "Le procès-verbal de cette séance est signé : ce qu'il constate ne change plus."
    ),
    "movement_needs_a_signed_convention": (
        "Aucun versement avant la signature de la convention par toutes les parties."
    ),
    "movement_within_what_is_granted": "Ce versement dépasse le montant accordé.",
    "movement_within_what_it_undoes": (
        "Ce montant dépasse ce qui est dû ou enregistré sur cette avance."
    ),
    "movement_mirrors_a_repayment": (
        "Une correction reprend le montant exact d'un encaissement de cette avance, "
        "à sa date ou après."
    ),
    "schedule_lines_add_up": "Les échéances ne font pas le total du montant versé.",
}
"""Rules that triggers hold, by the name they raise."""

FALLBACK = "Cette saisie contredit une règle de l'application ; rien n'a été enregistré."


def sentence_of(error: IntegrityError) -> str:
    """The `violation_error_message` of the constraint behind a database error.

    The name is the one PostgreSQL gives; triggers raise with the same `CONSTRAINT` field.
    """
    diagnostic = getattr(error.__cause__, "diag", None)
    name = getattr(diagnostic, "constraint_name", None)
    if name in TRIGGER_SENTENCES:
        return TRIGGER_SENTENCES[name]
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if constraint.name == name:
                return str(constraint.get_violation_error_message())
    return FALLBACK


def together(model: str, *stems: str) -> list[models.CheckConstraint]:
    """For each stem, `<stem>_at` and `<stem>_by` are set together or not at all."""
    return [
        models.CheckConstraint(
            condition=Q(**{f"{stem}_at__isnull": True, f"{stem}_by__isnull": True})
            | Q(**{f"{stem}_at__isnull": False, f"{stem}_by__isnull": False}),
            name=f"{model}_{stem}_at_and_by",
        )
        for stem in stems
    ]


def one_of(model: str, field: str, choices: type[models.Choices]) -> models.CheckConstraint:
    """The column holds a value of the enumeration, whoever writes it."""
    return models.CheckConstraint(
        condition=Q(**{f"{field}__in": sorted(choices.values)}), name=f"{model}_{field}_is_known"
    )
