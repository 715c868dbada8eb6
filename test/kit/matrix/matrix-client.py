"""People with a Matrix client, as matrix-nio is one: commands come as lines of JSON, and so do the answers.

Each command is {"id", "do", "user", ...}; each answer {"id", "result"} or {"id", "error"}. They are carried out in order.
"""

import asyncio
import base64
import hashlib
import json
import logging
import shutil
import sys
import tempfile

import nio.crypto.sas
from nio import AsyncClient, AsyncClientConfig
from nio.crypto.attachments import decrypt_attachment, encrypt_attachment
from nio.responses import RoomSendError

logging.disable(logging.CRITICAL)


class Commitment:
    """nio 0.26 writes it in hexadecimal; the specification, and with it everybody else, in base64 without padding."""

    def __init__(self, data):
        self.hash = hashlib.sha256(data)

    def hexdigest(self):
        return base64.b64encode(self.hash.digest()).decode().rstrip("=")


nio.crypto.sas.sha256 = Commitment
# It computes the second form of these codes, but offers them under the name of the first.
nio.crypto.sas.Sas._mac_normal = "hkdf-hmac-sha256.v2"
nio.crypto.sas.Sas._mac_v1 = [nio.crypto.sas.Sas._mac_normal]
URL = sys.argv[1]
people = {}


class Person:
    """One account on one device, with all that it has seen of each room."""

    def __init__(self, name, user, password):
        self.store = tempfile.mkdtemp(prefix="ara-nio-")
        config = AsyncClientConfig(encryption_enabled=True, store_sync_tokens=False, max_limit_exceeded=0)
        self.client = AsyncClient(URL, user, device_id=None, store_path=self.store, config=config)
        self.name, self.password = name, password
        self.rooms, self.ephemeral, self.to_device = {}, {}, []

    async def log_in(self):
        await self.client.login(self.password, device_name=self.name)
        self.client.add_to_device_callback(lambda event: self.to_device.append(event), object)
        await self.sync()
        return {"device": self.client.device_id}

    async def settle(self):
        client = self.client
        await client.send_to_device_messages()
        if client.should_upload_keys:
            await client.keys_upload()
        if client.should_query_keys:
            await client.keys_query()
        if client.should_claim_keys:
            await client.keys_claim(client.get_users_for_key_claiming())

    async def sync(self):
        """Until nothing is new."""
        for _ in range(20):
            answer = await self.client.sync(timeout=0, full_state=False)
            if not hasattr(answer, "rooms"):
                raise RuntimeError(type(answer).__name__)
            await self.settle()
            count = 0
            for room, joined in answer.rooms.join.items():
                for event in joined.timeline.events:
                    count += 1
                    self.rooms.setdefault(room, {})[event.event_id] = event
                for event in joined.ephemeral:
                    self.ephemeral.setdefault(room, []).append(event)
            if count == 0:
                return

    def events(self, room):
        found = []
        for event in self.rooms.get(room, {}).values():
            source = event.source
            found.append(
                {
                    "id": event.event_id,
                    "sender": event.sender,
                    "type": source["type"],
                    "content": source.get("content", {}),
                    "encrypted": bool(getattr(event, "decrypted", False)),
                    "verified": bool(getattr(event, "verified", False)),
                    "redacts": source.get("redacts") or source.get("content", {}).get("redacts"),
                }
            )
        return found


async def raw(person, method, path, body=None):
    answer = await person.client.send(
        method,
        path,
        data=None if body is None else json.dumps(body),
        headers={"Authorization": f"Bearer {person.client.access_token}", "Content-Type": "application/json"},
    )
    return await answer.json()


async def login(command):
    person = Person(command["user"], command["user"], command["password"])
    people[command["user"]] = person
    return await person.log_in()


async def call(person, command):
    return await raw(person, command["method"], command["path"], command.get("body"))


async def sync(person, command):
    await person.sync()


async def send(person, command):
    await person.sync()
    answer = await person.client.room_send(
        command["room"], command.get("type", "m.room.message"), command["content"], ignore_unverified_devices=True
    )
    if isinstance(answer, RoomSendError):
        raise RuntimeError(answer.message)
    return {"event": answer.event_id}


async def upload(person, command):
    await person.sync()
    with open(command["path"], "rb") as file:
        data = file.read()
    encrypted = person.client.rooms[command["room"]].encrypted
    keys = None
    if encrypted:
        data, keys = encrypt_attachment(data)
    answer = await person.client.send(
        "POST",
        "/_matrix/media/v3/upload",
        data=data,
        headers={
            "Authorization": f"Bearer {person.client.access_token}",
            "Content-Type": "application/octet-stream" if encrypted else command["content"]["info"]["mimetype"],
        },
    )
    uri = (await answer.json())["content_uri"]
    content = dict(command["content"])
    if encrypted:
        content["file"] = {**keys, "url": uri, "mimetype": content["info"]["mimetype"]}
    else:
        content["url"] = uri
    return await send(person, {"room": command["room"], "content": content})


async def download(person, command):
    content = command["content"]
    uri = content["file"]["url"] if "file" in content else content["url"]
    server, media = uri.removeprefix("mxc://").split("/")
    answer = await person.client.send(
        "GET",
        f"/_matrix/client/v1/media/download/{server}/{media}",
        headers={"Authorization": f"Bearer {person.client.access_token}"},
    )
    data = await answer.read()
    if "file" in content:
        keys = content["file"]
        data = decrypt_attachment(data, keys["key"]["k"], keys["hashes"]["sha256"], keys["iv"])
    return {"bytes": data.hex()}


async def events(person, command):
    await person.sync()
    return person.events(command["room"])


async def ephemeral(person, command):
    await person.sync()
    found = []
    for event in person.ephemeral.get(command["room"], []):
        if hasattr(event, "users"):
            found.append({"type": "typing", "users": event.users})
        for receipt in getattr(event, "receipts", []):
            found.append({"type": "receipt", "event": receipt.event_id, "user": receipt.user_id})
    return found


async def device(person, command):
    """What this client knows of somebody's device."""
    await person.sync()
    devices = person.client.device_store.active_user_devices(command["of"])
    return [{"id": known.id, "ed25519": known.ed25519, "verified": known.verified} for known in devices]


async def verify(person, command):
    """Starts the comparison of emoji with somebody's device, and says what it shows once both sides can."""
    await person.sync()
    client = person.client
    device = client.device_store[command["of"]][command["device"]]
    await client.start_key_verification(device)
    # nio forgets those that were cancelled.
    begun = list(client.key_verifications.values())
    await client.send_to_device_messages()
    for _ in range(100):
        await person.sync()
        for sas in [*begun, *client.key_verifications.values()]:
            if sas.canceled:
                raise RuntimeError(f"cancelled: {sas.cancel_reason}")
            if sas.state.name in ("key_received", "mac_received"):
                # nio's own list reads vodozemac's numbers of emoji as if they were the bytes behind them.
                numbers = sas.established_sas.bytes(sas._extra_info).emoji_indices
                return {"transaction": sas.transaction_id, "emoji": [sas.emoji[number][0] for number in numbers]}
        await asyncio.sleep(0.05)
    raise RuntimeError("no emoji")


async def confirm(person, command):
    client = person.client
    await client.confirm_short_auth_string(command["transaction"])
    await client.send_to_device_messages()
    sas = client.key_verifications.get(command["transaction"])
    for _ in range(100):
        await person.sync()
        if sas is None or sas.verified:
            return {"verified": True}
        await asyncio.sleep(0.05)
    return {"verified": False}


async def send_unshared(person, command):
    """Sends a message whose key is held back until `share`."""
    await person.sync()
    client, room = person.client, command["room"]
    client.olm.outbound_group_sessions.pop(room, None)
    users = [user for user in client.rooms[room].users]
    missing = client.get_missing_sessions(room)
    if missing:
        await client.keys_claim(missing)
    _, person.held = client.olm.share_group_session(room, users, ignore_unverified_devices=True)
    client.olm.outbound_group_sessions[room].shared = True
    return await send(person, command)


async def share(person, command):
    await raw(
        person,
        "PUT",
        "/_matrix/client/v3/sendToDevice/m.room.encrypted/held-back",
        person.held,
    )


HANDLERS = {
    f.__name__: f
    for f in [call, sync, send, upload, download, events, ephemeral, device, verify, confirm, send_unshared, share]
}


async def carry_out(command):
    if command["do"] == "login":
        return await login(command)
    return await HANDLERS[command["do"]](people[command["user"]], command)


async def main():
    reader = asyncio.StreamReader(limit=2**26)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    print(json.dumps({"id": 0, "result": "ready"}), flush=True)
    while line := await reader.readline():
        command = json.loads(line)
        try:
            answer = {"id": command["id"], "result": await carry_out(command)}
        except Exception as error:  # The test says what it expected.
            answer = {"id": command["id"], "error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)
    for person in people.values():
        await person.client.close()
        shutil.rmtree(person.store)


asyncio.run(main())
