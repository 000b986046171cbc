"""How rows name people."""

from typing import Any, TypeVar

from django.db import models

_Set = TypeVar("_Set")
_Get = TypeVar("_Get")


class AuthorField(models.ForeignKey[_Set, _Get]):
    """Auteur d'un acte : who did what a row tells, kept as long as the row.

    No index: no long list is read by author, and no person is ever removed (ADR 31).
    """

    def __init__(
        self, verbose_name: str | None = None, *, null: bool = False, **options: Any
    ) -> None:
        super().__init__(
            "accounts.Person",
            on_delete=models.PROTECT,
            related_name="+",
            db_index=False,
            verbose_name=verbose_name,
            null=null,
            **options,
        )

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """What tells one author from another: the rest is the same for all."""
        name, path, args, options = super().deconstruct()
        for same in ("to", "on_delete", "related_name", "db_index"):
            del options[same]
        return name, path, args, options
