"""Pictures: decoded whole and written anew, so that nothing but the picture is left of what was sent."""

from __future__ import annotations

import io
import warnings
from typing import Final

from PIL import Image, ImageCms, ImageOps

from core.uploads.answers import Cleaned, Kind, Limits, Reason, Unfit, size
from core.uploads.detect import carries, mixed
from core.uploads.segments import Broken, around

QUALITY: Final = 90
READ: Final = 65_557
"""Bytes at either end of what comes after a picture: there, programs look for what they know."""
PLAIN_MODES: Final = frozenset({"1", "L", "LA", "RGB", "RGBA", "I;16"})
NEXT: Final = "用看图软件另存一份后重新上传。"
DAMAGED: Final = Unfit(Reason.DAMAGED, f"图片不完整或已损坏，没有保存。{NEXT}")


def cleaned(data: bytes, kind: Kind, limits: Limits) -> Cleaned:
    """The picture upright, in sRGB, without metadata, profile or anything after its end. Raises ``Unfit``."""
    try:
        inside, after = around(data)
    except Broken:
        raise DAMAGED from None
    if also := carries(inside + after[:READ] + after[-READ:]):
        raise mixed(kind.zh, also)
    try:
        picture, notes = _plain(data, kind, limits)
    except MemoryError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise too_many_pixels(None, limits) from None
    except Unfit:
        raise
    except Exception:  # noqa: BLE001 - decoders raise whatever they stumble over, and that is all it says
        raise DAMAGED from None
    if after and len(notes) == 1:
        notes.append(f"图片结尾之后另有 {size(len(after))}，没有保留。")
    written = io.BytesIO()
    if kind is Kind.JPEG:
        picture.save(written, "JPEG", quality=QUALITY, subsampling=0, optimize=True)
    else:
        picture.save(written, "PNG", optimize=False)
    return Cleaned(written.getvalue(), tuple(notes))


def measure(data: bytes, limits: Limits) -> bool:
    """Whether this is a picture of a kind that documents have inside. Raises ``Unfit`` for one too large."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            found = Image.open(io.BytesIO(data), formats=["JPEG", "PNG", "GIF", "BMP", "TIFF"])
    except Image.DecompressionBombError:
        raise too_many_pixels(None, limits) from None
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - as above
        return False
    if found.width * found.height > limits.pixels:
        raise too_many_pixels(found.size, limits)
    return True


def too_many_pixels(found: tuple[int, int] | None, limits: Limits) -> Unfit:
    shape = "" if found is None else f"（{found[0]}×{found[1]}）"
    return Unfit(
        Reason.BOMB,
        f"图片{shape}超过 {limits.pixels // 10_000} 万像素的上限，没有保存。缩小后重新上传。",
    )


def _plain(data: bytes, kind: Kind, limits: Limits) -> tuple[Image.Image, list[str]]:
    """The decoded picture as nothing but pixels, and what was changed about it."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        opened = Image.open(io.BytesIO(data), formats=["JPEG" if kind is Kind.JPEG else "PNG"])
    if opened.width * opened.height > limits.pixels:
        raise too_many_pixels(opened.size, limits)
    frames = getattr(opened, "n_frames", 1)
    if kind is Kind.PNG and frames > 1:
        raise Unfit(Reason.KIND, f"是有 {frames} 帧的动画，只能保存一幅图片，没有保存。{NEXT}")
    opened.load()
    notes = ["已去除图片中的拍摄信息、文字说明和颜色配置。"]
    if frames > 1:
        notes.append(f"文件中有 {frames} 幅图片，只保留第一幅。")
    upright = ImageOps.exif_transpose(opened)
    coloured = _in_srgb(upright, opened.info.get("icc_profile"))
    if kind is Kind.JPEG and coloured.mode not in ("L", "RGB"):
        coloured = coloured.convert("RGB")
    elif coloured.mode not in PLAIN_MODES or "transparency" in coloured.info:
        coloured = coloured.convert("RGBA" if coloured.has_transparency_data else "RGB")
    bare = Image.new(coloured.mode, coloured.size)
    bare.paste(coloured)
    return bare, notes


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture in the colours meant where there is no profile; as it is when its own is unusable."""
    if not profile or picture.mode not in ("RGB", "RGBA", "CMYK"):
        return picture
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "sRGB" in ImageCms.getProfileDescription(own):
            return picture
        wanted = ImageCms.createProfile("sRGB")
        alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
        flat = picture.convert("RGB") if alpha else picture
        changed = ImageCms.profileToProfile(flat, own, wanted, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        return picture
    if changed is None:
        return picture
    if alpha:
        changed.putalpha(alpha)
    return changed
