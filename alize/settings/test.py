"""The demo's settings with what makes tests quick and strict."""

import tempfile
from pathlib import Path

from alize.settings.demo import *  # noqa: F403 - a settings module extends the base by name

ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DOCUMENTS_ROOT = Path(tempfile.mkdtemp(prefix="alize-documents-"))
CELERY_BROKER_URL = "memory://"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PUBLIC_URL = "http://testserver"
# On a busy machine a slow answer is not a broken broker.
CACHES["default"]["OPTIONS"] = {"socket_timeout": 30}  # noqa: F405
