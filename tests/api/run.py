"""The document at /openapi.json against the server at SHOPBELL_URL, with a caller of each kind.

Prints what schemathesis says, and last how many requests it made and how many of them the server answered with 500 or more.
"""

import json
import os
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path

import requests

HERE = Path(__file__).parent
SERVER = os.environ["SHOPBELL_URL"].rstrip("/")


def ask(path, body, **headers):
    answer = requests.post(SERVER + path, json=body, headers=headers, timeout=20)
    answer.raise_for_status()
    return answer


def callers():
    """A visitor with a conversation that has begun, and the owner signed in."""
    visitor = ask("/widget/v1/session", {}).json()
    token = f"Bearer {visitor['token']}"
    said = {"clientId": str(uuid.uuid4()), "content": {"basic": {"items": [{"text": "Are you open on Sunday?"}]}}}
    said = ask("/widget/v1/messages", said, Authorization=token).json()
    who = {"participantId": visitor["participant"]}
    made = ask("/inbox/v2/conversations", who, Authorization=os.environ["SHOPBELL_API_KEY"]).json()
    owner = {"email": "owner@localhost", "password": os.environ["SHOPBELL_OWNER_PASSWORD"]}
    signed_in = ask("/staff/v1/session", owner, Origin=SERVER)
    [session] = signed_in.cookies.values()
    cookie = "; ".join(f"{name}={value}" for name, value in signed_in.cookies.items())
    as_owner = {"Cookie": cookie, "Origin": SERVER}
    key = ask("/admin/v1/keys", {"name": "tests", "scopes": ["ADMIN"]}, **as_owner).json()
    hook = ask("/admin/v1/webhooks", {"url": "http://127.0.0.1:1025/", "format": "STANDARD"}, **as_owner).json()
    return {
        "SHOPBELL_MESSAGE": said["message"]["id"],
        "SHOPBELL_OWNER_KEY": key["apiKey"],
        "SHOPBELL_WEBHOOK": hook["endpoint"]["id"],
        "SHOPBELL_VISITOR": visitor["token"],
        "SHOPBELL_SESSION": session,
        "SHOPBELL_CONVERSATION": made["conversation"]["id"],
    }


def main():
    with tempfile.TemporaryDirectory() as folder:
        counts = Path(folder) / "counts.json"
        run = subprocess.run(
            [sys.executable, "-m", "schemathesis.cli", "--config-file", HERE / "schemathesis.toml",
             "run", f"{SERVER}/openapi.json", "--no-color", *sys.argv[1:]],
            # It keeps what it has found in the folder where it runs; the next run must not depend on it.
            cwd=folder,
            env={**os.environ, **callers(), "SHOPBELL_COUNTS": str(counts), "PYTHONPATH": str(HERE), "PYTHONDONTWRITEBYTECODE": "1"},
        )
        by_status = json.loads(counts.read_text()) if counts.exists() else {}
    broken = sum(count for status, count in by_status.items() if int(status) >= 500)
    print("answers by status:", ", ".join(f"{count} x {status}" for status, count in sorted(by_status.items())))
    print(f"{sum(by_status.values())} requests, {broken} answered with 500 or more")
    return run.returncode or (1 if broken or not by_status else 0)


if __name__ == "__main__":
    sys.exit(main())
