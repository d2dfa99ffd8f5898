"""A Flask site over SQLite: a connection for each request, opened by a hook or a view, closed by another hook."""

import os
import sqlite3
import threading

import click
import requests
from flask import Flask, current_app, g, request
from werkzeug.serving import make_server

SERVER = os.environ["SERVER"]


def connection():
    if "db" not in g:
        g.db = sqlite3.connect(current_app.config["DATABASE"])
        g.db.row_factory = sqlite3.Row
    return g.db


def close(error=None):
    db = g.pop("db", None)
    if db is not None:
        db.close()


def prepare():
    connection().executescript("create table if not exists notes (id integer primary key, text text unique)")


@click.command("prepare")
def prepare_command():
    prepare()
    click.echo("prepared")


def count():
    g.before = connection().execute("select count(*) from notes").fetchone()[0]


def notes():
    rows = connection().execute("select id, text from notes order by id").fetchall()
    return {"before": g.before, "notes": [dict(row) for row in rows]}


def add():
    db = connection()
    text = requests.get(f"{SERVER}/item/{request.form['number']}").json()["name"]
    try:
        db.execute("insert into notes (text) values (?)", (text,))
        db.commit()
    except db.IntegrityError:
        return f"{text} is there", 409
    return text


def make_app():
    app = Flask(__name__)
    app.config["DATABASE"] = "notes.db"
    app.teardown_appcontext(close)
    app.cli.add_command(prepare_command)
    app.before_request(count)
    app.add_url_rule("/", view_func=notes)
    app.add_url_rule("/add", view_func=add, methods=["POST"])
    return app


def main():
    app = make_app()
    print(app.test_cli_runner().invoke(args=["prepare"]).output.strip())
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    site = f"http://127.0.0.1:{server.port}"
    for number in (1, 2, 1):
        answer = requests.post(f"{site}/add", data={"number": number})
        print(answer.status_code, answer.text)
    print(requests.get(f"{site}/").json())
    server.shutdown()
    os.remove("notes.db")


if __name__ == "__main__":
    main()
