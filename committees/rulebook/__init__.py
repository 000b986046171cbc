"""The settings of the committee, as data: pages, forms and checks are made from this table.

Each line of voting.md 5.3 that a basin may change stands here once, with what it means.
"""

from committees.rulebook.procedure import PROCEDURE
from committees.rulebook.setting import Group, Setting
from committees.rulebook.voting import VOTING

__all__ = ["GROUPS", "SETTINGS", "Group", "Setting"]

GROUPS = (*VOTING, *PROCEDURE)
SETTINGS = {setting.name: setting for group in GROUPS for setting in group.settings}
