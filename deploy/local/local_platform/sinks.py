"""What stands in for the outside world on one machine, in one process: a mail server, a telemetry collector, an
identity provider. `python -m local_platform.sinks <settings.json>`
"""

import signal
import sys
import threading
from pathlib import Path

from local_platform.servers.oidc import IdentityProvider
from local_platform.servers.otlp import OtlpSink
from local_platform.servers.smtp import SmtpSink
from local_platform.sink_settings import SinkSettings


def main(settings_path: str) -> None:
    """Run until SIGTERM."""
    settings = SinkSettings.read(Path(settings_path))
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    accounts = Path(settings.accounts)
    running: list[SmtpSink | OtlpSink | IdentityProvider] = [
        SmtpSink(settings.smtp_port, Path(settings.mail)).start(),
        OtlpSink(settings.otlp_port, Path(settings.otlp)).start(),
        IdentityProvider(settings.oidc_port, accounts if accounts.exists() else None).start(),
    ]
    stopping.wait()
    for sink in running:
        sink.stop()


if __name__ == "__main__":
    main(sys.argv[1])
