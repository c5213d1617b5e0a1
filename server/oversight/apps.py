from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "server.oversight"
    label = "oversight"
    verbose_name = "监督与反馈"
    default_auto_field = "django.db.models.BigAutoField"
