"""A program of its own: pictures on standard input → the lines of text in them, one at a time.

Called with "shown" it gives one picture back as people look at it, and reads nothing in it. Else
each line read is {"columns", "rows", "grey"} as `pdf_pages` writes it, or {"file": the bytes of a
picture in base64}; the answer is {"frames": [{"columns", "rows", "lines": [[left, right, top,
bottom, text, confidence], …], "turned"}, …]} or {"error": reason}. Places are in pixels, of a
picture that lay on its side in the picture `turned` by as many quarters against the clock.
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


def _frame(engine: Any, grey: np.ndarray) -> dict[str, Any]:
    """The lines of one picture; one that lies on its side is turned first."""
    lines, turned = _lines(engine, grey), 0
    if _lies(lines):
        sides = [np.ascontiguousarray(np.rot90(grey, quarter)) for quarter in (1, 3)]
        found = [_lines(engine, one) for one in sides]
        best = max((0, 1), key=lambda i: sum(len(line[4]) * line[5] for line in found[i]))
        grey, lines, turned = sides[best], found[best], (1, 3)[best]
    rows, columns = grey.shape
    return {"columns": columns, "rows": rows, "lines": lines, "turned": turned}


def _lies(lines: list[list[Any]]) -> bool:
    """True when most of the text runs up or down."""
    long = [line for line in lines if len(line[4]) > 2]
    up = sum(bottom - top > 1.5 * (right - left) for left, right, top, bottom, *_ in long)
    return len(long) > 2 and 2 * up > len(long)


def _lines(engine: Any, grey: np.ndarray) -> list[list[Any]]:
    found = engine(np.stack((grey,) * 3, axis=-1), use_cls=False)
    if found.boxes is None or found.txts is None:
        return []
    lines = []
    for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True):
        if text.strip():
            (left, top), (right, bottom) = box.min(axis=0), box.max(axis=0)
            sides = [float(side) for side in (left, right, top, bottom)]
            lines.append([*sides, text.strip(), round(float(score), 4)])
    return lines


if __name__ == "__main__":
    main()
