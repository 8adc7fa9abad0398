"""A program of its own: pictures on standard input → the lines of text in them, one at a time.

Called with "shown" it gives one picture back as people look at it, and reads nothing in it. Else
each line read is {"columns", "rows", "grey"} as `pdf_pages` writes it, or {"file": the bytes of a
picture in base64}; the answer is {"frames": [{"columns", "rows", "lines": [[left, right, top,
bottom, text, confidence], …], "rules": [[left, right, top, bottom], …], "turned", "seen"}, …]} or
{"error": reason}. Places are in pixels: of a picture that lay on its side in the picture `turned`
by as many quarters against the clock, and of one that lay askew in the picture set straight, where
`seen` holds where each line stood before, [left, right, top, bottom]; else it is null.
"""

from __future__ import annotations

import base64
import io
import json
import sys
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np

THREADS = 2
SECONDS = 180  # of processor time for one picture
MEMORY = 4 * 2**30  # address space; about 0.6 GB of it are used
MAX_FRAMES = 50
_PIXELS = 2_400_000
_MOST_PIXELS = 120_000_000  # of a picture as it is stored
_SIDE = 2000  # the longest side that is looked at
_SURE = 0.5  # what is less sure is no text
_LONG = 5  # times its height: what a line is wide by which the skew is told
_FEWEST = 3  # such lines
_STRAIGHT, _ASKEW = 0.3, 15  # degrees; less is straight, more is something else
_AROUND, _DARKER = 31, 12  # pixels around one, and how much darker than these it is in a line
_SHORTEST = 30  # pixels of a ruled line
_STROKES = 2.0  # heights of a line of text; no stroke of a character is as long
_THICKEST = 10  # pixels
_MOST_RULES = 2000
_QUALITY = 85  # of a JPEG that is looked at


def main() -> None:
    """Answer every line, until there are no more."""
    if sys.argv[1:] == ["shown"]:
        _limit()
        sys.stdout.write(json.dumps(_shown(json.loads(sys.stdin.readline()))) + "\n")
        return
    from rapidocr import RapidOCR

    engine = RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.max_side_len": _SIDE,
            "Global.text_score": _SURE,
            "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
    for line in sys.stdin:
        _limit()
        try:
            frames = [_frame(engine, picture) for picture in _pictures(json.loads(line))]
            answer: dict[str, Any] = {"frames": frames}
        except Exception as error:  # whatever a picture does to the libraries
            answer = {"error": type(error).__name__}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _limit() -> None:
    """Processor time counts anew for every picture."""
    try:
        import resource
    except ImportError:  # not on this platform: the starter's time limit remains
        return
    usage = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(usage.ru_utime + usage.ru_stime)
    resource.setrlimit(resource.RLIMIT_CPU, (spent + SECONDS, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _pictures(asked: dict[str, Any]) -> Iterator[np.ndarray]:
    if "grey" in asked:
        raw = zlib.decompress(base64.b64decode(asked["grey"]))
        yield np.frombuffer(raw, np.uint8).reshape(asked["rows"], asked["columns"])
        return
    from PIL import Image, ImageSequence

    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS
    with Image.open(io.BytesIO(base64.b64decode(asked["file"]))) as image:
        for number, frame in enumerate(ImageSequence.Iterator(image)):
            if number == MAX_FRAMES:
                return
            if frame.width * frame.height > _MOST_PIXELS:
                raise ValueError("too many pixels")
            yield np.asarray(_upright(frame, "L"))


def _upright(frame: Any, mode: str) -> Any:
    """The frame as it is meant to be looked at, with no more pixels than are needed."""
    from PIL import ImageOps

    made = ImageOps.exif_transpose(frame).convert(mode)
    scale = (_PIXELS / (made.width * made.height)) ** 0.5
    if scale < 1:
        made = made.resize((round(made.width * scale), round(made.height * scale)))
    return made


def _shown(asked: dict[str, Any]) -> dict[str, Any]:
    """Frame `page` (from 1) of the picture `file`: {"columns", "rows", "jpeg"}."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS
    with Image.open(io.BytesIO(base64.b64decode(asked["file"]))) as image:
        image.seek(asked["page"] - 1)
        made = _upright(image, "RGB")
    out = io.BytesIO()
    made.save(out, "JPEG", quality=_QUALITY)
    jpeg = base64.b64encode(out.getvalue()).decode()
    return {"columns": made.width, "rows": made.height, "jpeg": jpeg}


_Line = tuple[np.ndarray, str, float]  # corners from the upper left one on, text, confidence


def _frame(engine: Any, grey: np.ndarray) -> dict[str, Any]:
    """The lines of one picture, which is turned when it lies on its side, and set straight."""
    lines, turned = _lines(engine, grey), 0
    if _lies(lines):
        sides = [np.ascontiguousarray(np.rot90(grey, quarter)) for quarter in (1, 3)]
        found = [_lines(engine, one) for one in sides]
        best = max((0, 1), key=lambda i: sum(len(text) * sure for _, text, sure in found[i]))
        grey, lines, turned = sides[best], found[best], (1, 3)[best]
    rows, columns = grey.shape
    angle = _skew([box for box, *_ in lines])
    seen = None
    if angle:
        seen = [_sides(box) for box, *_ in lines]
        grey, lines = _straight(grey, lines, angle)
    told = [[*_sides(box), text, sure] for box, text, sure in lines]
    heights = [bottom - top for _, _, top, bottom in (_sides(box) for box, *_ in lines)]
    rules = _rules(grey, float(np.median(heights))) if heights else []
    return {
        "columns": columns, "rows": rows, "lines": told, "rules": rules, "turned": turned,
        "seen": seen,
    }  # fmt: skip


def _sides(box: np.ndarray) -> list[float]:
    (left, top), (right, bottom) = box.min(axis=0), box.max(axis=0)
    return [round(float(side), 1) for side in (left, right, top, bottom)]


def _lies(lines: list[_Line]) -> bool:
    """True when most of the text runs up or down."""
    long = [_sides(box) for box, text, _ in lines if len(text) > 2]
    up = sum(bottom - top > 1.5 * (right - left) for left, right, top, bottom in long)
    return len(long) > 2 and 2 * up > len(long)


def _lines(engine: Any, grey: np.ndarray) -> list[_Line]:
    found = engine(np.stack((grey,) * 3, axis=-1), use_cls=False)
    if found.boxes is None or found.txts is None:
        return []
    return [
        (np.asarray(box, float), text.strip(), round(float(score), 4))
        for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
        if text.strip()
    ]


def _skew(boxes: list[np.ndarray]) -> float:
    """By how many degrees most long lines fall to the right; 0 for what lies nearly straight."""
    angles = []
    for box in boxes:
        wide, high = np.linalg.norm(box[1] - box[0]), np.linalg.norm(box[3] - box[0])
        if wide > _LONG * high:
            angles.append(float(np.degrees(np.arctan2(*(box[1] - box[0])[::-1]))))
    if len(angles) < _FEWEST:
        return 0.0
    middle = float(np.median(angles))
    alike = sum(abs(angle - middle) < 1 for angle in angles)
    return middle if _STRAIGHT < abs(middle) < _ASKEW and 2 * alike > len(angles) else 0.0


def _straight(grey: np.ndarray, lines: list[_Line], angle: float) -> tuple[np.ndarray, list[_Line]]:
    """The picture and the places of its lines, turned back around its middle."""
    import cv2

    rows, columns = grey.shape
    matrix = cv2.getRotationMatrix2D((columns / 2, rows / 2), angle, 1.0)
    turned = cv2.warpAffine(grey, matrix, (columns, rows), borderValue=255)
    moved = [(box @ matrix[:, :2].T + matrix[:, 2], text, sure) for box, text, sure in lines]
    return np.asarray(turned), moved


def _rules(grey: np.ndarray, height: float) -> list[list[float]]:
    """Straight lines that lie or stand, longer than the strokes of text of this height."""
    import cv2

    dark = cv2.adaptiveThreshold(
        grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, _AROUND, _DARKER
    )
    length = max(_SHORTEST, round(_STROKES * height))
    rules = []
    for shape in ((1, length), (length, 1)):
        kept = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones(shape, np.uint8))
        _, _, found, _ = cv2.connectedComponentsWithStats(kept)
        for left, top, wide, high, _ in found[1 : _MOST_RULES + 1].tolist():
            if min(wide, high) <= _THICKEST and max(wide, high) >= length:
                rules.append([left, left + wide, top, top + high])
    return rules


if __name__ == "__main__":
    main()
