from django.apps import AppConfig


class ActsConfig(AppConfig):
    name = "server.acts"
    label = "acts"
    verbose_name = "决定"
    default_auto_field = "django.db.models.BigAutoField"
