"""Which new passwords are taken, after NIST SP 800-63B-4, section 3.1.1.2: long ones of whatever
characters, but none that is the first thing to be tried."""

from __future__ import annotations

import string
from itertools import pairwise

_WORST_WORDS = """
abc abcd abcdef access account adidas admin administrator amanda andrew angel anthony apple asdf
asdfgh asdfghjkl ashley babygirl bailey baseball basketball batman buster butterfly changeme charlie
cheese chelsea chocolate computer cookie correcthorsebatterystaple corvette daniel default demo
dragon eminem family ferrari flower football freedom fuckyou george ginger google guest hannah
harley hello hockey hunter iloveyou internet jennifer jessica jordan joshua justin killer letmein
liverpool login love lovely loveme maggie master matrix matthew mercedes merlin michael michelle
minecraft monkey monster mustang naruto nicole ninja nothing orange pass passphrase passw password
passwort pepper pokemon princess purple qazwsx qwer qwert qwerty qwertyuiop qwertz ranger rd robert
root samantha samsung secret server shadow soccer sophie starwars summer sunshine superman system
taylor temp tennis test testing thomas thunder tigger trustno trustnoone user vidmill welcome
whatever william winter yankees zaq zxcvbn zxcvbnm
"""
#: What the worst passwords are made of, with or without digits around, once or several times.
_WORST = frozenset(_WORST_WORDS.split())
#: Neighbours on keyboards and in the alphabet.
_ROWS = (
    string.digits + string.digits, string.ascii_lowercase, "qwertyuiop", "qwertzuiop", "azertyuiop",
    "asdfghjkl", "zxcvbnm", "yxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
)  # fmt: skip
_NEIGHBOURS = {(a, b) for row in _ROWS for pair in pairwise(row) for a, b in (pair, pair[::-1])}
_FEW_CHARACTERS = 5


def refusal(password: str, *, email: str, min_length: int) -> tuple[str, str] | None:
    """Why a new password is not taken, as a code and a sentence; None if it is. `min_length` counts
    code points, as NIST does."""
    if len(password) < min_length:
        return "too_short", (
            f"The password needs at least {min_length} characters. Several words that do not "
            "belong together are easy to keep in mind."
        )
    folded = password.casefold()
    if email.casefold() in folded or folded == email.casefold().partition("@")[0]:
        return "contains_email", "The password must not be or hold your email address."
    if len(set(folded)) < _FEW_CHARACTERS or _is_run(folded) or _is_worst(folded):
        return "too_common", (
            "This password is among the first that are tried. Take several words that do not "
            "belong together."
        )
    return None


def _is_run(folded: str) -> bool:
    """Whether nearly every character follows from the one before."""
    steps = [a == b or (a, b) in _NEIGHBOURS for a, b in pairwise(folded)]
    return sum(steps) >= 0.8 * len(steps)


def _is_worst(folded: str) -> bool:
    """Whether all that there is but digits, blanks and marks is one of the worst, however often."""
    words = "".join(c if c.isalpha() else " " for c in folded).split()
    letters = "".join(words)
    if not words or all(word in _WORST for word in words):
        # Digits alone are dates and telephone numbers.
        return True
    return letters in _WORST or any(
        letters == letters[:n] * (len(letters) // n) and letters[:n] in _WORST
        for n in range(3, len(letters) // 2 + 1)
    )
