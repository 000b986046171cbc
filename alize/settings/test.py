"""The demo's settings with what makes tests quick and strict."""

import os
import tempfile
from pathlib import Path

from alize.settings.demo import *  # noqa: F403 - a settings module extends the base by name

ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DOCUMENTS_ROOT = Path(tempfile.mkdtemp(prefix="alize-documents-"))
SEAL_KEYS = Path(tempfile.gettempdir()) / f"{DOCUMENTS_ROOT.name}-keys"
CELERY_BROKER_URL = "memory://"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PUBLIC_URL = "http://testserver"
# Each client of a test starts the middleware, which would list every static file of every package.
WHITENOISE_AUTOREFRESH = True
# Each worker has its own compartment of the cache, which its tests may empty; on a busy machine a
# slow answer is not a broken broker.
WORKER = int("0" + "".join(filter(str.isdigit, os.environ.get("PYTEST_XDIST_WORKER", "")))) + 1
CACHES["default"]["OPTIONS"] = {"db": WORKER, "socket_timeout": 30}  # noqa: F405
