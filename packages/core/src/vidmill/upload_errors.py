"""What can be wrong with bytes that are sent through the API."""

from __future__ import annotations

from vidmill.errors import InvalidRequest, VidmillError


class WrongPartSize(InvalidRequest):
    """The part does not have the size that the upload gives it. Nothing of it was kept; send all
    of the part and nothing else."""

    code = "wrong_part_size"


class ChecksumMismatch(InvalidRequest):
    """What arrived is not what Content-MD5 says. Nothing of it was kept; send it again."""

    code = "checksum_mismatch"


class LengthRequired(VidmillError):
    """Nobody knows how long the file is. Send Content-Length."""

    code = "length_required"
    status = 411


class UploadStalled(VidmillError):
    """Nothing has arrived for a while, so the upload was cut off. Nothing of it was kept; send it
    again."""

    code = "upload_stalled"
    status = 408


class TooManyStreams(VidmillError):
    """You are sending as many files through this server as one account may at a time. Wait for one
    to end."""

    code = "too_many_streams"
    status = 429
