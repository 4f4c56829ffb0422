"""Email addresses: checked, and written in one way, so that each is one account."""

from __future__ import annotations

import re

#: A dot-atom (RFC 5322, section 3.2.3) in ASCII: quoted names and SMTPUTF8 hardly exist, and look
#: alike too easily.
_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
#: RFC 5321, section 4.5.3.1, with erratum 1690.
_MAX_LOCAL, _MAX_ADDRESS = 64, 254


def normal_email(text: str) -> str:
    """The address in lower case, its domain as DNS has it (Punycode). Raises `ValueError`, whose
    message says what is wrong."""
    local, at, domain = text.strip().lower().rpartition("@")
    if not at or not local or not domain:
        raise ValueError("An email address looks like name@example.com.")
    if len(local) > _MAX_LOCAL or not _LOCAL.fullmatch(local):
        raise ValueError("Before the @ there may be letters a to z, digits, dots and -_+ and such.")
    try:
        ascii_domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise ValueError("What follows the @ is no domain.") from error
    if not all(_LABEL.fullmatch(label) for label in ascii_domain.split(".")):
        raise ValueError("What follows the @ is no domain.")
    address = f"{local}@{ascii_domain}"
    if len(address) > _MAX_ADDRESS:
        raise ValueError(f"An email address has {_MAX_ADDRESS} characters at most.")
    return address
