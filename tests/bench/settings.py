"""The program's settings, with two addresses more: the minimal views everything is measured beside."""

from server.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
