from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "server.support"
    label = "support"
    verbose_name = "帮扶"
    default_auto_field = "django.db.models.BigAutoField"
