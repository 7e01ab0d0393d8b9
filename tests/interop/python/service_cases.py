"""Health and reflection, which every server of ours offers, as a caller of another runtime meets them."""

import uuid

import grpc
from google.protobuf import descriptor_pb2

from cases import case
from peer import DEADLINE, check, read_all
from protocol import Contract

SERVICE = "grpc.testing.TestService"
HEALTH = "grpc.health.v1.Health"


def _set_health(peer, service, status):
    """Asks the server under test to change what its health service says."""
    metadata = (("x-set-health", f"{service}={status}"),)
    peer.unary("EmptyCall", peer.messages.Empty(), metadata=metadata).expect(grpc.StatusCode.OK)


def _state(response):
    return response.DESCRIPTOR.fields_by_name["status"].enum_type.values_by_number[response.status].name


@case
def health(peer):
    request = peer.contract.message("grpc.health.v1.HealthCheckRequest")
    for service in ("", SERVICE):
        outcome = peer.unary("Check", request(service=service), service=HEALTH)
        outcome.expect(grpc.StatusCode.OK)
        check(_state(outcome.messages[0]) == "SERVING", f"{outcome.messages}")
    outcome = peer.unary("Check", request(service="no.such.Service"), service=HEALTH)
    outcome.expect(grpc.StatusCode.NOT_FOUND)


@case
def health_watch(peer):
    service = f"watched.{uuid.uuid4()}"
    request = peer.contract.message("grpc.health.v1.HealthCheckRequest")(service=service)
    call = peer.method("Watch", HEALTH)(request, timeout=DEADLINE)
    coming = ["SERVING", "NOT_SERVING"]
    outcome = read_all(call, lambda _: _set_health(peer, service, coming.pop(0)) if coming else call.cancel())
    outcome.expect(grpc.StatusCode.CANCELLED)
    states = [_state(message) for message in outcome.messages]
    check(states == ["SERVICE_UNKNOWN", "SERVING", "NOT_SERVING"], f"{states}")


@case
def reflection_v1(peer):
    _reflection(peer, "grpc.reflection.v1")


@case
def reflection_v1alpha(peer):
    _reflection(peer, "grpc.reflection.v1alpha")


def _reflection(peer, package):
    request = peer.contract.message(f"{package}.ServerReflectionRequest")
    questions = [
        request(list_services=""),
        request(file_containing_symbol=SERVICE),
        request(file_containing_symbol="no.such.Symbol"),
    ]
    call = peer.method("ServerReflectionInfo", f"{package}.ServerReflection")(iter(questions), timeout=DEADLINE)
    outcome = read_all(call)
    outcome.expect(grpc.StatusCode.OK)
    services, file, missing = outcome.messages
    names = [service.name for service in services.list_services_response.service]
    check(SERVICE in names, f"services {names}")
    check(missing.error_response.error_code == grpc.StatusCode.NOT_FOUND.value[0], f"{missing}")

    # Knowing nothing but the answer, as grpcurl does.
    files = file.file_descriptor_response.file_descriptor_proto
    peer.discover(Contract(descriptor_pb2.FileDescriptorProto.FromString(data) for data in files))
    peer.unary("UnaryCall", peer.large()).expect_payloads([314159])
