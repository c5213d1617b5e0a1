"""The WSGI entry the web server loads."""

import os

from django.core.wsgi import get_wsgi_application
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server.settings")
# Behind a web server on this machine the address of who asks stands in its X-Forwarded-For: the access log and the
# pause after wrong passwords go by it. From anywhere else that header is not believed.
application = wrap_wsgi_with_proxy_headers(get_wsgi_application(), trusted_hosts=["127.0.0.1", "::1"])
