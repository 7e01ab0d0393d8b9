"""Calls on grpcio as standard input asks for them, a JSON line each; ../README.md says what a line may hold.

python3 client.py DESCRIPTORS
"""

import json
import pathlib
import sys
import threading

import grpc

sys.path.insert(1, str(pathlib.Path(__file__).resolve().parents[2] / "interop" / "python"))

from call import Call  # noqa: E402
from protocol import Contract  # noqa: E402

_writing = threading.Lock()


def announce(message):
    """Writes one JSON line; calls run on many threads."""
    with _writing:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()


class Channels:
    """Channels, one for each address and set of options."""

    def __init__(self):
        self._shared = {}

    def get(self, address, connection="shared", options=None, tls=None, **_):
        """A channel of its own connection, or one that calls share."""
        if connection == "own":
            return self._make(address, options or {}, tls)
        key = (address, json.dumps([options, tls]))
        if key not in self._shared:
            self._shared[key] = self._make(address, options or {}, tls)
        return self._shared[key]

    @staticmethod
    def _make(address, options, tls):
        options = [("grpc.use_local_subchannel_pool", 1), *options.items()]
        if tls is None:
            return grpc.insecure_channel(address, options)
        files = {name: pathlib.Path(path).read_bytes() for name, path in tls.items()}
        credentials = grpc.ssl_channel_credentials(files["ca"], files.get("key"), files.get("cert"))
        return grpc.secure_channel(address, credentials, options)


def main(descriptors):
    contract = Contract.load(descriptors)
    channels, methods, calls = Channels(), {}, {}
    for line in sys.stdin:
        command = json.loads(line)
        if "release" in command:
            calls[command["id"]].release(command["release"])
            continue
        service = command["service"]
        if service not in methods:
            methods[service] = contract.methods(service)
        channel = channels.get(**command)
        call = Call(command, channel, methods[service][command["method"]], announce)
        calls[command["id"]] = call
        threading.Thread(target=_run, args=(call, command, channel), daemon=True).start()


def _run(call, command, channel):
    announce(call.run())
    if command.get("connection") == "own":
        channel.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
