from django.apps import AppConfig

from server.checks import register_checks


class ServerConfig(AppConfig):
    name = "server"
    label = "server"
    verbose_name = "青浦区低收入人口探访关爱"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        register_checks()
