"""The public interop cases, each a function of the peer that it is run against."""

import uuid

import grpc

from peer import DEADLINE, Requests, check, echo, read_all
from protocol import AWAIT_END_OF, CALL_NAME

GZIP = grpc.Compression.Gzip
STATUS = (grpc.StatusCode.UNKNOWN, "test status message")
SPECIAL_MESSAGE = "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \U0001f608\t\n"
REQUEST_SIZES = [27182, 8, 1828, 45904]
RESPONSE_SIZES = [31415, 9, 2653, 58979]
CASES = {}


def case(function):
    """Registers a case under its name."""
    CASES[function.__name__] = function
    return function


@case
def empty_unary(peer):
    outcome = peer.unary("EmptyCall", peer.messages.Empty())
    outcome.expect(grpc.StatusCode.OK)
    check(outcome.messages == [peer.messages.Empty()], f"{outcome.messages}")


@case
def large_unary(peer):
    peer.unary("UnaryCall", peer.large()).expect_payloads([314159])


@case
def client_streaming(peer):
    requests = [peer.messages.StreamingInputCallRequest(payload=peer.messages.zeros(size)) for size in REQUEST_SIZES]
    outcome = peer.sum_of(requests)
    outcome.expect(grpc.StatusCode.OK)
    check(outcome.messages[0].aggregated_payload_size == 74922, f"{outcome.messages}")


@case
def server_streaming(peer):
    peer.stream("StreamingOutputCall", peer.output(*RESPONSE_SIZES)).expect_payloads(RESPONSE_SIZES)


@case
def ping_pong(peer):
    requests = [
        peer.output(response, payload=peer.messages.zeros(size))
        for size, response in zip(REQUEST_SIZES, RESPONSE_SIZES)
    ]
    peer.ping_pong(requests).expect_payloads(RESPONSE_SIZES)


@case
def half_duplex(peer):
    requests = [peer.output(size) for size in RESPONSE_SIZES]
    peer.stream("HalfDuplexCall", iter(requests)).expect_payloads(RESPONSE_SIZES)


@case
def empty_stream(peer):
    peer.ping_pong([]).expect_payloads([])


@case
def cancel_after_begin(peer):
    requests = Requests()
    call = peer.method("StreamingInputCall").future(iter(requests), timeout=DEADLINE)
    call.cancel()
    requests.write(None)
    check(call.code() == grpc.StatusCode.CANCELLED, f"status {call.code()}")


@case
def cancel_after_first_response(peer):
    requests = Requests()
    call = peer.method("FullDuplexCall")(iter(requests), timeout=DEADLINE)
    requests.write(peer.output(31415, payload=peer.messages.zeros(27182)))
    outcome = read_all(call, lambda _: call.cancel())
    requests.write(None)
    outcome.expect(grpc.StatusCode.CANCELLED)
    check(len(outcome.messages) == 1, f"{len(outcome.messages)} responses")


@case
def cancel_reaches_server(peer):
    """Not of the public cases: a cancelled call must not go on at the server."""
    name, requests = str(uuid.uuid4()), Requests()
    # Without a deadline, which would end it at the server too.
    call = peer.method("FullDuplexCall")(iter(requests), metadata=((CALL_NAME, name),))
    requests.write(peer.output(1))
    outcome = read_all(call, lambda _: call.cancel())
    requests.write(None)
    outcome.expect(grpc.StatusCode.CANCELLED)

    awaiting = ((AWAIT_END_OF, name),)
    peer.unary("EmptyCall", peer.messages.Empty(), metadata=awaiting).expect(grpc.StatusCode.OK)


@case
def timeout_on_sleeping_server(peer):
    requests = Requests()
    requests.write(peer.output(payload=peer.messages.zeros(27182)))
    call = peer.method("FullDuplexCall")(iter(requests), timeout=0.001)
    outcome = read_all(call)
    requests.write(None)
    outcome.expect(grpc.StatusCode.DEADLINE_EXCEEDED)


@case
def custom_metadata(peer):
    outcome = peer.unary("UnaryCall", peer.large(), metadata=echo())
    outcome.expect_payloads([314159])
    outcome.expect_echo()
    outcome = peer.ping_pong([peer.output(314159, payload=peer.messages.zeros(271828))], metadata=echo())
    outcome.expect_payloads([314159])
    outcome.expect_echo()


@case
def binary_metadata(peer):
    """Not of the public cases: base64 with every length of padding."""
    for length in (1, 2, 4, 300):
        outcome = peer.unary("EmptyCall", peer.messages.Empty(), metadata=echo(length))
        outcome.expect(grpc.StatusCode.OK)
        outcome.expect_echo(length)


@case
def status_code_and_message(peer):
    status = peer.messages.EchoStatus(code=STATUS[0].value[0], message=STATUS[1])
    peer.unary("UnaryCall", peer.messages.SimpleRequest(response_status=status)).expect(*STATUS)
    peer.ping_pong([peer.output(response_status=status)]).expect(*STATUS)


@case
def special_status_message(peer):
    status = peer.messages.EchoStatus(code=2, message=SPECIAL_MESSAGE)
    request = peer.messages.SimpleRequest(response_status=status)
    peer.unary("UnaryCall", request).expect(grpc.StatusCode.UNKNOWN, SPECIAL_MESSAGE)


@case
def unimplemented_method(peer):
    peer.unary("UnimplementedCall", peer.messages.Empty()).expect(grpc.StatusCode.UNIMPLEMENTED)


@case
def unimplemented_service(peer):
    outcome = peer.unary("UnimplementedCall", peer.messages.Empty(), service="grpc.testing.UnimplementedService")
    outcome.expect(grpc.StatusCode.UNIMPLEMENTED)


@case
def per_rpc_creds(peer):
    request = peer.messages.SimpleRequest(fill_username=True)
    peer.unary("UnaryCall", request).expect(grpc.StatusCode.UNAUTHENTICATED)

    bearer = grpc.access_token_call_credentials("interop-token")
    outcome = peer.unary("UnaryCall", request, credentials=bearer)
    outcome.expect(grpc.StatusCode.OK)
    check(outcome.messages[0].username == "interop-user", f"{outcome.messages}")


@case
def client_compressed_unary(peer):
    compressed = peer.large(expect_compressed=peer.true_or_false(True))
    if peer.sees_compression:
        peer.unary("UnaryCall", compressed).expect(grpc.StatusCode.INVALID_ARGUMENT)
    peer.unary("UnaryCall", compressed, compression=GZIP).expect_payloads([314159])
    plain = peer.large(expect_compressed=peer.true_or_false(False))
    peer.unary("UnaryCall", plain).expect_payloads([314159])


@case
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


@case
def server_compressed_unary(peer):
    for value in (True, False):
        request = peer.large(response_compressed=peer.true_or_false(value))
        peer.unary("UnaryCall", request).expect_payloads([314159])


@case
def server_compressed_streaming(peer):
    parameters = [
        peer.messages.ResponseParameters(size=size, compressed=peer.true_or_false(compressed))
        for size, compressed in ((31415, True), (92653, False))
    ]
    request = peer.messages.StreamingOutputCallRequest(response_parameters=parameters)
    peer.stream("StreamingOutputCall", request).expect_payloads([31415, 92653])
