"""Attributes and globals that begin as None have the types of what they are given later."""

from tests.scanning import scanned


def test_a_connection_that_another_method_opens_is_known() -> None:
    """`self.mail = None` says nothing of what `connect` puts there."""
    found = scanned(
        """
        import smtplib

        class Mailer:
            def __init__(self, host):
                self.host = host
                self.mail = None

            def connect(self):
                self.mail = smtplib.SMTP(self.host)

            def send(self, message):
                self.mail.send_message(message)

            def close(self):
                self.mail = None
        """
    )
    assert found.findings == ["app.py:9 smtplib.SMTP.__init__", "app.py:12 smtplib.SMTP.send_message"]
    assert found.unknown == []


def test_a_global_that_a_function_sets_is_known() -> None:
    """`global` makes it the module's; a local of the same name is another one."""
    found = scanned(
        """
        import smtplib

        mail = None

        def connect():
            global mail
            mail = mail or smtplib.SMTP("localhost")

        def send(message):
            mail.send_message(message)

        def other():
            mail = object()
            return mail
        """
    )
    assert "app.py:10 smtplib.SMTP.send_message" in found.findings
    assert found.unknown == []


def test_a_class_attribute_that_a_class_below_sets_is_known() -> None:
    """What is derived gives the attribute its object, in its body or in a method."""
    found = scanned(
        """
        import ftplib
        import smtplib

        class Base:
            link = None

            def leave(self):
                self.link.quit()

        class Mail(Base):
            def open(self):
                self.link = smtplib.SMTP("localhost")

        class Files(Base):
            link = ftplib.FTP()
        """
    )
    assert "app.py:8 ftplib.FTP.quit unsure" in found.findings
    assert found.unknown == []


def test_what_else_is_put_there_leaves_the_call_unsure() -> None:
    """An object of which nothing is known may be anything."""
    found = scanned(
        """
        import smtplib

        class Mailer:
            mail = None

            def connect(self):
                self.mail = smtplib.SMTP("localhost")

            def send(self, message):
                self.mail.send_message(message)

        def replace(mailer, other):
            mailer.mail = other
        """
    )
    assert "app.py:10 smtplib.SMTP.send_message unsure" in found.findings


def test_a_written_type_is_left_alone() -> None:
    """What the author says of the attribute counts."""
    found = scanned(
        """
        import smtplib
        from typing import Any

        class Mailer:
            mail: Any = None

            def connect(self):
                self.mail = smtplib.SMTP("localhost")

            def send(self, message):
                self.mail.send_message(message)
        """
    )
    assert found.unknown == ["app.py:11 self.mail.send_message"]


def test_what_a_function_of_a_stub_returns_is_known_although_nobody_names_its_class() -> None:
    """`sqlite3.connect` is found in another module than the class that it says it returns."""
    found = scanned(
        """
        import sqlite3

        class Store:
            def __init__(self, path):
                self.path = path
                self.connection = None

            def open(self):
                self.connection = sqlite3.connect(self.path)

            def save(self):
                self.connection.commit()
        """
    )
    assert found.findings == ["app.py:9 sqlite3.connect", "app.py:12 sqlite3.Connection.commit"]
    assert found.unknown == []
