"""A certificate authority of the tests, and servers that it vouches for."""

from __future__ import annotations

import ssl
from datetime import datetime
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

if TYPE_CHECKING:
    from pathlib import Path

_PEM = serialization.Encoding.PEM
_START = datetime(2020, 1, 1)  # noqa: DTZ001 - as the library has it
_END = datetime(2040, 1, 1)  # noqa: DTZ001 - same


class Authority:
    """A certificate authority; ``pem``: its certificate, for whoever is to trust it."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named(name)
        root = _builder(self._name, self._name, self._key, _END).add_extension(
            x509.BasicConstraints(ca=True, path_length=0), critical=True
        )
        self.pem = root.sign(self._key, hashes.SHA256()).public_bytes(_PEM).decode()

    def server(self, host: str = "localhost", *, until: datetime = _END) -> ssl.SSLContext:
        """What a server of this name shows."""
        key = ec.generate_private_key(ec.SECP256R1())
        alternative = x509.SubjectAlternativeName([x509.DNSName(host)])
        builder = _builder(_named(host), self._name, key, until).add_extension(alternative, critical=False)
        certificate = builder.sign(self._key, hashes.SHA256()).public_bytes(_PEM)
        plain = key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        file = self._folder / f"{host}-{until:%Y}.pem"
        file.write_bytes(plain + certificate)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, until: datetime
) -> x509.CertificateBuilder:
    number = x509.random_serial_number()
    return x509.CertificateBuilder(issuer, subject, key.public_key(), number, _START).not_valid_after(until)
