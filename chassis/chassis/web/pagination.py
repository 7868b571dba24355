"""Long lists, one page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list: its rows, its number (from 1) and how many rows there are in all."""

    items: Sequence[T]
    number: int
    total: int
    size: int = 25

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """Rank of the first row shown, from 1; 0 when there is none."""
        return (self.number - 1) * self.size + 1 if self.items else 0

    @property
    def last(self) -> int:
        return self.first + len(self.items) - 1 if self.items else 0

    @property
    def around(self) -> list[int | None]:
        """Page numbers worth a link: the ends and the neighbours; None stands for a gap."""
        near = {1, self.pages, *range(self.number - 1, self.number + 2)}
        numbers = sorted(n for n in near if 1 <= n <= self.pages)
        links: list[int | None] = []
        for number in numbers:
            if links and links[-1] != number - 1:
                links.append(None)
            links.append(number)
        return links


def page_number(text: str | None) -> int:
    """The page that a query asks for; anything unreadable is the first page."""
    return max(1, int(text)) if text and text.isascii() and text.isdigit() and len(text) < 7 else 1


def offset(number: int, size: int = 25) -> int:
    """How many rows come before a page."""
    return (number - 1) * size
