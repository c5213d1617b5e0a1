"""Fill an empty installation with demo people, policies and resources."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from server.demo.cast import seed_people
from server.support.load_catalogue import load_catalogue


class Command(BaseCommand):
    help = "演示用：开通演示人员（每个角色一人，三个街镇的网格员和顾问），装入政策和资源。可以重复执行。"

    def handle(self, *args: Any, **options: Any) -> None:
        listed = load_catalogue(timezone.localdate())
        people = seed_people()
        self.stdout.write(f"people: {people} added; policies and resources: {listed} added")
