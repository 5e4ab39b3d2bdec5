"""What a request has to hold that no schema can say, put into requests that keep the schema.

Nothing here mends a request that breaks the schema: those have to be refused.
"""

import atexit
import json
import os
import re
import uuid
from collections import Counter
from datetime import datetime
from pathlib import Path

import requests
import schemathesis
from hypothesis import strategies
from schemathesis import GenerationMode

SERVER = os.environ["SHOPBELL_URL"].rstrip("/")
GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
CONVERSATION = os.environ["SHOPBELL_CONVERSATION"]
MESSAGE = os.environ["SHOPBELL_MESSAGE"]
WEBHOOK = os.environ["SHOPBELL_WEBHOOK"]
# Nobody listens there: what is set up here must not reach anybody.
NOWHERE = "http://127.0.0.1:1025/"
FILE = b"What a visitor may send: a text."

# Dates of the wire begin with 1970 and have a zone.
schemathesis.openapi.format(
    "date-time",
    strategies.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(9999, 12, 31)).map(
        lambda date: date.isoformat(timespec="milliseconds") + "Z"
    ),
)


@schemathesis.serializer("application/x-ndjson")
def lines(context, value):
    return str(value).encode()


@schemathesis.serializer("application/offset+octet-stream")
def octets(context, value):
    return FILE


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.meta is None or case.meta.generation.mode is not GenerationMode.POSITIVE:
        # The same key again is answered as the first time, whatever else is wrong by now.
        if case.headers:
            case.headers.pop("Idempotency-Key", None)
        return
    paths(case)
    query(case)
    headers(case)
    if isinstance(case.body, dict):
        case.body = whole(case.body)
        body(case.path, case.body)


def paths(case):
    """What is there instead of what nobody has made, unless the call takes it away."""
    parameters = case.path_parameters
    if not parameters or case.method.upper() == "DELETE":
        return
    if "/conversations/" in case.path:
        parameters["id"] = CONVERSATION
    if "/webhooks/" in case.path:
        parameters["id"] = WEBHOOK
    if "messageId" in parameters:
        parameters["messageId"] = MESSAGE


def query(case):
    """No waiting for what will not come; one place to read from; no cursors but those that the server has issued."""
    asked = case.query
    if not asked:
        return
    if "wait" in asked:
        asked["wait"] = 0
    if "before" in asked and "after" in asked:
        del asked["after"]
    # The cursor is opaque, and `.r` is the other form of all the rest.
    for name in ("paging.cursor", ".r"):
        asked.pop(name, None)
    if case.path == "/staff/v1/conversations":
        asked.pop("before", None)


def headers(case):
    """A key is used once; tus asks for its version and the length, or for neither."""
    sent = case.headers
    if not sent:
        return
    sent.pop("Idempotency-Key", None)
    if case.path == "/widget/v1/uploads" and case.method.upper() == "POST":
        for name in ("Tus-Resumable", "Upload-Length", "Upload-Metadata"):
            sent.pop(name, None)
        sent.update({"Tus-Resumable": "1.0.0", "Upload-Length": str(len(FILE))})


def body(path, sent):
    if sent.get("clientId"):
        sent["clientId"] = str(uuid.uuid4())
    if sent.get("allowedOrigins"):
        sent["allowedOrigins"] = ["https://shop.example.com"]
    if path.startswith("/widget/"):
        own(sent)
    for name in ("conversationId", "channelId"):
        if isinstance(sent.get(name), str) and GUID.fullmatch(sent[name]):
            sent[name] = CONVERSATION
    outside(sent)
    if sent.get("expiresDate"):
        sent["expiresDate"] = "2999-01-01T00:00:00.000Z"
    if "/webhooks" in path and sent.get("url"):
        sent["url"] = NOWHERE
    if "publicKey" in sent:
        # A key in the right form is not yet a key.
        del sent["publicKey"]
    if "algorithm" in sent:
        sent["algorithm"] = "HS256"


def outside(value):
    """Pictures by address instead of by an id that nobody has."""
    if isinstance(value, dict):
        for name in ("image", "file"):
            media = value.get(name)
            if isinstance(media, dict) and media.get("id") is not None:
                media["url"] = media.get("url") or "https://shop.example.com/boots.png"
                del media["id"]
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            outside(one)


def own(value):
    """A visitor sends only what they have uploaded; that is what the server's own tests are about."""
    if isinstance(value, dict):
        for name, one in value.items():
            if name == "items" and isinstance(one, list):
                value[name] = [{"text": "Hello"} for _ in one]
            elif name == "media":
                value[name] = []
            else:
                own(one)


def whole(value):
    """155.0 is a whole number to JSON Schema, but no program writes it so."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {name: whole(one) for name, one in value.items()}
    return [whole(one) for one in value] if isinstance(value, list) else value


ANSWERS = Counter()
# What there may be only so much of.
SET_UP = {"/admin/v1/webhooks": "endpoint", "/admin/v1/identity/keys": "key"}


@schemathesis.hook
def after_call(context, case, response):
    """Counts what was answered, for the line that run.py prints; makes room for the next."""
    ANSWERS[str(response.status_code)] += 1
    if case.method.upper() == "POST" and case.path in SET_UP and response.status_code == 200:
        made = response.json()[SET_UP[case.path]]["id"]
        requests.delete(f"{SERVER}{case.path}/{made}", headers={"authorization": os.environ["SHOPBELL_OWNER_KEY"]}, timeout=20)


@atexit.register
def keep_counts():
    Path(os.environ["SHOPBELL_COUNTS"]).write_text(json.dumps(ANSWERS))
