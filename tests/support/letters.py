"""Letters to members: the link in one opens the member's space."""

import re

from local_platform.demo import Demo


def link_to_space(demo: Demo, address: str) -> str:
    """The link of the newest letter to this address that has one."""

    def received() -> str | None:
        mails = [mail.get_body(("plain",)) for mail in demo.mails if address in mail["To"]]
        found = [re.search(r"http\S+/espace/entrer/\S+", mail.get_content()) for mail in mails if mail]
        links = [link[0] for link in found if link]
        return links[-1] if links else None

    link: str = demo.until(received)
    return link
