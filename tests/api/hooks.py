"""What a request has to hold that no schema can say, put into requests that keep the schema.

Nothing here mends a request that breaks the schema: those have to be refused.
"""

import atexit
import json
import os
import re
from collections import Counter
from datetime import datetime
from pathlib import Path

import schemathesis
from hypothesis import strategies

GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
CONVERSATION = os.environ["SHOPBELL_CONVERSATION"]

# Dates of the wire begin with 1970 and have a zone.
schemathesis.openapi.format(
    "date-time",
    strategies.datetimes(
        min_value=datetime(1970, 1, 1),
        max_value=datetime(9999, 12, 31),
    ).map(lambda date: date.isoformat(timespec="milliseconds") + "Z"),
)


def is_guid(value):
    return isinstance(value, str) and GUID.fullmatch(value) is not None


@schemathesis.hook
def map_body(context, body):
    """A conversation that is there instead of any GUID; pictures by address instead of by an id that nobody has."""
    if isinstance(body, dict):
        for name in ("conversationId", "channelId"):
            if is_guid(body.get(name)):
                body[name] = CONVERSATION
        outside(body)
    return body


def outside(value):
    if isinstance(value, dict):
        for name in ("image", "file"):
            media = value.get(name)
            if isinstance(media, dict) and isinstance(media.get("id"), str) and 0 < len(media["id"]) <= 2000:
                if media.get("url") is None:
                    media["url"] = "https://shop.example.com/boots.png"
                del media["id"]
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            outside(one)


@schemathesis.hook
def map_path_parameters(context, parameters):
    """A conversation that is there, unless the call takes it away."""
    operation = context.operation
    if parameters and "/conversations/" in operation.path and operation.method.upper() != "DELETE":
        if is_guid(parameters.get("id")):
            parameters["id"] = CONVERSATION
    return parameters


@schemathesis.hook
def map_query(context, query):
    """No waiting for what will not come; no cursors but those that the server has issued, and it has issued none yet."""
    if query:
        if str(query.get("wait")).isdigit() and int(query["wait"]) <= 60:
            query["wait"] = 0
        for name in ("paging.cursor", ".r"):
            query.pop(name, None)
        if context.operation.path == "/staff/v1/conversations":
            query.pop("before", None)
    return query


ANSWERS = Counter()


@schemathesis.hook
def after_call(context, case, response):
    """Counts what was answered, for the line that run.py prints."""
    ANSWERS[str(response.status_code)] += 1


@atexit.register
def keep_counts():
    Path(os.environ["SHOPBELL_COUNTS"]).write_text(json.dumps(ANSWERS))
