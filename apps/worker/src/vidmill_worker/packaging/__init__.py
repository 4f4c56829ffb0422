"""What players read: fragmented MP4, HLS playlists, DASH manifests. Pure: bytes and text."""
