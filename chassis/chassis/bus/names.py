"""What things are called on the broker. Everything a service may write to or configure starts with its own name."""

from google.protobuf.message import Message


def producer_of(type_name: str) -> str:
    """The service that tells an event: `paravent.identity_vault.v1.Erased` -> `identity-vault`.

    Raises ValueError for a name that is not of that form.
    """
    words = type_name.split(".")
    if len(words) != 4 or words[0] != "paravent":
        raise ValueError(f"{type_name} is not an event of a service")
    return words[1].replace("_", "-")


def type_of(message: type[Message]) -> str:
    """An event's type: its message's full proto name; also its routing key."""
    return message.DESCRIPTOR.full_name


def events_exchange(producer: str) -> str:
    """Where a producer tells its events: a durable topic exchange."""
    return f"{producer}.events"


def queue(consumer: str, type_name: str) -> str:
    """Where a consumer's events of one type wait."""
    return f"{consumer}.{type_name}"


def retry(consumer: str, milliseconds: int) -> str:
    """Exchange (fanout) and queue of the same name: where failed events wait that long for their next attempt.

    The delay is in the name: a ladder with other delays has other queues, and those of the old one drain by themselves.
    """
    return f"{consumer}.retry.{milliseconds}"


def return_exchange(consumer: str) -> str:
    """The direct exchange by which events come back to the consumer's queues, routed by the queue's name."""
    return f"{consumer}.return"


def parked(consumer: str) -> str:
    """Exchange (fanout) and queue of the same name: where events wait for a person."""
    return f"{consumer}.parked"
