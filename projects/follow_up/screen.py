"""The words and colours of the follow-up."""

from alize.common.screen import Badge
from projects.enums import Situation, Usefulness
from projects.follow_up.rules import PointState

BADGES = {
    PointState.COMING: Badge("à venir", "neutral", "circle"),
    PointState.DUE: Badge("dû", "attention", "clock-fill"),
    PointState.LATE: Badge("en retard", "late"),
    PointState.DONE: Badge("fait", "done"),
    PointState.DROPPED: Badge("sans objet", "quiet"),
}

SITUATIONS = {
    Situation.GOOD: Badge("Bien", "done"),
    Situation.WATCH: Badge("À surveiller", "attention"),
    Situation.DIFFICULT: Badge("Difficile", "late"),
}

OPINIONS = {
    Usefulness.USEFUL: Badge("Utile", "done"),
    Usefulness.PARTLY: Badge("En partie utile", "attention"),
    Usefulness.USELESS: Badge("Pas utile", "late"),
}
