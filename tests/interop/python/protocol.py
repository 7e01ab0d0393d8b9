"""What the server and the client of this folder share: the contract, made from a FileDescriptorSet at run time.

Debian's grpcio comes without a generator of its own version, and so nothing here is generated.
"""

import json
import sys
from dataclasses import dataclass

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

ECHO_INITIAL = "x-grpc-test-echo-initial"
ECHO_TRAILING = "x-grpc-test-echo-trailing-bin"
# Not of the public cases: a call's name, and the name of the call whose end EmptyCall waits for.
CALL_NAME = "x-call-name"
AWAIT_END_OF = "x-await-end-of"
USERS = {"Bearer interop-token": "interop-user"}


@dataclass(frozen=True)
class Method:
    """How one method is called or served."""

    name: str
    request: type
    response: type
    client_streaming: bool
    server_streaming: bool

    def handler(self, behavior):
        """Serves the method with a function of (request or iterator, context)."""
        return getattr(grpc, f"{self._kind()}_rpc_method_handler")(
            behavior, request_deserializer=self.request.FromString, response_serializer=self.response.SerializeToString
        )

    def stub(self, channel, service):
        """Calls the method over a channel."""
        return getattr(channel, self._kind())(
            f"/{service}/{self.name}",
            request_serializer=self.request.SerializeToString,
            response_deserializer=self.response.FromString,
        )

    def _kind(self):
        kinds = {False: "unary", True: "stream"}
        return f"{kinds[self.client_streaming]}_{kinds[self.server_streaming]}"


class Contract:
    """Messages and services of a FileDescriptorSet."""

    def __init__(self, files):
        """Takes FileDescriptorProtos in any order."""
        self._pool = descriptor_pool.DescriptorPool()
        waiting = {file.name: file for file in files}
        while waiting:
            _, file = waiting.popitem()
            self._add(file, waiting)
        self._factory = message_factory.MessageFactory(self._pool)

    @classmethod
    def load(cls, path):
        """Reads a FileDescriptorSet."""
        with open(path, "rb") as file:
            return cls(descriptor_pb2.FileDescriptorSet.FromString(file.read()).file)

    def _add(self, file, waiting):
        for name in file.dependency:  # the pool wants imports first
            if name in waiting:
                self._add(waiting.pop(name), waiting)
        self._pool.Add(file)

    def message(self, name):
        """The class of a message, by full name."""
        return self._factory.GetPrototype(self._pool.FindMessageTypeByName(name))

    def methods(self, service):
        """The methods of a service, by name."""
        # Streaming is said in the file's proto only: descriptors of this version lack it.
        descriptor = self._pool.FindServiceByName(service)
        proto = descriptor_pb2.ServiceDescriptorProto()
        descriptor.CopyToProto(proto)
        return {
            method.name: Method(
                method.name,
                self.message(method.input_type.lstrip(".")),
                self.message(method.output_type.lstrip(".")),
                method.client_streaming,
                method.server_streaming,
            )
            for method in proto.method
        }


class TestMessages:
    """The messages of grpc.testing."""

    def __init__(self, contract):
        for name in (
            "Empty BoolValue Payload EchoStatus ResponseParameters SimpleRequest SimpleResponse "
            "StreamingInputCallRequest StreamingInputCallResponse "
            "StreamingOutputCallRequest StreamingOutputCallResponse"
        ).split():
            setattr(self, name, contract.message(f"grpc.testing.{name}"))

    def zeros(self, size):
        return self.Payload(body=bytes(size))


def announce(message):
    """Writes one JSON line for the test that started us."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()
