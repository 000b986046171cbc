"""How rows name people."""

from typing import Any, TypeVar

from django.conf import settings
from django.db import models

_Set = TypeVar("_Set")
_Get = TypeVar("_Get")


class PersonField(models.ForeignKey[_Set, _Get]):
    """Quelqu'un : a person, kept as long as the row that names them.

    In a table that basins have, no key of the database: each would add two triggers a basin to the
    one table of people, which every connection reads whole (ADR 38). No person is ever removed.
    """

    SAME: tuple[str, ...] = ("to", "on_delete", "related_name", "db_constraint")

    def __init__(
        self, verbose_name: str | None = None, *, null: bool = False, **options: Any
    ) -> None:
        super().__init__(
            "accounts.Person",
            on_delete=models.PROTECT,
            related_name="+",
            verbose_name=verbose_name,
            null=null,
            **options,
        )

    def contribute_to_class(self, cls: type[models.Model], name: str, **options: Any) -> None:
        self.db_constraint = cls._meta.app_label not in _labels_of_basins()
        super().contribute_to_class(cls, name, **options)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """What tells one from another: the rest is the same for all."""
        name, path, args, options = super().deconstruct()
        for same in self.SAME:
            options.pop(same, None)
        return name, path, args, options


class AuthorField(PersonField[_Set, _Get]):
    """Auteur d'un acte : who did what a row tells.

    No index: no long list is read by author.
    """

    SAME = (*PersonField.SAME, "db_index")

    def __init__(
        self, verbose_name: str | None = None, *, null: bool = False, **options: Any
    ) -> None:
        super().__init__(verbose_name, null=null, db_index=False, **options)


def _labels_of_basins() -> set[str]:
    return {name.rpartition(".")[2] for name in settings.TENANT_APPS}
