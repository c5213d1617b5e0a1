from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "server.exchange"
    verbose_name = "导入与交换"
