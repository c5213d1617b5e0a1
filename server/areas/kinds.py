"""Kinds of places and of organisations."""

from django.db.models import TextChoices


class AreaKind(TextChoices):
    DISTRICT = "district", "区"
    TOWN = "town", "街镇"
    VILLAGE = "village", "村居"


class OrganisationKind(TextChoices):
    # 镇: 社区建设办公室, 街道: 社区服务办公室 (青民〔2024〕25号, addressees).
    OFFICE = "office", "社区建设办/社区服务办"
    CENTRE = "centre", "社区事务受理服务中心"
