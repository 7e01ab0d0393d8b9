"""The public interop cases on grpcio.

python3 client.py DESCRIPTORS CASE ADDRESS [CERTIFICATE]   runs one case; the exit status is 0 when it passed
python3 client.py DESCRIPTORS                              runs what standard input asks for, a JSON line each
"""

import json
import queue
import sys
import traceback

import grpc

from protocol import ECHO_INITIAL, ECHO_TRAILING, Contract, TestMessages, announce

DEADLINE = 15  # seconds
GZIP = grpc.Compression.Gzip
STATUS = (grpc.StatusCode.UNKNOWN, "test status message")
SPECIAL_MESSAGE = "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \U0001f608\t\n"
REQUEST_SIZES = [27182, 8, 1828, 45904]
RESPONSE_SIZES = [31415, 9, 2653, 58979]
ECHO = ((ECHO_INITIAL, "test_initial_metadata_value"), (ECHO_TRAILING, b"\xab\xab\xab"))


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

    def expect_echo(self):
        check(self.headers.get(ECHO_INITIAL) == ECHO[0][1], f"headers {self.headers}")
        check(self.trailers.get(ECHO_TRAILING) == ECHO[1][1], f"trailers {self.trailers}")


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
        self._contract = contract
        self.messages = TestMessages(contract)
        self.sees_compression = sees_compression
        options = [("grpc.use_local_subchannel_pool", 1)]
        if certificate:
            with open(certificate, "rb") as file:
                self.channel = grpc.secure_channel(address, grpc.ssl_channel_credentials(file.read()), options)
        else:
            self.channel = grpc.insecure_channel(address, options)

    def method(self, name, service="grpc.testing.TestService"):
        return self._contract.methods(service)[name].stub(self.channel, service)

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


def empty_unary(peer):
    outcome = peer.unary("EmptyCall", peer.messages.Empty())
    outcome.expect(grpc.StatusCode.OK)
    check(outcome.messages == [peer.messages.Empty()], f"{outcome.messages}")


def large_unary(peer):
    peer.unary("UnaryCall", peer.large()).expect_payloads([314159])


def client_streaming(peer):
    requests = [peer.messages.StreamingInputCallRequest(payload=peer.messages.zeros(size)) for size in REQUEST_SIZES]
    outcome = peer.sum_of(requests)
    outcome.expect(grpc.StatusCode.OK)
    check(outcome.messages[0].aggregated_payload_size == 74922, f"{outcome.messages}")


def server_streaming(peer):
    peer.stream("StreamingOutputCall", peer.output(*RESPONSE_SIZES)).expect_payloads(RESPONSE_SIZES)


def ping_pong(peer):
    requests = [
        peer.output(response, payload=peer.messages.zeros(size))
        for size, response in zip(REQUEST_SIZES, RESPONSE_SIZES)
    ]
    peer.ping_pong(requests).expect_payloads(RESPONSE_SIZES)


def half_duplex(peer):
    requests = [peer.output(size) for size in RESPONSE_SIZES]
    peer.stream("HalfDuplexCall", iter(requests)).expect_payloads(RESPONSE_SIZES)


def empty_stream(peer):
    peer.ping_pong([]).expect_payloads([])


def cancel_after_begin(peer):
    requests = Requests()
    call = peer.method("StreamingInputCall").future(iter(requests), timeout=DEADLINE)
    call.cancel()
    requests.write(None)
    check(call.code() == grpc.StatusCode.CANCELLED, f"status {call.code()}")


def cancel_after_first_response(peer):
    requests = Requests()
    call = peer.method("FullDuplexCall")(iter(requests), timeout=DEADLINE)
    requests.write(peer.output(31415, payload=peer.messages.zeros(27182)))
    outcome = read_all(call, lambda _: call.cancel())
    requests.write(None)
    outcome.expect(grpc.StatusCode.CANCELLED)
    check(len(outcome.messages) == 1, f"{len(outcome.messages)} responses")


def timeout_on_sleeping_server(peer):
    requests = Requests()
    requests.write(peer.output(payload=peer.messages.zeros(27182)))
    call = peer.method("FullDuplexCall")(iter(requests), timeout=0.001)
    outcome = read_all(call)
    requests.write(None)
    outcome.expect(grpc.StatusCode.DEADLINE_EXCEEDED)


def custom_metadata(peer):
    outcome = peer.unary("UnaryCall", peer.large(), metadata=ECHO)
    outcome.expect_payloads([314159])
    outcome.expect_echo()
    outcome = peer.ping_pong([peer.output(314159, payload=peer.messages.zeros(271828))], metadata=ECHO)
    outcome.expect_payloads([314159])
    outcome.expect_echo()


def status_code_and_message(peer):
    status = peer.messages.EchoStatus(code=STATUS[0].value[0], message=STATUS[1])
    peer.unary("UnaryCall", peer.messages.SimpleRequest(response_status=status)).expect(*STATUS)
    peer.ping_pong([peer.output(response_status=status)]).expect(*STATUS)


def special_status_message(peer):
    status = peer.messages.EchoStatus(code=2, message=SPECIAL_MESSAGE)
    request = peer.messages.SimpleRequest(response_status=status)
    peer.unary("UnaryCall", request).expect(grpc.StatusCode.UNKNOWN, SPECIAL_MESSAGE)


def unimplemented_method(peer):
    peer.unary("UnimplementedCall", peer.messages.Empty()).expect(grpc.StatusCode.UNIMPLEMENTED)


def unimplemented_service(peer):
    outcome = peer.unary("UnimplementedCall", peer.messages.Empty(), service="grpc.testing.UnimplementedService")
    outcome.expect(grpc.StatusCode.UNIMPLEMENTED)


def per_rpc_creds(peer):
    request = peer.messages.SimpleRequest(fill_username=True)
    peer.unary("UnaryCall", request).expect(grpc.StatusCode.UNAUTHENTICATED)

    bearer = grpc.access_token_call_credentials("interop-token")
    outcome = peer.unary("UnaryCall", request, credentials=bearer)
    outcome.expect(grpc.StatusCode.OK)
    check(outcome.messages[0].username == "interop-user", f"{outcome.messages}")


def client_compressed_unary(peer):
    compressed = peer.large(expect_compressed=peer.true_or_false(True))
    if peer.sees_compression:
        peer.unary("UnaryCall", compressed).expect(grpc.StatusCode.INVALID_ARGUMENT)
    peer.unary("UnaryCall", compressed, compression=GZIP).expect_payloads([314159])
    plain = peer.large(expect_compressed=peer.true_or_false(False))
    peer.unary("UnaryCall", plain).expect_payloads([314159])


def client_compressed_streaming(peer):
    """Plain messages amid compressed ones are beyond grpcio's client."""
    requests = [
        peer.messages.StreamingInputCallRequest(
            payload=peer.messages.zeros(size), expect_compressed=peer.true_or_false(True)
        )
        for size in (27182, 45904)
    ]
    if peer.sees_compression:
        peer.sum_of(requests[:1]).expect(grpc.StatusCode.INVALID_ARGUMENT)
    outcome = peer.sum_of(requests, compression=GZIP)
    outcome.expect(grpc.StatusCode.OK)
    check(outcome.messages[0].aggregated_payload_size == 73086, f"{outcome.messages}")


def server_compressed_unary(peer):
    for value in (True, False):
        request = peer.large(response_compressed=peer.true_or_false(value))
        peer.unary("UnaryCall", request).expect_payloads([314159])


def server_compressed_streaming(peer):
    parameters = [
        peer.messages.ResponseParameters(size=size, compressed=peer.true_or_false(compressed))
        for size, compressed in ((31415, True), (92653, False))
    ]
    request = peer.messages.StreamingOutputCallRequest(response_parameters=parameters)
    peer.stream("StreamingOutputCall", request).expect_payloads([31415, 92653])


CASES = {
    case.__name__: case
    for case in (
        empty_unary,
        large_unary,
        client_streaming,
        server_streaming,
        ping_pong,
        half_duplex,
        empty_stream,
        cancel_after_begin,
        cancel_after_first_response,
        timeout_on_sleeping_server,
        custom_metadata,
        status_code_and_message,
        special_status_message,
        unimplemented_method,
        unimplemented_service,
        per_rpc_creds,
        client_compressed_unary,
        client_compressed_streaming,
        server_compressed_unary,
        server_compressed_streaming,
    )
}


def run(contract, case, **where):
    peer = Peer(contract, **where)
    try:
        check(case in CASES, f"there is no case {case}")
        CASES[case](peer)
        return {"case": case, "passed": True}
    except Exception:  # whatever it is, the test prints it
        return {"case": case, "passed": False, "reason": traceback.format_exc()}
    finally:
        peer.channel.close()


def main(descriptors, case=None, address=None, certificate=None):
    contract = Contract(descriptors)
    if case:
        result = run(contract, case, address=address, certificate=certificate)
        announce(result)
        sys.exit(0 if result["passed"] else 1)

    for line in sys.stdin:
        announce(run(contract, **json.loads(line)))


if __name__ == "__main__":
    main(*sys.argv[1:])
