"""Serves methods of flyteidl's gRPC services on a loopback port, insecurely.

Knows protobuf descriptors and status codes. Knows nothing of what the methods do.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeAlias

import grpc
from google.protobuf.message_factory import GetMessageClass

Methods: TypeAlias = Mapping[str, Callable[[Any], Any]]


class RefusedError(Exception):
    """A request that is answered with an error status."""

    def __init__(self, status: grpc.StatusCode, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def start_server(services: Mapping[Any, Methods]) -> tuple[grpc.Server, str]:
    """Serve methods by service descriptor; all others answer UNIMPLEMENTED.

    Returns:
        The running server and its address, such as "127.0.0.1:40123".
    """
    server = grpc.server(ThreadPoolExecutor(8))
    server.add_generic_rpc_handlers(
        tuple(_handlers(service, methods) for service, methods in services.items())
    )
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, f"127.0.0.1:{port}"


def _handlers(service: Any, methods: Methods) -> grpc.GenericRpcHandler:
    return grpc.method_handlers_generic_handler(
        service.full_name,
        {
            name: grpc.unary_unary_rpc_method_handler(
                _guarded(method),
                request_deserializer=_request_class(service, name).FromString,
                response_serializer=lambda response: response.SerializeToString(),
            )
            for name, method in methods.items()
        },
    )


def _request_class(service: Any, method: str) -> Any:
    return GetMessageClass(service.methods_by_name[method].input_type)


def _guarded(method: Callable[[Any], Any]) -> Callable[[Any, grpc.ServicerContext], Any]:
    def answer(request: Any, context: grpc.ServicerContext) -> Any:
        try:
            return method(request)
        except RefusedError as refused:
            context.abort(refused.status, refused.message)

    return answer
