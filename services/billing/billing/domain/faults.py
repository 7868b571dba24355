"""Why something is refused: a code per field. The words shown to people belong to the interface."""

from enum import StrEnum


class Fault(StrEnum):
    """What is wrong with one field, or (field `form`) with the whole."""

    MISSING = "missing"
    MALFORMED = "malformed"
    TOO_LONG = "too_long"
    IN_THE_FUTURE = "in_the_future"
    BEFORE_DELIBERATION = "before_deliberation"
    BEFORE_SIGNATURE = "before_signature"
    OUTSIDE_MARKET = "outside_market"
    MARKET_ENDS_FIRST = "market_ends_first"
    NOT_POSITIVE = "not_positive"
    SAME_PERSON = "same_person"
    OTHER_NAME = "other_name"
    NOT_INDEPENDENT = "not_independent"
    ALREADY_MEMBER = "already_member"
    OTHER_CDG = "other_cdg"
    TWO_ALREADY = "two_already"
    ALREADY_DESIGNATED = "already_designated"
    OTHER_ROLE = "other_role"
    # The life of a convention.
    PROPOSED_ALREADY = "proposed_already"
    NOT_OPEN = "not_open"
    DONE_ALREADY = "done_already"
    ENDING_ALREADY = "ending_already"
    ENDED_ALREADY = "ended_already"
    FOLLOWED_ALREADY = "followed_already"
    RENEWED_ALREADY = "renewed_already"
    NO_NEXT_MARKET = "no_next_market"
    CHANGED_SINCE = "changed_since"


class Refused(Exception):
    """Some fields break rules. `faults` tells which, by field; the message holds no value."""

    def __init__(self, faults: dict[str, Fault]) -> None:
        super().__init__(", ".join(f"{field}: {fault}" for field, fault in sorted(faults.items())))
        self.faults = faults


def check(faults: dict[str, Fault | None]) -> None:
    """Raise Refused with the faults that stand; do nothing if none does."""
    standing = {field: fault for field, fault in faults.items() if fault is not None}
    if standing:
        raise Refused(standing)
