"""The mails are neutral."""

import uuid

import pytest

from notifications.domain.delivery import Delivery, Kind
from notifications.usecases.letters import Addresses, Letters
from notifications.usecases.words import WORDS

LETTERS = Letters(
    Addresses(
        "https://bureau.example.org/",
        "https://conventions.example.org/invitation",
        "https://conventions.example.org/",
        "https://conventions.example.org/espace/entrer",
    )
)
# Words from which a glance at a mailbox would guess what the mail is about.
TELLING = ("signalement", "harcèlement", "discrimination", "violence", "victime", "dossier", "référent", "paravent")


def attention(person_id: str = "p-1") -> Delivery:
    return Delivery(uuid.uuid4(), Kind.ATTENTION, person_id)


def letter(kind: Kind, token: str | None = None) -> Delivery:
    return Delivery(uuid.uuid4(), kind, "p-1", token=token)


def links(text: str) -> list[str]:
    return [word for word in text.split() if word.startswith("http")]


def test_every_kind_of_letter_has_words_of_its_own():
    assert set(WORDS) == set(Kind) - {Kind.ATTENTION, Kind.INVITATION}
    assert len({LETTERS.write(letter(kind)).subject for kind in WORDS}) == len(WORDS)


@pytest.mark.parametrize("kind", WORDS)
def test_a_letter_with_a_token_opens_the_members_space(kind: Kind):
    written = LETTERS.write(letter(kind, "a/b c"))
    assert links(written.text) == ["https://conventions.example.org/espace/entrer/a%2Fb%20c"]
    assert "p-1" not in written.text


@pytest.mark.parametrize("kind", WORDS)
def test_a_letter_without_a_token_links_to_the_managers_front_page(kind: Kind):
    assert links(LETTERS.write(letter(kind)).text) == ["https://conventions.example.org/"]


@pytest.mark.parametrize("kind", WORDS)
def test_a_letter_says_no_amount_and_no_day(kind: Kind):
    written = LETTERS.write(letter(kind))
    assert not [c for c in written.subject + written.text if c.isdigit() or c == "€"]


def test_every_attention_reads_the_same():
    assert LETTERS.write(attention("p-1")) == LETTERS.write(attention("p-2"))


def test_an_attention_links_to_the_front_page_only():
    words = LETTERS.write(attention()).text.split()
    assert [word for word in words if word.startswith("http")] == ["https://bureau.example.org/"]


def test_an_invitation_carries_its_link_and_no_person():
    delivery = Delivery(uuid.uuid4(), Kind.INVITATION, "p-1", token="a/b c")
    letter = LETTERS.write(delivery)
    assert "https://conventions.example.org/invitation/a%2Fb%20c" in letter.text.split()
    assert "p-1" not in letter.text


def test_no_mail_says_what_it_is_about():
    letters = [LETTERS.write(attention()), LETTERS.write(Delivery(uuid.uuid4(), Kind.INVITATION, "p", token="t"))]
    letters += [LETTERS.write(letter(kind, token)) for kind in WORDS for token in ("t", None)]
    said = " ".join(letter.subject + letter.text for letter in letters).lower()
    assert not [word for word in TELLING if word in said]


def test_a_letter_and_a_token_do_not_show_in_a_repr():
    delivery = Delivery(uuid.uuid4(), Kind.INVITATION, "p", token="SECRET")
    assert "SECRET" not in repr(delivery) + repr(LETTERS.write(delivery))
