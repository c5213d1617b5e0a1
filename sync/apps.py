from django.apps import AppConfig


class SyncConfig(AppConfig):
    name = "sync"
    label = "sync"
    verbose_name = "手机同步"
    default_auto_field = "django.db.models.BigAutoField"
