import django
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

settings.configure(
    ALLOWED_HOSTS=["*"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=["django_site"],
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    ROOT_URLCONF="django_site.urls",
)

if __name__ == "__main__":
    django.setup()
    from django.test import Client

    from django_site.models import Item

    with connection.schema_editor() as editor:
        editor.create_model(Item)
    for path in ("/item/1/", "/item/2/", "/item/99/"):
        answer = Client().get(path)
        print(answer.status_code, answer.content.decode())
    call_command("prices", "1", "2")
    try:
        call_command("prices", "99")
    except CommandError as error:
        print(error)
