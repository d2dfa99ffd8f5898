import os

import requests
from django.core.management.base import BaseCommand, CommandError

SERVER = os.environ["SERVER"]


class Command(BaseCommand):
    help = "Prints prices."

    def add_arguments(self, parser):
        parser.add_argument("numbers", nargs="+", type=int)

    def price(self, number):
        response = requests.get(f"{SERVER}/item/{number}")
        if response.status_code != 200:
            raise CommandError(f"no item {number}")
        return response.json()["price"]

    def handle(self, *args, **options):
        """Called by Django."""
        for number in options["numbers"]:
            self.stdout.write(str(self.price(number)))
