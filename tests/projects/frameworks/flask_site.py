"""A Flask site with its own server: views by decorators, in a blueprint and by `add_url_rule`, an error handler, a hook."""

import os
import threading

import requests
from flask import Blueprint, Flask, g, jsonify, request
from werkzeug.serving import make_server

SERVER = os.environ["SERVER"]
app = Flask(__name__)
items = Blueprint("items", __name__, url_prefix="/items")


@app.before_request
def remember():
    g.seen = request.path


@app.route("/text")
def text():
    """What the other server says."""
    return f"{g.seen}: {requests.get(f'{SERVER}/text').text}"


@items.get("/<int:number>")
def item(number):
    found = requests.get(f"{SERVER}/item/{number}")
    if found.status_code != 200:
        raise LookupError(number)
    return jsonify(found.json())


def total():
    prices = [requests.get(f"{SERVER}/item/{one}").json()["price"] for one in (1, 2)]
    return {"total": sum(prices), "asked": request.args.get("by")}


app.add_url_rule("/total", view_func=total)
app.register_blueprint(items)


@app.errorhandler(LookupError)
def missing(error):
    return f"no item {error}", 404


def main():
    server = make_server("127.0.0.1", 0, app)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for path in ("/text", "/items/3", "/items/99", "/total?by=me"):
        answer = requests.get(f"http://127.0.0.1:{server.port}{path}")
        print(answer.status_code, answer.text.strip())
    server.shutdown()


if __name__ == "__main__":
    main()
