"""The program's settings, with two addresses more: the minimal views everything is measured beside."""

from server.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
# Basic is for TLS only: the bench says that somebody in front of it has TLS.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
