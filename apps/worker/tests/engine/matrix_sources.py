"""Every kind of source that the matrix holds."""

from __future__ import annotations

from .matrix_variants import Variant

YUV = "-pix_fmt yuv420p"
H264 = f"-c:v libx264 -preset veryfast -crf 18 {YUV}"
PLAIN = f"{H264} -c:a aac"
VP8 = f"-c:v libvpx -deadline realtime -cpu-used 8 -b:v 2M {YUV} -c:a libvorbis"
VP9 = f"-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 1M {YUV}"
HEVC = f"-c:v libx265 -preset ultrafast {YUV} -c:a aac -x265-params log-level=error"
AV1 = f"-c:v libsvtav1 -preset 12 -svtav1-params lp=1 {YUV}"
MPEG2 = f"-c:v mpeg2video -q:v 3 {YUV}"
MPEG4 = f"-c:v mpeg4 -q:v 3 {YUV}"
WMV = f"-c:v wmv2 -q:v 3 {YUV} -c:a wmav2"
MJPEG = "-c:v mjpeg -q:v 3 -pix_fmt yuvj420p"
FIELDS = "-flags +ildct+ilme"

NTSC_FILM, NTSC, NTSC_FIELDS = "24000/1001", "30000/1001", "60000/1001"
RATES = {
    "23.976": NTSC_FILM,
    "24": "24",
    "25": "25",
    "29.97": NTSC,
    "30": "30",
    "50": "50",
    "59.94": NTSC_FIELDS,
    "60": "60",
}
NO_INDEX = "has no index of its frames"
VARIES = "The frame rate varies"


def _rates() -> list[Variant]:
    """Each rate in each container with an index, with B-frames, and in one without."""
    return [
        Variant(
            f"rate_{name}.{ending}", PLAIN, rate, whole_because=NO_INDEX if ending == "ts" else ""
        )
        for name, rate in RATES.items()
        for ending in ("mp4", "mkv", "mov", "ts")
    ]


CODECS = [
    Variant("vp9.webm", f"{VP9} -c:a libopus"),
    Variant("vp8.webm", VP8, NTSC),
    Variant(
        "vp9_hidden.mkv",
        f"-c:v libvpx-vp9 -cpu-used 8 -b:v 1M -auto-alt-ref 1 -lag-in-frames 16 {YUV} -c:a aac",
    ),
    Variant("hevc.mp4", f"{HEVC}:bframes=3"),
    Variant("hevc_open.mkv", f"{HEVC}:open-gop=1:keyint=48:bframes=4", NTSC),
    Variant("av1.mp4", f"{AV1} -c:a aac"),
    Variant("av1.webm", f"{AV1} -c:a libopus", "30"),
    Variant("prores.mov", "-c:v prores_ks -profile:v 0 -c:a pcm_s16le", NTSC_FILM),
    Variant("mjpeg.mov", f"{MJPEG} -c:a aac", "30"),
    Variant("mpeg4.mp4", f"{MPEG4} -bf 2 -c:a aac"),
    Variant("mpeg4.m4v", f"{MPEG4} -c:a aac", "24"),
    Variant("ffv1.mkv", f"-c:v ffv1 {YUV} -c:a flac", NTSC),
    Variant("h264.3gp", f"{H264} -bf 0 -ar 44100 -c:a aac"),
    Variant("mpeg4.avi", f"{MPEG4} -bf 2 -c:a mp3", NTSC, whole_because=NO_INDEX),
    Variant("mjpeg.avi", f"{MJPEG} -c:a pcm_s16le", whole_because=NO_INDEX),
    Variant("h264.flv", PLAIN, "30", whole_because=NO_INDEX),
    Variant("sorenson.flv", f"-c:v flv -q:v 3 {YUV} -c:a mp3 -ar 44100", whole_because=NO_INDEX),
    Variant("windows.wmv", WMV, whole_because=NO_INDEX),
    Variant("windows_ntsc.wmv", WMV, NTSC, whole_because=NO_INDEX),
    Variant("mpeg2.mxf", f"{MPEG2} -c:a pcm_s16le", size=(352, 288), whole_because=NO_INDEX),
    Variant(
        "mpeg2_ntsc.mxf",
        f"{MPEG2} -bf 2 -c:a pcm_s16le",
        NTSC,
        size=(352, 288),
        whole_because=NO_INDEX,
    ),
    Variant("mpeg2.ts", f"{MPEG2} -bf 2 -c:a mp2", whole_because=NO_INDEX),
]

STRUCTURE = [
    Variant("in_order.mp4", f"{PLAIN} -bf 0"),
    Variant("pyramid.mp4", f"{PLAIN} -x264-params bframes=5:b-pyramid=normal:b-adapt=0"),
    Variant(
        "open_gop.mp4", f"{PLAIN} -x264-params open-gop=1:keyint=40:min-keyint=40:bframes=4", NTSC
    ),
    Variant("open_gop.mkv", f"{PLAIN} -x264-params open-gop=1:keyint=40:min-keyint=40:bframes=4"),
    Variant("one_gop.mp4", f"{PLAIN} -x264-params keyint=infinite:scenecut=0"),
    Variant("all_key.mov", f"{PLAIN} -g 1"),
    Variant("no_edit_list.mp4", f"{PLAIN} -use_editlist 0"),
    Variant("fragments.mp4", f"{PLAIN} -movflags frag_keyframe+empty_moov"),
    Variant("negative_offsets.mp4", f"{PLAIN} -movflags +negative_cts_offsets"),
    Variant("index_first.mp4", f"{PLAIN} -movflags +faststart", NTSC),
    Variant("cut.mp4", PLAIN, cut="1.3"),
    Variant("cut.mov", f"{PLAIN} -bf 0", NTSC, cut="0.7"),
    Variant("cut.mkv", PLAIN, "30", cut="1.3"),
    Variant("starts_late.mp4", f"{PLAIN} -output_ts_offset 5", "30"),
    Variant("starts_late.mkv", f"{PLAIN} -output_ts_offset 7.3", NTSC_FILM),
    Variant("starts_late.ts", f"{PLAIN} -output_ts_offset 3600", whole_because=NO_INDEX),
    Variant("starts_negative.mp4", f"{PLAIN} -output_ts_offset -0.5", NTSC),
    Variant("sound_late.mp4", PLAIN, sound="sine=440:r=48000,asetpts=PTS+0.7/TB"),
    Variant("sound_early.mkv", f"{PLAIN} -output_ts_offset 2", filters="setpts=PTS+0.4/TB"),
]

PICTURES = [
    Variant("turned_90.mp4", PLAIN, turned=90),
    Variant("turned_180.mov", PLAIN, turned=180),
    Variant("turned_270.mp4", PLAIN, NTSC, turned=270),
    Variant("fields_top.mp4", f"{PLAIN} {FIELDS}", filters="setfield=tff"),
    Variant("fields_bottom.mov", f"{PLAIN} {FIELDS}", filters="setfield=bff"),
    Variant("woven.mkv", f"{PLAIN} {FIELDS}", "50", filters="interlace", number="floor(N/2)"),
    Variant(
        "woven.ts",
        f"{PLAIN} {FIELDS}",
        NTSC_FIELDS,
        filters="interlace",
        number="floor(N/2)",
        whole_because=NO_INDEX,
    ),
    Variant(
        "odd.mp4",
        "-c:v libx264 -preset veryfast -pix_fmt yuv444p -c:a aac",
        size=(319, 181),
    ),
    Variant("odd_width.mkv", f"-c:v ffv1 {YUV} -c:a aac", size=(321, 180)),
    Variant("portrait.mp4", PLAIN, "30", size=(180, 320)),
    Variant("anamorphic.mp4", PLAIN, filters="setsar=4/3"),
    Variant("deep.mkv", "-c:v libx264 -preset veryfast -pix_fmt yuv422p10le -c:a aac"),
    Variant(
        "full_range.mp4",
        "-c:v libx264 -preset veryfast -color_range pc -pix_fmt yuvj420p -c:a aac",
    ),
]

STEREO = "aevalsrc='sin(2*PI*440*t)|sin(2*PI*660*t)':s=48000"
STEREO_CD = STEREO.replace("48000", "44100")
SURROUND = (
    "aevalsrc='sin(200*t)|sin(300*t)|sin(400*t)|sin(60*t)|sin(500*t)|sin(600*t)':c=5.1:s=48000"
)
SOUND = [
    Variant("mute.mp4", H264, sound=""),
    Variant("mute.mkv", H264, NTSC, sound=""),
    Variant("stereo.mp4", PLAIN, sound=STEREO),
    Variant("surround.mp4", PLAIN, sound=SURROUND),
    Variant("surround.mkv", f"{H264} -c:a ac3", sound=SURROUND),
    Variant("cd.mp4", PLAIN, sound="sine=frequency=440:sample_rate=44100"),
    Variant("cd.mkv", f"{H264} -c:a libmp3lame", NTSC, sound=STEREO_CD),
    Variant("radio.mkv", f"{H264} -c:a flac", sound="sine=frequency=440:sample_rate=32000"),
    Variant("opus.mkv", f"{H264} -c:a libopus", sound=STEREO),
    Variant("pcm.mov", f"{H264} -c:a pcm_s24le", sound=STEREO),
]

UNEVEN = "settb=1/90000,setpts='N*3600+mod(N*N*977,3000)'"
TWO_RATES = "settb=1/90000,setpts='if(lt(N,100),N*3600,360000+(N-100)*3003)'"
OWN_CLOCK = "-enc_time_base 1:90000 -fps_mode passthrough"
HOLES = "select='mod(n,7)*mod(n,11)'"
VARIABLE = [
    Variant("holes.mp4", f"{PLAIN} -fps_mode vfr", filters=HOLES, whole_because=VARIES),
    Variant("holes.mkv", f"{PLAIN} -fps_mode vfr", "30", filters=HOLES, whole_because=VARIES),
    Variant(
        "holes.webm", f"{VP8} -fps_mode vfr", filters="select='mod(n,5)'", whole_because=VARIES
    ),
    Variant(
        "uneven.mp4",
        f"{PLAIN} {OWN_CLOCK} -video_track_timescale 90000",
        filters=UNEVEN,
        whole_because=VARIES,
    ),
    Variant("uneven.mkv", f"{PLAIN} {OWN_CLOCK}", filters=UNEVEN, whole_because=VARIES),
    Variant(
        "two_rates.mp4",
        f"{PLAIN} {OWN_CLOCK} -video_track_timescale 90000",
        filters=TWO_RATES,
        whole_because=VARIES,
    ),
]

VARIANTS = [*_rates(), *CODECS, *STRUCTURE, *PICTURES, *SOUND, *VARIABLE]
