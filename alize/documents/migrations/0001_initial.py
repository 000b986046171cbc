import django.db.models.deletion
from django.db import migrations, models

from alize.accounts.fields import AuthorField, PersonField
from alize.common.database import InitialMigration


class Migration(InitialMigration):
    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="RegisteredDocument",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.CharField(max_length=64, unique=True, verbose_name="empreinte")),
                ("schema", models.CharField(max_length=63)),
                ("issuer", models.CharField(max_length=120, verbose_name="émis par")),
                ("kind", models.CharField(max_length=40, verbose_name="nature")),
                ("reference", models.CharField(max_length=60, verbose_name="référence")),
                ("version", models.PositiveSmallIntegerField(verbose_name="version")),
                ("is_draft", models.BooleanField(verbose_name="projet")),
                ("as_of", models.DateField(verbose_name="arrêté au")),
                ("registered_at", models.DateTimeField(verbose_name="enregistré le")),
            ],
            options={
                "verbose_name": "document enregistré",
                "indexes": [
                    models.Index(fields=["reference"], name="documents_r_referen_d7d212_idx")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("schema", "kind", "reference", "version"),
                        name="registered_document_version_is_unique",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")),
                        name="registered_document_digest_is_sha256",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GeneratedDocument",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=40, verbose_name="nature")),
                ("reference", models.CharField(max_length=60, verbose_name="référence")),
                ("version", models.PositiveSmallIntegerField(verbose_name="version")),
                ("title", models.CharField(max_length=200, verbose_name="titre")),
                ("is_draft", models.BooleanField(default=False, verbose_name="projet")),
                ("as_of", models.DateField(verbose_name="arrêté au")),
                ("target_type", models.CharField(max_length=60)),
                ("target_id", models.CharField(max_length=60)),
                ("file_name", models.CharField(max_length=200, verbose_name="nom du fichier")),
                ("content_type", models.CharField(max_length=100)),
                ("key", models.CharField(max_length=120, unique=True)),
                ("size", models.PositiveBigIntegerField(verbose_name="taille")),
                ("sha256", models.CharField(max_length=64, verbose_name="empreinte")),
                ("source_sha256", models.CharField(max_length=64)),
                (
                    "template_version",
                    models.CharField(blank=True, max_length=12, verbose_name="version du modèle"),
                ),
                ("created_at", models.DateTimeField(verbose_name="produit le")),
                (
                    "created_by",
                    AuthorField(null=True, verbose_name="produit par"),
                ),
            ],
            options={
                "verbose_name": "document",
                "indexes": [
                    models.Index(
                        fields=["target_type", "target_id"], name="documents_g_target__f307c9_idx"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "reference", "version"),
                        name="generated_document_version_is_unique",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("size__gte", 1), ("version__gte", 1)),
                        name="generated_document_has_content",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sha256__regex", "^[0-9a-f]{64}$"),
                            ("source_sha256__regex", "^[0-9a-f]{64}$"),
                        ),
                        name="generated_document_digests_are_sha256",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StoredFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="nom")),
                ("content_type", models.CharField(max_length=100)),
                ("key", models.CharField(max_length=120, unique=True)),
                ("size", models.PositiveBigIntegerField(verbose_name="taille")),
                ("sha256", models.CharField(max_length=64, verbose_name="empreinte")),
                ("uploaded_at", models.DateTimeField(verbose_name="déposé le")),
                (
                    "uploaded_by",
                    PersonField(null=True, verbose_name="déposé par"),
                ),
                ("link", models.CharField(blank=True, max_length=60)),
            ],
            options={
                "verbose_name": "fichier",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("uploaded_by", None), ("link", ""), _connector="OR"
                        ),
                        name="stored_file_has_one_sender",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("size__gte", 1)), name="stored_file_has_content"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")),
                        name="stored_file_digest_is_sha256",
                    ),
                ],
            },
        ),
    ]
