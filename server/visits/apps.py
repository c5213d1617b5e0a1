from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "server.visits"
    label = "visits"
    verbose_name = "探访"
    default_auto_field = "django.db.models.BigAutoField"
