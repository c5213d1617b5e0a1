from django.apps import AppConfig


# The label is not "forms": Django's own "django.forms" would clash with it if it were ever installed.
class FieldFormsConfig(AppConfig):
    name = "forms"
    label = "fieldforms"
    verbose_name = "表单"
    default_auto_field = "django.db.models.BigAutoField"
