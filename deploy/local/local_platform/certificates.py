"""A private certificate authority for mutual TLS. Names are DNS names: `<role>.<service>.paravent`."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from chassis.settings import Tls
from local_platform.accounts import Account
from local_platform.files import write_private

_YEARS = 2


class CertificateAuthority:
    """Keeps its key and what it issued in a folder; an issued name is reused as long as it is valid for a month."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._key_path = folder / "authority.key"
        self.certificate_path = folder / "authority.pem"
        if not self.certificate_path.exists():
            self._found()
        self._key = serialization.load_pem_private_key(self._key_path.read_bytes(), None)
        assert isinstance(self._key, ec.EllipticCurvePrivateKey)
        self._certificate = x509.load_pem_x509_certificate(self.certificate_path.read_bytes())

    def issue(self, name: str, folder: Path | None = None, account: Account | None = None) -> Tls:
        """A certificate for client and server use under this DNS name (servers also on 127.0.0.1 and localhost)."""
        where = folder or self._folder / name
        where.mkdir(parents=True, exist_ok=True)
        tls = Tls(certificate=where / "tls.pem", key=where / "tls.key", authority=where / "ca.pem")
        if not _still_valid(tls.certificate):
            self._issue(name, tls)
        if account:
            for path in (tls.certificate, tls.key, tls.authority):
                account.own(path, 0o600)
        return tls

    def _issue(self, name: str, tls: Tls) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        names = [x509.DNSName(name), x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
        usages = [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]
        builder = (
            _builder(name, self._certificate.subject, key.public_key())
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        )
        assert isinstance(self._key, ec.EllipticCurvePrivateKey)
        certificate = builder.sign(self._key, hashes.SHA256())
        write_private(tls.authority, self.certificate_path.read_bytes())
        write_private(tls.key, _private_pem(key))
        write_private(tls.certificate, certificate.public_bytes(serialization.Encoding.PEM))

    def _found(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = "Paravent local authority"
        builder = _builder(name, _subject(name), key.public_key()).add_extension(
            x509.BasicConstraints(ca=True, path_length=0), critical=True
        )
        certificate = builder.sign(key, hashes.SHA256())
        write_private(self._key_path, _private_pem(key))
        write_private(self.certificate_path, certificate.public_bytes(serialization.Encoding.PEM))


def _subject(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _builder(name: str, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_subject(name))
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=365 * _YEARS))
    )


def _still_valid(path: Path) -> bool:
    if not path.exists():
        return False
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    return certificate.not_valid_after_utc > datetime.now(UTC) + timedelta(days=30)


def _private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
