"""The web entry point: it refuses to start with a view that declares no access rule."""

from django.core.wsgi import get_wsgi_application

from basins.boot import check_before_serving

application = get_wsgi_application()
check_before_serving()
