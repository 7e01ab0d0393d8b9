"""A server as one case sees it, and what cases check of a call's end."""

import queue

import grpc

from protocol import ECHO_INITIAL, ECHO_TRAILING, TestMessages

DEADLINE = 15  # seconds


def echo(length=3):
    """Metadata that the server is to send back."""
    return ((ECHO_INITIAL, "test_initial_metadata_value"), (ECHO_TRAILING, b"\xab" * length))


class Outcome:
    """How a call ended: its messages, headers, trailers and status."""

    def __init__(self, call, messages):
        self.messages = messages
        self.headers = dict(call.initial_metadata())
        self.trailers = dict(call.trailing_metadata())
        self.code = call.code()
        self.details = call.details()

    def expect(self, code, details=None):
        check(self.code == code, f"status {self.code} ({self.details}), not {code}")
        check(details is None or self.details == details, f"status message {self.details!r}, not {details!r}")

    def expect_payloads(self, sizes):
        self.expect(grpc.StatusCode.OK)
        actual = [len(message.payload.body) for message in self.messages]
        check(actual == sizes, f"payload sizes {actual}, not {sizes}")
        check(not any(any(message.payload.body) for message in self.messages), "a payload is not zeros")

    def expect_echo(self, length=3):
        initial, trailing = echo(length)
        check(self.headers.get(ECHO_INITIAL) == initial[1], f"headers {self.headers}")
        check(self.trailers.get(ECHO_TRAILING) == trailing[1], f"trailers {self.trailers}")


def check(condition, text):
    if not condition:
        raise AssertionError(text)


class Requests:
    """A request stream that is written from outside; None ends it."""

    def __init__(self):
        self._queue = queue.Queue()

    def write(self, message):
        self._queue.put(message)

    def __iter__(self):
        return iter(self._queue.get, None)


class Peer:
    """One case's connection: each case has its own, closed at its end."""

    def __init__(self, contract, address, certificate=None, sees_compression=True):
        self.discover(contract)
        self.sees_compression = sees_compression
        options = [("grpc.use_local_subchannel_pool", 1)]
        if certificate:
            with open(certificate, "rb") as file:
                self.channel = grpc.secure_channel(address, grpc.ssl_channel_credentials(file.read()), options)
        else:
            self.channel = grpc.insecure_channel(address, options)

    def discover(self, contract):
        """Uses these messages and methods from now on."""
        self.contract = contract
        self.messages = TestMessages(contract)

    def method(self, name, service="grpc.testing.TestService"):
        return self.contract.methods(service)[name].stub(self.channel, service)

    def unary(self, name, request, service="grpc.testing.TestService", **options):
        call = self.method(name, service).future(request, timeout=DEADLINE, **options)
        return Outcome(call, [] if call.exception() else [call.result()])

    def sum_of(self, requests, **options):
        # Not .future(): grpcio 1.51 forgets the compression there.
        method = self.method("StreamingInputCall")
        try:
            response, call = method.with_call(iter(requests), timeout=DEADLINE, **options)
            return Outcome(call, [response])
        except grpc.RpcError as error:
            return Outcome(error, [])

    def stream(self, name, request, **options):
        return read_all(self.method(name)(request, timeout=DEADLINE, **options))

    def ping_pong(self, requests, **options):
        """Sends each request after the response to the one before, then half-closes."""
        stream, waiting = Requests(), iter(requests)
        call = self.method("FullDuplexCall")(iter(stream), timeout=DEADLINE, **options)
        stream.write(next(waiting, None))
        return read_all(call, lambda _: stream.write(next(waiting, None)))

    def large(self, **more):
        return self.messages.SimpleRequest(response_size=314159, payload=self.messages.zeros(271828), **more)

    def output(self, *sizes, **more):
        parameters = [self.messages.ResponseParameters(size=size) for size in sizes]
        return self.messages.StreamingOutputCallRequest(response_parameters=parameters, **more)

    def true_or_false(self, value):
        return self.messages.BoolValue(value=value)


def read_all(call, on_message=lambda message: None):
    messages = []
    try:
        for message in call:
            messages.append(message)
            on_message(message)
    except grpc.RpcError:
        pass  # the outcome has it
    return Outcome(call, messages)
