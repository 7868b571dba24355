"""What the demonstration says once it is up."""

import sys

from local_platform.sink_settings import load_accounts
from local_platform.up import ACCOUNTS, Platform

_WEB = {
    "intake": "reporters: choose an employer, file a report, follow it with the receipt",
    "casework": "screeners and referents: cases, dialogue, deadlines",
    "billing": "managers: members, conventions, habilitations",
    "analytics": "figures under statistical secrecy",
    "vault": "whom a reporter agreed to be known by: passkey, identity shown once (discloser)",
    "events": "public events and billing's API for other systems: docs/api/README.md",
}
# Processes with pages, under the name of their port.
_PAGES = {("identity-vault", "discloser"): "vault", ("notifications", "web"): "events"}

_TRY = """\
Try this:
  1. File a report at {intake}, keep the receipt of eight words.
  2. Wait a few seconds (held events leave together: {release}), then sign in at {casework}
     as a screener and release the text; sign in as a referent of that member and answer.
  3. Come back to {intake} with the receipt: the answer is there. Mails are in {mail}.
  4. As the referent, take the case in charge and ask who wrote; answer with the receipt; a minute later open it once
     at {vault} with a passkey (in Chromium's developer tools: WebAuthn, a virtual authenticator).
  5. As a manager, at {billing}/tableau-de-bord: a declaration to check, invoices that are late, a reminder to send.
     A member's own space opens by the link of a letter (in the mails).
"""


def print_welcome(platform: Platform) -> None:
    """Addresses, accounts, what to try."""
    run = platform.layout.run
    served = {spec.service for spec in platform.manifest.processes if spec.role == "web"}
    served |= {_PAGES[key] for spec in platform.manifest.processes if (key := (spec.service, spec.role)) in _PAGES}
    urls = {name: platform.layout.url(name) for name in _WEB if name in served}
    lines = ["", "Paravent is up.", ""]
    lines += [f"  {url:24} {name:12} {_WEB[name]}" for name, url in urls.items()]
    lines += ["", "Sign in with an account of the demonstration (no password; nobody of these exists):"]
    lines += _accounts()
    if not platform.interpreter.separate:
        lines += ["", f"On this machine all keys share one unix account ({platform.interpreter.reason})."]
    filled = {name: urls.get(name, "(not started)") for name in _WEB}
    lines += ["", _TRY.format(**filled, release=platform.options["release"], mail=run / "mail")]
    lines += ["Ctrl-C or `make down` stops everything; `make status` shows what runs.", ""]
    sys.stdout.write("\n".join(lines))
    sys.stdout.flush()


def _accounts() -> list[str]:
    if not ACCOUNTS.exists():
        return []
    return [f"  {a['sub']:14} {a['name']:26} {a.get('role', '')}" for a in load_accounts(ACCOUNTS)]
