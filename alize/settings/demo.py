"""The local demo: invented people, every mail kept on a page, « Entrer comme »."""

from alize.settings import environment
from alize.settings.base import *  # noqa: F403 - a settings module extends the base by name

DEMO = True
SECRET_KEY = environment.DEMO_SECRET
SEAL_PASSPHRASE = environment.DEMO_SECRET
REGISTER_MAILBOXES = ["registres@astrees.example"]
FIELD_ENCRYPTION_KEY = environment.DEMO_ENCRYPTION_KEY
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
GUARD_READS = True
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
STATIC_ROOT = None
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
