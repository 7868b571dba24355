"""gRPC between our processes: mutual TLS, an allow-list of client names for every method, a deadline on every call.

Not for a process that loads nameko: grpcio does not live under eventlet. No trace crosses: metadata carries nothing.
"""

from chassis.rpc.calls import LONGEST, Call, Detail, Refused
from chassis.rpc.client import DEADLINE, channel
from chassis.rpc.server import Server, ServerRefused, serve

__all__ = ["DEADLINE", "LONGEST", "Call", "Detail", "Refused", "Server", "ServerRefused", "channel", "serve"]
