from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "library.common"
    label = "common"
