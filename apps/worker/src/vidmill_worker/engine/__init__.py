"""Media work on local files, one async function a kind of task; no database, queue or storage.

`encode_video` makes a chunk of every rung, `encode_audio` the shared audio, `make_mp4s` the
progressive files, `make_images` stills, storyboard and previews, `make_subtitles` the text,
`write_manifests` what players read.
"""

from vidmill_worker.engine.audio import encode_audio
from vidmill_worker.engine.images import make_images
from vidmill_worker.engine.manifests import write_manifests
from vidmill_worker.engine.mp4 import make_mp4s
from vidmill_worker.engine.subtitles import make_subtitles
from vidmill_worker.engine.video import encode_video

__all__ = [
    "encode_audio",
    "encode_video",
    "make_images",
    "make_mp4s",
    "make_subtitles",
    "write_manifests",
]
