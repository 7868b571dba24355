"""Read a page as a browser without JavaScript does: its forms, their fields, what sending one would send."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Form:
    """A form: what would be sent if it were submitted as it stands. `choices`: the values that a name offers."""

    id: str
    action: str
    multipart: bool
    fields: list[tuple[str, str]] = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        return {name for name, _ in self.fields} | set(self.choices)

    def value(self, name: str) -> str:
        """The value of a field as it stands; empty without one."""
        return next((value for n, value in self.fields if n == name), "")

    def filled(
        self, answers: dict[str, str | list[str]], button: tuple[str, str] | None = None
    ) -> list[tuple[str, str]]:
        """The fields with these answers in place of what stood there, and the button pressed (default: the first)."""
        told = {name: answer for name, answer in answers.items() if name in self.names}
        sent = [(name, value) for name, value in self.fields if name not in told]
        for name, answer in told.items():
            sent += [(name, value) for value in ([answer] if isinstance(answer, str) else answer)]
        pressed = button or next(iter(self.buttons), None)
        return [*sent, pressed] if pressed else sent


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.texts: dict[str, list[str]] = {}
        self._open: Form | None = None
        self._textarea: str | None = None
        self._select: str | None = None
        self._typed: list[str] = []
        self._stack: list[str] = []
        self.listed: list[str] = []
        self._item: list[str] | None = None
        self._words = False
        self.links: dict[str, str] = {}

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            multipart = given.get("enctype") == "multipart/form-data"
            self._open = Form(given.get("id", ""), given.get("action", ""), multipart)
            self.forms.append(self._open)
        elif tag == "ol":
            self._words = bool({"words", "receipt"} & set(given.get("class", "").split()))
        elif tag == "li" and self._words:
            self._item = []
        elif tag == "a" and "href" in given:
            self._stack.append(given["href"])
        elif tag == "select":
            self._select = given.get("name")
        elif tag in ("input", "textarea", "button", "option"):
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        form = next((f for f in self.forms if f.id == given["form"]), None) if "form" in given else self._open
        name, value, kind = given.get("name", ""), given.get("value", ""), given.get("type", "text")
        if tag == "option":
            name = self._select or ""
            if form and name:
                form.choices.setdefault(name, []).append(value)
                if "selected" in given:
                    form.fields.append((name, value))
        elif form is None or not name:
            return
        elif tag == "textarea":
            self._textarea, self._typed = name, []
        elif tag == "button" or kind == "submit":
            form.buttons.append((name, value))
        elif kind in ("radio", "checkbox"):
            form.choices.setdefault(name, []).append(value)
            if "checked" in given:
                form.fields.append((name, value))
        elif kind != "file":
            form.fields.append((name, value))

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            self._typed.append(data)
        if self._item is not None:
            self._item.append(data)
        if self._stack:
            self.links.setdefault(data.strip(), self._stack[-1])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "textarea" and self._textarea is not None:
            if self._open is not None:
                self._open.fields.append((self._textarea, "".join(self._typed).removeprefix("\n")))
            self._textarea = None
        elif tag == "li" and self._item is not None:
            self.listed.append("".join(self._item).strip())
            self._item = None
        elif tag == "ol":
            self._words = False
        elif tag == "a" and self._stack:
            self._stack.pop()
        elif tag == "select":
            self._select = None


@dataclass(frozen=True)
class Page:
    """What a page holds. `words`: the receipt's, on the page that shows it. `links`: text -> address."""

    forms: list[Form]
    words: list[str]
    links: dict[str, str]

    def form(self, action: str) -> Form:
        """The form that goes to `action`, with something to press; the one with most fields when there are several."""
        found = [form for form in self.forms if form.action == action]
        if not found:
            raise AssertionError(f"no form goes to {action}")
        return max(found, key=lambda form: len(form.names))


def read(html: str) -> Page:
    reader = _Reader()
    reader.feed(html)
    return Page(reader.forms, reader.listed, reader.links)
