"""The door's small world as a server: `granian tests.sync.wsgi:application`."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server.settings")
settings.ROOT_URLCONF = "tests.sync.house"
application = get_wsgi_application()
