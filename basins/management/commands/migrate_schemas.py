"""`manage.py migrate_schemas`: that of django-tenants, by the owner, who alone changes tables."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection
from django_tenants.management.commands.migrate_schemas import MigrateSchemasCommand

from basins import provisioning
from basins.tenancy import as_owner


class Command(MigrateSchemasCommand):
    def handle(self, *args: Any, **options: Any) -> None:
        if connection.as_owner:
            super().handle(*args, **options)
            return
        if not settings.DATABASE_OWNER["USER"]:
            connection.ensure_connection()  # no database at all is said first
            raise CommandError(
                "DATABASE_OWNER_URL manque : seul le compte qu'elle désigne peut migrer la base."
            )
        with as_owner():
            super().handle(*args, **options)
        provisioning.renew_rights()
