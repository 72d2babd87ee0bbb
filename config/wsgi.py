"""What does gunicorn serve? Engraft, once the start-up checks have passed."""

import os

from django.core.wsgi import get_wsgi_application

from config.startup import refuse_unsafe_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
refuse_unsafe_settings()
