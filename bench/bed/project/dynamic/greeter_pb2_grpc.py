# bed: group=dynamic forms=both
"""What the gRPC plugin of protoc writes."""

import grpc

from dynamic import greeter_pb2 as greeter__pb2


class GreeterStub(object):
    """The greeting service."""

    def __init__(self, channel):
        """Make a stub from a grpc.Channel."""
        self.SayHello = channel.unary_unary(
            "/greeter.Greeter/SayHello",
            request_serializer=greeter__pb2.HelloRequest,
            response_deserializer=greeter__pb2.HelloRequest,
            _registered_method=True,
        )


class GreeterServicer(object):
    """The greeting service."""

    def SayHello(self, request, context):
        context.set_code(grpc.StatusCode.UNIMPLEMENTED)
        raise NotImplementedError("Method not implemented!")
