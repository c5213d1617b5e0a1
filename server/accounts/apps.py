from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "server.accounts"
    label = "accounts"
    verbose_name = "人员"
    default_auto_field = "django.db.models.BigAutoField"
