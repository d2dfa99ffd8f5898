"""Django's ORM: a connection for each thread, and none for an event loop."""

from pathlib import Path

from tests.planning.deciding import decide
from tests.traps.table import trap

PROJECT = {
    "shop/__init__.py": "",
    "shop/models.py": """
        from django.db import models


        class Item(models.Model):
            name = models.TextField()
        """,
    "shop/mail.py": """
        import time

        from shop.models import Item


        def names():
            time.sleep(1)
            return [one.name for one in Item.objects.all()]
        """,
    "shop/jobs.py": """
        import time

        from . import mail


        def report():
            time.sleep(1)
            return mail.names()


        def ping():
            time.sleep(1)
        """,
}


@trap(73, "refused", "functions of files that use models stay sync with all that call them, and are no units")
@trap(16, "refused", "what Django's models read from the database is read in the thread that read it before")
def test_what_uses_the_orm_stays_sync(tmp_path: Path) -> None:
    """Its reason names the place and what can be awaited instead; what does not touch the database is converted."""
    decided = decide(tmp_path, PROJECT)
    assert decided.colors["shop.mail.names"] == decided.colors["shop.jobs.report"] == "sync"
    assert decided.colors["shop.jobs.ping"] == "async"
    for name in ("shop.mail.names", "shop.jobs.report"):
        assert "shop/models.py:4 uses django.db.models.Model" in decided.reasons[name]
        assert "with an `a` in front can be awaited" in decided.reasons[name]
