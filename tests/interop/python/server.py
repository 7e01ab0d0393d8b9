"""TestService of the public interop cases on grpcio.

python3 server.py DESCRIPTORS [CERTIFICATE KEY [SOCKET]]

Announces its ports in one JSON line and serves until its standard input ends.
"""

import collections
import sys
import threading
from concurrent import futures

import grpc

from protocol import AWAIT_END_OF, CALL_NAME, ECHO_INITIAL, ECHO_TRAILING, USERS, Contract, TestMessages, announce

SERVICE = "grpc.testing.TestService"
CODES = {code.value[0]: code for code in grpc.StatusCode}


class TestService:
    def __init__(self, messages):
        self._messages = messages
        self._ends = collections.defaultdict(threading.Event)  # of calls that have names

    def EmptyCall(self, request, context):
        awaited = _header(context, AWAIT_END_OF)
        if awaited:
            self._ends[awaited].wait(context.time_remaining())
        _echo_metadata(context)
        return self._messages.Empty()

    def UnaryCall(self, request, context):
        if request.HasField("response_compressed") and request.response_compressed.value:
            context.set_compression(grpc.Compression.Gzip)
        _echo_metadata(context)
        _end_as_asked(request, context)
        username = ""
        if request.fill_username:
            username = USERS.get(_header(context, "authorization"), "")
            if not username:
                context.abort(grpc.StatusCode.UNAUTHENTICATED, "no known bearer token")
        return self._messages.SimpleResponse(
            payload=self._messages.zeros(request.response_size), username=username
        )

    def StreamingOutputCall(self, request, context):
        if any(parameters.compressed.value for parameters in request.response_parameters):
            context.set_compression(grpc.Compression.Gzip)
        _echo_metadata(context)
        yield from self._responses(request, context)

    def StreamingInputCall(self, requests, context):
        _echo_metadata(context)
        total = sum(len(request.payload.body) for request in requests)
        return self._messages.StreamingInputCallResponse(aggregated_payload_size=total)

    def FullDuplexCall(self, requests, context):
        name = _header(context, CALL_NAME)
        if name:
            context.add_callback(self._ends[name].set)
        _echo_metadata(context)
        for request in requests:
            _end_as_asked(request, context)
            yield from self._responses(request, context)

    def HalfDuplexCall(self, requests, context):
        _echo_metadata(context)
        for request in list(requests):
            yield from self._responses(request, context)

    def _responses(self, request, context):
        for parameters in request.response_parameters:
            # Not a sleep: it ends with the call.
            if parameters.interval_us > 0:
                ended = threading.Event()
                if context.add_callback(ended.set):
                    ended.wait(parameters.interval_us / 1e6)
            if not parameters.compressed.value:
                context.disable_next_message_compression()
            yield self._messages.StreamingOutputCallResponse(payload=self._messages.zeros(parameters.size))


def _header(context, name):
    return dict(context.invocation_metadata()).get(name)


def _echo_metadata(context):
    asked = context.invocation_metadata()
    context.send_initial_metadata([(key, value) for key, value in asked if key == ECHO_INITIAL])
    context.set_trailing_metadata([(key, value) for key, value in asked if key == ECHO_TRAILING])


def _end_as_asked(request, context):
    status = request.response_status
    if status.code != 0:
        context.abort(CODES[status.code], status.message)


def main(descriptors, certificate=None, key=None, socket=None):
    contract = Contract.load(descriptors)
    service = TestService(TestMessages(contract))
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=32))
    methods = contract.methods(SERVICE)
    del methods["UnimplementedCall"]
    handlers = {name: method.handler(getattr(service, name)) for name, method in methods.items()}
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(SERVICE, handlers)])

    ports = {"h2c": server.add_insecure_port("127.0.0.1:0")}
    if certificate:
        with open(certificate, "rb") as chain, open(key, "rb") as private:
            credentials = grpc.ssl_server_credentials([(private.read(), chain.read())])
        ports["tls"] = server.add_secure_port("127.0.0.1:0", credentials)
    if socket:
        server.add_insecure_port(f"unix:{socket}")

    server.start()
    announce({**ports, "sees_compression": False})
    sys.stdin.read()
    server.stop(None)


if __name__ == "__main__":
    main(*sys.argv[1:])
