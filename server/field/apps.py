from django.apps import AppConfig


class FieldConfig(AppConfig):
    name = "server.field"
    label = "field"
    verbose_name = "表单与登记"
    default_auto_field = "django.db.models.BigAutoField"
