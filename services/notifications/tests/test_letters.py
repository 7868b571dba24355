"""The mails are neutral."""

import uuid

from notifications.domain.delivery import Delivery, Kind
from notifications.usecases.letters import Letters

LETTERS = Letters("https://bureau.example.org/", "https://conventions.example.org/invitation")
# Words from which a glance at a mailbox would guess what the mail is about.
TELLING = ("signalement", "harcèlement", "discrimination", "violence", "victime", "dossier", "référent", "paravent")


def attention(person_id: str = "p-1") -> Delivery:
    return Delivery(uuid.uuid4(), Kind.ATTENTION, person_id)


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
    said = " ".join(letter.subject + letter.text for letter in letters).lower()
    assert not [word for word in TELLING if word in said]


def test_a_letter_and_a_token_do_not_show_in_a_repr():
    delivery = Delivery(uuid.uuid4(), Kind.INVITATION, "p", token="SECRET")
    assert "SECRET" not in repr(delivery) + repr(LETTERS.write(delivery))
